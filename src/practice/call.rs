//! One request as the practice tenant reads it: method, decoded path segments, query, headers and body.
//!
//! It owns decoding only. It must not know any path or rule; start reading at `Call::segments`.

use axum::{
    body::Bytes,
    http::{HeaderMap, Method, header},
};
use serde_json::Value;
use url::form_urlencoded;
use uuid::Uuid;

use super::graph_error::Fault;

pub(super) struct Call {
    pub method: Method,
    /// Percent-decoded after the split at the slashes, so an encoded quote or parenthesis reads as itself.
    pub segments: Vec<String>,
    pub path: String,
    pub raw_query: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Call {
    pub fn new(method: Method, path: &str, query: &str, headers: HeaderMap, body: Bytes) -> Call {
        Call {
            method,
            segments: path.split('/').filter(|segment| !segment.is_empty()).map(percent_decode).collect(),
            path: path.to_owned(),
            raw_query: query.to_owned(),
            headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub fn query(&self) -> Vec<(String, String)> {
        form_urlencoded::parse(self.raw_query.as_bytes()).into_owned().collect()
    }

    /// Whether it goes on with a list that an earlier answer began.
    pub fn is_later_page(&self) -> bool {
        self.query().iter().any(|(name, _)| name == "$skiptoken")
    }

    /// The caller's own id of this request, when it is a GUID.
    pub fn client_request_id(&self) -> Option<Uuid> {
        Uuid::parse_str(self.header("client-request-id")?).ok()
    }

    /// The query of this call with one option put in place of its earlier value, behind an absolute address.
    pub fn link(&self, address: &str, option: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, earlier) in self.query() {
            if name != option {
                query.append_pair(&name, &earlier);
            }
        }
        query.append_pair(option, value);
        format!("{address}?{}", query.finish().replace("%24", "$"))
    }

    /// The body of a Graph request.
    pub fn json(&self) -> Result<Value, Fault> {
        serde_json::from_slice(&self.body).map_err(|_| {
            Fault::bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid \
                 JSON format.",
            )
        })
    }

    pub fn is_form(&self) -> bool {
        self.header(header::CONTENT_TYPE.as_str())
            .and_then(|value| value.split(';').next())
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
    }

    /// True for `ConsistencyLevel: eventual`, which advanced directory queries demand.
    pub fn is_eventual(&self) -> bool {
        self.header("consistencylevel").is_some_and(|value| value.eq_ignore_ascii_case("eventual"))
    }
}

/// Decodes `%XX`; anything else, `+` included, stands for itself in a path.
pub(super) fn percent_decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        decoded.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
