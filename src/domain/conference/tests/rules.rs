//! What holds in every conference, whatever happens in it: nobody reads what is not for them, every invitation ends once.
//!
//! The watcher knows only outputs: who is in is told from the messages, not from the machine's own state.

use super::{super::*, at};
use proptest::prelude::*;
use std::collections::BTreeMap;

const WORDS: [&str; 10] = ["YES", "no", " Bye ", "hello", "", "ｙｅｓ", "yes!", "what?", "NO", "bye"];

fn inputs() -> impl Strategy<Value = Vec<(i64, Input, bool)>> {
    let party = prop_oneof![Just(Party::Customer), Just(Party::Agent), (0..4usize).prop_map(Party::Colleague)];
    let input = prop_oneof![
        4 => (0..4usize).prop_map(|n| Input::Invite { key: n.to_string(), name: format!("Name {n}") }),
        12 => (party.clone(), 0..WORDS.len()).prop_map(|(from, n)| Input::Say { from, text: WORDS[n].to_owned() }),
        1 => party.prop_map(Input::Go),
        1 => (0..4usize).prop_map(Input::Unreachable),
        2 => Just(Input::Wait),
    ];
    proptest::collection::vec((-5..50i64, input, any::<bool>()), 0..60)
}

/// What an outsider can tell of one colleague.
#[derive(Debug, Default)]
struct Seat {
    is_in: bool,
    /// Invitations that have not ended: never more than one.
    open: i32,
}

/// Reads all outputs and fails at what must not be.
#[derive(Debug, Default)]
struct Watcher {
    seats: BTreeMap<usize, Seat>,
    ended: bool,
}

impl Watcher {
    fn is_in(&self, party: Party) -> bool {
        match party {
            Party::Colleague(number) => self.seats.get(&number).is_some_and(|seat| seat.is_in),
            Party::Customer | Party::Agent => !self.ended,
        }
    }

    fn watch(&mut self, output: Output) -> Result<(), TestCaseError> {
        match output {
            Output::Note { about: Some(number), note } => self.note(number, &note)?,
            Output::Note { about: None, note } => {
                if let Note::Ended { .. } = note {
                    prop_assert!(!self.ended, "a session ends once");
                    self.ended = true;
                }
            }
            Output::System { key, about, to, .. } => self.system(key, about, &to)?,
            Output::Said { from, text, to } => {
                prop_assert!(!text.trim().is_empty());
                prop_assert!(!to.contains(&from), "nobody reads an echo");
                let mut once = to.clone();
                once.dedup();
                prop_assert_eq!(&once, &to);
                prop_assert!(to.is_empty() || self.is_in(from));
                prop_assert!(to.iter().all(|party| self.is_in(*party)));
            }
        }
        for seat in self.seats.values() {
            prop_assert!((0..=1).contains(&seat.open), "{self:?}");
        }
        Ok(())
    }

    fn note(&mut self, number: usize, note: &Note) -> Result<(), TestCaseError> {
        let seat = self.seats.entry(number).or_default();
        match note {
            Note::Invited => {
                prop_assert!(seat.open == 0 && !seat.is_in && !self.ended);
                seat.open = 1;
            }
            Note::Accepted { .. } => seat.is_in = true,
            Note::Declined { .. } | Note::TimedOut { .. } => seat.open -= 1,
            // Who is lost while in has left, which a message of its own tells.
            Note::Unreachable if !seat.is_in => seat.open -= 1,
            _ => {}
        }
        Ok(())
    }

    fn system(&mut self, key: MessageKey, about: usize, to: &[Party]) -> Result<(), TestCaseError> {
        let seat = self.seats.entry(about).or_default();
        let only_them = to == [Party::Colleague(about)];
        match key {
            MessageKey::InvitationToJoin => prop_assert!(only_them && seat.open == 1 && !seat.is_in),
            MessageKey::SessionEnded => {
                prop_assert!(only_them);
                *seat = Seat { is_in: false, open: seat.open - 1 };
            }
            MessageKey::PartyJoined => prop_assert!(seat.is_in && !to.contains(&Party::Colleague(about))),
            MessageKey::PartyLeft => {
                prop_assert!(seat.is_in);
                *seat = Seat { is_in: false, open: seat.open - 1 };
            }
            _ => prop_assert!(false, "{key:?} is never sent"),
        }
        prop_assert!(only_them || to.iter().all(|party| self.is_in(*party)));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_reads_what_is_not_for_them_and_every_invitation_ends_in_one_way(script in inputs()) {
        let usual = Rules::default();
        let mut odd = Rules::default();
        *odd.messages.get_mut(MessageKey::PositiveResponse) = "bye".into();
        let (mut state, mut second) = (Conference::new("Customer", "Agent"), 0);
        let mut watcher = Watcher::default();
        for (pause, input, is_odd) in script {
            second += pause;
            let (next, outputs) = step(state, input, at(second), if is_odd { &odd } else { &usual });
            state = next;
            for output in outputs {
                watcher.watch(output)?;
            }
            for (number, seat) in &watcher.seats {
                let open = matches!(state.colleagues[*number].stage, Stage::In | Stage::Invited { .. });
                prop_assert_eq!(seat.open == 1, open);
            }
        }
        let (state, outputs) = step(state, Input::Go(Party::Agent), at(second), &usual);
        let all_out = state.colleagues.iter().all(|colleague| matches!(colleague.stage, Stage::Out { .. }));
        prop_assert!(all_out);
        prop_assert_eq!(outputs.is_empty(), watcher.ended);
    }
}
