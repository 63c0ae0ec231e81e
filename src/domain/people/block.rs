//! Up to 1024 people in a few allocations, and the bytes in which they are kept.
//!
//! Owns the layout: the fields of a person joined in one text, job titles and departments by number, and the folded text
//! that is searched. Knows nothing of order or of other blocks. Start with [`Block::push`].

use super::{BLOCK, fold};
use crate::domain::{directory::PhoneType, guid::Guid};
use std::{borrow::Cow, collections::HashMap};

/// Stands between the fields of a person, in the text and in the folded one. Control characters in a value become blanks.
pub(super) const BETWEEN: char = '\u{1f}';
/// Stands for a mail address that is the user principal name.
pub(super) const SAME: &str = "\u{1}";

const BUSINESS: u8 = 1;
const MOBILE: u8 = 2;

/// A person who comes in.
#[derive(Clone, Debug)]
pub struct NewPerson<'a> {
    /// The Object ID of the user.
    pub id: Guid,
    /// May be empty.
    pub display_name: &'a str,
    /// What the person signs in with.
    pub user_principal_name: &'a str,
    /// The address for mail.
    pub mail: Option<&'a str>,
    /// What the person does.
    pub job_title: Option<&'a str>,
    /// Where the person belongs.
    pub department: Option<&'a str>,
    /// Graph's `mobilePhone`.
    pub mobile: Option<&'a str>,
    /// Graph's `businessPhones`.
    pub business: &'a [Cow<'a, str>],
}

/// People who lie together.
#[derive(Clone, Default)]
pub struct Block {
    ids: Vec<Guid>,
    /// Name, user principal name, mail, mobile number, business numbers; then the next person's.
    text: String,
    ends: Vec<u32>,
    /// Numbers of `words`, counted from 1; 0 for none.
    jobs: Vec<u16>,
    departments: Vec<u16>,
    words: Vec<Box<str>>,
    /// The numbers of `words`, while the block is being filled.
    known: HashMap<Box<str>, u16>,
    flags: Vec<u8>,
    /// The folded name, addresses, department and numbers of everybody, with [`BETWEEN`] after each field.
    folded: Vec<u8>,
    folded_ends: Vec<u32>,
}

impl Block {
    /// How many people.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether nobody is in it.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// An empty one with room for about as much, so that it need not grow.
    pub(super) fn as_large_as(other: &Self) -> Self {
        let much = |length: usize| length + length / 16;
        Self {
            ids: Vec::with_capacity(other.len()),
            text: String::with_capacity(much(other.text.len())),
            ends: Vec::with_capacity(other.len()),
            jobs: Vec::with_capacity(other.len()),
            departments: Vec::with_capacity(other.len()),
            flags: Vec::with_capacity(other.len()),
            folded: Vec::with_capacity(much(other.folded.len())),
            folded_ends: Vec::with_capacity(other.len()),
            ..Self::default()
        }
    }

    pub(super) fn push(&mut self, person: &NewPerson<'_>) {
        self.ids.push(person.id);
        let upn = person.user_principal_name.trim();
        let mail = person.mail.unwrap_or_default().trim();
        self.add(person.display_name.trim());
        self.add(upn);
        self.add(if !mail.is_empty() && mail == upn { SAME } else { mail });
        self.text += clean(person.mobile.unwrap_or_default().trim()).as_ref();
        for number in person.business.iter().map(|number| number.trim()).filter(|number| !number.is_empty()) {
            self.text.push(BETWEEN);
            self.text += clean(number).as_ref();
        }
        self.ends.push(self.text.len() as u32);
        let job = self.word(person.job_title);
        self.jobs.push(job);
        let department = self.word(person.department);
        self.departments.push(department);
        self.index(self.len() - 1);
    }

    fn add(&mut self, field: &str) {
        // The mark for "the same" is the one control character that means something.
        self.text += if field == SAME { Cow::Borrowed(field) } else { clean(field) }.as_ref();
        self.text.push(BETWEEN);
    }

    fn word(&mut self, word: Option<&str>) -> u16 {
        let word = clean(word.unwrap_or_default().trim());
        if word.is_empty() {
            return 0;
        }
        if self.known.len() != self.words.len() {
            self.known = self.words.iter().cloned().zip(1..).collect();
        }
        if let Some(number) = self.known.get(&*word) {
            return *number;
        }
        self.words.push(word.as_ref().into());
        let number = self.words.len() as u16;
        self.known.insert(word.into(), number);
        number
    }

    /// Folds what a person is found by.
    fn index(&mut self, at: usize) {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        let department = self.departments[at];
        let department = (department > 0).then(|| &*self.words[usize::from(department) - 1]);
        let mut flags = 0;
        for (index, field) in self.text[start..self.ends[at] as usize].split(BETWEEN).enumerate() {
            match index {
                _ if field.is_empty() || field == SAME => continue,
                0..3 => fold::words(field, &mut self.folded),
                _ => {
                    flags |= if index == 3 { MOBILE } else { BUSINESS };
                    fold::digits(field, &mut self.folded);
                }
            }
            self.folded.push(BETWEEN as u8);
        }
        if let Some(department) = department {
            fold::words(department, &mut self.folded);
            self.folded.push(BETWEEN as u8);
        }
        self.flags.push(flags);
        self.folded_ends.push(self.folded.len() as u32);
    }

