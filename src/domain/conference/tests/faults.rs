//! Rehearsed conferences over a network with faults: nothing is lost, doubled or misdirected.
//!
//! The chats in Teams are a model of their own: requests and answers are lost, requests arrive late, messages become visible
//! late and in any order, pages repeat. Chance comes from a number, so a failure can be played again.

use super::{
    super::{courier::*, *},
    at,
};

/// Numbers that look like chance: <https://en.wikipedia.org/wiki/Xorshift>
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// One chat as Teams keeps it. Each message is visible from a second on, which may be later than its time.
#[derive(Default)]
struct Chat {
    messages: Vec<(i64, Seen)>,
}

impl Chat {
    fn write(&mut self, now: i64, mine: bool, text: &str, chance: &mut Chance) -> String {
        let id = format!("{}", self.messages.len());
        let visible = now + if chance.one_in(4) { chance.below(3) as i64 } else { 0 };
        self.messages.push((visible, Seen { created: at(now), id: id.clone(), mine, text: text.to_owned() }));
        id
    }

    fn read(&self, now: i64, since: DateTime<Utc>, chance: &mut Chance) -> Vec<Seen> {
        let visible = self.messages.iter().filter(|(from, seen)| *from <= now && seen.created > since);
        let mut page: Vec<Seen> = visible.map(|(_, seen)| seen.clone()).collect();
        if chance.one_in(3) {
            page.extend(page.clone());
        }
        for place in (1..page.len()).rev() {
            page.swap(place, chance.below(place as u64 + 1) as usize);
        }
        page
    }
}

/// A colleague's chat, the courier that serves it, and what is on the way to it.
struct Line {
    chat: Chat,
    courier: Courier,
    /// Arrives at that second, although its answer is lost.
    late: Option<(i64, String)>,
    /// What the machine handed over, in order.
    handed: Vec<String>,
    /// What the colleague wrote and the machine did not get yet.
    wrote: Vec<String>,
}

impl Line {
    fn new(chance: &mut Chance) -> Self {
        let mut chat = Chat::default();
        // An older conference, with the very same words.
        for text in ["You are invited", "YES", "Customer: x1", "Customer chat session ended"] {
            chat.write(-60, text != "YES", text, chance);
        }
        Self { chat, courier: Courier::new(at(0)), late: None, handed: Vec::new(), wrote: Vec::new() }
    }

    /// One second of the courier's work. Answers what the colleague said.
    fn work(&mut self, now: i64, faults: bool, chance: &mut Chance) -> Vec<String> {
        if let Some((_, text)) = self.late.take_if(|(arrives, _)| *arrives <= now) {
            self.chat.write(now, true, &text, chance);
        }
        let fails = |chance: &mut Chance| faults && chance.one_in(4);
        match self.courier.next(at(now)) {
            Next::Wait(until) => assert!(until > at(now)),
            Next::Open | Next::Read(_) if fails(chance) => self.courier.unread(at(now), None),
            Next::Open => self.courier.opened(&self.chat.read(now, DateTime::UNIX_EPOCH - TimeDelta::days(1), chance)),
            Next::Read(since) => {
                let page = self.chat.read(now, since, chance);
                return self.courier.read(page, at(now)).into_iter().map(|seen| seen.text).collect();
            }
            Next::Write(text) if fails(chance) => match chance.below(4) {
                0 => self.courier.put_off(at(now), Some(TimeDelta::seconds(2))),
                1 => self.courier.lost(at(now)),
                2 => {
                    self.chat.write(now, true, &text, chance);
                    self.courier.lost(at(now));
                }
                _ => {
                    self.late = Some((now + 1, text));
                    self.courier.lost(at(now));
                }
            },
            Next::Write(text) => {
                let id = self.chat.write(now, true, &text, chance);
                self.courier.written(&id);
            }
        }
        Vec::new()
    }
}

/// Hands outputs to the lines of those they are for.
fn hand_over(outputs: Vec<Output>, state: &Conference, lines: &mut [Line], now: i64) {
    for output in outputs {
        let (text, to) = match output {
            Output::Said { from, text, to } => (format!("{}: {text}", state.name(from)), to),
            Output::System { text, to, .. } => (text, to),
            Output::Note { .. } => continue,
        };
        for party in to {
            if let Party::Colleague(number) = party {
                lines[number].handed.push(text.clone());
                lines[number].courier.send(&text, at(now));
            }
        }
    }
}

