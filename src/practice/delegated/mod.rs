//! Signing people in: the authorization code flow with its pages, device codes, and what redeems them.
//!
//! It owns the sign-in on behalf of a person. It must not know app-only tokens, which are `sign_in`, nor Graph. Start
//! reading at `authorize`, then `redeem`.
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>

mod ask;
mod authorize;
mod device;
mod grants;
mod id_token;
mod pages;
mod redeem;
mod redirect;

pub(super) use authorize::{authorize, decide};
pub(super) use device::{begin as device_code, page as device_page};
pub(super) use grants::Grants;
pub(super) use id_token::keys;
pub(super) use redeem::{GRANTS, redeem};
