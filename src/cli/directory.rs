//! `directory`: the people of the tenant with presence and numbers, as they come from Graph.
//!
//! Owns the document of `directory --json` and the lines for people. Nothing is collected but ids: a page is read, told and
//! forgotten, so that a million people do not fill the memory. The document begins with the count, so its people wait in a
//! nameless file until they are counted. Start with [`directory`].

use super::{
    Cli, network,
    said::{DONE, FAILED, Said, for_terminals},
    secret,
};
use crate::{
    domain::{
        Account, Credentials, Draft, Failure, Guid, PersonRef, Presence, Saved, SecretDraft,
        people::{Ask, Progress, Query},
        presence::{MOST_IDS, not_in_this_cloud},
    },
    keeper,
    probe::Subject,
    roster::{self, Reader},
};
use serde::Serialize;
use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, BufWriter, ErrorKind, Seek, Write},
};

/// What was asked for.
pub(super) struct Wanted {
    pub(super) json: bool,
    pub(super) search: Option<String>,
    pub(super) limit: Option<usize>,
    pub(super) secret_stdin: bool,
}

pub(super) fn directory(cli: &Cli, wanted: &Wanted) -> Said {
    let saved = match cli.usable() {
        Ok(saved) => saved,
        Err((exit, failure)) => return Said::failed(exit, failure, wanted.json),
    };
    let told = credentials(cli, &saved, wanted.secret_stdin).and_then(|credentials| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime
            .map_err(|error| Failure::new("The directory cannot be read on this system.", format!("{error}.")))?;
        let told = Told::begin(wanted.json)?;
        runtime.block_on(tell(cli, wanted, credentials, &saved.account, told))
    });
    match told {
        Ok(count) => {
            let mut said = Said::default();
            if count == 0 {
                said.complain("Nobody was found.");
            }
            said.ends(DONE)
        }
        Err(failure) => Said::failed(FAILED, failure, wanted.json),
    }
}

/// What the account signs in with: the given secret, else the stored one.
fn credentials(cli: &Cli, saved: &Saved, secret_stdin: bool) -> Result<Credentials, Failure> {
    let secret = secret::given(secret_stdin)?.map_or(SecretDraft::Keep, SecretDraft::Replace);
    let draft = Draft { secret, ..Draft::of(&saved.account, true, None) };
    match Subject::of(&draft, || keeper::credential_of(&saved.secret, &cli.vault)) {
        Subject::Ready(credentials) => Ok(credentials),
        Subject::NotReady { problems, .. } => {
            let problem = problems.first();
            let what =
                problem.map_or_else(String::new, |problem| format!(" {}: {}", problem.field.label(), problem.what));
            let remedy = problem.map_or_else(String::new, |problem| problem.remedy.clone());
            Err(Failure::new(
                format!("The account cannot sign in.{what}"),
                format!("{remedy} On the command line, the client secret can come from LIAISON_CLIENT_SECRET."),
            ))
        }
    }
}

/// Tells everybody, and how many that were.
async fn tell(
    cli: &Cli,
    wanted: &Wanted,
    credentials: Credentials,
    account: &Account,
    mut told: Told,
) -> Result<usize, Failure> {
    let query = wanted.search.as_deref().map(Query::new);
    let limit = wanted.limit.unwrap_or(usize::MAX);
    let mut presence = PresenceOf { why_not: not_in_this_cloud(account.cloud.kind()).map(str::to_owned) };
    if let Some(why) = &presence.why_not {
        complain(why);
    }
    let http = network::http(cli);
    let mut reader = Reader::new(&http, credentials, cli.now, pauses(cli));
    let mut seen: HashSet<Guid> = HashSet::new();
    let mut link = reader.everybody();
    while told.count < limit
        && let Some(page) = reader.next(&link).await?
    {
        link = page.link.clone();
        let people = roster::people_of(&page)?;
        drop(page);
        let mut rows: Vec<u32> = match &query {
            Some(query) => people.search(Ask { query: query.clone(), ..Ask::default() }, None).rows.to_vec(),
            None => people.iter().map(|(row, _)| row).collect(),
        };
        // In the order in which they came; whoever comes again on a later page was told.
        rows.sort_unstable();
        let mut now: Vec<PersonRef<'_>> = rows.into_iter().filter_map(|row| people.person(row)).collect();
        now.retain(|person| seen.insert(person.id()));
        now.truncate(limit - told.count);
        for some in now.chunks(MOST_IDS) {
            let known = presence.of(&mut reader, some).await;
            for person in some {
                if !told.person(*person, known.get(&person.id()), account)? {
                    return Ok(told.count);
                }
            }
        }
    }
    told.end()
}

