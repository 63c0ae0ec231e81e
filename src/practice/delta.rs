//! `GET /users/delta`: everybody once, then only who came, went or changed since.
//!
//! It owns the rounds and their tokens. It must not know tokens of sign-in or roles; `graph` has checked them. Start reading at
//! `respond`. <https://learn.microsoft.com/en-us/graph/api/user-delta>

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    Scenario,
    call::Call,
    graph_error::{Answer, Fault},
    odata::{self, Options},
    people::Person,
    roster::{Missed, Removal},
    users,
    world::World,
};

/// The most `id eq` clauses in one `$filter`.
const MOST_IDS: usize = 50;

/// What Graph writes into the links: the query of the first request, and how far the round has come.
#[derive(Clone, Serialize, Deserialize)]
struct Round {
    /// Whose token it is: a tenant that was started anew has forgotten its journal.
    tenant: i64,
    select: Option<Vec<String>>,
    top: usize,
    only: Vec<Uuid>,
    step: Step,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
enum Step {
    /// Everybody, from this index on; what changed since `place` comes with the next round.
    All { from: u32, again: bool, place: usize },
    /// Who changed since `place`.
    Since { place: usize },
    /// The rest of a round that reads the journal from `place` to `end`.
    Changes { place: usize, end: usize, skip: usize },
}

pub(super) fn respond(world: &World, call: &Call) -> Result<Answer, Fault> {
    let options = Options::read_with(call, &["$deltatoken", "$filter"])?;
    for refused in ["$search", "$skip"] {
        if options.get(refused).is_some() {
            return Err(Fault::unsupported_query(format!("'{refused}' is not supported by delta query.")));
        }
    }
    let is_minimal = call.header("prefer").is_some_and(|prefer| prefer.contains("return=minimal"));
    let (mut round, latest) = begin(world, &options)?;
    let step = match round.step {
        Step::Since { place } => {
            if world.scenario() == Scenario::PeopleChange {
                world.people.stir();
            }
            Step::Changes { place, end: world.people.place(), skip: 0 }
        }
        step => step,
    };
    let properties = properties(&round)?;
    let (value, next) = match step {
        _ if latest => (Vec::new(), None),
        Step::All { from, again, place } => everybody(world, &round, &properties, (from, again), place),
        Step::Changes { place, end, skip } => changes(world, &round, &properties, is_minimal, (place, end, skip)),
        Step::Since { .. } => (Vec::new(), None),
    };
    let (link, name) = match next {
        Some(next) => {
            round.step = next;
            ("@odata.nextLink", "$skiptoken")
        }
        None => {
            let place = match step {
                Step::All { place, .. } | Step::Since { place } => place,
                Step::Changes { end, .. } => end,
            };
            round.step = Step::Since { place };
            ("@odata.deltaLink", "$deltatoken")
        }
    };
    let selected: Option<Vec<&str>> = round.select.as_ref().map(|names| names.iter().map(String::as_str).collect());
    let mut body = Map::new();
    body.insert("@odata.context".to_owned(), json!(odata::context(&world.origin, "users", selected.as_deref(), false)));
    body.insert(link.to_owned(), json!(format!("{}/v1.0/users/delta?{name}={}", world.origin, write(&round))));
    body.insert("value".to_owned(), Value::Array(value));
    Ok(Answer::Json(Value::Object(body)))
}

/// The round that the request begins or goes on with, and whether it only wants a token for now.
fn begin(world: &World, options: &Options) -> Result<(Round, bool), Fault> {
    let tokens = (options.get("$skiptoken"), options.get("$deltatoken"));
    let latest = matches!(tokens.1, Some(token) if token.eq_ignore_ascii_case("latest"));
    match tokens {
        (Some(token), _) => return read(world, token).map(|round| (round, false)),
        (None, Some(token)) if !latest => {
            if world.scenario() == Scenario::DeltaExpired {
                return Err(expired("syncStateNotFound"));
            }
            return read(world, token).map(|round| (round, false));
        }
        _ => {}
    }
    let select = options.select("user", &users::KNOWN)?;
    let only = options.get("$filter").map_or(Ok(Vec::new()), only)?;
    let round = Round {
        tenant: world.started.timestamp_micros(),
        select: select.map(|names| names.into_iter().map(str::to_owned).collect()),
        top: options.page_size()?,
        only,
        step: Step::All { from: 0, again: false, place: world.people.place() },
    };
    Ok((round, latest))
}

/// `id eq '…' or id eq '…'`, the only filter that delta takes.
fn only(filter: &str) -> Result<Vec<Uuid>, Fault> {
    let refuse = || Fault::unsupported_query("Delta query supports only '$filter=id eq {value}', joined with 'or'.");
    let clauses: Vec<&str> = filter.split(" or ").collect();
    if clauses.len() > MOST_IDS {
        return Err(Fault::unsupported_query(format!("Delta query supports at most {MOST_IDS} ids in a filter.")));
    }
    let id = |clause: &str| {
        let value = clause.trim().strip_prefix("id eq ")?.trim().strip_prefix('\'')?.strip_suffix('\'')?;
        Uuid::try_parse(value).ok()
    };
    clauses.into_iter().map(|clause| id(clause).ok_or_else(refuse)).collect()
}

fn properties(round: &Round) -> Result<Vec<&'static str>, Fault> {
    let Some(names) = &round.select else { return Ok(users::DEFAULT.to_vec()) };
    // The id comes along whether it is asked for or not.
    let named = |known: &&&'static str| **known == "id" || names.iter().any(|name| name == *known);
    Ok(users::KNOWN.iter().filter(named).copied().collect())
}

