//! Signing in with a code that is entered in a browser elsewhere, for machines without one and for people elsewhere.
//!
//! Owns the device code flow. Start with [`by_device`].
//!
//! Source: <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code>

use super::{
    SignInError, SignedIn, client, endpoint, person, scopes,
    wire::{Boxed, Wire},
};
use crate::{
    domain::{Credentials, Secret},
    http::{Http, words},
};
use oauth2::{
    DeviceAuthorizationUrl, DeviceCodeErrorResponseType as Word, RequestTokenError, StandardDeviceAuthorizationResponse,
};
use std::time::Duration;

/// What a person needs to sign in elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceCode {
    /// Where to enter the code.
    pub address: String,
    /// The code. Whoever knows it decides who signs in.
    pub code: Secret,
    /// How long it is valid.
    pub lasts: Duration,
}

/// Waits for a person to enter the code that `show` gets, and for nothing else: network losses in between do not matter. `pause`
/// is how it waits between two questions.
///
/// # Errors
/// Why nobody is signed in. Dropping the future cancels.
pub async fn by_device<P: Future<Output = ()> + Send>(
    http: &Http,
    with: &Credentials,
    show: impl FnOnce(DeviceCode) + Send,
    pause: impl Fn(Duration) -> P + Send + Sync,
) -> Result<SignedIn, SignInError> {
    let wire = Wire::new(http, with);
    let address = DeviceAuthorizationUrl::new(endpoint(with, "devicecode")).map_err(|_| SignInError::Address)?;
    let client = client(with)?.set_device_authorization_url(address);
    let begun: Boxed<'_, Result<StandardDeviceAuthorizationResponse, _>> =
        Box::pin(client.exchange_device_code().add_scopes(scopes(with)).request_async(&wire));
    let begun = begun.await.map_err(|error| wire.refused(error))?;
    show(DeviceCode {
        address: words(begun.verification_uri()),
        code: Secret::new(words(begun.user_code().secret())),
        lasts: begun.expires_in(),
    });
    let reply: Boxed<'_, _> = Box::pin(client.exchange_device_access_token(&begun).request_async(&wire, pause, None));
    let reply = reply.await.map_err(|error| match &error {
        RequestTokenError::ServerResponse(answer) if *answer.error() == Word::ExpiredToken => SignInError::CodeExpired,
        _ => wire.refused(error),
    })?;
    person(with, &reply, None)
}
