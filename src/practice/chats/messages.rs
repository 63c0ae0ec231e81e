//! The messages of a chat: sending one, reading them page by page.
//!
//! It owns their JSON and the query rules. It must not know who may see a chat; that is `chats`. Start reading at `send`
//! and `list`. <https://learn.microsoft.com/en-us/graph/api/resources/chatmessage>

use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{
    super::{Scenario, TENANT_ID, odata::Options},
    Answer, Call, Chat, Claims, Fault, Person, World, bad, caller, known_members,
    state::{Message, Said},
    time, visible,
};

/// "The approximate size limit is 28 KB." <https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams>
const LARGEST: usize = 28 * 1024;
/// A page without `$top`, and the largest.
const PAGE: usize = 20;
const LARGEST_PAGE: usize = 50;

/// `POST /chats/{id}/messages` <https://learn.microsoft.com/en-us/graph/api/chat-post-messages>
pub(in crate::practice) fn send(world: &World, call: &Call, claims: &Claims, id: &str) -> Result<Answer, Fault> {
    check_payment(world, call)?;
    let sender = caller(world, claims)?;
    let sender = sender.ok_or_else(|| Fault::not_built("importing messages"))?;
    let said = read(&call.json()?)?;
    let mut chats = world.chats();
    let chat = visible(&mut chats, Some(&sender), id)?;
    let others = chat.members.iter().filter(|one| **one != sender.id());
    let others: Vec<Person> = others.filter_map(|one| world.people.by_id(*one)).collect();
    let message = chats.say(id, &sender, said, &others, Utc::now());
    let message = message.ok_or_else(|| Fault::not_found(id))?;
    let mut body = object(world, id, message, false);
    body["@odata.context"] = json!(format!("{}/v1.0/$metadata#chats('{id}')/messages/$entity", world.origin));
    Ok(Answer::Created(body))
}

fn read(body: &Value) -> Result<Said, Fault> {
    const KNOWN: [&str; 8] =
        ["attachments", "body", "hostedContents", "importance", "locale", "mentions", "subject", "summary"];
    known_members(body, &KNOWN, "chatMessage")?;
    known_members(&body["body"], &["content", "contentType"], "itemBody")
        .map_err(|_| bad("The body of a message must be an object with 'content' and, if need be, 'contentType'."))?;
    let content = body["body"]["content"].as_str().unwrap_or_default().to_owned();
    if content.trim().is_empty() {
        return Err(bad("Missing body content."));
    }
    if content.len() > LARGEST {
        return Err(Fault::from_workload(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "Message size exceeds the maximum limit of 28 KB.",
        ));
    }
    let is_html = match body["body"]["contentType"].as_str() {
        None | Some("text") => false,
        Some("html") => true,
        Some(other) => return Err(bad(format!("Invalid content type '{other}' specified for the message body."))),
    };
    let text = if is_html { plain(&content) } else { content.clone() };
    Ok(Said { is_html, content, text })
}

