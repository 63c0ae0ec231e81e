//! Asks Graph for one page after the other, with the patience that this takes.
//!
//! Owns the token and its renewal, the pauses that Graph asks for and those while the network does not work, and the notice of
//! a list that leads in a circle. Knows nothing of what is done with a page. Start with [`Reader::page`].

use super::words;
use crate::{
    domain::{
        Credentials, Failure, Guid, Presence,
        people::{Pause, Progress},
    },
    entra::{self, Token, TokenError},
    graph::{
        GraphError, people,
        users::{self, Link, Page, PageError},
    },
    http::{Cause, Http},
};
use chrono::{DateTime, Utc};
use std::{collections::HashSet, time::Duration};

/// How often one page is asked for that does not come.
const TRIES: u32 = 6;
/// The longest pause that is waited for.
const LONGEST: Duration = Duration::from_secs(330);

/// Reads pages.
pub struct Reader<F> {
    http: Http,
    /// The same, with tries of its own.
    patient: Http,
    credentials: Credentials,
    token: Option<Token>,
    now: fn() -> DateTime<Utc>,
    tell: F,
    /// How far it is; whoever reads keeps the counts right.
    pub progress: Progress,
    /// Whether a page has come, so that a network that fails was there before.
    begun: bool,
    seen: HashSet<String>,
}

/// Why a page did not come.
#[derive(Debug)]
pub(super) enum NoPage {
    /// Graph has forgotten what the link stands for.
    TooOld,
    /// Graph does not give it, and will not.
    Refused(Failure),
    /// Anything else.
    Failed(Failure),
}

impl<F: FnMut(Progress) + Send> Reader<F> {
    /// A reader that has not asked for anything yet.
    pub fn new(http: &Http, credentials: Credentials, now: fn() -> DateTime<Utc>, tell: F) -> Self {
        let progress = Progress::default();
        let (begun, seen) = (false, HashSet::new());
        Self {
            http: http.impatient(),
            patient: http.clone(),
            credentials,
            token: None,
            now,
            tell,
            progress,
            begun,
            seen,
        }
    }

    /// The first page of everybody, or the page that a link leads to; nothing behind the last one.
    ///
    /// # Errors
    /// It did not come, whatever was tried.
    pub async fn next(&mut self, link: &Link) -> Result<Option<Page>, Failure> {
        let url = match link {
            Link::Next(url) => url.clone(),
            Link::Delta(_) | Link::End => return Ok(None),
        };
        self.page(&url).await.map(Some).map_err(|error| match error {
            NoPage::TooOld => words::too_old(),
            NoPage::Refused(failure) | NoPage::Failed(failure) => failure,
        })
    }

    /// Where everybody begins.
    pub fn everybody(&self) -> Link {
        Link::Next(users::everybody(&self.credentials.cloud))
    }

    /// The presence of up to [`crate::domain::presence::MOST_IDS`] people.
    ///
    /// # Errors
    /// It cannot be read.
    pub async fn presences(&mut self, people: &[Guid]) -> Result<Vec<(Guid, Presence)>, Failure> {
        let mut renewed = false;
        loop {
            let token = self.token().await.map_err(|error| words::token(&error))?;
            match people::presences(&self.patient, &self.credentials.cloud, &token, people).await {
                Err(GraphError::Refused(refusal)) if refusal.status == 401 && !renewed => {
                    (self.token, renewed) = (None, true);
                }
                answered => return answered.map(|(known, _)| known).map_err(words::presence),
            }
        }
    }

    /// Another list begins.
    pub(super) fn begin(&mut self, progress: Progress) {
        self.seen.clear();
        self.progress = progress;
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        (self.now)()
    }

    pub(super) fn tell(&mut self) {
        (self.tell)(self.progress);
    }

    /// Notes how many people there are, and gives the link to what changes from now on; each where Graph tells.
    pub(super) async fn outlook(&mut self) -> Result<Option<String>, Failure> {
        let token = self.token().await.map_err(|error| words::token(&error))?;
        let cloud = self.credentials.cloud.clone();
        let http = self.http.clone();
        let url = users::changes_from_now(&cloud);
        let (count, changes) = tokio::join!(users::count(&http, &cloud, &token), self.page(&url));
        self.progress.total = count;
        match changes {
            Ok(page) => Ok(page.link.delta()),
            // Then everybody is read again the next time. Whether that is refused, too, the first page shows.
            Err(NoPage::Refused(_) | NoPage::TooOld) => Ok(None),
            Err(NoPage::Failed(failure)) => Err(failure),
        }
    }

