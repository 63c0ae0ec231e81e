//! How Microsoft Graph answers: headers of every answer, and the bodies of its errors by workload.
//!
//! It owns the wire shape. It must not know when an error is due: that is `graph`, `users` and `presence`. Start reading
//! at `Fault`. <https://learn.microsoft.com/en-us/graph/errors>

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode},
};
use chrono::Utc;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    call::Call,
    tenant::{CLIENT_ID, TENANT_ID},
    world::World,
};

/// Content type of Graph's data; errors are plain `application/json`.
const DATA: &str =
    "application/json; odata.metadata=minimal; odata.streaming=true; IEEE754Compatible=false; charset=utf-8";

/// Where a request ended up inside Microsoft, which support asks for.
/// <https://learn.microsoft.com/en-us/answers/questions/1138873/>
const DIAGNOSTIC: &str = r#"{"ServerInfo":{"DataCenter":"West Europe","Slice":"E","Ring":"5","ScaleUnit":"000","RoleInstance":"PRACTICE0001"}}"#;

/// What went wrong with a Graph request.
#[derive(Debug)]
pub(super) struct Fault {
    status: StatusCode,
    code: &'static str,
    message: String,
    inner_name: &'static str,
    is_throttled: bool,
}

/// What Graph answers when nothing went wrong.
#[derive(Debug)]
pub(super) enum Answer {
    Json(Value),
    Created(Value),
    NoContent,
    Text(String),
    /// Content type and content.
    Bytes(&'static str, Vec<u8>),
}

impl Fault {
    /// Samples write `innerError`.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Fault {
        Fault { status, code, message: message.into(), inner_name: "innerError", is_throttled: false }
    }

    /// The specification's tables write `innererror`; the presence workload stands for the services that do.
    pub fn from_workload(status: StatusCode, code: &'static str, message: impl Into<String>) -> Fault {
        Fault { inner_name: "innererror", ..Fault::new(status, code, message) }
    }

    pub fn bad_request(message: impl Into<String>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub fn wrong_method() -> Fault {
        Fault::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "Request_BadRequest",
            "Specified HTTP method is not allowed for the request target.",
        )
    }

    /// `Request_UnsupportedQuery`, the directory's word for a query option that it refuses.
    /// <https://learn.microsoft.com/en-us/graph/aad-advanced-queries>
    pub fn unsupported_query(message: impl Into<String>) -> Fault {
        Fault::new(StatusCode::BAD_REQUEST, "Request_UnsupportedQuery", message)
    }

    /// Also the answer to the wrong kind of id: a client id or an enterprise application's Object ID.
    /// <https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/1107>
    pub fn not_found(id: &str) -> Fault {
        Fault::new(
            StatusCode::NOT_FOUND,
            "Request_ResourceNotFound",
            format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present."),
        )
    }

    /// What is real in Graph but not built here.
    pub fn not_built(what: &str) -> Fault {
        Fault::new(
            StatusCode::NOT_IMPLEMENTED,
            "NotImplemented",
            format!("The practice tenant does not implement {what}."),
        )
    }

    /// The generic 429. <https://learn.microsoft.com/en-us/graph/throttling>
    pub fn throttled() -> Fault {
        Fault {
            is_throttled: true,
            ..Fault::new(StatusCode::TOO_MANY_REQUESTS, "TooManyRequests", "Please retry again later.")
        }
    }

    /// A passing outage, without a word about when to come back. <https://learn.microsoft.com/en-us/graph/errors>
    pub fn unavailable() -> Fault {
        Fault::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "serviceNotAvailable",
            "The service is temporarily unavailable. You may repeat the request after a delay.",
        )
    }

    fn body(&self, request_id: &str, client_request_id: &str) -> Value {
        // Without a zone, but UTC. <https://learn.microsoft.com/en-us/graph/json-batching>
        let date = Utc::now().format("%Y-%m-%dT%H:%M:%S").to_string();
        let mut inner = json!({
            "date": date,
            "request-id": request_id,
            "client-request-id": client_request_id,
        });
        if self.is_throttled {
            inner["code"] = json!("429");
            inner["message"] = json!("Please retry after");
            inner["status"] = json!("429");
        }
        let mut error = json!({"code": self.code, "message": self.message});
        error[self.inner_name] = inner;
        json!({"error": error})
    }
}

/// Marks an answer that must not arrive.
#[derive(Clone)]
pub(super) struct Lost;

/// An answer or a fault as it goes on the wire.
pub(super) struct Laid {
    pub status: StatusCode,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// Puts an answer or a fault on the wire.
pub(super) fn response(world: &World, call: &Call, result: Result<Answer, Fault>) -> Response<Body> {
    let Laid { status, headers, body } = lay_out(world, call, result);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::try_from(value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
}

/// Adds the headers, among them the ids that Microsoft tells clients to log.
/// <https://learn.microsoft.com/en-us/graph/best-practices-concept>
pub(super) fn lay_out(world: &World, call: &Call, result: Result<Answer, Fault>) -> Laid {
    let request_id = Uuid::new_v4().to_string();
    let sent = call.header("client-request-id");
    let client_request_id = sent.unwrap_or(&request_id).to_owned();
    let mut more: Vec<(&'static str, String)> = Vec::new();
    let (status, kind, body) = match result {
        Ok(Answer::Json(value)) => (StatusCode::OK, DATA, value.to_string().into_bytes()),
        Ok(Answer::Created(value)) => (StatusCode::CREATED, DATA, value.to_string().into_bytes()),
        Ok(Answer::NoContent) => (StatusCode::NO_CONTENT, "", Vec::new()),
        Ok(Answer::Text(text)) => (StatusCode::OK, "text/plain", text.into_bytes()),
        Ok(Answer::Bytes(kind, bytes)) => (StatusCode::OK, kind, bytes),
        Err(fault) => {
            let body = fault.body(&request_id, &client_request_id);
            if fault.status == StatusCode::UNAUTHORIZED {
                more.push(("www-authenticate", challenge(world)));
            }
            if fault.is_throttled {
                more.extend(throttle_headers());
            }
            (fault.status, "application/json", body.to_string().into_bytes())
        }
    };
    let fixed = [
        ("content-type", kind.to_owned()),
        ("cache-control", "no-cache".to_owned()),
        ("strict-transport-security", "max-age=31536000".to_owned()),
        ("request-id", request_id),
        ("client-request-id", client_request_id),
        ("x-ms-ags-diagnostic", DIAGNOSTIC.to_owned()),
        ("odata-version", "4.0".to_owned()),
    ];
    let headers = fixed.into_iter().chain(more).filter(|(_, value)| !value.is_empty()).collect();
    Laid { status, headers, body }
}

fn challenge(world: &World) -> String {
    format!(
        "Bearer realm=\"\", authorization_uri=\"{}/common/oauth2/authorize\", client_id=\"{}\"",
        world.origin,
        super::GRAPH_APP_ID
    )
}

/// Headers of a 429 from the identity service. <https://learn.microsoft.com/en-us/graph/throttling-limits>
fn throttle_headers() -> [(&'static str, String); 3] {
    [
        ("retry-after", "1".to_owned()),
        ("x-ms-throttle-scope", format!("Tenant_Application/Read/{CLIENT_ID}/{TENANT_ID}")),
        ("x-ms-throttle-information", "ResourceUnitLimitExceeded".to_owned()),
    ]
}
