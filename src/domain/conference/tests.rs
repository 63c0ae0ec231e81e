//! How a conference behaves, told as plays: what happens at which second, and what everybody reads.
//!
//! `faults` rehearses conferences over a network that loses, doubles and delays; `rules` says what holds in all of them.

mod faults;
mod rules;

use super::{people::*, rehearsal::*, transcript::*, *};

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

fn say(from: Party, text: &str) -> Input {
    Input::Say { from, text: text.into() }
}

fn invite(name: &str) -> Input {
    Input::Invite { key: name.into(), name: name.into() }
}

const ZOE: Party = Party::Colleague(0);
const ALEX: Party = Party::Colleague(1);
use Party::{Agent, Customer};

fn with(changes: &[(MessageKey, &str)]) -> Rules {
    let mut rules = Rules::default();
    for (key, text) in changes {
        *rules.messages.get_mut(*key) = (*text).to_owned();
    }
    rules
}

/// What follows from each, as `reader, reader < text`; notes as `note: …`, in one list.
fn play(rules: &Rules, script: &[(i64, Input)]) -> Vec<String> {
    let mut state = Conference::new("Customer", "Agent");
    let mut lines = Vec::new();
    for (second, input) in script {
        let (next, outputs) = step(state, input.clone(), at(*second), rules);
        state = next;
        for output in outputs {
            let names = |to: &[Party]| to.iter().map(|party| state.name(*party)).collect::<Vec<_>>().join(", ");
            lines.push(match &output {
                Output::Said { from, text, to } => format!("{} < {}: {text}", names(to), state.name(*from)),
                Output::System { text, to, .. } => format!("{} < {text}", names(to)),
                Output::Note { about, note } => {
                    format!(
                        "note: {}",
                        note.words(&about.map(|a| state.colleagues[a].name.clone()).unwrap_or_default())
                    )
                }
            });
        }
    }
    lines
}

#[track_caller]
fn check(rules: &Rules, script: &[(i64, Input)], expect: &[&str]) {
    assert_eq!(play(rules, script), expect);
}

const INVITATION: &str = "Zoë < You are invited to customer chat session, would you like to accept (YES/NO)?";

#[test]
fn a_colleague_joins_talks_and_leaves() {
    check(
        &Rules::default(),
        &[
            (0, say(Customer, "My order never arrived.")),
            (1, invite("Zoë")),
            (3, say(Agent, "One moment.")),
            (7, say(ZOE, " yes\n")),
            (8, say(Customer, "Hello?")),
            (9, say(ZOE, "It ships today.")),
            (10, say(ZOE, "YES")),
            (11, say(ZOE, "bye")),
            (12, say(Customer, "Thanks!")),
        ],
        &[
            "Agent < Customer: My order never arrived.",
            "note: Invited Zoë",
            INVITATION,
            "Customer < Agent: One moment.",
            " < Zoë:  yes\n",
            "note: Zoë accepted after 6 s",
            "Customer, Agent < Zoë joined the session",
            "Agent, Zoë < Customer: Hello?",
            "Customer, Agent < Zoë: It ships today.",
            "Customer, Agent < Zoë: YES",
            " < Zoë: bye",
            "Customer, Agent < Zoë left the session",
            "Agent < Customer: Thanks!",
        ],
    );
}

#[test]
fn declining_is_told_to_the_agent_only_and_the_invitation_can_be_repeated() {
    check(
        &Rules::default(),
        &[
            (0, invite("Zoë")),
            (60, say(ZOE, "No")),
            (61, say(ZOE, "I am busy")),
            (62, say(ZOE, "really")),
            (70, invite("Zoë")),
        ],
        &[
            "note: Invited Zoë",
            INVITATION,
            " < Zoë: No",
            "note: Zoë declined after 1 minute",
            " < Zoë: I am busy",
            "note: Zoë wrote after declining. Nobody in the chat reads that.",
            " < Zoë: really",
            "note: Invited Zoë",
            INVITATION,
        ],
    );
}

