//! Presence and photos, fetched with a token that is kept while it is good.
//!
//! Owns the token's age, the distance between questions, and how a photo becomes pixels. Must not know egui. Start with
//! `Lane::presences`.

use crate::worker::Lane;
use crate::{
    domain::{Credential, Credentials, Failure, Guid, Presence, StoredSecret},
    entra::{self, Token},
    graph::{self, GraphError},
    http::Http,
    keeper,
    session::{
        Event as SessionEvent,
        directory::{Event, Face, Refused, Source},
    },
};
use chrono::TimeDelta;
use image::{ImageReader, Limits};
use std::{
    io::Cursor,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::Mutex, task::JoinSet};

/// Tokens last an hour or a little longer; <https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens>
const TOKEN_AGE: Duration = Duration::from_secs(45 * 60);
/// At most 40 questions a second, 1,200 in the 30 seconds in which Microsoft allows 1,500.
const DISTANCE: Duration = Duration::from_millis(25);
/// Photos fetched at a time.
const AT_ONCE: usize = 4;
/// A photo of more pixels than this on an edge is not decoded.
const MOST_PIXELS: u32 = 1024;

/// The token of the app, for those who ask often. Cheap to clone.
#[derive(Clone, Default)]
pub(in crate::worker) struct Pass {
    token: Arc<Mutex<Option<(Credentials, Token, Instant)>>>,
    /// The credential that was taken from the keychain last.
    credential: Option<(StoredSecret, Credential)>,
}

impl Pass {
    /// The token that is kept, or a new one.
    pub(in crate::worker) async fn token(
        &self,
        http: &Http,
        credentials: &Credentials,
    ) -> Result<Token, entra::TokenError> {
        let mut kept = self.token.lock().await;
        if let Some((whose, token, since)) = &*kept
            && whose == credentials
            && since.elapsed() < TOKEN_AGE
        {
            return Ok(token.clone());
        }
        let token = entra::token(http, credentials).await?;
        *kept = Some((credentials.clone(), token.clone(), Instant::now()));
        Ok(token)
    }

    /// It was not accepted, or allows too little: the next one may be another.
    async fn drop(&self) {
        *self.token.lock().await = None;
    }
}

impl Lane {
    /// What the app signs in with. The keychain is asked once for each secret.
    pub(in crate::worker) fn credentials_of(&mut self, source: &Source) -> Result<Credentials, Failure> {
        let kept = &mut self.pass.credential;
        if kept.as_ref().is_none_or(|(stored, _)| *stored != source.stored) {
            let credential =
                keeper::credential_of(&source.stored, &self.vault).map_err(|error| Failure::from(&error))?;
            *kept = credential.map(|credential| (source.stored.clone(), credential));
        }
        let credential =
            source.session_secret.clone().or_else(|| kept.as_ref().map(|(_, credential)| credential.clone()));
        let missing = || {
            Failure::new(
                "There is no client secret to sign in with.",
                "Enter it in the account's properties, then apply.",
            )
        };
        Ok(source.account.credentials(credential.ok_or_else(missing)?))
    }

    pub(super) fn presences(&mut self, job: u64, source: &Source, people: Vec<Guid>) {
        let (out, http, pass) = (self.out.clone(), self.http.clone(), self.pass.clone());
        let credentials = self.credentials_of(source);
        self.spawn(job, async move {
            let answer = match credentials {
                Ok(credentials) => ask(&http, &pass, &credentials, &people).await,
                Err(failure) => Err(Refused { failure, lasting: true, wait: None }),
            };
            tokio::time::sleep(DISTANCE).await;
            out.send(SessionEvent::Directory(Event::Presences(job, answer)));
        });
    }

