//! What has been granted and not yet redeemed: authorization codes, device codes, and the form of refresh tokens.
//!
//! It owns their life times and single use. It must not know HTTP; start reading at `Grants`. Refresh tokens are not
//! remembered: a token carries its grant, so that it outlives the practice tenant's process as a real one would.

use std::collections::HashMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{super::token, redirect::Platform};

/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow>
const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-device-code>
pub(super) const DEVICE_LIFE: TimeDelta = TimeDelta::minutes(15);
/// After this long nobody asks any more.
const MEMORY: TimeDelta = TimeDelta::hours(1);
/// Real refresh tokens have up to a few thousand characters, more than one entry of some keychains holds.
const REFRESH_LENGTH: usize = 3000;

/// A person's consent.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Grant {
    /// Object ID.
    pub person: Uuid,
    pub scopes: Vec<String>,
    /// Redeemed by a client without a secret.
    pub public: bool,
    /// Milliseconds since 1970.
    pub issued: i64,
}

/// An authorization code that was given out.
struct Code {
    grant: Grant,
    nonce: Option<String>,
    redirect_uri: String,
    challenge: Option<String>,
    at: DateTime<Utc>,
    is_used: bool,
}

/// How far a person has come with a device code.
#[derive(Clone)]
pub(super) enum Progress {
    Pending,
    Approved(Uuid),
    Declined,
}

struct Device {
    user_code: String,
    scopes: Vec<String>,
    at: DateTime<Utc>,
    progress: Progress,
}

/// Codes that wait to be redeemed.
#[derive(Default)]
pub(in super::super) struct Grants {
    codes: HashMap<String, Code>,
    devices: HashMap<String, Device>,
}

/// What is wrong with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadCode {
    Unknown,
    Expired,
    Used,
    OtherRedirect,
    Verifier,
}

/// What is wrong with a device code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BadDevice {
    Unknown,
    Expired,
    Pending,
    Declined,
}

/// What a person agreed to on the page, for [`Grants::give_code`].
pub(super) struct Agreed {
    pub person: Uuid,
    pub scopes: Vec<String>,
    pub platform: Platform,
    pub nonce: Option<String>,
    pub redirect_uri: String,
    pub challenge: Option<String>,
}

impl Grants {
    pub(super) fn give_code(&mut self, agreed: Agreed, now: DateTime<Utc>) -> String {
        self.codes.retain(|_, code| now - code.at < MEMORY);
        let Agreed { person, scopes, platform, nonce, redirect_uri, challenge } = agreed;
        let public = platform == Platform::Public;
        let grant = Grant { person, scopes, public, issued: now.timestamp_millis() };
        let name = format!("1.{}", noise(12));
        self.codes.insert(name.clone(), Code { grant, nonce, redirect_uri, challenge, at: now, is_used: false });
        name
    }

    /// Whether the code belongs to a client without a secret; unknown codes say nothing.
    pub(super) fn is_public(&self, code: &str) -> Option<bool> {
        self.codes.get(code).map(|code| code.grant.public)
    }