fn rehearse(seed: u64) {
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let chance = &mut chance;
    let rules = Rules::default();
    let mut lines: Vec<Line> = (0..3).map(|_| Line::new(chance)).collect();
    let mut state = Conference::new("Customer", "Agent");
    let mut count = 0;
    for now in 1..400 {
        let faults = now < 200;
        let mut inputs = vec![Input::Wait];
        for (number, line) in lines.iter_mut().enumerate() {
            let from = Party::Colleague(number);
            inputs.extend(line.work(now, faults, chance).into_iter().map(|text| Input::Say { from, text }));
        }
        // Everybody speaks in words of their own, so that nothing can be taken for another; commands come in between.
        if now < 200 && chance.one_in(3) {
            count += 1;
            let from = if chance.one_in(2) { Party::Customer } else { Party::Agent };
            inputs.push(Input::Say { from, text: format!("x{count}") });
        }
        if now < 150 && chance.one_in(12) {
            let n = chance.below(3);
            // The key decides the number: everybody is invited in order.
            let key = (n as usize).min(state.colleagues.len()).to_string();
            inputs.push(Input::Invite { name: format!("C{key}"), key });
        }
        if now < 200 && chance.one_in(3) {
            count += 1;
            let line = &mut lines[chance.below(3) as usize];
            let text = match chance.below(8) {
                0..3 => "YES".to_owned(),
                3 => "BYE".to_owned(),
                4 => "NO".to_owned(),
                _ => format!("y{count}"),
            };
            let invited = line.chat.messages.iter().any(|(_, seen)| seen.mine && seen.created >= at(0));
            if invited {
                line.chat.write(now, false, &text, chance);
                line.wrote.push(text);
            }
        }
        if now == 200 {
            inputs.push(Input::Go(Party::Customer));
        }
        for input in inputs {
            if let Input::Say { from: Party::Colleague(number), text } = &input {
                let place = lines[*number].wrote.iter().position(|wrote| wrote == text);
                assert!(place.is_some(), "seed {seed}: {text} was heard twice or never written");
                place.map(|place| lines[*number].wrote.remove(place));
            }
            let (next, outputs) = step(state, input, at(now), &rules);
            state = next;
            hand_over(outputs, &state, &mut lines, now);
        }
    }
    for line in &lines {
        assert_eq!(line.courier.open_letters(), 0, "seed {seed}: something is still on its way");
        assert!(line.wrote.is_empty(), "seed {seed}: {:?} was never heard", line.wrote);
        let arrived: Vec<&str> = line
            .chat
            .messages
            .iter()
            .filter(|(_, m)| m.mine && m.created >= at(0))
            .map(|(_, m)| m.text.as_str())
            .collect();
        assert_eq!(arrived, line.handed, "seed {seed}: lost, doubled, misdirected or out of order");
    }
}

#[test]
fn a_thousand_conferences_lose_double_and_misdirect_nothing() {
    (1..=1000).for_each(rehearse);
}

#[test]
fn a_message_that_becomes_visible_late_is_read_once() {
    let seen = |second: i64, id: &str| Seen { created: at(second), id: id.into(), mine: false, text: id.into() };
    let mut courier = Courier::new(at(0));
    courier.opened(&[seen(0, "old")]);
    assert_eq!(courier.read(vec![seen(11, "b"), seen(0, "old")], at(11)), [seen(11, "b")]);
    let Next::Read(since) = courier.next(at(20)) else { panic!("nothing is read") };
    assert!(since < at(10), "the one before is looked for");
    assert_eq!(courier.read(vec![seen(11, "b"), seen(10, "a")], at(20)), [seen(10, "a")]);
}

#[test]
fn reading_slows_down_when_nothing_happens_and_waits_as_long_as_the_server_asks() {
    let mut courier = Courier::new(at(0));
    courier.opened(&[]);
    courier.read(Vec::new(), at(0));
    assert_eq!(courier.next(at(0)), Next::Wait(at(2)));
    courier.read(Vec::new(), at(200));
    assert_eq!(courier.next(at(200)), Next::Wait(at(210)));
    courier.send("hello", at(200));
    assert_eq!(courier.next(at(200)), Next::Write("hello".into()));
    courier.put_off(at(200), Some(TimeDelta::seconds(30)));
    assert_eq!(courier.next(at(229)), Next::Wait(at(230)));
    assert_eq!(courier.next(at(230)), Next::Write("hello".into()));
    courier.lost(at(230));
    assert_eq!(courier.next(at(231)), Next::Wait(at(233)));
    assert!(matches!(courier.next(at(233)), Next::Read(_)), "it is looked for before it is written again");
    assert!(courier.read(Vec::new(), at(233)).is_empty());
    assert_eq!(courier.next(at(233)), Next::Write("hello".into()));
    courier.written("7");
    for pause in [1, 2, 4, 8, 16, 30, 30] {
        courier.unread(at(300), None);
        assert_eq!(courier.next(at(300)), Next::Wait(at(300 + pause)));
    }
}
