//! Carries the requests of the package `oauth2` over Liaison's own HTTP client, and keeps what was wrong with an answer.
//!
//! Owns the app's proof in each request. Knows nothing of the flows. Start with `Wire::send`.

use super::SignInError;
use crate::{
    domain::{Credentials, Secret},
    entra::{self, TokenError},
    http::Http,
};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse, RequestTokenError, http};
use std::{
    error::Error,
    fmt,
    pin::Pin,
    sync::{Mutex, PoisonError},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// One conversation with the token endpoint.
pub(super) struct Wire<'a> {
    http: &'a Http,
    with: &'a Credentials,
    /// With Entra's evidence, which the package does not read.
    wrong: Mutex<Option<TokenError>>,
}

/// There is no answer; why is kept in the wire.
#[derive(Debug)]
pub(super) struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer")
    }
}

impl Error for NoAnswer {}

/// A future whose type is forgotten: the compiler cannot prove that the package's own ones can move between threads.
pub(super) type Boxed<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

impl<'c> AsyncHttpClient<'c> for Wire<'_> {
    type Error = NoAnswer;
    type Future = Boxed<'c, Result<HttpResponse, NoAnswer>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

impl<'a> Wire<'a> {
    pub(super) fn new(http: &'a Http, with: &'a Credentials) -> Self {
        Self { http, with, wrong: Mutex::new(None) }
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let body = Zeroizing::new(request.body().clone());
        let url = request.uri().to_string();
        let pairs: Vec<(String, Zeroizing<String>)> = form_urlencoded::parse(&body)
            .map(|(name, value)| (name.into_owned(), Zeroizing::new(value.into_owned())))
            .collect();
        let mut form: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let proof = entra::proof(self.with, &url).map_err(|error| self.keep(TokenError::NotSigned(error)))?;
        form.extend(proof.iter().map(|(name, value)| (*name, value.expose())));
        let answer = self.http.post_form(&url, &form).await.map_err(|failure| self.keep(failure.into()))?;
        if answer.status != 200 {
            // What was sent must not come back in a message.
            let sent = form.iter().filter(|(name, _)| !["client_id", "scope", "grant_type"].contains(name));
            let sent: Vec<Secret> = sent.map(|(_, value)| Secret::new(*value)).collect();
            match entra::refused(&answer, &sent) {
                Ok(refusal) => self.keep(TokenError::Refused(refusal)),
                Err(failure) => return Err(self.keep(failure.into())),
            };
        }
        let json = answer.json().map_err(|failure| self.keep(failure.into()))?;
        let response = http::Response::builder().status(answer.status).body(json.to_string().into_bytes());
        response.map_err(|_| self.keep(answer.foreign().into()))
    }

    fn keep(&self, error: TokenError) -> NoAnswer {
        *self.wrong.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        NoAnswer
    }

    /// What was wrong, in our words: the package's own error has no evidence.
    pub(super) fn refused<T>(&self, error: RequestTokenError<NoAnswer, T>) -> SignInError
    where
        T: oauth2::ErrorResponse + 'static,
    {
        match self.wrong.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => SignInError::Refused(Box::new(error)),
            // An answer of 200 that is none of OAuth's.
            None => {
                drop(error);
                SignInError::NotOAuth
            }
        }
    }
}