/// A page of the first round. What was never set is left out.
fn everybody(
    world: &World,
    round: &Round,
    properties: &[&'static str],
    (from, again): (u32, bool),
    place: usize,
) -> (Vec<Value>, Option<Step>) {
    let wanted = |person: &Person| round.only.is_empty() || round.only.contains(&person.id());
    let page = users::page(world, &wanted, (from, again), round.top);
    let value = page.people.iter().map(|person| object(person, properties, |value| !is_unset(value))).collect();
    (value, page.next.map(|(from, again)| Step::All { from, again, place }))
}

/// A page of what changed: everything that is set with what was unset, or with `return=minimal` the changes alone.
fn changes(
    world: &World,
    round: &Round,
    properties: &[&'static str],
    is_minimal: bool,
    (place, end, skip): (usize, usize, usize),
) -> (Vec<Value>, Option<Step>) {
    let told = world.people.since(place, end).into_iter().filter_map(|missed| match missed {
        Missed::Removed(id, _) if !round.only.is_empty() && !round.only.contains(&id) => None,
        Missed::Removed(id, how) => {
            let reason = if how == Removal::Changed { "changed" } else { "deleted" };
            Some(json!({"id": id.to_string(), "@removed": {"reason": reason}}))
        }
        Missed::Changed(person, _) if !round.only.is_empty() && !round.only.contains(&person.id()) => None,
        Missed::Changed(person, None) => Some(object(&person, properties, |value| !is_unset(value))),
        Missed::Changed(person, Some(changed)) => {
            let seen: Vec<&str> = properties.iter().filter(|one| changed.contains(one)).copied().collect();
            if seen.is_empty() {
                return None;
            }
            let mut kept: Vec<&'static str> = properties.to_vec();
            if is_minimal {
                kept.retain(|name| *name == "id" || seen.contains(name));
            }
            let all = object(&person, &kept, |_| true);
            let told = all.as_object().into_iter().flatten();
            let told = told.filter(|(name, value)| seen.contains(&name.as_str()) || !is_unset(value));
            Some(Value::Object(told.map(|(name, value)| (name.clone(), value.clone())).collect()))
        }
    });
    let mut rest: Vec<Value> = told.skip(skip).take(round.top + 1).collect();
    let more = rest.len() > round.top;
    rest.truncate(round.top);
    (rest, more.then_some(Step::Changes { place, end, skip: skip + round.top }))
}

fn object(person: &Person, properties: &[&str], keep: impl Fn(&Value) -> bool) -> Value {
    let mut all = users::object(person, properties);
    all.retain(|_, value| keep(value));
    Value::Object(all)
}

fn is_unset(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

fn write(round: &Round) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(round).unwrap_or_default())
}

fn read(world: &World, token: &str) -> Result<Round, Fault> {
    let decoded = URL_SAFE_NO_PAD.decode(token).ok();
    let round: Option<Round> = decoded.and_then(|text| serde_json::from_slice(&text).ok());
    let round = round.ok_or_else(|| Fault::bad_request("Badly formed token."))?;
    // A tenant that was started anew does not know what changed before.
    if round.tenant == world.started.timestamp_micros() { Ok(round) } else { Err(expired("resyncRequired")) }
}

/// The client must begin anew. <https://learn.microsoft.com/en-us/graph/errors>
fn expired(code: &'static str) -> Fault {
    let message = "The delta token is no longer valid. Begin a full synchronization.";
    Fault::new(StatusCode::GONE, code, message)
}
