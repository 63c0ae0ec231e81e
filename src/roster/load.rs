//! Everybody, from the first page to the last: read, sorted into memory and kept, all three at once.
//!
//! Owns the pipeline. The network brings pages; a second thread reads them into a [`Builder`]; a third keeps each block as it
//! becomes full. Every so often what is not full is kept too, with the link to the next page: there a load goes on that is cut
//! off, however that happens. What cannot be kept is shown all the same. Start with [`everybody`].

use super::{
    Refreshed, Stopped, blocking,
    file::{CutOff, File, Load, Numbered},
    reader::{NoPage, Reader},
    words,
};
use crate::{
    domain::{
        Failure, People,
        people::{Block, Builder, Kept, NewPerson, Progress},
    },
    graph::users::{Link, Page, Text, User, Value},
};
use chrono::{DateTime, Utc};
use std::{
    borrow::Cow,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
};
use tokio::sync::mpsc;

/// Pages between two places from which a load that is cut off can go on.
const CHECKPOINT: usize = 24;

/// What goes to the thread that keeps.
enum Keep {
    Block(Numbered),
    /// What was kept so far can be gone on from with this link.
    Checkpoint {
        rest: Option<Numbered>,
        people: usize,
        next_link: String,
    },
    /// That was everybody.
    Complete {
        rest: Option<Numbered>,
        people: usize,
        at: DateTime<Utc>,
    },
}

/// What the thread that reads pages works on.
struct Filling {
    builder: Builder,
    keep: SyncSender<Keep>,
    count: Arc<AtomicUsize>,
    began: DateTime<Utc>,
}

/// Loads everybody, from where a load was cut off if there is one.
pub(super) async fn everybody<F: FnMut(Progress) + Send>(
    reader: &mut Reader<F>,
    path: PathBuf,
    cut_off: Option<CutOff>,
) -> Result<(Option<Load>, Refreshed), Stopped> {
    if let Some(cut_off) = cut_off {
        match run(reader, path.clone(), Some(cut_off)).await {
            Err(End::TooOld) => {}
            ended => return ended.map_err(Stopped::from),
        }
    }
    run(reader, path, None).await.map_err(Stopped::from)
}

enum End {
    TooOld,
    Stopped(Stopped),
}

impl From<End> for Stopped {
    fn from(end: End) -> Self {
        match end {
            End::TooOld => words::too_old().into(),
            End::Stopped(stopped) => stopped,
        }
    }
}

impl From<Failure> for End {
    fn from(failure: Failure) -> Self {
        End::Stopped(failure.into())
    }
}

async fn run<F: FnMut(Progress) + Send>(
    reader: &mut Reader<F>,
    path: PathBuf,
    cut_off: Option<CutOff>,
) -> Result<(Option<Load>, Refreshed), End> {
    reader.begin(Progress::default());
    let began = reader.now();
    let mut link = cut_off.as_ref().map_or_else(|| reader.everybody(), |cut_off| Link::Next(cut_off.next_link.clone()));
    let delta_link = match &cut_off {
        Some(_) => None,
        None => reader.outlook().await?,
    };
    // People that cannot be kept can be shown all the same. A new file is made while the first page is on its way.
    let (place, builder) = match cut_off {
        None => (Place::New { path, began, delta_link }, Builder::default()),
        Some(cut_off) => {
            let taken = blocking(move || {
                let mut file = File::open(&path)?;
                file.take_over(&cut_off).map(|(load, builder)| (file, load, builder))
            });
            match taken.await? {
                Ok((file, load, builder)) => (Place::Taken(file, load), builder),
                Err(failure) => {
                    link = reader.everybody();
                    (Place::None(failure), Builder::default())
                }
            }
        }
    };
    let count = Arc::new(AtomicUsize::new(builder.rows() as usize));
    let (keep, blocks) = sync_channel(16);
    let (pages, inbox) = mpsc::channel(3);
    let filling = Filling { builder, keep, count: count.clone(), began };
    let filled = tokio::task::spawn_blocking(move || filling.run(inbox));
    let kept = tokio::task::spawn_blocking(move || keep_all(place, &blocks));

    let brought = bring(reader, link, &count, pages).await;
    let filled = filled.await.map_err(|_| words::no_threads())?;
    let Ended { load, not_kept, can_go_on } = kept.await.map_err(|_| words::no_threads())?;
    match (brought, filled) {
        (Ok(()), Ok(Some(people))) => {
            let load = load.filter(|_| not_kept.is_none());
            let kept = Kept { people: Arc::new(people), at: began };
            Ok((load, Refreshed { kept, not_kept }))
        }
        (Err(NoPage::TooOld), _) => Err(End::TooOld),
        (Err(NoPage::Refused(failure) | NoPage::Failed(failure)), _) | (Ok(()), Err(failure)) => {
            Err(End::Stopped(Stopped { failure, resumable: can_go_on }))
        }
        (Ok(()), Ok(None)) => Err(words::no_threads().into()),
    }
}

/// Sends page after page to be read, and `None` behind the last one.
async fn bring<F: FnMut(Progress) + Send>(
    reader: &mut Reader<F>,
    mut link: Link,
    count: &AtomicUsize,
    pages: mpsc::Sender<Option<Page>>,
) -> Result<(), NoPage> {
    while let Link::Next(url) = link {
        let page = reader.page(&url).await?;
        link = page.link.clone();
        if pages.send(Some(page)).await.is_err() {
            // A page that could not be read: whoever read it says why.
            return Ok(());
        }
        reader.progress.people = count.load(Ordering::Relaxed);
        reader.tell();
    }
    let _ = pages.send(None).await;
    Ok(())
}

