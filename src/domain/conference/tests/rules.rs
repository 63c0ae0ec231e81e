//! What holds in every conference, whatever happens in it: nobody reads what is not for them, every invitation ends once.
//!
//! The checks know only outputs: who is in is told from the messages, not from the machine's own state.

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobody_reads_what_is_not_for_them_and_every_invitation_ends_in_one_way(script in inputs()) {
        let usual = Rules::default();
        let mut odd = Rules::default();
        *odd.messages.get_mut(MessageKey::PositiveResponse) = "bye".into();
        let (mut state, mut second) = (Conference::new("Customer", "Agent"), 0);
        // By colleague: whether they are in, and how many invitations are open and over.
        let mut seats: BTreeMap<usize, (bool, i32, i32)> = BTreeMap::new();
        let mut ended = false;
        for (pause, input, is_odd) in script {
            second += pause;
            let before = state.clone();
            let (next, outputs) = step(state, input.clone(), at(second), if is_odd { &odd } else { &usual });
            state = next;
            for output in outputs {
                match output {
                    Output::Note { about, note } => {
                        let seat = about.map(|about| seats.entry(about).or_default());
                        match (note, seat) {
                            (Note::Invited, Some(seat)) => {
                                prop_assert_eq!(seat.1, 0, "one invitation at a time");
                                prop_assert!(!seat.0 && !ended);
                                seat.1 = 1;
                            }
                            (Note::Accepted { .. }, Some(seat)) => seat.0 = true,
                            (Note::Declined { .. } | Note::TimedOut { .. } | Note::Unreachable, Some(seat)) => {
                                seat.1 -= 1;
                                seat.2 += 1;
                                // Who is unreachable while in has left, which is told by its own message.
                                if seat.0 { seat.1 += 1; seat.2 -= 1; }
                            }
                            (Note::Ended { .. }, None) => {
                                prop_assert!(!ended);
                                ended = true;
                            }
                            _ => {}
                        }
                    }
                    Output::System { key, about, to, .. } => {
                        let seat = seats.entry(about).or_default();
                        match key {
                            MessageKey::InvitationToJoin => {
                                prop_assert_eq!(&to, &vec![Party::Colleague(about)]);
                                prop_assert!(seat.1 == 1 && !seat.0, "only who is invited reads an invitation");
                            }
                            MessageKey::SessionEnded => {
                                prop_assert_eq!(&to, &vec![Party::Colleague(about)]);
                                *seat = (false, seat.1 - 1, seat.2 + 1);
                            }
                            MessageKey::PartyLeft => {
                                prop_assert!(seat.0);
                                *seat = (false, seat.1 - 1, seat.2 + 1);
                                prop_assert!(!to.contains(&Party::Colleague(about)));
                            }
                            MessageKey::PartyJoined => {
                                prop_assert!(seat.0);
                                prop_assert!(!to.contains(&Party::Colleague(about)));
                            }
                            _ => prop_assert!(false, "{key:?} is never sent"),
                        }
                        let in_now = |party: &Party| match party {
                            Party::Colleague(n) => *n == about || seats.get(n).is_some_and(|seat| seat.0),
                            _ => !ended,
                        };
                        prop_assert!(to.iter().all(in_now));
                    }
                    Output::Said { from, text, to } => {
                        prop_assert!(!text.trim().is_empty());
                        prop_assert!(!to.contains(&from), "nobody reads an echo");
                        let mut once = to.clone();
                        once.dedup();
                        prop_assert_eq!(&once, &to);
                        let is_in = |party: &Party| match party {
                            Party::Colleague(n) => seats.get(n).is_some_and(|seat| seat.0),
                            _ => !ended,
                        };
                        prop_assert!(to.is_empty() || is_in(&from));
                        prop_assert!(to.iter().all(is_in));
                    }
                }
            }
            for (number, seat) in &seats {
                prop_assert!((0..=1).contains(&seat.1), "{seat:?} of {number} after {input:?} in {before:?}");
                let open = matches!(state.colleagues[*number].stage, Stage::In | Stage::Invited { .. });
                prop_assert_eq!(seat.1 == 1, open);
            }
        }
        let (state, outputs) = step(state, Input::Go(Party::Agent), at(second), &usual);
        let all_out = state.colleagues.iter().all(|colleague| matches!(colleague.stage, Stage::Out { .. }));
        prop_assert!(all_out);
        prop_assert_eq!(outputs.is_empty(), ended);
    }
}
