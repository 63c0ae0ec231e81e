//! Chats in Teams on behalf of a person: beginning one, writing into it, and reading what is written.
//!
//! Owns the requests and the reading of their answers; HTML becomes plain text here. Knows nothing of conferences. A message
//! is written in one try, since Teams drops no repeated one; what a lost answer means is the caller's. Start with [`open`].
//!
//! Sources: <https://learn.microsoft.com/en-us/graph/api/chat-post>, <https://learn.microsoft.com/en-us/graph/api/chat-post-messages>
//! and <https://learn.microsoft.com/en-us/graph/api/chat-list-messages>.

use super::{GraphError, moment, refused};
use crate::{
    domain::{Cloud, CloudKind, Guid, Secret, conference::courier::Seen},
    http::{Cause, Http},
};
use chrono::{DateTime, SecondsFormat, Utc};
use html2text::render::TrivialDecorator;
use serde_json::{Value, json};

/// Messages a page; Graph allows no more.
const PAGE: usize = 50;
/// Pages of one reading. A conference has no thousand messages between two readings.
const PAGES: usize = 20;
/// The longest HTML that is read, in bytes. Teams takes 28 KB.
const LONGEST_HTML: usize = 128 * 1024;
/// Tags of one message. Time grows with the square of how deep they are nested.
const TAGS: usize = 2000;
/// Stands for what has no text.
const ATTACHMENT: &str = "(an attachment)";

/// A chat of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Graph's id, such as `19:…@unq.gbl.spaces`.
    pub id: String,
}

/// The chat of `me`, whose token this is, with `other`. Where there is one already, Graph answers that one.
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn open(http: &Http, cloud: &Cloud, token: &Secret, me: Guid, other: Guid) -> Result<Chat, GraphError> {
    // The address of the cloud's own Graph, whatever it is: another cloud's users are unknown here.
    let member = |id: Guid| {
        json!({
            "@odata.type": "#microsoft.graph.aadUserConversationMember",
            "roles": ["owner"],
            "user@odata.bind": format!("{}/v1.0/users('{id}')", cloud.graph_url()),
        })
    };
    let url = format!("{}/v1.0/chats", cloud.graph_url());
    // Asking twice gives the same chat, so that this may be tried again.
    let answer =
        http.ask(&url, token, &json!({"chatType": "oneOnOne", "members": [member(me), member(other)]})).await?;
    if !matches!(answer.status, 200 | 201) {
        return Err(refused(&answer));
    }
    let id = answer.json()?.get("id").and_then(Value::as_str).map(str::to_owned);
    Ok(Chat { id: id.ok_or_else(|| answer.foreign())? })
}

/// Writes a message as plain text, which needs no escaping. Answers the server's name for it.
///
/// # Errors
/// Graph did not answer, or answered no. [`is_unsent`] tells whether the message may stand in the chat all the same.
pub async fn write(http: &Http, cloud: &Cloud, token: &Secret, chat: &Chat, text: &str) -> Result<String, GraphError> {
    let body = json!({"body": {"contentType": "text", "content": text}});
    let answer = http.post(&messages_url(cloud, chat), token, &body).await?;
    if !matches!(answer.status, 200 | 201) {
        return Err(refused(&answer));
    }
    let id = answer.json()?.get("id").and_then(Value::as_str).map(str::to_owned);
    Ok(id.ok_or_else(|| answer.foreign())?)
}

/// Whether a message that was to be written is surely not in the chat.
pub fn is_unsent(error: &GraphError) -> bool {
    match error {
        GraphError::Refused(refusal) => refusal.status < 500,
        GraphError::Failed(failure) => matches!(
            failure.cause,
            Cause::NoTrustStore
                | Cause::CaFile
                | Cause::Offline
                | Cause::NameNotFound
                | Cause::Refused
                | Cause::NoRoute
                | Cause::NotConnected
                | Cause::ProxyUnreachable
                | Cause::ProxyPassword
                | Cause::ProxyRefused
                | Cause::CertificateNotTrusted
                | Cause::CertificateRevoked
                | Cause::CertificateNotNow
                | Cause::CertificateOfAnother
                | Cause::Tls
        ),
    }
}

/// The newest messages, at most 50, in any order.
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn newest(
    http: &Http,
    cloud: &Cloud,
    token: &Secret,
    chat: &Chat,
    me: Guid,
) -> Result<Vec<Seen>, GraphError> {
    let url = format!("{}?$top={PAGE}", messages_url(cloud, chat));
    Ok(page(http, cloud, token, &url, me).await?.seen)
}