impl Filling {
    /// Everybody; `None` where the pages ended before the list did.
    fn run(mut self, mut inbox: mpsc::Receiver<Option<Page>>) -> Result<Option<People>, Failure> {
        let mut since = 0;
        let mut next_link = None;
        while let Some(page) = inbox.blocking_recv() {
            let Some(page) = page else { return Ok(Some(self.complete())) };
            let before = self.builder.rows();
            let read = page.each(|user| self.add(&user));
            self.count.store(self.builder.rows() as usize, Ordering::Relaxed);
            if let Err(failure) = read {
                // Half a page is no place to go on from.
                if self.builder.rows() == before {
                    self.checkpoint(next_link);
                }
                return Err(words::page(&failure.into()));
            }
            next_link = match &page.link {
                Link::Next(link) => Some(link.clone()),
                Link::Delta(_) | Link::End => None,
            };
            since += 1;
            if since == CHECKPOINT {
                since = 0;
                self.checkpoint(next_link.take());
            }
        }
        self.checkpoint(next_link);
        Ok(None)
    }

    fn add(&mut self, user: &User<'_>) {
        if let Some(block) = push(&mut self.builder, user) {
            let number = self.builder.full() - 1;
            self.send(Keep::Block(Numbered { number, block, gone: Vec::new() }));
        }
    }

    fn rest(&self) -> Option<Numbered> {
        let block = Arc::new(self.builder.rest()?.clone());
        Some(Numbered { number: self.builder.full(), block, gone: Vec::new() })
    }

    fn checkpoint(&self, next_link: Option<String>) {
        if let Some(next_link) = next_link {
            let people = self.builder.rows() as usize;
            self.send(Keep::Checkpoint { rest: self.rest(), people, next_link });
        }
    }

    fn complete(self) -> People {
        let people = self.builder.rows() as usize;
        self.send(Keep::Complete { rest: self.rest(), people, at: self.began });
        drop(self.keep);
        self.builder.finish()
    }

    fn send(&self, keep: Keep) {
        // Whoever keeps reads to the end, even where nothing can be kept.
        let _ = self.keep.send(keep);
    }
}

/// The people of one page, in the order in which they came.
///
/// # Errors
/// The page is not what Graph would send.
pub fn people_of(page: &Page) -> Result<People, Failure> {
    let mut builder = Builder::default();
    page.each(|user| drop(push(&mut builder, &user))).map_err(|failure| words::page(&failure.into()))?;
    Ok(builder.finish())
}

/// Adds a user; one without a usable id is nobody.
fn push(builder: &mut Builder, user: &User<'_>) -> Option<Arc<Block>> {
    let business: Vec<Cow<'_, str>> = match &user.business_phones {
        Value::Is(phones) => phones.iter().map(|phone| Cow::Borrowed(&*phone.0)).collect(),
        Value::Null | Value::Missing => Vec::new(),
    };
    builder.push(&NewPerson {
        id: user.id()?,
        display_name: plain(&user.display_name).unwrap_or_default(),
        user_principal_name: plain(&user.user_principal_name).unwrap_or_default(),
        mail: plain(&user.mail),
        job_title: plain(&user.job_title),
        department: plain(&user.department),
        mobile: plain(&user.mobile_phone),
        business: &business,
    })
}

fn plain<'u>(value: &'u Value<Text<'_>>) -> Option<&'u str> {
    value.get().map(|text| &*text.0)
}

/// What came of keeping.
struct Ended {
    load: Option<Load>,
    not_kept: Option<Failure>,
    /// Whether the next load can go on from a checkpoint.
    can_go_on: bool,
}

/// Where people are kept.
enum Place {
    /// As a load of its own.
    New { path: PathBuf, began: DateTime<Utc>, delta_link: Option<String> },
    /// In the load that was cut off.
    Taken(File, Load),
    /// Nowhere.
    None(Failure),
}

impl Place {
    fn open(self) -> Result<(File, Load), Failure> {
        match self {
            Place::New { path, began, delta_link } => {
                let mut file = File::open(&path)?;
                file.begin(began, delta_link).map(|load| (file, load))
            }
            Place::Taken(file, load) => Ok((file, load)),
            Place::None(failure) => Err(failure),
        }
    }
}

/// Keeps what comes. Blocks wait for the next checkpoint, so that there are few transactions.
fn keep_all(place: Place, inbox: &Receiver<Keep>) -> Ended {
    let mut can_go_on = matches!(place, Place::Taken(..));
    let (mut file, load) = match place.open() {
        Ok(opened) => opened,
        Err(failure) => {
            inbox.iter().for_each(drop);
            return Ended { load: None, not_kept: Some(failure), can_go_on: false };
        }
    };
    let mut blocks = Vec::new();
    let mut not_kept = None;
    for keep in inbox {
        let done = match keep {
            _ if not_kept.is_some() => continue,
            Keep::Block(block) => {
                blocks.push(block);
                continue;
            }
            Keep::Checkpoint { rest, people, next_link } => {
                blocks.extend(rest);
                can_go_on = true;
                file.add(load, &blocks, people, &next_link)
            }
            Keep::Complete { rest, people, at } => {
                blocks.extend(rest);
                file.complete(load, &blocks, people, at)
            }
        };
        blocks.clear();
        not_kept = done.err();
        can_go_on &= not_kept.is_none();
    }
    Ended { load: Some(load), not_kept, can_go_on }
}