#[test]
fn any_other_answer_repeats_the_invitation_once() {
    check(
        &Rules::default(),
        &[
            (0, invite("Zoë")),
            (5, say(ZOE, "Who is it?")),
            (6, say(ZOE, "  ")),
            (9, say(ZOE, "yes please")),
            (12, say(ZOE, "YES!")),
            (15, say(ZOE, "ＹＥＳ")),
        ],
        &[
            "note: Invited Zoë",
            INVITATION,
            " < Zoë: Who is it?",
            "note: Zoë answered something else, so the invitation was sent once more.",
            INVITATION,
            " < Zoë: yes please",
            "note: Zoë answered something else again. The invitation stays open and is not repeated.",
            " < Zoë: YES!",
            " < Zoë: ＹＥＳ",
            "note: Zoë accepted after 15 s",
            "Customer, Agent < Zoë joined the session",
        ],
    );
}

#[test]
fn an_invitation_runs_out_after_two_minutes_whatever_was_answered_and_whatever_the_clock_does() {
    check(
        &Rules::default(),
        &[
            (0, invite("Zoë")),
            (100, say(ZOE, "who?")),
            (119, Input::Wait),
            (50, Input::Wait),
            (120, say(ZOE, "YES")),
            (500, Input::Wait),
            (501, say(ZOE, "YES")),
        ],
        &[
            "note: Invited Zoë",
            INVITATION,
            " < Zoë: who?",
            "note: Zoë answered something else, so the invitation was sent once more.",
            INVITATION,
            "note: Zoë did not answer within 2 minutes. You can invite Zoë again.",
            " < Zoë: YES",
            "note: Zoë wrote after the time was up. Nobody in the chat reads that.",
            " < Zoë: YES",
        ],
    );
}

#[test]
fn several_colleagues_hear_each_other_and_only_those_who_are_in() {
    let lines = play(
        &Rules::default(),
        &[
            (0, invite("Zoë")),
            (0, invite("Alex")),
            (1, say(ZOE, "yes")),
            (2, say(ZOE, "hello")),
            (3, say(ALEX, "yes")),
            (4, say(ALEX, "hi")),
            (5, say(ZOE, "bye")),
            (6, say(Agent, "thanks")),
        ],
    );
    let spoken: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.starts_with("note")).skip(2).collect();
    assert_eq!(
        spoken,
        [
            " < Zoë: yes",
            "Customer, Agent < Zoë joined the session",
            "Customer, Agent < Zoë: hello",
            " < Alex: yes",
            "Customer, Agent, Zoë < Alex joined the session",
            "Customer, Agent, Zoë < Alex: hi",
            " < Zoë: bye",
            "Customer, Agent, Alex < Zoë left the session",
            "Customer, Alex < Agent: thanks",
        ]
    );
}

#[test]
fn the_end_of_the_session_is_told_to_whoever_is_in_or_invited() {
    for by in [Customer, Agent] {
        let lines = play(
            &Rules::default(),
            &[
                (0, invite("Zoë")),
                (0, invite("Alex")),
                (0, invite("Lee")),
                (1, say(ZOE, "yes")),
                (1, say(Party::Colleague(2), "no")),
                (2, Input::Go(by)),
                (3, say(ALEX, "yes")),
                (3, say(Customer, "hello?")),
                (3, say(Agent, "hello?")),
                (4, Input::Go(Customer)),
                (4, invite("Lee")),
            ],
        );
        let end = lines.iter().position(|line| line.contains("ended the session")).unwrap();
        assert_eq!(
            lines[end + 1..],
            [
                "Zoë < Customer chat session ended",
                "Alex < Customer chat session ended",
                " < Alex: yes",
                "note: Alex wrote after the session ended. Nobody in the chat reads that.",
                "note: The session has ended, so nobody can be invited.",
            ]
        );
    }
}

#[test]
fn who_is_invited_or_in_is_not_invited_again() {
    let lines =
        play(&Rules::default(), &[(0, invite("Zoë")), (1, invite("Zoë")), (2, say(ZOE, "yes")), (3, invite("Zoë"))]);
    assert_eq!(lines[2], "note: Zoë is invited already.");
    assert_eq!(lines[6], "note: Zoë is in the session already.");
}

