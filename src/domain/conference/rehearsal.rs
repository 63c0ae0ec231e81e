//! A conference rehearsed on this computer: played by hand, or with practice people, whose time can be skipped.
//!
//! Owns what practice people are about to write. Nothing in it leaves the program. Start with [`Rehearsal::input`].

use super::{
    Conference, Input, Output, Party, Rules, Stage,
    people::{Answer, Character, Person, Read},
    step,
    transcript::Transcript,
};
use crate::domain::messages::MessageKey;
use chrono::{DateTime, TimeDelta, Utc};

/// The rehearsed conference.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Who is in it.
    pub conference: Conference,
    /// What happened.
    pub transcript: Transcript,
    people: Vec<Person>,
    due: Vec<(usize, Answer)>,
    /// How much later it is than on the clock.
    skipped: TimeDelta,
}

impl Default for Rehearsal {
    fn default() -> Self {
        Self {
            conference: Conference::new("Customer", "Agent"),
            transcript: Transcript::default(),
            people: Vec::new(),
            due: Vec::new(),
            skipped: TimeDelta::zero(),
        }
    }
}

impl Rehearsal {
    /// The time in it.
    pub fn time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.skipped
    }

    /// How a colleague behaves.
    pub fn character(&self, number: usize) -> Character {
        self.people.get(number).map_or(Character::ByHand, |person| person.character)
    }

    /// The agent invites somebody by name. The same name is the same colleague, who may behave otherwise now.
    pub fn invite(&mut self, name: &str, character: Character, now: DateTime<Utc>, rules: &Rules) {
        let name = name.trim().to_owned();
        if name.is_empty() {
            return;
        }
        self.catch_up(now, rules);
        let number = self.conference.find(&name).unwrap_or(self.people.len());
        let free = self.conference.colleagues.get(number).is_none_or(|c| matches!(c.stage, Stage::Out { .. }));
        if free && !self.conference.ended {
            self.people.truncate(self.conference.colleagues.len());
            match self.people.get_mut(number) {
                Some(person) => *person = Person::new(character),
                None => self.people.push(Person::new(character)),
            }
            self.due.retain(|(of, _)| *of != number);
        }
        self.happen(Input::Invite { key: name.clone(), name }, self.time(now), rules);
    }

    /// Something happens now.
    pub fn input(&mut self, input: Input, now: DateTime<Utc>, rules: &Rules) {
        self.catch_up(now, rules);
        self.happen(input, self.time(now), rules);
    }

    /// Lets time pass without waiting for it.
    pub fn skip(&mut self, time: TimeDelta, now: DateTime<Utc>, rules: &Rules) {
        self.skipped += time;
        self.catch_up(now, rules);
    }

    /// Everything that has come due happens, each at its own time.
    pub fn catch_up(&mut self, now: DateTime<Utc>, rules: &Rules) {
        let now = self.time(now);
        while let Some(at) = self.next(rules).filter(|at| *at <= now) {
            let first = self.due.iter().enumerate().min_by_key(|(_, (_, answer))| answer.due);
            match first.filter(|(_, (_, answer))| answer.due <= at).map(|(place, _)| place) {
                Some(place) => {
                    let (number, answer) = self.due.remove(place);
                    let text = answer.words.text(&rules.messages);
                    self.happen(Input::Say { from: Party::Colleague(number), text }, at, rules);
                }
                None => self.happen(Input::Wait, at, rules),
            }
        }
    }

    /// When something happens by itself the next time, on the clock.
    pub fn next_moment(&self, rules: &Rules) -> Option<DateTime<Utc>> {
        self.next(rules).map(|at| at - self.skipped)
    }

    fn next(&self, rules: &Rules) -> Option<DateTime<Utc>> {
        let answers = self.due.iter().map(|(_, answer)| answer.due);
        answers.chain(self.conference.deadline(rules)).min()
    }

    fn happen(&mut self, input: Input, at: DateTime<Utc>, rules: &Rules) {
        let state = std::mem::replace(&mut self.conference, Conference::new("", ""));
        let (state, outputs) = step(state, input, at, rules);
        self.conference = state;
        self.transcript.add(&self.conference, &outputs, at);
        for output in &outputs {
            self.read(output, at, rules);
        }
    }

    /// Practice people answer the customer and the agent, never each other: two of them would not come to an end.
    fn read(&mut self, output: &Output, at: DateTime<Utc>, rules: &Rules) {
        let (read, to) = match output {
            Output::System { key: MessageKey::InvitationToJoin, about, to, .. } => {
                let stage = self.conference.colleagues.get(*about).map(|colleague| colleague.stage);
                (Read::Invitation { again: matches!(stage, Some(Stage::Invited { unclear: 1.., .. })) }, to)
            }
            Output::Said { from: Party::Customer | Party::Agent, to, .. } => (Read::Message, to),
            _ => return,
        };
        for party in to {
            if let Party::Colleague(number) = *party
                && let Some(person) = self.people.get_mut(number)
            {
                let answers = person.answers(read, at, rules.patience);
                self.due.extend(answers.into_iter().map(|answer| (number, answer)));
            }
        }
    }
}