    /// Nothing more comes in, for the time being.
    pub(super) fn shrink(&mut self) {
        self.known = HashMap::new();
        self.ids.shrink_to_fit();
        self.text.shrink_to_fit();
        self.ends.shrink_to_fit();
        self.jobs.shrink_to_fit();
        self.departments.shrink_to_fit();
        self.words.shrink_to_fit();
        self.flags.shrink_to_fit();
        self.folded.shrink_to_fit();
        self.folded_ends.shrink_to_fit();
    }

    pub(super) fn id(&self, at: usize) -> Guid {
        self.ids[at]
    }

    pub(super) fn text(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] as usize };
        &self.text[start..self.ends[at] as usize]
    }

    pub(super) fn job_title(&self, at: usize) -> Option<&str> {
        self.words.get(usize::from(self.jobs[at]).checked_sub(1)?).map(|word| &**word)
    }

    pub(super) fn department(&self, at: usize) -> Option<&str> {
        self.words.get(usize::from(self.departments[at]).checked_sub(1)?).map(|word| &**word)
    }

    /// The number of a department in this block; 0 for none.
    pub(super) fn department_number(&self, at: usize) -> u16 {
        self.departments[at]
    }

    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| &**word)
    }

    pub(super) fn word_number(&self, word: &str) -> Option<u16> {
        self.words.iter().position(|known| **known == *word).map(|at| at as u16 + 1)
    }

    pub(super) fn has(&self, at: usize, kind: PhoneType) -> bool {
        let flag = match kind {
            PhoneType::Business => BUSINESS,
            PhoneType::Mobile => MOBILE,
            PhoneType::Home | PhoneType::Other => return false,
        };
        self.flags[at] & flag != 0
    }

    /// What is searched: of everybody, and where each person's ends.
    pub(super) fn folded(&self) -> (&[u8], &[u32]) {
        (&self.folded, &self.folded_ends)
    }

    pub(super) fn folded_of(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.folded_ends[at - 1] as usize };
        &self.folded[start..self.folded_ends[at] as usize]
    }

    /// How many bytes of memory it takes.
    pub fn size(&self) -> usize {
        let words: usize = self.words.iter().map(|word| word.len() + 32).sum();
        self.ids.capacity() * 16
            + self.text.capacity()
            + self.folded.capacity()
            + (self.ends.capacity() + self.folded_ends.capacity()) * 4
            + (self.jobs.capacity() + self.departments.capacity()) * 2
            + self.flags.capacity()
            + words
    }

    /// The bytes in which it is kept. What can be computed again is not among them.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.text.len() + self.len() * 24 + 4096);
        let long = |number: usize| (number as u32).to_le_bytes();
        bytes.extend(long(self.len()));
        bytes.extend(long(self.text.len()));
        bytes.extend(long(self.words.len()));
        for id in &self.ids {
            bytes.extend(id.to_bytes());
        }
        bytes.extend(self.ends.iter().flat_map(|end| end.to_le_bytes()));
        bytes.extend(self.jobs.iter().chain(&self.departments).flat_map(|number| number.to_le_bytes()));
        bytes.extend(self.text.as_bytes());
        for word in &self.words {
            bytes.extend(long(word.len()));
            bytes.extend(word.as_bytes());
        }
        bytes
    }

    /// The block that was kept like this; `None` where the bytes are none of [`Block::to_bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        let (len, text, words) = (bytes.long()?, bytes.long()?, bytes.long()?);
        if len > BLOCK {
            return None;
        }
        let ids = bytes.take(len * 16)?.chunks_exact(16);
        let ids: Vec<Guid> = ids.map(|id| Guid::from_bytes(id.try_into().ok()?)).collect::<Option<_>>()?;
        let long = |four: &[u8]| four.try_into().map(u32::from_le_bytes).unwrap_or_default();
        let short = |two: &[u8]| two.try_into().map(u16::from_le_bytes).unwrap_or_default();
        let ends: Vec<u32> = bytes.take(len * 4)?.chunks_exact(4).map(long).collect();
        let jobs: Vec<u16> = bytes.take(len * 2)?.chunks_exact(2).map(short).collect();
        let departments: Vec<u16> = bytes.take(len * 2)?.chunks_exact(2).map(short).collect();
        let text = std::str::from_utf8(bytes.take(text)?).ok()?.to_owned();
        let words = (0..words.min(2 * BLOCK)).map(|_| {
            let length = bytes.long()?;
            Some(std::str::from_utf8(bytes.take(length)?).ok()?.into())
        });
        let words: Vec<Box<str>> = words.collect::<Option<_>>()?;
        let known = |number: &u16| usize::from(*number) <= words.len();
        let in_order = ends.is_sorted() && ends.last().copied().unwrap_or_default() as usize == text.len();
        let whole = in_order && ends.iter().all(|end| text.is_char_boundary(*end as usize));
        if !bytes.0.is_empty() || !whole || !jobs.iter().chain(&departments).all(known) {
            return None;
        }
        let mut block = Self { ids, text, ends, jobs, departments, words, ..Self::default() };
        (0..len).for_each(|at| block.index(at));
        block.shrink();
        Some(block)
    }
}

/// Bytes that are read from the front.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn long(&mut self) -> Option<usize> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize)
    }
}

/// One line without control characters.
fn clean(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte >= b' ' && byte != 0x7f) && !text.contains(|c: char| c.is_control()) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect())
    }
}