    /// Asks for a page until it comes.
    pub(super) async fn page(&mut self, url: &str) -> Result<Page, NoPage> {
        if !self.seen.insert(url.to_owned()) {
            return Err(NoPage::Failed(words::in_a_circle()));
        }
        let mut tries = 0;
        let mut renewed = false;
        loop {
            tries += 1;
            let token = match self.token().await {
                Ok(token) => token,
                Err(error) => {
                    self.wait_for_token(&error, tries).await?;
                    continue;
                }
            };
            let error = match users::page(&self.http, &self.credentials.cloud, &token, url).await {
                Ok(page) => {
                    self.begun = true;
                    return Ok(page);
                }
                Err(error) if users::is_too_old(&error) => return Err(NoPage::TooOld),
                Err(error) => error,
            };
            if is_unauthorized(&error) && !renewed {
                // A load can take longer than a token lives.
                (self.token, renewed) = (None, true);
                continue;
            }
            let Some((pause, asked_for)) = self.pause(&error, tries) else {
                let failure = words::page(&error);
                return Err(match &error {
                    PageError::Graph(GraphError::Refused(refusal)) if !is_busy(refusal.status) => {
                        NoPage::Refused(failure)
                    }
                    _ => NoPage::Failed(failure),
                });
            };
            self.wait(pause, asked_for).await;
        }
    }

    async fn token(&mut self) -> Result<Token, TokenError> {
        match &self.token {
            Some(token) => Ok(token.clone()),
            None => {
                let token = entra::token(&self.http, &self.credentials).await?;
                Ok(self.token.insert(token).clone())
            }
        }
    }

    async fn wait_for_token(&mut self, error: &TokenError, tries: u32) -> Result<(), NoPage> {
        let pause = match error {
            TokenError::Failed(failure) if self.begun && may_come_back(failure.cause) => Some((back_off(tries), false)),
            TokenError::Refused(refusal) if self.begun && is_busy(refusal.status) => {
                Some((refusal.retry_after.unwrap_or_else(|| back_off(tries)), true))
            }
            _ => None,
        };
        match pause.filter(|(pause, _)| tries < TRIES && *pause <= LONGEST) {
            Some((pause, asked_for)) => {
                self.wait(pause, asked_for).await;
                Ok(())
            }
            None => Err(NoPage::Failed(words::token(error))),
        }
    }

    /// How long to wait before the next try, and whether Graph wants it so; `None` where there is no use in trying.
    fn pause(&self, error: &PageError, tries: u32) -> Option<(Duration, bool)> {
        let pause = match error {
            PageError::Graph(GraphError::Refused(refusal)) if is_busy(refusal.status) => {
                (refusal.retry_after.unwrap_or_else(|| back_off(tries)), true)
            }
            // Where nothing has ever come, a person had better hear it at once.
            PageError::Graph(GraphError::Failed(failure)) if self.begun && may_come_back(failure.cause) => {
                (back_off(tries), false)
            }
            _ => return None,
        };
        Some(pause).filter(|(pause, _)| tries < TRIES && *pause <= LONGEST)
    }

    async fn wait(&mut self, pause: Duration, asked_for: bool) {
        self.progress.pause = Some(Pause { asked_for, until: self.now() + pause });
        self.tell();
        tokio::time::sleep(pause).await;
        self.progress.pause = None;
        self.tell();
    }
}

fn is_unauthorized(error: &PageError) -> bool {
    matches!(error, PageError::Graph(GraphError::Refused(refusal)) if refusal.status == 401)
}

fn is_busy(status: u16) -> bool {
    matches!(status, 429 | 500 | 502..=504)
}

/// What a network does that works again later.
fn may_come_back(cause: Cause) -> bool {
    matches!(cause, Cause::Closed | Cause::TimedOut | Cause::NoRoute | Cause::NameNotFound | Cause::Refused)
}

/// 1, 2, 4, 8 and 16 seconds: half a minute in all.
fn back_off(tries: u32) -> Duration {
    Duration::from_secs(1 << tries.saturating_sub(1).min(5))
}
