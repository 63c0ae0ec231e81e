//! A customer chat into which an agent brings colleagues from Teams, as a state machine.
//!
//! Owns who is invited, in and out, what is said to whom, and when each of the seven messages is used. Knows no screen, no
//! network and no clock: every input comes with its time. Start with [`step`]; what the source leaves open is decided here and
//! told in the README, in “How a conference behaves”.

mod command;
pub mod courier;
mod note;
pub mod people;
pub mod rehearsal;
#[cfg(test)]
mod tests;
pub mod transcript;

pub use note::{Note, Refusal};

use super::messages::{MessageKey, SystemMessages};
use chrono::{DateTime, TimeDelta, Utc};
use command::Meaning;

/// How long an invitation waits for an answer unless told otherwise.
pub const PATIENCE: TimeDelta = TimeDelta::minutes(2);

/// One who takes part. Colleagues are numbered in the order in which they were first invited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Party {
    /// Who asked for help.
    Customer,
    /// Who serves the customer.
    Agent,
    /// Who is asked in Teams, by number.
    Colleague(usize),
}

/// How an invitation ended. Each ends in exactly one of these ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// The colleague did not want to.
    Declined,
    /// The colleague did not answer in time.
    TimedOut,
    /// The colleague came and went.
    Left,
    /// The session ended first.
    SessionEnded,
    /// Teams does not take messages to the colleague.
    Unreachable,
}

/// How far a colleague's latest invitation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// It waits for an answer.
    Invited {
        /// Since then.
        since: DateTime<Utc>,
        /// Answers that were neither yes nor no.
        unclear: u32,
    },
    /// The colleague is in.
    In,
    /// It has ended.
    Out {
        /// In which way.
        how: Ending,
        /// The agent was told that the colleague wrote after that.
        told: bool,
    },
}

/// A colleague who was invited at least once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Colleague {
    /// Tells colleagues of the same name apart: the directory's id, or any other text.
    pub key: String,
    /// As everybody reads it.
    pub name: String,
    /// How far the latest invitation is.
    pub stage: Stage,
}

/// One customer chat and everybody in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conference {
    /// What everybody reads in front of the customer's messages.
    pub customer: String,
    /// What everybody reads in front of the agent's messages.
    pub agent: String,
    /// Everybody who was ever invited.
    pub colleagues: Vec<Colleague>,
    /// Whether the customer chat is over.
    pub ended: bool,
    /// Time never goes back in a conference, whatever the computer's clock does.
    latest: Option<DateTime<Utc>>,
}

impl Conference {
    /// A chat of these two.
    pub fn new(customer: impl Into<String>, agent: impl Into<String>) -> Self {
        Self { customer: customer.into(), agent: agent.into(), colleagues: Vec::new(), ended: false, latest: None }
    }

    /// Somebody's name.
    pub fn name(&self, party: Party) -> &str {
        match party {
            Party::Customer => &self.customer,
            Party::Agent => &self.agent,
            Party::Colleague(number) => self.colleagues.get(number).map_or("", |colleague| &colleague.name),
        }
    }

    /// The number of the colleague with this key.
    pub fn find(&self, key: &str) -> Option<usize> {
        self.colleagues.iter().position(|colleague| colleague.key == key)
    }

    /// Whether somebody reads what is said now.
    pub fn is_in(&self, party: Party) -> bool {
        match party {
            Party::Customer | Party::Agent => !self.ended,
            Party::Colleague(number) => self.colleagues.get(number).is_some_and(|c| c.stage == Stage::In),
        }
    }

    /// Everybody who reads what is said now, but for one.
    fn others(&self, but: Party) -> Vec<Party> {
        let colleagues = (0..self.colleagues.len()).map(Party::Colleague);
        let all = [Party::Customer, Party::Agent].into_iter().chain(colleagues);
        all.filter(|party| *party != but && self.is_in(*party)).collect()
    }

    /// When the next invitation runs out.
    pub fn deadline(&self, rules: &Rules) -> Option<DateTime<Utc>> {
        let since = |colleague: &Colleague| match colleague.stage {
            Stage::Invited { since, .. } => Some(since + rules.patience),
            Stage::In | Stage::Out { .. } => None,
        };
        self.colleagues.iter().filter_map(since).min()
    }
}

/// What applies at the moment. It may change in the middle of a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The seven messages.
    pub messages: SystemMessages,
    /// How long an invitation waits for an answer.
    pub patience: TimeDelta,
}