    pub(super) fn redeem(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(Grant, Option<String>), BadCode> {
        let code = self.codes.get_mut(code).ok_or(BadCode::Unknown)?;
        if code.is_used {
            return Err(BadCode::Used);
        }
        if now - code.at > CODE_LIFE {
            return Err(BadCode::Expired);
        }
        if code.redirect_uri != redirect_uri {
            return Err(BadCode::OtherRedirect);
        }
        let is_right = match (&code.challenge, verifier) {
            (None, _) => true,
            (Some(challenge), Some(verifier)) => super::redeem::challenge_of(verifier) == *challenge,
            (Some(_), None) => false,
        };
        if !is_right {
            return Err(BadCode::Verifier);
        }
        code.is_used = true;
        Ok((code.grant.clone(), code.nonce.clone()))
    }

    /// A device code and the code for the person.
    pub(super) fn begin_device(&mut self, scopes: Vec<String>, now: DateTime<Utc>) -> (String, String) {
        self.devices.retain(|_, device| now - device.at < MEMORY);
        // Without the letters and digits that are mistaken for others.
        const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
        let letters = Uuid::new_v4().into_bytes().into_iter().take(9).map(|byte| LETTERS[usize::from(byte) % 32]);
        let user_code: String = letters.map(char::from).collect();
        let name = noise(10);
        let device = Device { user_code: user_code.clone(), scopes, at: now, progress: Progress::Pending };
        self.devices.insert(name.clone(), device);
        (name, user_code)
    }

    /// What a waiting device asked for, by the code that a person typed.
    pub(super) fn waiting(&self, user_code: &str, now: DateTime<Utc>) -> Option<Vec<String>> {
        let device = self.devices.values().find(|device| device.user_code.eq_ignore_ascii_case(user_code.trim()))?;
        let is_waiting = matches!(device.progress, Progress::Pending) && now - device.at <= DEVICE_LIFE;
        is_waiting.then(|| device.scopes.clone())
    }

    pub(super) fn answer_device(&mut self, user_code: &str, progress: Progress) {
        let mut devices = self.devices.values_mut();
        if let Some(device) = devices.find(|device| device.user_code.eq_ignore_ascii_case(user_code.trim())) {
            device.progress = progress;
        }
    }

    pub(super) fn redeem_device(&mut self, code: &str, public: bool, now: DateTime<Utc>) -> Result<Grant, BadDevice> {
        let device = self.devices.get(code).ok_or(BadDevice::Unknown)?;
        if now - device.at > DEVICE_LIFE {
            return Err(BadDevice::Expired);
        }
        match device.progress {
            Progress::Pending => Err(BadDevice::Pending),
            Progress::Declined => Err(BadDevice::Declined),
            Progress::Approved(person) => {
                let scopes = device.scopes.clone();
                self.devices.remove(code);
                Ok(Grant { person, scopes, public, issued: now.timestamp_millis() })
            }
        }
    }
}

/// Base64url text from `words` random GUIDs.
fn noise(words: usize) -> String {
    URL_SAFE_NO_PAD.encode((0..words).flat_map(|_| Uuid::new_v4().into_bytes()).collect::<Vec<u8>>())
}

/// A refresh token. It is opaque to clients, and as long as real ones can be.
pub(super) fn refresh_token(grant: &Grant) -> String {
    let body = URL_SAFE_NO_PAD.encode(json!(grant).to_string());
    let mut filled = format!("{body}.{}", noise(REFRESH_LENGTH / 16));
    filled.truncate(REFRESH_LENGTH);
    let checksum = token::sign(&filled);
    format!("1.{filled}.{checksum}")
}

/// The grant that a refresh token carries, unless it was changed or is none.
pub(super) fn read_refresh_token(text: &str) -> Option<Grant> {
    let (filled, checksum) = text.strip_prefix("1.")?.rsplit_once('.')?;
    if token::sign(filled) != checksum {
        return None;
    }
    let body = URL_SAFE_NO_PAD.decode(filled.split('.').next()?).ok()?;
    serde_json::from_slice(&body).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    fn agreed() -> Agreed {
        Agreed {
            person: Uuid::new_v4(),
            scopes: vec!["User.Read".into()],
            platform: Platform::Web,
            nonce: Some("n".into()),
            redirect_uri: "http://localhost:5/liaison".into(),
            // RFC 7636, appendix B.
            challenge: Some("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".into()),
        }
    }

    #[test]
    fn a_code_lives_ten_minutes_and_is_redeemed_once_by_whom_it_was_made_for() {
        let (mut grants, now) = (Grants::default(), Utc::now());
        let code = grants.give_code(agreed(), now);
        let here = "http://localhost:5/liaison";
        let redeem = |grants: &mut Grants, code: &str, redirect: &str, verifier, at| {
            grants.redeem(code, redirect, verifier, at).map(|(_, nonce)| nonce)
        };
        assert_eq!(redeem(&mut grants, "1.x", here, Some(VERIFIER), now), Err(BadCode::Unknown));
        assert_eq!(redeem(&mut grants, &code, "http://localhost:6/liaison", None, now), Err(BadCode::OtherRedirect));
        assert_eq!(redeem(&mut grants, &code, here, None, now), Err(BadCode::Verifier));
        assert_eq!(redeem(&mut grants, &code, here, Some("other"), now), Err(BadCode::Verifier));
        let late = now + TimeDelta::seconds(601);
        assert_eq!(redeem(&mut grants, &code, here, Some(VERIFIER), late), Err(BadCode::Expired));
        assert_eq!(redeem(&mut grants, &code, here, Some(VERIFIER), now), Ok(Some("n".into())));
        assert_eq!(redeem(&mut grants, &code, here, Some(VERIFIER), now), Err(BadCode::Used));
    }

    #[test]
    fn a_device_waits_until_a_person_answers_or_time_is_up() {
        let (mut grants, now) = (Grants::default(), Utc::now());
        let (device, typed) = grants.begin_device(vec!["User.Read".into()], now);
        assert_eq!(grants.redeem_device(&device, false, now).err(), Some(BadDevice::Pending));
        let late = now + TimeDelta::seconds(901);
        assert_eq!(grants.redeem_device(&device, false, late).err(), Some(BadDevice::Expired));
        assert!(grants.waiting(&typed, late).is_none());
        assert!(grants.waiting(&format!(" {} ", typed.to_lowercase()), now).is_some());
        let person = Uuid::new_v4();
        grants.answer_device(&typed, Progress::Approved(person));
        assert!(grants.waiting(&typed, now).is_none(), "a code is for one person");
        assert_eq!(grants.redeem_device(&device, false, now).map(|grant| grant.person).ok(), Some(person));
        assert_eq!(grants.redeem_device(&device, false, now).err(), Some(BadDevice::Unknown));

        let (device, typed) = grants.begin_device(Vec::new(), now);
        grants.answer_device(&typed, Progress::Declined);
        assert_eq!(grants.redeem_device(&device, false, now).err(), Some(BadDevice::Declined));
    }

    #[test]
    fn a_refresh_token_carries_its_grant_and_a_changed_one_nothing() {
        let grant = Grant { person: Uuid::new_v4(), scopes: vec!["User.Read".into()], public: false, issued: 7 };
        let token = refresh_token(&grant);
        assert!(token.len() > 2560, "longer than an entry of the Windows keychain: {}", token.len());
        assert_eq!(read_refresh_token(&token).map(|read| (read.person, read.issued)), Some((grant.person, 7)));
        assert!(read_refresh_token(&token.replacen("1.", "1.x", 1)).is_none());
        assert!(read_refresh_token("nonsense").is_none());
        assert_ne!(token, refresh_token(&grant));
    }
}