#[test]
fn the_careful_one_of_two_equal_commands_counts() {
    use MessageKey::*;
    let answer = |rules: &Rules, text: &str| play(rules, &[(0, invite("Zoë")), (1, say(ZOE, text))]).pop().unwrap();
    assert_eq!(answer(&with(&[(PositiveResponse, "no")]), "NO"), "note: Zoë declined after 1 s");
    assert_eq!(answer(&with(&[(LeaveAnyTimeCommand, "yes")]), "YES"), "note: Zoë declined after 1 s");
    // The leave command works at any time: before joining, too.
    assert_eq!(answer(&Rules::default(), "BYE"), "note: Zoë declined after 1 s");
}

#[test]
fn a_command_that_is_an_ordinary_word_counts_only_alone_and_an_empty_one_never() {
    use MessageKey::*;
    let rules = with(&[(LeaveAnyTimeCommand, "ok"), (NegativeResponse, " ")]);
    let lines = play(
        &rules,
        &[
            (0, invite("Zoë")),
            (1, say(ZOE, "YES")),
            (2, say(ZOE, "ok, thanks")),
            (3, say(Customer, "OK")),
            (4, say(ZOE, "OK")),
        ],
    );
    assert_eq!(
        lines[5..],
        [
            "Customer, Agent < Zoë: ok, thanks",
            "Agent, Zoë < Customer: OK",
            " < Zoë: OK",
            "Customer, Agent < Zoë left the session",
        ]
    );
}

#[test]
fn messages_that_change_in_the_middle_count_from_then_on() {
    let mut state = Conference::new("Customer", "Agent");
    for (input, rules) in
        [(invite("Zoë"), Rules::default()), (say(ZOE, "YES"), with(&[(MessageKey::PositiveResponse, "JA")]))]
    {
        state = step(state, input, at(0), &rules).0;
    }
    assert_eq!(state.colleagues[0].stage, Stage::Invited { since: at(0), unclear: 1 });
}

#[test]
fn who_cannot_be_reached_any_more_has_left() {
    let lines = play(
        &Rules::default(),
        &[
            (0, invite("Zoë")),
            (0, invite("Alex")),
            (1, say(ZOE, "yes")),
            (2, Input::Unreachable(0)),
            (2, Input::Unreachable(1)),
            (3, Input::Unreachable(9)),
        ],
    );
    assert_eq!(
        lines[lines.len() - 3..],
        [
            "note: Zoë cannot be reached in Teams any more.",
            "Customer, Agent < Zoë left the session",
            "note: Alex cannot be reached in Teams any more.",
        ]
    );
}

#[test]
fn a_very_long_message_is_relayed_whole() {
    let long = format!("{} {}", "ä".repeat(3_000), "wort ".repeat(30_000));
    let mut state = Conference::new("Customer", "Agent");
    for input in [invite("Zoë"), say(ZOE, "yes")] {
        state = step(state, input, at(0), &Rules::default()).0;
    }
    let (_, outputs) = step(state, say(Customer, &long), at(1), &Rules::default());
    assert!(matches!(&outputs[..], [Output::Said { text, .. }] if *text == long));
    let parts = courier::parts(&long);
    assert!(parts.iter().all(|part| (1..=courier::LONGEST).contains(&part.chars().count())));
    assert_eq!(parts.join(" "), long.trim_end());
    assert_eq!(courier::parts(&"字".repeat(9000)).concat(), "字".repeat(9000));
    assert!(courier::parts(" \n").is_empty());
}