impl Default for Rules {
    fn default() -> Self {
        Self { messages: SystemMessages::default(), patience: PATIENCE }
    }
}

/// What happens in a conference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// The agent invites a colleague, for the first time or again.
    Invite {
        /// Tells colleagues of the same name apart.
        key: String,
        /// As everybody reads it.
        name: String,
    },
    /// Somebody writes. Commands are recognised here.
    Say {
        /// Who.
        from: Party,
        /// What.
        text: String,
    },
    /// Somebody goes. The chat is over without its customer or its agent.
    Go(Party),
    /// Teams does not take messages to this colleague any more.
    Unreachable(usize),
    /// Nothing but time has passed.
    Wait,
}

/// What follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Somebody wrote, and these read it; nobody does where it was a command.
    Said {
        /// Who wrote.
        from: Party,
        /// What.
        text: String,
        /// Who reads it.
        to: Vec<Party>,
    },
    /// One of the seven messages is sent.
    System {
        /// Which.
        key: MessageKey,
        /// The number of the colleague whom it is about.
        about: usize,
        /// In full, with the name in front where there is one.
        text: String,
        /// Who reads it.
        to: Vec<Party>,
    },
    /// The agent is told how things stand, in the agent's own window.
    Note {
        /// The number of the colleague whom it is about.
        about: Option<usize>,
        /// What.
        note: Note,
    },
}

/// A system message as it is read: Party joined and Party left follow the colleague's name.
pub fn full_text(messages: &SystemMessages, key: MessageKey, name: &str) -> String {
    let text = messages.get(key).trim();
    match key {
        MessageKey::PartyJoined | MessageKey::PartyLeft => format!("{name} {text}").trim().to_owned(),
        _ => text.to_owned(),
    }
}

/// One step of a conference: what happened, when, and by which rules. What follows is in the order in which it is to be told.
pub fn step(state: Conference, input: Input, now: DateTime<Utc>, rules: &Rules) -> (Conference, Vec<Output>) {
    let now = state.latest.map_or(now, |latest| latest.max(now));
    let mut step = Step { state, now, rules, out: Vec::new() };
    step.state.latest = Some(now);
    step.time_out();
    match input {
        Input::Invite { key, name } => step.invite(&key, name.trim()),
        Input::Say { text, .. } if text.trim().is_empty() => {}
        Input::Say { from: Party::Colleague(number), text } => step.hear(number, text),
        Input::Say { from, text } => step.relay(from, text),
        Input::Go(Party::Colleague(number)) => step.leave(number),
        Input::Go(party) => step.end(party),
        Input::Unreachable(number) => step.unreachable(number),
        Input::Wait => {}
    }
    (step.state, step.out)
}

struct Step<'a> {
    state: Conference,
    now: DateTime<Utc>,
    rules: &'a Rules,
    out: Vec<Output>,
}