    pub(super) fn photos(&mut self, job: u64, source: &Source, people: Vec<Guid>) {
        let Ok(credentials) = self.credentials_of(source) else { return };
        let (out, http, pass) = (self.out.clone(), self.http.clone(), self.pass.clone());
        self.spawn(job, async move {
            let Ok(token) = pass.token(&http, &credentials).await else { return };
            let mut waiting = people.into_iter();
            let mut running = JoinSet::new();
            loop {
                while running.len() < AT_ONCE
                    && let Some(person) = waiting.next()
                {
                    let (http, cloud, token) = (http.clone(), credentials.cloud.clone(), token.clone());
                    running.spawn(async move { (person, graph::people::photo(&http, &cloud, &token, person).await) });
                }
                let (person, bytes) = match running.join_next().await {
                    Some(Ok((person, Ok(bytes)))) => (person, bytes),
                    // Without a photo there are initials; a trouble of the network is told elsewhere.
                    Some(_) => continue,
                    None => return,
                };
                let face = match bytes {
                    Some(bytes) => tokio::task::spawn_blocking(move || decode(&bytes)).await.ok().flatten(),
                    None => None,
                };
                out.send(SessionEvent::Directory(Event::Photo(job, person, face)));
            }
        });
    }
}

async fn ask(
    http: &Http,
    pass: &Pass,
    credentials: &Credentials,
    people: &[Guid],
) -> Result<Vec<(Guid, Presence)>, Refused> {
    let refused = |failure, lasting| Refused { failure, lasting, wait: None };
    for last in [false, true] {
        let token = pass.token(http, credentials).await.map_err(|error| refused(no_token(&error), true))?;
        match graph::people::presences(http, &credentials.cloud, &token, people).await {
            Ok((presences, _)) => return Ok(presences),
            Err(GraphError::Failed(failure)) => {
                return Err(refused(Failure::new(format!("{}.", failure.headline()), failure.remedy()), false));
            }
            Err(GraphError::Refused(refusal)) => match refusal.status {
                // A token may be withdrawn before its time, or be older than a consent.
                401 | 403 if !last => pass.drop().await,
                403 => {
                    pass.drop().await;
                    return Err(refused(no_permission(), true));
                }
                429 | 500.. => {
                    let wait = refusal.retry_after.and_then(|wait| TimeDelta::from_std(wait).ok());
                    let failure = Failure::new("Microsoft Graph asks to wait before presence is read again.", "");
                    return Err(Refused { failure, lasting: false, wait });
                }
                status => {
                    let what = format!("Microsoft Graph refused to show presence (HTTP {status}).");
                    return Err(refused(Failure::new(what, "Test the connection: it names what is wrong."), true));
                }
            },
        }
    }
    Err(refused(Failure::new("Microsoft Graph does not accept the sign-in.", "Test the connection."), true))
}

fn no_token(_error: &entra::TokenError) -> Failure {
    Failure::new("Presence is not shown: the sign-in failed.", "Test the connection: it names the field at fault.")
}

fn no_permission() -> Failure {
    Failure::new(
        "Presence is not shown: the permission Presence.Read.All is missing.",
        "In the Azure portal, open App registrations › your app › API permissions, add the application permission Presence.Read.All of Microsoft Graph, and let an administrator choose Grant admin consent.",
    )
}

/// Pixels of a JPEG or PNG that is not larger than a photo of a face; anything else is no photo.
fn decode(bytes: &[u8]) -> Option<Arc<Face>> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_PIXELS);
    limits.max_image_height = Some(MOST_PIXELS);
    limits.max_alloc = Some(16 * 1024 * 1024);
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    reader.limits(limits);
    let picture = reader.decode().ok()?;
    let large = picture.width().max(picture.height()) > 96;
    let picture = if large { picture.thumbnail(96, 96) } else { picture }.into_rgba8();
    let size = [picture.width() as usize, picture.height() as usize];
    Some(Arc::new(Face { size, rgba: picture.into_raw() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbImage};

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        RgbImage::new(width, height).write_to(&mut bytes, format).expect("writes");
        bytes.into_inner()
    }

    #[test]
    fn only_small_pictures_are_decoded() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let face = decode(&picture(48, 48, format)).expect("a face");
            assert_eq!((face.size, face.rgba.len()), ([48, 48], 48 * 48 * 4));
            assert_eq!(decode(&picture(640, 320, format)).expect("a face").size, [96, 48]);
            assert_eq!(decode(&picture(2000, 4, format)), None);
            let whole = picture(48, 48, format);
            assert_eq!(decode(&whole[..whole.len() / 3]).filter(|_| format == ImageFormat::Png), None);
        }
        assert_eq!(decode(b"<html>"), None);
        assert_eq!(decode(b""), None);
    }
}