/// Says on standard error why nothing comes for a while.
fn pauses(cli: &Cli) -> impl FnMut(Progress) + Send {
    let now = cli.now;
    move |progress| {
        if let Some(pause) = progress.pause {
            let seconds = (pause.until - now()).num_seconds().max(1);
            let why = if pause.asked_for { "Microsoft asks to wait." } else { "The network does not work." };
            complain(format!("{why} Going on in {seconds} s."));
        }
    }
}

fn complain(what: impl std::fmt::Display) {
    // Whoever closed standard error cannot be told.
    let _ = writeln!(io::stderr(), "{}", for_terminals(&what.to_string()));
}

/// Asks for presence until it is refused, which is said once.
struct PresenceOf {
    why_not: Option<String>,
}

impl PresenceOf {
    async fn of<F: FnMut(Progress) + Send>(
        &mut self,
        reader: &mut Reader<F>,
        people: &[PersonRef<'_>],
    ) -> HashMap<Guid, Presence> {
        if self.why_not.is_some() {
            return HashMap::new();
        }
        let ids: Vec<Guid> = people.iter().map(|person| person.id()).collect();
        match reader.presences(&ids).await {
            Ok(known) => known.into_iter().collect(),
            Err(failure) => {
                complain(format!("Presence is left out. {failure}"));
                self.why_not = Some(failure.to_string());
                HashMap::new()
            }
        }
    }
}

#[derive(Serialize)]
struct Person<'a> {
    id: String,
    display_name: &'a str,
    user_principal_name: &'a str,
    presence: Option<PersonPresence<'a>>,
    numbers: Vec<Number<'a>>,
}

#[derive(Serialize)]
struct PersonPresence<'a> {
    availability: &'a str,
    activity: &'a str,
}

#[derive(Serialize)]
struct Number<'a> {
    r#type: &'static str,
    number: &'a str,
}

/// Where people are told: lines on standard output at once, or a document once they are counted.
struct Told {
    count: usize,
    out: BufWriter<Box<dyn Write>>,
    /// The people of the document, one a line.
    waiting: Option<File>,
}

impl Told {
    fn begin(json: bool) -> Result<Self, Failure> {
        let waiting = json.then(tempfile::tempfile).transpose().map_err(|error| no_room(&error))?;
        let out: Box<dyn Write> = match &waiting {
            Some(file) => Box::new(file.try_clone().map_err(|error| no_room(&error))?),
            None => Box::new(io::stdout()),
        };
        Ok(Self { count: 0, out: BufWriter::new(out), waiting })
    }

    /// Tells a person; `false` where nobody listens any more.
    fn person(
        &mut self,
        person: PersonRef<'_>,
        presence: Option<&Presence>,
        account: &Account,
    ) -> Result<bool, Failure> {
        let numbers = person.numbers_in(&account.directory_options);
        let written = if self.waiting.is_some() {
            let person = Person {
                id: person.id().to_string(),
                display_name: person.display_name(),
                user_principal_name: person.user_principal_name(),
                presence: presence
                    .map(|known| PersonPresence { availability: &known.availability, activity: &known.activity }),
                numbers: numbers.iter().map(|(kind, number)| Number { r#type: kind.key(), number }).collect(),
            };
            let between = if self.count == 0 { "\n    " } else { ",\n    " };
            let json = serde_json::to_string(&person).unwrap_or_default();
            write!(self.out, "{between}{json}")
        } else {
            let numbers: Vec<String> =
                numbers.iter().map(|(kind, number)| format!("{} {number}", kind.key())).collect();
            let presence = presence.map_or("-".into(), Presence::words);
            let line = format!(
                "{}\t{}\t{presence}\t{}",
                person.name(),
                person.user_principal_name(),
                if numbers.is_empty() { "-".into() } else { numbers.join(", ") }
            );
            let plain: String = line.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }).collect();
            writeln!(self.out, "{plain}")
        };
        self.count += 1;
        match written {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
            Err(error) => Err(no_room(&error)),
        }
    }

    fn end(mut self) -> Result<usize, Failure> {
        let ended = self.out.flush().and_then(|()| match self.waiting.take() {
            Some(file) => self.document(file),
            None => Ok(()),
        });
        match ended {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(no_room(&error)),
            _ => Ok(self.count),
        }
    }

    fn document(&self, mut people: File) -> io::Result<()> {
        people.rewind()?;
        let mut out = io::stdout().lock();
        write!(out, "{{\n  \"count\": {},\n  \"people\": [", self.count)?;
        io::copy(&mut people, &mut out)?;
        writeln!(out, "{}]\n}}", if self.count == 0 { "" } else { "\n  " })?;
        out.flush()
    }
}

fn no_room(error: &io::Error) -> Failure {
    Failure::new("The output could not be written.", format!("Look at where it is sent, and at the disk: {error}."))
}
