//! The sign-in service's pages. They work without scripts, by keyboard and in any browser.
//!
//! It owns HTML and its escaping. It must not know when a page is due; start reading at `page`.

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, Response, StatusCode},
};

use super::{
    super::{
        aadsts::Refusal,
        people::Person,
        tenant::{APP_NAME, TENANT_NAME},
    },
    ask::DELEGATED,
};

const STYLE: &str = "
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f6;color:#1b1f27;font:16px/1.5 system-ui,sans-serif}
main{box-sizing:border-box;width:min(27.5rem,100vw);padding:2.75rem;background:#fff;box-shadow:0 2px 12px #0002}
h1{margin:.25rem 0 1rem;font-size:1.5rem;line-height:1.3}
p{margin:.5rem 0}.org{color:#5a6272;font-size:.875rem}.bad{color:#a4262c}
button,input[type=text]{box-sizing:border-box;width:100%;min-height:2.75rem;margin:.25rem 0;padding:.5rem .75rem;font:inherit;text-align:left;border:1px solid #c4cad6;background:none;color:inherit;border-radius:4px}
button small{display:block;color:#5a6272}button:hover{background:#0001}
button.go{background:#3b4bc8;border-color:#3b4bc8;color:#fff;text-align:center}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:.75rem;margin-top:1.25rem}.pair button{text-align:center}
ul{padding-left:1.2rem}code{font-size:.8125rem;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#14161b;color:#e8eaf0}main{background:#1f232b}.org,button small{color:#a7afbf}.bad{color:#ff9a9e}button,input[type=text]{border-color:#4a5261}}
";

/// One page.
fn page(status: StatusCode, title: &str, content: &str) -> Response<Body> {
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>{}</title><style>{STYLE}</style></head><body><main><p class=\"org\">\
         {TENANT_NAME} · practice sign-in</p><h1>{}</h1>{content}</main></body></html>",
        escape(title),
        escape(title)
    );
    let mut response = Response::new(Body::from(html));
    *response.status_mut() = status;
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store, no-cache"),
        ("pragma", "no-cache"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("x-content-type-options", "nosniff"),
    ] {
        response.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

/// Who is signing in?
pub(super) fn pick(
    action: &str,
    pairs: &[(String, String)],
    people: &[Person],
    problem: Option<&str>,
) -> Response<Body> {
    let problem =
        problem.map(|what| format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(what))).unwrap_or_default();
    let accounts: String = people
        .iter()
        .map(|person| {
            let account = escape(&person.principal_name());
            let name = escape(&person.display_name);
            format!("<button name=\"account\" value=\"{account}\">{name}<small>{account}</small></button>")
        })
        .collect();
    let (action, request) = (escape(action), hidden(pairs));
    let content = format!(
        "{problem}<p>to continue to {APP_NAME}. No password is asked for in the practice tenant.</p>\
         <form method=\"post\" action=\"{action}\">{request}{accounts}</form>\
         <form method=\"post\" action=\"{action}\">{request}<p><label for=\"other\">Another account</label>\
         <input type=\"text\" id=\"other\" name=\"account\" autocomplete=\"off\" required></p>\
         <div class=\"pair\"><button name=\"answer\" value=\"cancel\" formnovalidate>Cancel</button>\
         <button class=\"go\">Next</button></div></form>"
    );
    page(StatusCode::OK, "Pick an account", &content)
}

/// What may the app do?
pub(super) fn consent(action: &str, pairs: &[(String, String)], person: &Person, scopes: &[String]) -> Response<Body> {
    let wishes: String = scopes
        .iter()
        .filter_map(|scope| match scope.as_str() {
            "offline_access" => Some("Maintain access to data you have given it access to"),
            "openid" | "profile" | "email" => None,
            other => DELEGATED.iter().find(|(name, _)| *name == other).map(|(_, words)| *words),
        })
        .map(|words| format!("<li>{}</li>", escape(words)))
        .collect();
    let account = escape(&person.principal_name());
    let (action, request) = (escape(action), hidden(pairs));
    let content = format!(
        "<p>{account}</p><p><strong>{APP_NAME}</strong> would like to:</p><ul>{wishes}</ul>\
         <form method=\"post\" action=\"{action}\">{request}<input type=\"hidden\" name=\"account\" value=\"{account}\">\
         <div class=\"pair\"><button name=\"answer\" value=\"cancel\">Cancel</button>\
         <button class=\"go\" name=\"answer\" value=\"accept\">Accept</button></div></form>"
    );
    page(StatusCode::OK, "Permissions requested", &content)
}

/// Which device is it?
pub(super) fn enter_code(action: &str, problem: Option<&str>) -> Response<Body> {
    let problem =
        problem.map(|what| format!("<p class=\"bad\" role=\"alert\">{}</p>", escape(what))).unwrap_or_default();
    let content = format!(
        "{problem}<form method=\"post\" action=\"{}\"><p><label for=\"code\">Enter the code displayed on your app or \
         device</label><input type=\"text\" id=\"code\" name=\"user_code\" autocomplete=\"off\" required></p>\
         <button class=\"go\">Next</button></form>",
        escape(action)
    );
    page(StatusCode::OK, "Enter code to allow access", &content)
}

/// Nothing is left to do here.
pub(super) fn done(title: &str, what: &str) -> Response<Body> {
    page(StatusCode::OK, title, &format!("<p>{}</p>", escape(what)))
}

/// The request cannot be answered to anybody. The status is a guess: it was found in no capture.
pub(super) fn refused(refusal: &Refusal) -> Response<Body> {
    let content = format!(
        "<p>Sorry, but we're having trouble signing you in.</p><p class=\"bad\"><code>{}</code></p>",
        escape(&refusal.description())
    );
    page(StatusCode::BAD_REQUEST, "Sign in", &content)
}

/// The way back by a form. Without scripts a person presses the button.
pub(super) fn form_post(redirect_uri: &str, answer: &[(&str, &str)]) -> Response<Body> {
    let pairs: Vec<(String, String)> =
        answer.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let content = format!(
        "<form method=\"post\" action=\"{}\">{}<p>Scripts are switched off, so please go on by hand.</p>\
         <button class=\"go\">Continue</button></form><script>document.forms[0].submit()</script>",
        escape(redirect_uri),
        hidden(&pairs)
    );
    page(StatusCode::OK, "Working…", &content)
}

/// The request goes along with each page, without what a person chose on the page before.
fn hidden(pairs: &[(String, String)]) -> String {
    let kept = pairs.iter().filter(|(name, _)| !["account", "answer"].contains(&name.as_str()));
    kept.map(|(name, value)| format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">", escape(name), escape(value)))
        .collect()
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            one => escaped.push(one),
        }
    }
    escaped
}
