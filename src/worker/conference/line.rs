//! One colleague's chat in Teams while a conference lasts: what the courier asks for is done over Graph.
//!
//! Owns the loop of reading and writing, and what an answer of Graph's means for it. When to do what is the courier's, in
//! `domain::conference`. Start with [`serve`].

use super::words;
use crate::{
    agents::{AgentError, Agents},
    domain::{
        Cloud, Failure, Guid, Secret,
        conference::courier::{Courier, Next},
    },
    graph::{GraphError, chats},
    http::Http,
    session::conference::Told,
};
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::mpsc::UnboundedReceiver;

/// What the conference wants of the line.
#[derive(Clone, Debug)]
pub(in crate::worker) enum Order {
    /// Write this.
    Write(String),
    /// End once everything is written.
    Finish,
}

/// Why there is no token for the person who writes.
pub(super) struct NoToken {
    /// What happened, and what to do.
    pub failure: Failure,
    /// Only signing in again helps.
    pub is_over: bool,
}

/// Gives tokens for the person who writes.
pub(super) trait Bearer: Send + Sync + 'static {
    /// One that is valid for some minutes.
    fn token(&self) -> impl Future<Output = Result<Secret, NoToken>> + Send;
    /// Graph did not take the last one.
    fn distrust(&self) -> impl Future<Output = ()> + Send;
}

/// An agent who has signed in.
pub(super) struct SignedIn {
    pub agents: Agents,
    pub id: Guid,
}

impl Bearer for SignedIn {
    async fn token(&self) -> Result<Secret, NoToken> {
        self.agents.access_token(self.id).await.map_err(|error| {
            let passing = matches!(error, AgentError::SignIn(_) | AgentError::Keep(_));
            NoToken { failure: error.failure(), is_over: !passing }
        })
    }

    async fn distrust(&self) {
        self.agents.distrust(self.id).await;
    }
}

/// One line.
pub(super) struct Line<B> {
    pub http: Http,
    pub cloud: Cloud,
    pub bearer: B,
    /// Who writes.
    pub me: Guid,
    /// Who is written to.
    pub colleague: Guid,
    /// The colleague's name, for what is said about failures.
    pub name: String,
    pub now: fn() -> DateTime<Utc>,
}

/// What an attempt came to.
enum Attempt<T> {
    Done(T),
    /// Nothing happened; again after this time, or after a growing pause.
    Later(Failure, Option<TimeDelta>),
    /// What happened is not known.
    Unsure(Failure),
    /// Never.
    Over(Failure),
}

impl<B: Bearer> Line<B> {
    /// Does something with a token. A token that is not taken is replaced once.
    async fn attempt<T, F>(&self, what: impl Fn(Secret) -> F) -> Attempt<T>
    where
        F: Future<Output = Result<T, GraphError>>,
    {
        for second in [false, true] {
            let token = match self.bearer.token().await {
                Ok(token) => token,
                Err(NoToken { failure, is_over: true }) => return Attempt::Over(failure),
                Err(NoToken { failure, .. }) => return Attempt::Later(failure, None),
            };
            match what(token).await {
                Ok(done) => return Attempt::Done(done),
                Err(GraphError::Refused(refusal)) if refusal.status == 401 && !second => self.bearer.distrust().await,
                Err(error) => return self.meaning(&error),
            }
        }
        Attempt::Over(words::signed_out())
    }

    fn meaning<T>(&self, error: &GraphError) -> Attempt<T> {
        let failure = words::failure(error, &self.name);
        match error {
            GraphError::Refused(refusal) if refusal.status == 429 || refusal.status >= 500 => {
                let pause = refusal.retry_after.and_then(|pause| TimeDelta::from_std(pause).ok());
                if refusal.status == 429 { Attempt::Later(failure, pause) } else { Attempt::Unsure(failure) }
            }
            GraphError::Refused(_) => Attempt::Over(failure),
            GraphError::Failed(_) if chats::is_unsent(error) => Attempt::Later(failure, None),
            GraphError::Failed(_) => Attempt::Unsure(failure),
        }
    }
}

/// Begins the chat, writes what is ordered and tells what is answered, until it is finished or can go on no more.
pub(super) async fn serve<B: Bearer>(line: Line<B>, mut orders: UnboundedReceiver<Order>, tell: impl Fn(Told) + Send) {
    let mut run =
        Run { courier: Courier::new((line.now)()), finishing: false, troubled: false, line: &line, tell: &tell };
    let ended = match run.begin(&mut orders).await {
        Ok(chat) => run.go_on(&chat, &mut orders).await,
        Err(failure) => Err(failure),
    };
    tell(match ended {
        Ok(()) => Told::Finished,
        Err(failure) => Told::Failed(failure),
    });
}

struct Run<'a, B, T> {
    courier: Courier,
    finishing: bool,
    troubled: bool,
    line: &'a Line<B>,
    tell: &'a T,
}

