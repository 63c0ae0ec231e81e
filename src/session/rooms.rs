//! Hands each room its own words, and tells all rooms what happens to the account.
//!
//! Owns nothing but the order. Each room is a module of its own with `update`, `receive` and,
//! where it has to know, `opened`, `applied` and `deleted`.

use super::{Action, Command, Event, Screen, Session, agents, conference, directory, history, network, renewal};
use crate::domain::Saved;
use chrono::{DateTime, Utc};

impl Session {
    /// An action that belongs to a room, or the action back.
    pub(super) fn room_update(&mut self, action: Action, now: DateTime<Utc>) -> Result<Vec<Command>, Action> {
        Ok(match action {
            Action::Directory(action) => directory::update(self, action, now),
            Action::Agents(action) => agents::update(self, action, now),
            Action::Conference(action) => conference::update(self, action, now),
            Action::History(action) => history::update(self, action, now),
            Action::Renewal(action) => renewal::update(self, action, now),
            Action::Network(action) => network::update(self, action, now),
            other => return Err(other),
        })
    }

    /// An event that belongs to a room, or the event back.
    pub(super) fn room_receive(&mut self, event: Event, now: DateTime<Utc>) -> Result<Vec<Command>, Event> {
        Ok(match event {
            Event::Directory(event) => directory::receive(self, event, now),
            Event::Agents(event) => agents::receive(self, event, now),
            Event::Conference(event) => conference::receive(self, event, now),
            Event::History(event) => history::receive(self, event, now),
            Event::Renewal(event) => renewal::receive(self, event, now),
            Event::Network(event) => network::receive(self, event, now),
            other => return Err(other),
        })
    }

    /// Another screen is open: what it shows is read.
    pub(super) fn room_shown(&mut self) -> Vec<Command> {
        match self.screen {
            Screen::History => history::shown(self),
            // A conference may have gone on since.
            Screen::Accounts => history::count_messages(),
            Screen::Agents => agents::shown(),
            _ => Vec::new(),
        }
    }

    /// The data folder was read.
    pub(super) fn rooms_opened(&mut self, now: DateTime<Utc>) -> Vec<Command> {
        let rooms = [renewal::opened, directory::opened, agents::opened, history::opened];
        rooms.into_iter().flat_map(|opened| opened(self, now)).collect()
    }

    /// The account was applied; `before` is how it was.
    pub(super) fn rooms_applied(&mut self, before: Option<&Saved>, now: DateTime<Utc>) -> Vec<Command> {
        let rooms = [renewal::applied, directory::applied, agents::applied, history::applied];
        rooms.into_iter().flat_map(|applied| applied(self, before, now)).collect()
    }

    /// The account was deleted.
    pub(super) fn rooms_deleted(&mut self, now: DateTime<Utc>) -> Vec<Command> {
        let rooms = [renewal::deleted, directory::deleted, agents::deleted, conference::deleted, history::deleted];
        rooms.into_iter().flat_map(|deleted| deleted(self, now)).collect()
    }
}
