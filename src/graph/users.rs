//! Reading the people of the directory, page by page.
//!
//! Owns the addresses, the reading of a page without copying it, and the rule that a link is followed only to Graph itself.
//! Knows nothing of how often to try or where the people go. Start with [`page`].
//!
//! Sources: <https://learn.microsoft.com/en-us/graph/api/user-list>, <https://learn.microsoft.com/en-us/graph/paging> and
//! <https://learn.microsoft.com/en-us/graph/api/user-delta>.

use super::{GraphError, refused};
use crate::{
    domain::{Cloud, Guid},
    entra::Token,
    http::{Answer, Failure, Http},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use std::{borrow::Cow, cell::Cell, fmt};
use url::Url;

/// Only what is shown: Graph counts less for it, and it is a third of the bytes.
const SELECT: &str = "id,displayName,userPrincipalName,mail,jobTitle,department,businessPhones,mobilePhone";

/// The first page of everybody; Graph gives 999 at most.
pub fn everybody(cloud: &Cloud) -> String {
    format!("{}/v1.0/users?$select={SELECT}&$top=999", cloud.graph_url())
}

/// Brings no people, but a link to whatever changes from now on:
/// <https://learn.microsoft.com/en-us/graph/delta-query-overview>.
pub fn changes_from_now(cloud: &Cloud) -> String {
    format!("{}/v1.0/users/delta?$select={SELECT}&$deltatoken=latest", cloud.graph_url())
}

/// Where a list goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link {
    /// With the next page.
    Next(String),
    /// With what has changed, at some later time.
    Delta(String),
    /// Nowhere.
    End,
}

impl Link {
    /// The link to what changes later, if it is one.
    pub fn delta(self) -> Option<String> {
        match self {
            Link::Delta(url) => Some(url),
            Link::Next(_) | Link::End => None,
        }
    }
}

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageError {
    /// Graph did not answer, or answered no.
    Graph(GraphError),
    /// Graph names another host for the next page. It was not asked, and the token was not sent there.
    Elsewhere(String),
}

impl From<Failure> for PageError {
    fn from(failure: Failure) -> Self {
        PageError::Graph(failure.into())
    }
}

/// A page that has come.
pub struct Page {
    answer: Answer,
    /// Where the list goes on.
    pub link: Link,
}

/// Asks for a page, the first one or one that a link leads to. It takes `User.Read.All`.
///
/// # Errors
/// Graph did not answer, answered no, or leads elsewhere. One of 410, and 400 with the code `syncStateNotFound` or
/// `resyncRequired`, means that everybody has to be read again: [`is_too_old`].
pub async fn page(http: &Http, cloud: &Cloud, token: &Token, url: &str) -> Result<Page, PageError> {
    let answer = http.get(url, &token.value).await?;
    if answer.status != 200 {
        return Err(PageError::Graph(refused(&answer)));
    }
    let link = read_link(answer.bytes()).ok_or_else(|| answer.foreign())?;
    if let Link::Next(url) | Link::Delta(url) = &link
        && !is_ours(cloud, url)
    {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned));
        return Err(PageError::Elsewhere(host.unwrap_or_else(|| "an unreadable address".into())));
    }
    Ok(Page { answer, link })
}

/// How many people there are; `None` where Graph does not tell.
///
/// <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>
pub async fn count(http: &Http, cloud: &Cloud, token: &Token) -> Option<usize> {
    let url = format!("{}/v1.0/users/$count", cloud.graph_url());
    let answer = http.get_eventual(&url, &token.value).await.ok()?;
    let text = std::str::from_utf8(answer.bytes()).ok()?;
    text.trim_start_matches('\u{feff}').trim().parse().ok().filter(|_| answer.status == 200)
}

/// Whether a link is one to this cloud's Graph.
pub fn is_ours(cloud: &Cloud, link: &str) -> bool {
    let (Ok(link), Ok(ours)) = (Url::parse(link), Url::parse(cloud.graph_url())) else { return false };
    link.origin() == ours.origin() && link.username().is_empty() && link.path().starts_with("/v1.0/")
}