/// All messages that were written or changed after `since`, in any order.
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn since(
    http: &Http,
    cloud: &Cloud,
    token: &Secret,
    chat: &Chat,
    me: Guid,
    since: DateTime<Utc>,
) -> Result<Vec<Seen>, GraphError> {
    let mut url = since_url(cloud, chat, since);
    let mut all = Vec::new();
    for _ in 0..PAGES {
        let page = page(http, cloud, token, &url, me).await?;
        all.extend(page.seen);
        match page.next {
            Some(next) if page.oldest.is_none_or(|oldest| oldest > since) => url = next,
            _ => break,
        }
    }
    Ok(all)
}

/// The clouds of the US Government take no `$orderby` here, and `$filter` goes only with it. Newest first is the default.
/// <https://learn.microsoft.com/en-us/graph/teamwork-national-cloud-differences>
fn since_url(cloud: &Cloud, chat: &Chat, since: DateTime<Utc>) -> String {
    let url = format!("{}?$top={PAGE}", messages_url(cloud, chat));
    if matches!(cloud.kind(), CloudKind::UsGovHigh | CloudKind::UsGovDod) {
        return url;
    }
    let since = since.to_rfc3339_opts(SecondsFormat::Millis, true);
    format!("{url}&$orderby=lastModifiedDateTime desc&$filter=lastModifiedDateTime gt {since}")
}

fn messages_url(cloud: &Cloud, chat: &Chat) -> String {
    let id: String = url::form_urlencoded::byte_serialize(chat.id.as_bytes()).collect();
    format!("{}/v1.0/chats/{id}/messages", cloud.graph_url())
}

struct Page {
    seen: Vec<Seen>,
    /// When the oldest message of the page was changed last.
    oldest: Option<DateTime<Utc>>,
    next: Option<String>,
}

async fn page(http: &Http, cloud: &Cloud, token: &Secret, url: &str, me: Guid) -> Result<Page, GraphError> {
    let answer = http.get(url, token).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let body = answer.json()?;
    let messages = body.get("value").and_then(Value::as_array).ok_or_else(|| answer.foreign())?;
    let next = body.get("@odata.nextLink").and_then(Value::as_str).map(str::to_owned);
    // The token goes to the cloud's own Graph only, wherever a link leads.
    if next.as_ref().is_some_and(|next| !next.starts_with(&format!("{}/", cloud.graph_url()))) {
        return Err(answer.foreign().into());
    }
    Ok(Page {
        seen: messages.iter().filter_map(|message| seen(message, me)).collect(),
        oldest: messages.iter().filter_map(|message| moment(message, "lastModifiedDateTime")).min(),
        next,
    })
}

/// What a person wrote. Events of the system, messages of apps and what was deleted are left out.
fn seen(message: &Value, me: Guid) -> Option<Seen> {
    let part = |pointer: &str| message.pointer(pointer).and_then(Value::as_str);
    if part("/messageType") != Some("message") || part("/deletedDateTime").is_some() {
        return None;
    }
    let from = Guid::parse(part("/from/user/id")?).ok()?;
    let content = part("/body/content").unwrap_or_default();
    let mut text = match part("/body/contentType") {
        Some(kind) if kind.eq_ignore_ascii_case("html") => plain(content),
        _ => clean(content),
    };
    let attached = message.get("attachments").and_then(Value::as_array).is_some_and(|list| !list.is_empty());
    if text.is_empty() && (attached || content.contains("<img") || content.contains("<attachment")) {
        ATTACHMENT.clone_into(&mut text);
    }
    Some(Seen { created: moment(message, "createdDateTime")?, id: part("/id")?.to_owned(), mine: from == me, text })
}

/// HTML as it reads. Nothing of it is run, loaded or followed.
fn plain(html: &str) -> String {
    let end = html.len().min(LONGEST_HTML);
    let end = (0..=end).rev().find(|at| html.is_char_boundary(*at)).unwrap_or_default();
    let html = with_emoji(&html[..end]);
    if html.matches('<').count() > TAGS {
        return clean(
            &html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect::<String>(),
        );
    }
    let plain = html2text::config::with_decorator(TrivialDecorator::new()).raw_mode(true);
    // A line of Teams is as long as it likes; where lines break is the reader's.
    match plain.allow_width_overflow().string_from_read(html.as_bytes(), LONGEST_HTML) {
        Ok(text) => clean(&text),
        Err(_) => String::new(),
    }
}

/// Teams writes an emoji as an element of its own: its text is in an attribute.
fn with_emoji(html: &str) -> String {
    let mut parts = html.split("<emoji");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let tag = part.split('>').next().unwrap_or_default();
        let alt = tag.split_once("alt=\"").and_then(|(_, rest)| rest.split_once('"')).map_or("", |(alt, _)| alt);
        text += alt;
        text += "<emoji";
        text += part;
    }
    text
}