impl Step<'_> {
    fn stage(&self, number: usize) -> Option<Stage> {
        self.state.colleagues.get(number).map(|colleague| colleague.stage)
    }

    fn set(&mut self, number: usize, stage: Stage) {
        if let Some(colleague) = self.state.colleagues.get_mut(number) {
            colleague.stage = stage;
        }
    }

    fn note(&mut self, about: usize, note: Note) {
        self.out.push(Output::Note { about: Some(about), note });
    }

    fn system(&mut self, key: MessageKey, about: usize, to: Vec<Party>) {
        if to.is_empty() {
            return;
        }
        let text = full_text(&self.rules.messages, key, self.state.name(Party::Colleague(about)));
        self.out.push(Output::System { key, about, text, to });
    }

    /// Invitations that ran out. Who answers at the very end of the time is late.
    fn time_out(&mut self) {
        for number in 0..self.state.colleagues.len() {
            if let Some(Stage::Invited { since, .. }) = self.stage(number)
                && since + self.rules.patience <= self.now
            {
                self.close(number, Ending::TimedOut);
                self.note(number, Note::TimedOut { after: self.rules.patience });
            }
        }
    }

    fn close(&mut self, number: usize, how: Ending) {
        self.set(number, Stage::Out { how, told: false });
    }

    fn invite(&mut self, key: &str, name: &str) {
        let known = self.state.find(key);
        let refusal = match known.and_then(|number| self.stage(number)) {
            _ if self.state.ended => Some(Refusal::Ended),
            Some(Stage::Invited { .. }) => Some(Refusal::AlreadyInvited),
            Some(Stage::In) => Some(Refusal::AlreadyIn),
            Some(Stage::Out { .. }) | None => None,
        };
        if let Some(refusal) = refusal {
            self.out.push(Output::Note { about: known, note: Note::NotInvited(refusal) });
            return;
        }
        let name = if name.is_empty() { key } else { name };
        let stage = Stage::Invited { since: self.now, unclear: 0 };
        let number = known.unwrap_or(self.state.colleagues.len());
        match self.state.colleagues.get_mut(number) {
            Some(colleague) => (colleague.name, colleague.stage) = (name.to_owned(), stage),
            None => self.state.colleagues.push(Colleague { key: key.to_owned(), name: name.to_owned(), stage }),
        }
        self.note(number, Note::Invited);
        self.system(MessageKey::InvitationToJoin, number, vec![Party::Colleague(number)]);
    }

    /// A customer or an agent writes; nothing of theirs is a command.
    fn relay(&mut self, from: Party, text: String) {
        if self.state.is_in(from) {
            let to = self.state.others(from);
            self.out.push(Output::Said { from, text, to });
        }
    }

    /// A colleague writes in Teams.
    fn hear(&mut self, number: usize, text: String) {
        let Some(stage) = self.stage(number) else { return };
        let meaning = command::meaning(&text, &self.rules.messages);
        let from = Party::Colleague(number);
        let to = match (stage, meaning) {
            (Stage::In, meaning) if !meaning.leaves => self.state.others(from),
            _ => Vec::new(),
        };
        self.out.push(Output::Said { from, text, to });
        match stage {
            Stage::Invited { since, unclear } => self.answer(number, meaning, since, unclear),
            Stage::In if meaning.leaves => self.leave(number),
            Stage::In => {}
            Stage::Out { how, told: false } => {
                self.set(number, Stage::Out { how, told: true });
                self.note(number, Note::Unheard(how));
            }
            Stage::Out { told: true, .. } => {}
        }
    }

    /// Of two commands that are equal, the more careful one counts: nobody gets before a customer by a mistake of ours.
    fn answer(&mut self, number: usize, meaning: Meaning, since: DateTime<Utc>, unclear: u32) {
        if meaning.declines || meaning.leaves {
            self.close(number, Ending::Declined);
            self.note(number, Note::Declined { after: self.now - since });
        } else if meaning.accepts {
            self.set(number, Stage::In);
            self.note(number, Note::Accepted { after: self.now - since });
            let to = self.state.others(Party::Colleague(number));
            self.system(MessageKey::PartyJoined, number, to);
        } else {
            self.set(number, Stage::Invited { since, unclear: unclear.saturating_add(1) });
            match unclear {
                0 => {
                    self.note(number, Note::AskedAgain);
                    self.system(MessageKey::InvitationToJoin, number, vec![Party::Colleague(number)]);
                }
                1 => self.note(number, Note::StillUnclear),
                _ => {}
            }
        }
    }

    fn leave(&mut self, number: usize) {
        match self.stage(number) {
            Some(Stage::In) => {
                self.close(number, Ending::Left);
                let to = self.state.others(Party::Colleague(number));
                self.system(MessageKey::PartyLeft, number, to);
            }
            Some(Stage::Invited { since, .. }) => {
                self.close(number, Ending::Declined);
                self.note(number, Note::Declined { after: self.now - since });
            }
            Some(Stage::Out { .. }) | None => {}
        }
    }

    fn unreachable(&mut self, number: usize) {
        let Some(stage @ (Stage::In | Stage::Invited { .. })) = self.stage(number) else { return };
        self.close(number, Ending::Unreachable);
        self.note(number, Note::Unreachable);
        if stage == Stage::In {
            let to = self.state.others(Party::Colleague(number));
            self.system(MessageKey::PartyLeft, number, to);
        }
    }

    fn end(&mut self, by: Party) {
        if self.state.ended {
            return;
        }
        self.state.ended = true;
        self.out.push(Output::Note { about: None, note: Note::Ended { by } });
        for number in 0..self.state.colleagues.len() {
            if let Some(Stage::In | Stage::Invited { .. }) = self.stage(number) {
                self.close(number, Ending::SessionEnded);
                self.system(MessageKey::SessionEnded, number, vec![Party::Colleague(number)]);
            }
        }
    }
}