/// Whether Graph has forgotten what a link stands for, so that everybody has to be read from the beginning.
pub fn is_too_old(error: &PageError) -> bool {
    const CODES: [&str; 3] = ["syncStateNotFound", "resyncRequired", "Directory_ExpiredPageToken"];
    match error {
        PageError::Graph(GraphError::Refused(refusal)) => {
            let code = refusal.evidence.code.as_deref().unwrap_or_default();
            refusal.status == 410 || CODES.iter().any(|known| known.eq_ignore_ascii_case(code))
        }
        _ => false,
    }
}

/// One of a user's values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value<T> {
    /// It was not sent: in a list of changes, it is as it was.
    #[default]
    Missing,
    /// There is none.
    Null,
    /// This.
    Is(T),
}

impl<T> Value<T> {
    /// The value, if there is one.
    pub fn get(&self) -> Option<&T> {
        match self {
            Value::Is(value) => Some(value),
            Value::Missing | Value::Null => None,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Value<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Value::Null, Value::Is))
    }
}

/// A text that is borrowed from the page where nothing in it is escaped.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// A user as a page has it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct User<'a> {
    #[serde(borrow)]
    id: Text<'a>,
    /// `displayName`
    #[serde(borrow, default)]
    pub display_name: Value<Text<'a>>,
    /// `userPrincipalName`
    #[serde(borrow, default)]
    pub user_principal_name: Value<Text<'a>>,
    /// `mail`
    #[serde(borrow, default)]
    pub mail: Value<Text<'a>>,
    /// `jobTitle`
    #[serde(borrow, default)]
    pub job_title: Value<Text<'a>>,
    /// `department`
    #[serde(borrow, default)]
    pub department: Value<Text<'a>>,
    /// `mobilePhone`
    #[serde(borrow, default)]
    pub mobile_phone: Value<Text<'a>>,
    /// `businessPhones`
    #[serde(borrow, default)]
    pub business_phones: Value<Vec<Text<'a>>>,
    /// Whether the user was deleted, for good (`deleted`) or not yet (`changed`).
    #[serde(rename = "@removed", default, deserialize_with = "is_there")]
    pub removed: bool,
}

fn is_there<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(from).map(|_| true)
}

impl User<'_> {
    /// The Object ID; `None` for what is none.
    pub fn id(&self) -> Option<Guid> {
        Guid::from_server(&self.id.0)
    }
}

impl Page {
    /// Reads the page's users one by one, without copying them.
    ///
    /// # Errors
    /// The page is not what Graph would send. Some users may have been told already.
    pub fn each(&self, tell: impl FnMut(User<'_>)) -> Result<(), Failure> {
        let mut json = serde_json::Deserializer::from_slice(self.answer.bytes());
        let read = Users(tell).deserialize(&mut json);
        read.and_then(|()| json.end()).map_err(|_| self.answer.foreign())
    }
}

/// Hands on each element of `value`.
struct Users<F>(F);

impl<'de, F: FnMut(User<'de>)> DeserializeSeed<'de> for Users<F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, F: FnMut(User<'de>)> Visitor<'de> for Users<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page of users")
    }

    fn visit_map<M: MapAccess<'de>>(mut self, mut map: M) -> Result<(), M::Error> {
        let mut found = false;
        while let Some(Text(key)) = map.next_key()? {
            if key == "value" {
                map.next_value_seed(List(&mut self.0))?;
                found = true;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if found { Ok(()) } else { Err(serde::de::Error::missing_field("value")) }
    }
}

struct List<'f, F>(&'f mut F);

