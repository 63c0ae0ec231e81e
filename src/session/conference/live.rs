//! A conference with real messages: as an agent who has signed in, with colleagues in Teams, over the network.
//!
//! Owns who is called and what is on the way to them. The same engine runs it as a rehearsal; whom a text is for is a chat of
//! the worker's. The customer and the agent's words are played on this computer. Start with [`Live`].

use super::{Command, Event, Person};
use crate::{
    domain::{
        Failure, Guid, Standing,
        conference::{Conference, Input, Output, PATIENCE, Party, Rules, Stage, step, transcript::Transcript},
        people::People,
    },
    session::{Busy, Command as SessionCommand, Session, history},
};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// A colleague's chat.
#[derive(Clone, Debug)]
pub struct Line {
    /// Of the worker's job; `None` once nothing more comes of it.
    job: Option<u64>,
    /// Who.
    pub person: Person,
    /// Messages that are not known to have arrived.
    pub waiting: usize,
    /// Why it does not work at the moment.
    pub trouble: Option<Failure>,
    /// Why it is over.
    pub failure: Option<Failure>,
}

/// The conference that is on, or was the last one.
#[derive(Clone, Debug)]
pub struct Call {
    /// In whose name messages are written.
    pub agent: Guid,
    /// Who is in it.
    pub conference: Conference,
    /// What happened.
    pub transcript: Transcript,
    /// In the order of the colleagues.
    pub lines: Vec<Line>,
}

/// What is looked for in the directory.
#[derive(Clone, Debug, Default)]
pub struct Search {
    job: Option<u64>,
    /// What was asked for last.
    pub asked: String,
    /// Who was found.
    pub found: Vec<Person>,
    /// Why nobody could be looked for.
    pub failure: Option<Failure>,
}

impl Search {
    /// Whether an answer is still to come.
    pub fn is_under_way(&self) -> bool {
        self.job.is_some()
    }
}

/// What is known of real conferences.
#[derive(Debug, Default)]
pub struct Live {
    /// The agent who was chosen.
    pub agent: Option<Guid>,
    /// Who is about to be invited, unless the answer to the question is no.
    pub asked: Option<Person>,
    /// Who can be invited.
    pub search: Search,
    /// The conference.
    pub call: Option<Call>,
}

/// What a person asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// Acts in this agent's name from now on.
    UseAgent(Guid),
    /// Looks for somebody in the directory.
    Find(String),
    /// Is about to invite somebody: asks first.
    Ask(Person),
    /// Does not.
    DoNot,
    /// Does.
    Invite,
    /// Invites somebody again who has been asked about in this conference.
    InviteAgain(usize),
}

impl Call {
    /// Whether something can still come of it.
    pub fn is_on(&self) -> bool {
        self.lines.iter().any(|line| line.job.is_some())
    }

    pub(super) fn jobs(&self) -> Vec<u64> {
        self.lines.iter().filter_map(|line| line.job).collect()
    }

    /// Those who are in or invited.
    fn open_names(&self) -> Vec<&str> {
        let open = self.conference.colleagues.iter().filter(|c| !matches!(c.stage, Stage::Out { .. }));
        open.map(|colleague| colleague.name.as_str()).collect()
    }
}

impl Session {
    /// The rules of a real conference: the messages as they are applied.
    pub fn live_rules(&self) -> Rules {
        let messages = self.saved.as_ref().map(|saved| saved.account.system_messages.clone()).unwrap_or_default();
        Rules { messages, patience: PATIENCE }
    }

    /// The agent in whose name the next conference is, by id and name.
    pub fn live_agent(&self) -> Option<(Guid, &str)> {
        let chosen = self.conference.live.agent;
        let able = |agent: &&crate::domain::Agent| agent.standing == Standing::Enabled;
        let mut agents = self.agents.list.iter().filter(able);
        let first = agents.clone().next();
        agents.find(|agent| Some(agent.id) == chosen).or(first).map(|agent| (agent.id, agent.name.as_str()))
    }

    /// Whether a conference with real messages is under way, whose colleagues have to be told when it ends.
    pub fn live_names(&self) -> Option<String> {
        let call = self.conference.live.call.as_ref().filter(|call| call.is_on() && !call.conference.ended)?;
        let names = call.open_names();
        (!names.is_empty()).then(|| names.join(", "))
    }

    /// Whether closing the window now would leave a colleague untold.
    pub(in crate::session) fn live_is_unfinished(&self) -> bool {
        let waits = |call: &Call| call.lines.iter().any(|line| line.job.is_some() && line.waiting > 0);
        self.live_names().is_some() || self.conference.live.call.as_ref().is_some_and(waits)
    }

    /// Ends it, and waits with closing the window until everybody is told.
    pub(in crate::session) fn end_live_and_close(&mut self, now: DateTime<Utc>) -> Vec<SessionCommand> {
        let job = self.job();
        self.busy = Some(Busy { then_close: true, ..Busy::new(job, "Telling colleagues that the session ended…") });
        let commands = happen(self, Input::Go(Party::Agent), now);
        if let Some(call) = &self.conference.live.call {
            self.conference.closing = call.is_on().then_some(job);
        }
        commands
    }
}

pub(super) fn update(session: &mut Session, action: Action, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let live = &mut session.conference.live;
    match action {
        Action::UseAgent(id) => live.agent = Some(id),
        Action::Find(text) => return find(session, text),
        Action::Ask(person) => live.asked = Some(person),
        Action::DoNot => live.asked = None,
        Action::Invite => {
            if let Some(person) = live.asked.take() {
                return invite(session, person, now);
            }
        }
        Action::InviteAgain(number) => {
            let line = live.call.as_ref().and_then(|call| call.lines.get(number));
            if let Some(person) = line.map(|line| line.person.clone()) {
                return invite(session, person, now);
            }
        }
    }
    Vec::new()
}