impl<B: Bearer, T: Fn(Told) + Send> Run<'_, B, T> {
    fn now(&self) -> DateTime<Utc> {
        (self.line.now)()
    }

    fn take(&mut self, order: Option<Order>) {
        match order {
            Some(Order::Write(text)) => {
                let now = self.now();
                self.courier.send(&text, now);
            }
            // Whoever ordered is gone.
            Some(Order::Finish) | None => self.finishing = true,
        }
    }

    fn trouble(&mut self, failure: Failure) {
        self.troubled = true;
        (self.tell)(Told::Trouble(Some(failure)));
    }

    fn works(&mut self) {
        if std::mem::take(&mut self.troubled) {
            (self.tell)(Told::Trouble(None));
        }
    }

    async fn begin(&mut self, orders: &mut UnboundedReceiver<Order>) -> Result<chats::Chat, Failure> {
        let line = self.line;
        let mut pause = 1;
        loop {
            let open = |token: Secret| async move {
                chats::open(&line.http, &line.cloud, &token, line.me, line.colleague).await
            };
            match line.attempt(open).await {
                Attempt::Done(chat) => {
                    self.works();
                    return Ok(chat);
                }
                Attempt::Over(failure) => return Err(failure),
                Attempt::Later(failure, asked) => {
                    self.trouble(failure);
                    self.rest(orders, asked.unwrap_or(TimeDelta::seconds(pause))).await;
                }
                // Beginning twice gives the same chat.
                Attempt::Unsure(failure) => {
                    self.trouble(failure);
                    self.rest(orders, TimeDelta::seconds(pause)).await;
                }
            }
            pause = (pause * 2).min(30);
        }
    }

    /// Waits, and takes orders meanwhile.
    async fn rest(&mut self, orders: &mut UnboundedReceiver<Order>, time: TimeDelta) {
        let until = tokio::time::Instant::now() + time.to_std().unwrap_or_default();
        loop {
            tokio::select! {
                () = tokio::time::sleep_until(until) => return,
                order = orders.recv(), if !self.finishing => self.take(order),
            }
        }
    }

    async fn go_on(&mut self, chat: &chats::Chat, orders: &mut UnboundedReceiver<Order>) -> Result<(), Failure> {
        let line = self.line;
        let (http, cloud, me) = (&line.http, &line.cloud, line.me);
        loop {
            while let Ok(order) = orders.try_recv() {
                self.take(Some(order));
            }
            if self.finishing && self.courier.open_letters() == 0 {
                return Ok(());
            }
            let now = self.now();
            match self.courier.next(now) {
                Next::Wait(until) => {
                    let wait = (until - now).to_std().unwrap_or_default();
                    tokio::select! {
                        () = tokio::time::sleep(wait) => {}
                        order = orders.recv(), if !self.finishing => self.take(order),
                    }
                }
                Next::Open => {
                    let newest = |token: Secret| async move { chats::newest(http, cloud, &token, chat, me).await };
                    if let Some(messages) = self.read(line.attempt(newest).await)? {
                        self.courier.opened(&messages);
                    }
                }
                Next::Read(since) => {
                    let read = |token: Secret| async move { chats::since(http, cloud, &token, chat, me, since).await };
                    if let Some(messages) = self.read(line.attempt(read).await)? {
                        let before = self.courier.open_letters();
                        let now = self.now();
                        for seen in self.courier.read(messages, now) {
                            (self.tell)(Told::Heard(seen.text));
                        }
                        if self.courier.open_letters() < before {
                            (self.tell)(Told::Written(self.courier.open_letters()));
                        }
                    }
                }
                Next::Write(text) => {
                    let text = &text;
                    let write = |token: Secret| async move { chats::write(http, cloud, &token, chat, text).await };
                    let attempt = line.attempt(write).await;
                    self.write(attempt)?;
                }
            }
        }
    }

    /// What was read, or nothing if it is to be read again.
    fn read<M>(&mut self, attempt: Attempt<M>) -> Result<Option<M>, Failure> {
        let (failure, asked) = match attempt {
            Attempt::Done(messages) => {
                self.works();
                return Ok(Some(messages));
            }
            Attempt::Over(failure) => return Err(failure),
            Attempt::Later(failure, asked) => (failure, asked),
            Attempt::Unsure(failure) => (failure, None),
        };
        self.trouble(failure);
        let now = self.now();
        self.courier.unread(now, asked);
        Ok(None)
    }

    fn write(&mut self, attempt: Attempt<String>) -> Result<(), Failure> {
        let now = self.now();
        match attempt {
            Attempt::Done(id) => {
                self.courier.written(&id);
                self.works();
                (self.tell)(Told::Written(self.courier.open_letters()));
            }
            Attempt::Later(failure, asked) => {
                self.courier.put_off(now, asked);
                self.trouble(failure);
            }
            Attempt::Unsure(failure) => {
                self.courier.lost(now);
                self.trouble(failure);
            }
            Attempt::Over(failure) => return Err(failure),
        }
        Ok(())
    }
}
