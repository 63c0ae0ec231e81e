//! Finding people as somebody types.
//!
//! Owns what a query means: every word must occur in one of the person's folded name, addresses, department or numbers, in any
//! order; a query of digits and punctuation alone is one number. Costs little more than looking at every byte once: the
//! longest word is searched through all blocks at once, the others only where it occurs. Start with [`People::search`].

use super::{BLOCK, Block, Order, People, fold};
use crate::domain::directory::PhoneType;
use memchr::memmem::Finder;
use std::sync::Arc;

/// What is typed, folded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The longest first.
    words: Vec<Vec<u8>>,
}

impl Query {
    /// Reads what is typed. A text without anything that counts finds everybody.
    pub fn new(text: &str) -> Self {
        let is_number = text.chars().any(|c| c.is_numeric()) && !text.contains(char::is_alphabetic);
        let mut words: Vec<Vec<u8>> = if is_number {
            let mut digits = Vec::new();
            fold::only_digits(text.trim_start().strip_prefix("00").unwrap_or(text), &mut digits);
            vec![digits]
        } else {
            text.split_whitespace().map(fold::folded).collect()
        };
        words.retain(|word| !word.is_empty());
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words.dedup();
        Self { words }
    }

    /// Whether it finds everybody.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The word that is searched first; empty for everybody.
    pub fn longest(&self) -> &[u8] {
        self.words.first().map_or(&[], Vec::as_slice)
    }

    /// Whether whoever this finds is found by the other, too.
    fn narrows(&self, other: &Query) -> bool {
        other.words.iter().all(|word| self.words.iter().any(|own| memchr::memmem::find(own, word).is_some()))
    }
}

/// A filter by numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HasNumber {
    /// At least one of this type.
    Of(PhoneType),
    /// None of any of these types, given by whether business and mobile count.
    NoneOf {
        /// Whether a business number counts.
        business: bool,
        /// Whether a mobile number counts.
        mobile: bool,
    },
}

/// Rows, as one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows(Vec<u64>);

impl Rows {
    /// Adds a row.
    pub fn insert(&mut self, row: u32) {
        let at = row as usize / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (row % 64);
    }

    /// Whether a row is among them.
    pub fn contains(&self, row: u32) -> bool {
        self.0.get(row as usize / 64).is_some_and(|bits| bits >> (row % 64) & 1 == 1)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    /// Each, the lowest first.
    pub fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.iter().enumerate().flat_map(|(at, bits)| {
            let rest = |bits: &u64| Some(bits & (bits - 1)).filter(|rest| *rest != 0);
            let all = std::iter::successors(Some(*bits).filter(|bits| *bits != 0), rest);
            all.map(move |bits| at as u32 * 64 + bits.trailing_zeros())
        })
    }

    /// Those of a block.
    fn block(&self, number: usize) -> &[u64] {
        let words = BLOCK / 64;
        self.0.get(number * words..).map_or(&[], |rest| &rest[..words.min(rest.len())])
    }
}

impl FromIterator<u32> for Rows {
    fn from_iter<I: IntoIterator<Item = u32>>(rows: I) -> Self {
        let mut all = Self::default();
        rows.into_iter().for_each(|row| all.insert(row));
        all
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ask {
    /// What is typed.
    pub query: Query,
    /// Only people of this department.
    pub department: Option<Box<str>>,
    /// Only people with, or without, a number.
    pub number: Option<HasNumber>,
    /// Only these rows, such as those of a presence.
    pub among: Option<Arc<Rows>>,
    /// In which order.
    pub order: Order,
}

/// Who was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The rows, in the order that was asked for.
    pub rows: Arc<[u32]>,
    /// What was asked.
    pub ask: Ask,
    /// Says of which snapshot and order the rows are.
    all: Arc<[u32]>,
}

impl Found {
    /// Whether these are rows of this snapshot.
    pub fn is_of(&self, people: &People) -> bool {
        Arc::ptr_eq(&self.all, people.in_order(self.ask.order))
    }