impl<'de, F: FnMut(User<'de>)> DeserializeSeed<'de> for List<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de, F: FnMut(User<'de>)> Visitor<'de> for List<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of users")
    }

    fn visit_seq<S: SeqAccess<'de>>(self, mut users: S) -> Result<(), S::Error> {
        while let Some(user) = users.next_element()? {
            (self.0)(user);
        }
        Ok(())
    }
}

/// The page's link, without reading its users where the link comes before them, as Graph has it. `None` for what is no page.
fn read_link(body: &[u8]) -> Option<Link> {
    let found = Cell::new(None);
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = LinkOf(&found).deserialize(&mut json);
    match (found.take(), read) {
        (Some(link), _) => Some(link),
        (None, Ok(())) => Some(Link::End),
        (None, Err(_)) => None,
    }
}

/// Fills the cell, and stops with an error as soon as it has.
struct LinkOf<'c>(&'c Cell<Option<Link>>);

impl<'de> DeserializeSeed<'de> for LinkOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for LinkOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a page")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some(Text(key)) = map.next_key()? {
            let link = match &*key {
                "@odata.nextLink" => Link::Next,
                "@odata.deltaLink" => Link::Delta,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            if let Some(url) = map.next_value::<Option<String>>()? {
                self.0.set(Some(link(url)));
                return Err(serde::de::Error::custom("found"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CloudKind;

    #[test]
    fn the_link_is_found_wherever_it_stands() {
        let next = Some(Link::Next("https://x/y?a=\"b".into()));
        for (body, expect) in [
            (r#"{"@odata.nextLink":"https://x/y?a=\"b","value":[{"broken"#, next.clone()),
            (r#"{"value":[{"displayName":"\"@odata.nextLink\":\"no\""}],"@odata.nextLink":"https://x/y?a=\"b"}"#, next),
            (r#"{"@odata.deltaLink":"d","value":[]}"#, Some(Link::Delta("d".into()))),
            (r#"{"@odata.nextLink":null,"value":[]}"#, Some(Link::End)),
            (r#"{"value":[]}"#, Some(Link::End)),
            (r#"{"value":["#, None),
            ("<html>", None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(read_link(body.as_bytes()), expect, "{body}");
        }
        let deep = format!("{{\"value\":{}", "[".repeat(200_000));
        assert_eq!(read_link(deep.as_bytes()), None);
    }

    #[test]
    fn only_the_clouds_own_host_is_followed() {
        let cloud = Cloud::known(CloudKind::Global).expect("known");
        for (link, ours) in [
            ("https://graph.microsoft.com/v1.0/users?$skiptoken=x", true),
            ("https://graph.microsoft.com:443/v1.0/users", true),
            ("https://GRAPH.microsoft.com/v1.0/users", true),
            ("https://graph.microsoft.com.evil.example/v1.0/users", false),
            ("https://graph.microsoft.com@evil.example/v1.0/users", false),
            ("https://me@graph.microsoft.com/v1.0/users", false),
            ("http://graph.microsoft.com/v1.0/users", false),
            ("https://graph.microsoft.com:444/v1.0/users", false),
            ("https://graph.microsoft.com/beta/users", false),
            ("/v1.0/users", false),
            ("", false),
        ] {
            assert_eq!(is_ours(&cloud, link), ours, "{link}");
        }
    }

    #[test]
    fn what_is_null_is_not_what_is_missing() {
        let user: User<'_> =
            serde_json::from_str(r#"{"id":"x","mail":null,"jobTitle":"a\"b","@removed":{"reason":"changed"}}"#)
                .expect("reads");
        assert_eq!((user.mail, user.display_name), (Value::Null, Value::Missing));
        assert_eq!(user.job_title, Value::Is(Text("a\"b".into())));
        assert!(user.removed);
        let user: User<'_> = serde_json::from_str(r#"{"id":"x","businessPhones":["1"],"more":[{}]}"#).expect("reads");
        assert_eq!(user.business_phones, Value::Is(vec![Text(Cow::Borrowed("1"))]));
        assert!(!user.removed && user.id().is_none());
    }
}
