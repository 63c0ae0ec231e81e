//! The network's thread: jobs with numbers, side by side, each of which can be cancelled.
//!
//! Owns the runtime. Knows nothing of what the jobs do. Start with [`Jobs::run`].

use super::Outbox;
use crate::{domain::Failure, session::Event};
use std::{collections::HashMap, pin::Pin, thread};
use tokio::{sync::mpsc, task::AbortHandle};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

enum Message {
    Run(u64, Work),
    Cancel(u64),
}

/// One thread with its own runtime.
pub(super) struct Jobs {
    messages: mpsc::UnboundedSender<Message>,
}

impl Jobs {
    pub(super) fn start(out: Outbox) -> Self {
        let (messages, mut inbox) = mpsc::unbounded_channel();
        thread::spawn(move || {
            let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => {
                    let what = Failure::new("The network cannot be used on this system.", format!("{error}."));
                    return out.send(Event::Failed(what));
                }
            };
            runtime.block_on(async move {
                let mut running: HashMap<u64, AbortHandle> = HashMap::new();
                while let Some(message) = inbox.recv().await {
                    running.retain(|_, task| !task.is_finished());
                    match message {
                        Message::Run(job, work) => {
                            running.insert(job, tokio::spawn(work).abort_handle());
                        }
                        Message::Cancel(job) => {
                            if let Some(task) = running.remove(&job) {
                                task.abort();
                            }
                        }
                    }
                }
            });
        });
        Self { messages }
    }

    pub(super) fn run(&self, job: u64, work: impl Future<Output = ()> + Send + 'static) {
        let _ = self.messages.send(Message::Run(job, Box::pin(work)));
    }

    pub(super) fn cancel(&self, job: u64) {
        let _ = self.messages.send(Message::Cancel(job));
    }
}