#[test]
fn practice_people_do_what_their_character_says() {
    for (character, expect) in [
        (Character::Chats, Stage::In),
        (Character::AsksFirst, Stage::In),
        (Character::Leaves, Stage::Out { how: Ending::Left, told: false }),
        (Character::Declines, Stage::Out { how: Ending::Declined, told: false }),
        (Character::Silent, Stage::Out { how: Ending::TimedOut, told: false }),
        (Character::TooLate, Stage::Out { how: Ending::TimedOut, told: true }),
        (Character::ByHand, Stage::Out { how: Ending::TimedOut, told: false }),
    ] {
        let rules = with(&[(MessageKey::PositiveResponse, "JA"), (MessageKey::LeaveAnyTimeCommand, "TSCHÜSS")]);
        let mut rehearsal = Rehearsal::default();
        rehearsal.invite("Zoë", character, at(0), &rules);
        for second in 1..20 {
            rehearsal.catch_up(at(second), &rules);
        }
        rehearsal.input(say(Customer, "Hello"), at(20), &rules);
        // Skipped or waited for, the same happens at the same times.
        let (mut waited, mut skipped) = (rehearsal.clone(), rehearsal);
        (21..=140).for_each(|second| waited.catch_up(at(second), &rules));
        skipped.skip(TimeDelta::seconds(120), at(20), &rules);
        assert_eq!(skipped.transcript.entries(), waited.transcript.entries());
        assert_eq!(skipped.conference.colleagues[0].stage, expect, "{character:?}");
        assert_eq!(skipped.next_moment(&rules), None);
    }
}

#[test]
fn a_rehearsed_colleague_who_is_out_can_be_invited_again_and_behave_otherwise() {
    let rules = Rules::default();
    let mut rehearsal = Rehearsal::default();
    rehearsal.invite(" ", Character::Chats, at(0), &rules);
    rehearsal.invite("Zoë", Character::Declines, at(0), &rules);
    rehearsal.invite("Zoë", Character::Chats, at(1), &rules);
    rehearsal.catch_up(at(10), &rules);
    assert_eq!(rehearsal.conference.colleagues[0].stage, Stage::Out { how: Ending::Declined, told: false });
    rehearsal.invite(" Zoë ", Character::Chats, at(11), &rules);
    rehearsal.invite("Alex", Character::Chats, at(11), &rules);
    assert_eq!(rehearsal.next_moment(&rules), Some(at(14)));
    rehearsal.catch_up(at(20), &rules);
    rehearsal.input(say(Agent, "Hello"), at(21), &rules);
    rehearsal.catch_up(at(1000), &rules);
    let said = |entry: &&Entry| matches!(&entry.what, What::Said { to, .. } if !to.is_empty());
    assert_eq!(
        rehearsal.transcript.entries().iter().filter(said).count(),
        3,
        "practice people do not talk to each other"
    );
}

#[test]
fn a_transcript_says_who_wrote_what_to_whom_and_follows_the_messages() {
    let rules = Rules::default();
    let (mut state, mut transcript) = (Conference::new("Customer", "Agent"), Transcript::default());
    for (second, input) in [
        (0, say(Customer, "My order\nnever arrived.")),
        (1, invite("Zoë")),
        (4, say(ZOE, "yes")),
        (5, say(ZOE, "Hello!")),
        (6, Input::Go(Agent)),
    ] {
        let (next, outputs) = step(state, input, at(second), &rules);
        state = next;
        transcript.add(&state, &outputs, at(second));
    }
    let record = Record { title: "Conference rehearsal".into(), conference: state, transcript, messages: None };
    let text = record.to_text(&Utc);
    assert_eq!(
        text,
        "Conference rehearsal\n1 Jan 1970, 00:00:00 +00:00\n\n\
         00:00:00  Customer (to Agent): My order\n          never arrived.\n\
         00:00:01  — Invited Zoë\n\
         00:00:01  System message (to Zoë): You are invited to customer chat session, would you like to accept (YES/NO)?\n\
         00:00:04  Zoë (read by nobody else): yes\n\
         00:00:04  — Zoë accepted after 3 s\n\
         00:00:04  System message (to Customer, Agent): Zoë joined the session\n\
         00:00:05  Zoë (to Customer, Agent): Hello!\n\
         00:00:06  — You ended the session\n\
         00:00:06  System message (to Zoë): Customer chat session ended\n"
    );
    let changed = with(&[(MessageKey::PartyJoined, "ist dabei")]).messages;
    let customers = |entry: &&Entry| entry.side(Customer).is_some();
    let read: Vec<String> =
        record.transcript.entries().iter().filter(customers).map(|e| e.text(Some(&changed))).collect();
    assert_eq!(read, ["My order\nnever arrived.", "Zoë ist dabei", "Hello!"]);
}