    /// Whether everybody who is found by `ask` is among these, in the right order.
    fn holds_all(&self, people: &People, ask: &Ask) -> bool {
        let Ask { query, department, number, among, order } = ask;
        let own = &self.ask;
        let same = own.order == *order && own.department == *department && own.number == *number;
        same && own.among == *among && query.narrows(&own.query) && self.is_of(people)
    }
}

impl People {
    /// Finds people. What was found before makes it faster where the question has only become narrower.
    pub fn search(&self, ask: Ask, before: Option<&Found>) -> Found {
        let all = self.in_order(ask.order).clone();
        let open = ask.query.is_empty() && ask.department.is_none() && ask.number.is_none() && ask.among.is_none();
        let rows = if open {
            all.clone()
        } else if let Some(before) = before.filter(|before| before.holds_all(self, &ask)) {
            // One by one and all over the memory, a person costs about as much as a hundred in a row.
            if before.rows.len() * 100 < self.rows() { self.narrow(&ask, before) } else { self.scan(&ask) }
        } else {
            self.scan(&ask)
        };
        Found { rows, ask, all }
    }

    fn narrow(&self, ask: &Ask, before: &Found) -> Arc<[u32]> {
        let finders: Vec<Finder<'_>> = ask.query.words.iter().map(Finder::new).collect();
        let found = before.rows.iter().copied().filter(|row| {
            let (block, at) = (&self.blocks[*row as usize / BLOCK], *row as usize % BLOCK);
            finders.iter().all(|finder| finder.find(block.folded_of(at)).is_some())
        });
        found.collect()
    }

    fn scan(&self, ask: &Ask) -> Arc<[u32]> {
        let mut finders = ask.query.words.iter().map(Finder::new);
        let first = finders.next();
        let others: Vec<Finder<'_>> = finders.collect();
        let mut hits = vec![0_u64; self.rows().div_ceil(64)];
        for (number, (block, hits)) in self.blocks.iter().zip(hits.chunks_mut(BLOCK / 64)).enumerate() {
            match &first {
                Some(first) => occurrences(block, first, &others, hits),
                None => hits.fill(u64::MAX),
            }
            keep(hits, self.gone.block(number), |hits, gone| hits & !gone);
            if let Some(among) = &ask.among {
                keep(hits, among.block(number), |hits, among| hits & among);
            }
            if ask.department.is_some() || ask.number.is_some() {
                filter(block, ask, hits);
            }
        }
        self.sorted(&Rows(hits), ask.order)
    }

    /// The rows in order: each sets the bit of its place, and the bits are read one after the other.
    fn sorted(&self, hits: &Rows, order: Order) -> Arc<[u32]> {
        let (all, places) = (self.in_order(order), self.places(order));
        let mut wanted = Rows(vec![0; all.len().div_ceil(64)]);
        let mut count = 0;
        for row in hits.iter() {
            // Behind the last person, and where nobody is any more, no place is.
            if let Some(place) = places.get(row as usize).filter(|place| **place != u32::MAX) {
                wanted.0[*place as usize / 64] |= 1 << (place % 64);
                count += 1;
            }
        }
        let mut rows = Vec::with_capacity(count);
        rows.extend(wanted.iter().map(|place| all[place as usize]));
        rows.into()
    }
}

/// Missing words count as zeros.
fn keep(hits: &mut [u64], by: &[u64], rule: impl Fn(u64, u64) -> u64) {
    for (at, hits) in hits.iter_mut().enumerate() {
        *hits = rule(*hits, by.get(at).copied().unwrap_or_default());
    }
}

/// Marks everybody in whose text all words occur.
fn occurrences(block: &Block, first: &Finder<'_>, others: &[Finder<'_>], hits: &mut [u64]) {
    let (text, ends) = block.folded();
    let mut at = 0;
    let mut from = 0;
    while let Some(found) = first.find(&text[from..]) {
        let position = from + found;
        while ends[at] as usize <= position {
            at += 1;
        }
        if others.is_empty() || others.iter().all(|other| other.find(block.folded_of(at)).is_some()) {
            hits[at / 64] |= 1 << (at % 64);
        }
        from = ends[at] as usize;
    }
}

/// Takes away whoever is of another department, or has other numbers.
fn filter(block: &Block, ask: &Ask, hits: &mut [u64]) {
    let department = ask.department.as_deref().map(|department| block.word_number(department).unwrap_or(u16::MAX));
    let fits = |at: usize| {
        let number = ask.number.is_none_or(|number| match number {
            HasNumber::Of(kind) => block.has(at, kind),
            HasNumber::NoneOf { business, mobile } => {
                !(business && block.has(at, PhoneType::Business) || mobile && block.has(at, PhoneType::Mobile))
            }
        });
        number && department.is_none_or(|department| block.department_number(at) == department)
    };
    for at in 0..block.len() {
        if !fits(at) {
            hits[at / 64] &= !(1 << (at % 64));
        }
    }
}