/// Without control characters, but for line breaks, and without blanks at the ends.
fn clean(text: &str) -> String {
    let text: String = text
        .replace("\r\n", "\n")
        .chars()
        .map(|c| if c == '\u{a0}' || c == '\t' { ' ' } else { c })
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_reads_as_it_looks_and_nothing_in_it_is_dangerous() {
        let deep = "<div>".repeat(20_000) + "deep";
        for (html, expect) in [
            ("<p>YES</p>", "YES"),
            ("<div><div>yes&nbsp;</div>\n</div>", "yes"),
            ("one<br>two", "one\ntwo"),
            ("<p>Grüße &amp; <b>more</b> &lt;3</p>", "Grüße & more <3"),
            ("<p>see <a href=\"https://example.com/x\">this</a></p>", "see this"),
            ("<script>alert(1)</script><style>p{}</style><p>safe</p>", "safe"),
            ("<p><at id=\"0\">Zoë</at> hello</p>", "Zoë hello"),
            ("<p>fine <emoji id=\"smile\" alt=\"🙂\" title=\"Smile\"></emoji></p>", "fine 🙂"),
            ("<img src=\"https://example.com/x.png\">", ""),
            ("<p>not closed <b>at all", "not closed at all"),
            ("\u{1b}[31m<p>red\u{7}</p>", "[31m\n\nred"),
            ("", ""),
            (&deep, "deep"),
        ] {
            assert_eq!(plain(html), expect, "{}", &html[..html.len().min(60)]);
        }
        let long = format!("<p>{}</p>", "wort ".repeat(5_000));
        assert_eq!(plain(&long), "wort ".repeat(5_000).trim(), "no line is broken");
    }

    #[test]
    fn messages_are_asked_for_as_each_cloud_takes_it() {
        let chat = Chat { id: "19:a_b@unq.gbl.spaces".into() };
        let since = DateTime::from_timestamp_millis(1_795_000_000_123).expect("a moment");
        let url = |kind| since_url(&Cloud::known(kind).expect("a cloud"), &chat, since);
        assert_eq!(
            url(CloudKind::Global),
            "https://graph.microsoft.com/v1.0/chats/19%3Aa_b%40unq.gbl.spaces/messages?$top=50\
             &$orderby=lastModifiedDateTime desc&$filter=lastModifiedDateTime gt 2026-11-18T11:06:40.123Z"
        );
        for kind in [CloudKind::UsGovHigh, CloudKind::UsGovDod] {
            assert!(url(kind).ends_with(".us/v1.0/chats/19%3Aa_b%40unq.gbl.spaces/messages?$top=50"), "{}", url(kind));
        }
    }

    #[test]
    fn only_what_people_wrote_is_a_message() {
        let (me, other) = ("58a1f3c2-7d0e-4b52-9a61-0c7e2f4d8b90", "00d88624-aaaa-4c8e-9f1b-5c7d1a2b8928");
        let message = |changes: Value| {
            let mut message = json!({
                "id": "1", "messageType": "message", "createdDateTime": "2026-11-26T11:00:00.123Z", "deletedDateTime": null,
                "from": {"user": {"id": other}}, "body": {"contentType": "html", "content": "<p>YES</p>"}, "attachments": [],
            });
            let members = changes.as_object().expect("an object");
            members.iter().for_each(|(name, value)| message[name] = value.clone());
            seen(&message, Guid::parse(me).expect("a guid"))
        };
        let plain = message(json!({})).expect("a message");
        assert_eq!((plain.text.as_str(), plain.mine, plain.id.as_str()), ("YES", false, "1"));
        assert!(message(json!({"from": {"user": {"id": me.to_uppercase()}}})).expect("a message").mine);
        let text = json!({"body": {"contentType": "text", "content": "a < b\r\n"}});
        assert_eq!(message(text).expect("a message").text, "a < b");
        let picture = json!({"body": {"contentType": "html", "content": "<attachment id=\"x\"></attachment>"}});
        assert_eq!(message(picture).expect("a message").text, "(an attachment)");
        for nobodys in [
            json!({"messageType": "unknownFutureValue"}),
            json!({"messageType": "systemEventMessage"}),
            json!({"from": null}),
            json!({"from": {"application": {"id": other}, "user": null}}),
            json!({"deletedDateTime": "2026-11-26T11:00:00Z"}),
            json!({"createdDateTime": null}),
        ] {
            assert_eq!(message(nobodys), None);
        }
    }
}