/// In the people who are kept on this computer, or in Graph where there are none.
fn find(session: &mut Session, text: String) -> Vec<SessionCommand> {
    let people: Arc<People> = session.directory.people.clone();
    let Some(source) = session.directory_source() else { return Vec::new() };
    let job = session.job();
    let search = &mut session.conference.live.search;
    let mut commands: Vec<SessionCommand> =
        search.job.take().map(|job| SessionCommand::Conference(Command::Cancel { job })).into_iter().collect();
    *search = Search { asked: text.clone(), ..Search::default() };
    if !text.trim().is_empty() {
        search.job = Some(job);
        commands.push(SessionCommand::Conference(Command::Find { job, source, people, text }));
    }
    commands
}

/// The conference that is on; the first word begins it, in the name of the agent who is chosen then.
fn begun(session: &mut Session) -> Option<&mut Call> {
    let agent = session.live_agent().map(|(id, name)| (id, name.to_owned()));
    let call = &mut session.conference.live.call;
    if let (None, Some((agent, name))) = (&call, agent) {
        let conference = Conference::new("Customer", name);
        *call = Some(Call { agent, conference, transcript: Transcript::default(), lines: Vec::new() });
    }
    call.as_mut()
}

fn invite(session: &mut Session, person: Person, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let Some(cloud) = session.saved.as_ref().map(|saved| saved.account.cloud.clone()) else { return Vec::new() };
    let job = session.job();
    let Some(call) = begun(session).filter(|call| !call.conference.ended) else { return Vec::new() };
    let agent = call.agent;
    let key = person.id.to_string();
    let number = call.conference.find(&key).unwrap_or(call.lines.len());
    let mut commands = Vec::new();
    if call.lines.get(number).is_none_or(|line| line.job.is_none()) {
        let fresh = Line { job: Some(job), person: person.clone(), waiting: 0, trouble: None, failure: None };
        match call.lines.get_mut(number) {
            Some(line) => *line = fresh,
            None => call.lines.push(fresh),
        }
        let colleague = Box::new(person.clone());
        commands.push(SessionCommand::Conference(Command::Call { job, cloud: Box::new(cloud), agent, colleague }));
    }
    (session.conference.shown, session.conference.inviting) = (number, false);
    commands.extend(happen(session, Input::Invite { key, name: person.name }, now));
    commands
}

/// Something happens in the conference: what follows is written down, and on its way to whom it is for.
pub(super) fn happen(session: &mut Session, input: Input, now: DateTime<Utc>) -> Vec<SessionCommand> {
    let rules = session.live_rules();
    let Some(call) = begun(session) else { return Vec::new() };
    let was_over = call.conference.ended;
    let state = std::mem::replace(&mut call.conference, Conference::new("", ""));
    let (state, outputs) = step(state, input, now, &rules);
    call.conference = state;
    call.transcript.add(&call.conference, &outputs, now);
    let mut commands = Vec::new();
    for output in outputs {
        let (text, to) = match output {
            Output::Said { from, text, to } => (format!("{}: {}", call.conference.name(from), text.trim()), to),
            Output::System { text, to, .. } => (text, to),
            Output::Note { .. } => continue,
        };
        for party in to {
            if let Party::Colleague(number) = party
                && let Some(line) = call.lines.get_mut(number)
                && let Some(job) = line.job
            {
                line.waiting += 1;
                commands.push(SessionCommand::Conference(Command::Write { job, text: text.clone() }));
            }
        }
    }
    if call.conference.ended && !was_over {
        let jobs = call.lines.iter().filter_map(|line| line.job);
        commands.extend(jobs.map(|job| SessionCommand::Conference(Command::Finish { job })));
    }
    commands
}

pub(super) fn receive(session: &mut Session, event: Event, now: DateTime<Utc>) -> Vec<SessionCommand> {
    if let Event::Found(job, found) = event {
        let search = &mut session.conference.live.search;
        if search.job.take_if(|known| *known == job).is_some() {
            match found {
                Ok(people) => search.found = people,
                Err(failure) => search.failure = Some(failure),
            }
        }
        return Vec::new();
    }
    let (job, told) = match event {
        Event::Line(job, told) => (job, told),
        Event::Found(..) => return Vec::new(),
    };
    let Some(call) = &mut session.conference.live.call else { return Vec::new() };
    let Some(number) = call.lines.iter().position(|line| line.job == Some(job)) else { return Vec::new() };
    let line = &mut call.lines[number];
    let mut commands = Vec::new();
    match told {
        super::Told::Heard(text) => {
            commands = happen(session, Input::Say { from: Party::Colleague(number), text }, now);
        }
        super::Told::Written(waiting) => {
            line.waiting = waiting;
            commands.push(SessionCommand::History(history::Command::AddMessages(1)));
        }
        super::Told::Trouble(trouble) => line.trouble = trouble,
        super::Told::Failed(failure) => {
            line.job = None;
            line.trouble = None;
            call.transcript.tell(failure.to_string(), now);
            line.failure = Some(failure);
            commands = happen(session, Input::Unreachable(number), now);
        }
        super::Told::Finished => {
            line.job = None;
            line.trouble = None;
        }
    }
    let over = session.conference.live.call.as_ref().is_none_or(|call| !call.is_on());
    if over && let Some(job) = session.conference.closing.take() {
        session.done_waiting(job);
    }
    commands
}
