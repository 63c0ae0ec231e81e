//! `POST /$batch`: up to twenty requests in one, each with an answer of its own.
//!
//! It owns the envelope, the order and the dependencies. It must not know what the parts ask for; `graph` answers them.
//! Start reading at `respond`. <https://learn.microsoft.com/en-us/graph/json-batching>

use std::collections::HashMap;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    call::Call,
    graph_error::{self, Answer, Fault, Laid},
    world::World,
};

/// The most requests in one batch.
const MOST: usize = 20;

/// One request of a batch.
struct Part {
    id: String,
    depends_on: Vec<String>,
    call: Call,
}

/// The answer to a whole batch, whose status is 200 also when every part of it failed.
pub(super) fn respond(
    world: &World,
    call: &Call,
    answer: &dyn Fn(&World, &Call) -> Result<Answer, Fault>,
) -> Result<Answer, Fault> {
    if call.method != Method::POST {
        return Err(Fault::wrong_method());
    }
    let parts = read(call)?;
    let mut statuses: HashMap<String, u16> = HashMap::new();
    let mut responses = Vec::new();
    for part in parts {
        let failed = |id: &String| statuses.get(&id.to_lowercase()).is_none_or(|status| *status >= 400);
        let result = match part.depends_on.iter().any(failed) {
            true => Err(Fault::new(
                StatusCode::FAILED_DEPENDENCY,
                "FailedDependency",
                "The request failed because a request that it depends on failed.",
            )),
            false => answer(world, &part.call),
        };
        let laid = graph_error::lay_out(world, &part.call, result);
        statuses.insert(part.id.to_lowercase(), laid.status.as_u16());
        responses.push(response(&part.id, &laid));
    }
    // "The responses may be in a different order than the requests": here they are.
    responses.reverse();
    Ok(Answer::Json(json!({"responses": responses})))
}

fn response(id: &str, laid: &Laid) -> Value {
    let headers: Map<String, Value> =
        laid.headers.iter().map(|(name, value)| (title_case(name), json!(value))).collect();
    let mut response = json!({"id": id, "status": laid.status.as_u16(), "headers": headers});
    if !laid.body.is_empty() {
        // What is not JSON comes as Base64.
        response["body"] = serde_json::from_slice::<Value>(&laid.body)
            .ok()
            .filter(Value::is_object)
            .unwrap_or_else(|| json!(STANDARD.encode(&laid.body)));
    }
    response
}

/// `Retry-After`, as the headers of parts are written.
fn title_case(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
    };
    name.split('-').map(word).collect::<Vec<_>>().join("-")
}

fn bad(message: impl Into<String>) -> Fault {
    Fault::bad_request(message)
}

fn read(call: &Call) -> Result<Vec<Part>, Fault> {
    let body = call.json()?;
    let requests = body["requests"].as_array().filter(|requests| !requests.is_empty());
    let requests = requests.ok_or_else(|| bad("Invalid batch payload format."))?;
    if requests.len() > MOST {
        return Err(bad(format!("Number of batch request steps exceeds the maximum value of {MOST}.")));
    }
    let parts = requests.iter().map(|request| part(call, request)).collect::<Result<Vec<Part>, Fault>>()?;
    for (at, part) in parts.iter().enumerate() {
        let same = |one: &Part, id: &str| one.id.eq_ignore_ascii_case(id);
        if parts[..at].iter().any(|one| same(one, &part.id)) {
            return Err(bad(format!("Request Id {} has to be unique in a batch.", part.id)));
        }
        if let Some(unknown) = part.depends_on.iter().find(|id| !parts[..at].iter().any(|one| same(one, id))) {
            return Err(bad(format!("Request {} depends on {unknown}, which is not before it in the batch.", part.id)));
        }
    }
    let dependent = parts.iter().skip(1).filter(|part| !part.depends_on.is_empty()).count();
    if dependent != 0 && dependent + 1 != parts.len() {
        return Err(bad("The dependencies of a batch must make it fully sequential or fully parallel."));
    }
    Ok(parts)
}

fn part(call: &Call, request: &Value) -> Result<Part, Fault> {
    let text = |name: &str| request[name].as_str().filter(|text| !text.is_empty());
    let id = text("id").ok_or_else(|| bad("Invalid batch payload format: a request has no id."))?;
    let wrong = |what: &str| bad(format!("Invalid batch payload format: request {id} has no valid {what}."));
    let method = text("method").and_then(|method| Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok());
    let method = method.ok_or_else(|| wrong("method"))?;
    let url = text("url").filter(|url| !url.contains("://")).ok_or_else(|| wrong("url"))?.trim_start_matches('/');
    if url.starts_with("$batch") {
        return Err(bad("A batch cannot hold another batch."));
    }
    let (path, query) = url.split_once('?').unwrap_or((url, ""));
    let mut headers = HeaderMap::new();
    // A part is called with the token of the whole unless it has one of its own.
    if let Some(token) = call.headers.get(header::AUTHORIZATION) {
        headers.insert(header::AUTHORIZATION, token.clone());
    }
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("header"))?;
        let value =
            value.as_str().and_then(|value| HeaderValue::from_str(value).ok()).ok_or_else(|| wrong("header"))?;
        headers.insert(name, value);
    }
    let content = match &request["body"] {
        Value::Null => Bytes::new(),
        _ if !headers.contains_key(header::CONTENT_TYPE) => {
            return Err(bad(format!("Request {id} has a body and no Content-Type header.")));
        }
        body => Bytes::from(body.to_string()),
    };
    let depends_on = request["dependsOn"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Ok(Part {
        id: id.to_owned(),
        depends_on: depends_on.map(str::to_owned).collect(),
        call: Call::new(method, &format!("/v1.0/{path}"), query, headers, content),
    })
}
