//! What is asked about people whom the directory lists: presence of many at once, and one photo.
//!
//! Owns both requests and the reading of their answers. Knows nothing of how often to ask. Start with [`presences`].

use super::{GraphError, refused, text};
use crate::{
    domain::{Cloud, Evidence, Guid, Presence, presence::MOST_IDS},
    entra::Token,
    http::Http,
};
use serde_json::{Value, json};

/// The largest photo that is taken, in bytes; one of 48 by 48 pixels has about two thousand.
const MOST_BYTES: usize = 256 * 1024;

/// Somebody in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    /// The Object ID.
    pub id: Guid,
    /// As colleagues see them.
    pub name: String,
    /// The user principal name.
    pub principal_name: String,
}

/// The first few people whose name, address or principal name has words that begin like these. It takes `User.Read.All`.
///
/// <https://learn.microsoft.com/en-us/graph/search-query-parameter>
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn search(http: &Http, cloud: &Cloud, token: &Token, words: &str) -> Result<Vec<Somebody>, GraphError> {
    // Quotes and backslashes belong to the syntax of the query; nobody has one in a name that is looked for.
    let words: String = words.chars().filter(|c| !matches!(c, '"' | '\\') && !c.is_control()).take(100).collect();
    let clauses = ["displayName", "mail", "userPrincipalName"].map(|name| format!("\"{name}:{words}\""));
    let query: String = url::form_urlencoded::byte_serialize(clauses.join(" OR ").as_bytes()).collect();
    let fields = "$select=id,displayName,userPrincipalName&$top=10";
    // `+` for a blank is the form's way, not Graph's.
    let url = format!("{}/v1.0/users?$search={}&{fields}", cloud.graph_url(), query.replace('+', "%20"));
    let answer = http.get_eventual(&url, &token.value).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let body = answer.json()?;
    let found = body.get("value").and_then(Value::as_array).ok_or_else(|| answer.foreign())?;
    let read = |one: &Value| {
        let principal_name = text(one, "userPrincipalName").unwrap_or_default();
        let name = text(one, "displayName").unwrap_or_else(|| principal_name.clone());
        Some(Somebody { id: Guid::parse(&text(one, "id")?).ok()?, name, principal_name })
    };
    Ok(found.iter().filter_map(read).collect())
}

/// The presence of up to [`MOST_IDS`] people, in any order; people whom Graph does not know are not among them. It takes
/// `Presence.Read.All`.
///
/// <https://learn.microsoft.com/en-us/graph/api/cloudcommunications-getpresencesbyuserid>
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn presences(
    http: &Http,
    cloud: &Cloud,
    token: &Token,
    people: &[Guid],
) -> Result<(Vec<(Guid, Presence)>, Evidence), GraphError> {
    let ids: Vec<String> = people.iter().take(MOST_IDS).map(Guid::to_string).collect();
    let url = format!("{}/v1.0/communications/getPresencesByUserId", cloud.graph_url());
    let answer = http.ask(&url, &token.value, &json!({"ids": ids})).await?;
    if answer.status != 200 {
        return Err(refused(&answer));
    }
    let body = answer.json()?;
    let found = body.get("value").and_then(Value::as_array).ok_or_else(|| answer.foreign())?;
    // By id, never by position: nobody promises an order.
    let read = |one: &Value| Some((Guid::parse(&text(one, "id")?).ok()?, read_presence(one)));
    Ok((found.iter().filter_map(read).collect(), answer.evidence()))
}

fn read_presence(one: &Value) -> Presence {
    let away = one.get("outOfOfficeSettings");
    let written = one.pointer("/statusMessage/message").filter(|message| {
        let kind = message.get("contentType").and_then(Value::as_str).unwrap_or("text");
        kind.eq_ignore_ascii_case("text")
    });
    let out_of_office = away.and_then(|away| away.get("isOutOfOffice")).and_then(Value::as_bool).unwrap_or(false);
    Presence {
        availability: text(one, "availability").unwrap_or_default(),
        activity: text(one, "activity").unwrap_or_default(),
        message: written
            .and_then(|message| text(message, "content"))
            .or_else(|| away.filter(|_| out_of_office).and_then(|away| text(away, "message"))),
        out_of_office,
    }
}

/// A person's photo of 48 by 48 pixels, as JPEG or PNG; `None` where the person has none. It takes `ProfilePhoto.Read.All` or
/// `User.Read.All`.
///
/// <https://learn.microsoft.com/en-us/graph/api/profilephoto-get>
///
/// # Errors
/// Graph did not answer, or answered no.
pub async fn photo(http: &Http, cloud: &Cloud, token: &Token, person: Guid) -> Result<Option<Vec<u8>>, GraphError> {
    let url = format!("{}/v1.0/users/{person}/photos/48x48/$value", cloud.graph_url());
    let answer = http.get(&url, &token.value).await?;
    match answer.status {
        200 => Ok(Some(answer.bytes().to_vec()).filter(|bytes| bytes.len() <= MOST_BYTES)),
        404 => Ok(None),
        _ => Err(refused(&answer)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_presence_is_read_with_what_the_person_wrote() {
        let one = |more: Value| {
            let mut body = json!({"id": "x", "availability": "Busy", "activity": "InACall"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read_presence(&body)
        };
        let plain =
            one(json!({"statusMessage": null, "outOfOfficeSettings": {"isOutOfOffice": false, "message": "old"}}));
        assert_eq!((plain.availability.as_str(), plain.activity.as_str(), plain.message), ("Busy", "InACall", None));
        let note = json!({"statusMessage": {"message": {"content": "Back\n soon", "contentType": "text"}}});
        assert_eq!(one(note).message.as_deref(), Some("Back soon"));
        let html = json!({"statusMessage": {"message": {"content": "<b>x</b>", "contentType": "html"}}});
        assert_eq!(one(html).message, None);
        let away = one(json!({"outOfOfficeSettings": {"isOutOfOffice": true, "message": "On leave"}}));
        assert!(away.out_of_office && away.message.as_deref() == Some("On leave"));
        assert_eq!(read_presence(&json!({})), Presence::default());
    }
}