/// What a person reads of simple HTML: tags go, the five entities and the hard blank become signs.
fn plain(html: &str) -> String {
    let mut text = String::new();
    let mut in_tag = false;
    for one in html.chars() {
        match one {
            '<' => in_tag = true,
            '>' if in_tag => in_tag = false,
            one if !in_tag => text.push(one),
            _ => {}
        }
    }
    for (entity, sign) in
        [("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
    {
        text = text.replace(entity, sign);
    }
    text
}

/// Since 25 August 2025 nothing is metered and `model` is ignored; the scenario shows what was before.
/// <https://github.com/mattermost/mattermost-plugin-msteams/issues/152>
fn check_payment(world: &World, call: &Call) -> Result<(), Fault> {
    let model = call.query().into_iter().find(|(name, _)| name == "model").map(|(_, value)| value);
    match (world.scenario(), model.as_deref()) {
        (Scenario::PaymentRequired, None) => Err(Fault::from_workload(
            StatusCode::PAYMENT_REQUIRED,
            "PaymentRequired",
            "Evaluation mode capacity has been exceeded. Use a valid billing model. Visit \
             https://docs.microsoft.com/en-us/graph/teams-licenses for more details.",
        )),
        (Scenario::PaymentRequired, Some("A")) => Err(Fault::from_workload(
            StatusCode::PAYMENT_REQUIRED,
            "PaymentRequired",
            "The user needs a valid license to access this API. Use billing model 'B'.",
        )),
        _ => Ok(()),
    }
}

/// `GET /chats/{id}/messages` <https://learn.microsoft.com/en-us/graph/api/chat-list-messages>
pub(in crate::practice) fn list(world: &World, call: &Call, claims: &Claims, id: &str) -> Result<Answer, Fault> {
    check_payment(world, call)?;
    let query = Query::read(call)?;
    let caller = caller(world, claims)?;
    let mut chats = world.chats();
    let chat = visible(&mut chats, caller.as_ref(), id)?;
    let context = format!("{}/v1.0/$metadata#chats('{id}')/messages", world.origin);
    let path = format!("{}/v1.0/chats/{id}/messages", world.origin);
    Ok(Answer::Json(page(world, call, &query, &[&*chat], &context, &path)))
}

/// `GET /users/{id}/chats/getAllMessages`, once metered. <https://learn.microsoft.com/en-us/graph/api/chats-getallmessages>
pub(in crate::practice) fn of_everybody(world: &World, call: &Call, key: &str) -> Result<Answer, Fault> {
    check_payment(world, call)?;
    let query = Query::read(call)?;
    let person = uuid::Uuid::try_parse(key).ok().and_then(|id| world.people.by_id(id));
    let person = person.or_else(|| world.people.by_principal_name(key)).ok_or_else(|| Fault::not_found(key))?;
    let mut chats = world.chats();
    let mine: Vec<&Chat> = chats.of(person.id(), Utc::now()).collect();
    let context = format!("{}/v1.0/$metadata#Collection(chatMessage)", world.origin);
    let path = format!("{}/v1.0/users/{key}/chats/getAllMessages", world.origin);
    Ok(Answer::Json(page(world, call, &query, &mine, &context, &path)))
}

fn page(world: &World, call: &Call, query: &Query, chats: &[&Chat], context: &str, path: &str) -> Value {
    let all = chats.iter().flat_map(|chat| chat.messages.iter().map(|message| (chat.id.as_str(), message)));
    let mut wanted: Vec<_> = all.filter(|(_, message)| query.takes(message)).collect();
    wanted.sort_by_key(|(_, message)| std::cmp::Reverse(message.id));
    let show_kinds = call.header("prefer").is_some_and(|prefer| prefer.contains("include-unknown-enum-members"));
    let shown = wanted.iter().take(query.top);
    let value: Vec<Value> = shown.map(|(id, message)| object(world, id, message, show_kinds)).collect();
    let mut body = json!({"@odata.context": context, "@odata.count": value.len(), "value": value});
    if let Some((_, last)) = wanted.get(query.top - 1).filter(|_| wanted.len() > query.top) {
        let token = URL_SAFE_NO_PAD.encode(format!("practice messages before {}", last.id));
        body["@odata.nextLink"] = json!(call.link(path, "$skiptoken", &token));
    }
    body
}

/// What a list of messages may be asked for.
struct Query {
    top: usize,
    /// Only messages older than this one, from a next link.
    before: Option<i64>,
    /// Bounds that a message must lie between, both left out.
    after: Option<DateTime<Utc>>,
    until: Option<DateTime<Utc>>,
}

impl Query {
    fn read(call: &Call) -> Result<Query, Fault> {
        let options = Options::read_with(call, &["$filter", "$orderby"])?;
        for refused in ["$select", "$search", "$skip", "$count"] {
            if options.get(refused).is_some() {
                return Err(bad(format!("Query option '{refused}' is not allowed.")));
            }
        }
        let top = match options.get("$top").map(str::parse) {
            None => PAGE,
            Some(Ok(top @ 1..=LARGEST_PAGE)) => top,
            Some(Ok(0)) | Some(Err(_)) => return Err(bad("Invalid value for $top query option.")),
            Some(Ok(_)) => return Err(bad(format!("The limit of '{LARGEST_PAGE}' for Top query has been exceeded."))),
        };
        let order = order(options.get("$orderby"))?;
        let before = options.get("$skiptoken").map(read_token).transpose()?;
        let mut query = Query { top, before, after: None, until: None };
        // "Otherwise, the $filter query option is ignored": without an order by the same property.
        if let Some((filter, order)) = options.get("$filter").zip(order) {
            query.filter(filter, order)?;
        }
        Ok(query)
    }

    fn filter(&mut self, filter: &str, order: &str) -> Result<(), Fault> {
        for clause in filter.split(" and ") {
            let words: Vec<&str> = clause.split_whitespace().collect();
            let [name, operator, value] = words[..] else {
                return Err(bad(format!("Invalid filter clause '{clause}'.")));
            };
            if name != order {
                continue;
            }
            let value = DateTime::parse_from_rfc3339(value)
                .map_err(|_| bad(format!("Invalid date and time '{value}' in the filter clause.")))?
                .to_utc();
            match (operator, name) {
                ("lt", _) => self.until = Some(value),
                ("gt", "lastModifiedDateTime") => self.after = Some(value),
                _ => return Err(bad(format!("Operator '{operator}' is not supported for '{name}'."))),
            }
        }
        Ok(())
    }

    fn takes(&self, message: &Message) -> bool {
        self.before.is_none_or(|id| message.id < id)
            && self.after.is_none_or(|time| message.created > time)
            && self.until.is_none_or(|time| message.created < time)
    }
}

/// Newest first is the only order. <https://learn.microsoft.com/en-us/graph/api/chat-list-messages>
fn order(text: Option<&str>) -> Result<Option<&'static str>, Fault> {
    let Some(text) = text else {
        return Ok(None);
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    match words[..] {
        ["lastModifiedDateTime", "desc"] => Ok(Some("lastModifiedDateTime")),
        ["createdDateTime", "desc"] => Ok(Some("createdDateTime")),
        _ => Err(bad(format!(
            "QueryOptions to order by '{text}' is not supported. The allowed properties are lastModifiedDateTime and \
             createdDateTime in descending order."
        ))),
    }
}

fn read_token(token: &str) -> Result<i64, Fault> {
    let place = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
        text.strip_prefix("practice messages before ")?.parse().ok()
    };
    place().ok_or_else(|| bad("Invalid skip token."))
}

fn object(world: &World, chat: &str, message: &Message, show_kinds: bool) -> Value {
    let sender = message.from.and_then(|id| world.people.by_id(id));
    let kind = match (message.from, show_kinds) {
        (Some(_), _) => "message",
        (None, true) => "systemEventMessage",
        // <https://learn.microsoft.com/en-us/graph/best-practices-concept#handling-future-members-in-evolvable-enumerations>
        (None, false) => "unknownFutureValue",
    };
    let user = message.from.map(|id| {
        json!({
            "@odata.type": "#microsoft.graph.teamworkUserIdentity",
            "id": id.to_string(),
            "displayName": sender.as_ref().map(|person| &person.display_name),
            "userIdentityType": "aadUser",
            "tenantId": TENANT_ID,
        })
    });
    let created = time(message.created);
    json!({
        "id": message.id.to_string(),
        "replyToId": null,
        "etag": message.id.to_string(),
        "messageType": kind,
        "createdDateTime": created,
        "lastModifiedDateTime": created,
        "lastEditedDateTime": null,
        "deletedDateTime": null,
        "subject": null,
        "summary": null,
        "chatId": chat,
        "importance": "normal",
        "locale": "en-us",
        "webUrl": null,
        "channelIdentity": null,
        "policyViolation": null,
        "eventDetail": null,
        "from": user.map(|user| json!({"application": null, "device": null, "user": user})),
        "body": {"contentType": if message.is_html { "html" } else { "text" }, "content": message.content},
        "attachments": [],
        "mentions": [],
        "reactions": [],
    })
}
