//! The people of the directory, computed from their index: the same index is always the same person.
//!
//! It owns who they are at first; who came, went or changed since is `roster`'s. It must not know queries or JSON; those are
//! `users` and `presence`. Start reading at `Person::at`. Nothing is kept in memory, so a directory of a million people is as
//! cheap as one of ten.

use std::{borrow::Cow, sync::Arc};

use uuid::Uuid;

use super::{
    TENANT_DOMAIN,
    names::{FIRST, GIVEN, JOBS, OTHER_SCRIPTS, PLACES, SURNAMES},
    roster::Colleague,
};

/// The index that an object id leads back to, if the id is one of ours.
pub(super) fn index_of(id: Uuid) -> u32 {
    id.as_fields().0.wrapping_mul(inverse(SPREAD)) ^ OFFSET
}

/// The number that undoes a multiplication by an odd one modulo 2^32 (Newton's iteration doubles the right bits).
fn inverse(odd: u32) -> u32 {
    (0..5).fold(odd, |guess, _| guess.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(guess))))
}

/// Spreads neighbouring indexes over the id space; odd, so that it can be undone modulo 2^32.
const SPREAD: u32 = 0x9e37_79b1;

/// Keeps the first person's id from beginning with zeros.
const OFFSET: u32 = 0x6d2b_79f5;

/// One person.
pub(super) struct Person {
    pub index: u32,
    pub display_name: Cow<'static, str>,
    pub given_name: Cow<'static, str>,
    pub surname: Cow<'static, str>,
    alias: Cow<'static, str>,
    dice: u64,
    /// What somebody changed since the start, in place of everything computed.
    edited: Option<Arc<Colleague>>,
}

impl Person {
    pub fn at(index: u32) -> Person {
        let dice = shuffle(index);
        let person = |display_name, given_name, surname, alias| Person {
            index,
            display_name,
            given_name: Cow::Borrowed(given_name),
            surname: Cow::Borrowed(surname),
            alias,
            dice,
            edited: None,
        };
        if let Some(&(display_name, given_name, surname, alias)) = FIRST.get(index as usize) {
            return person(Cow::Borrowed(display_name), given_name, surname, Cow::Borrowed(alias));
        }
        if index.is_multiple_of(9) {
            let (display_name, given_name, surname, alias) = pick(&OTHER_SCRIPTS, dice >> 8);
            return person(Cow::Borrowed(display_name), given_name, surname, Cow::Owned(format!("{alias}{index}")));
        }
        let (given_name, given_alias) = pick(&GIVEN, dice >> 8);
        let (surname, surname_alias) = pick(&SURNAMES, dice >> 24);
        let alias = format!("{given_alias}.{surname_alias}{index}");
        person(Cow::Owned(format!("{given_name} {surname}")), given_name, surname, Cow::Owned(alias))
    }

    /// The person at this index as somebody changed or added it.
    pub fn edited(index: u32, colleague: &Arc<Colleague>) -> Person {
        Person {
            index,
            display_name: Cow::Owned(colleague.display_name.clone()),
            given_name: Cow::Owned(colleague.given_name.clone()),
            surname: Cow::Owned(colleague.surname.clone()),
            alias: Cow::Owned(colleague.alias.clone()),
            dice: shuffle(index),
            edited: Some(Arc::clone(colleague)),
        }
    }

    /// Object id: the first field leads back to the index, the rest is noise that belongs to it.
    pub fn id(&self) -> Uuid {
        let [a, b, c, d, e, f, g, h] = shuffle(self.index ^ 0x5bd1_e995).to_be_bytes();
        let version = 0x4000 | (u16::from_be_bytes([c, d]) & 0x0fff);
        Uuid::from_fields(
            (self.index ^ OFFSET).wrapping_mul(SPREAD),
            u16::from_be_bytes([a, b]),
            version,
            &[0x80 | (e & 0x3f), f, g, h, a ^ e, b ^ f, c ^ g, d ^ h],
        )
    }

    pub fn alias(&self) -> &str {
        &self.alias
    }

    pub fn principal_name(&self) -> String {
        format!("{}@{TENANT_DOMAIN}", self.alias)
    }

    /// A few people have no mailbox.
    pub fn mail(&self) -> Option<String> {
        match &self.edited {
            Some(edited) => edited.mail.clone(),
            None => (self.index % 17 != 12).then(|| self.principal_name()),
        }
    }

    pub fn job_title(&self) -> Option<&str> {
        match &self.edited {
            Some(edited) => edited.job_title.as_deref(),
            None => Some(pick(&JOBS, self.dice >> 12).0),
        }
    }

    pub fn department(&self) -> Option<&str> {
        match &self.edited {
            Some(edited) => edited.department.as_deref(),
            None => Some(pick(&JOBS, self.dice >> 12).1),
        }
    }

    pub fn place(&self) -> (&'static str, &'static str, &'static str) {
        pick(&PLACES, self.dice >> 16)
    }

    /// At most one by itself, though the property is a collection; about one person in seven has none.
    pub fn business_phones(&self) -> Vec<String> {
        match (&self.edited, self.index) {
            (Some(edited), _) => edited.business_phones.clone(),
            (None, 0) => vec!["+1 425 555 0109".to_owned()],
            (None, index) if index % 7 == 3 => Vec::new(),
            (None, index) => vec![phone(index, self.dice)],
        }
    }

    pub fn mobile_phone(&self) -> Option<String> {
        match (&self.edited, self.index) {
            (Some(edited), _) => edited.mobile_phone.clone(),
            (None, 0) => Some("+1 425 555 0134".to_owned()),
            (None, index) if index % 3 == 1 => None,
            (None, index) => Some(phone(index.wrapping_add(4), self.dice >> 20)),
        }
    }

    pub fn fax_number(&self) -> Option<String> {
        match &self.edited {
            Some(edited) => edited.fax_number.clone(),
            None => (self.index % 5 == 2).then(|| phone(self.index, self.dice >> 40)),
        }
    }

    /// About two people in three have one.
    pub fn has_photo(&self) -> bool {
        self.index % 3 != 1
    }

    /// Those without a mailbox have no Teams licence either.
    pub fn has_teams(&self) -> bool {
        self.index % 17 != 12
    }

    /// Any number that stays the same for this person.
    pub fn dice(&self) -> u64 {
        self.dice
    }
}

/// Free text, as people type it: no common format, extensions, brackets. The numbers are from ranges kept for fiction.
/// <https://learn.microsoft.com/en-us/graph/api/resources/user>
fn phone(kind: u32, dice: u64) -> String {
    let two = dice % 100;
    let three = dice % 1000;
    match kind % 9 {
        0 => format!("+1 425 555 01{two:02}"),
        1 => format!("425-555-01{two:02}"),
        2 => format!("+44 20 7946 0{three:03}"),
        3 => format!("+49 (30) 23125 {three:03}"),
        4 => format!("+33 1 99 00 {:02} {two:02}", dice % 89),
        5 => format!("+1 (206) 555-01{two:02} x{}", 100 + dice % 900),
        6 => format!("+142555501{two:02};ext=12"),
        7 => format!("020 7946 0{three:03}"),
        _ => format!("+61 2 5550 {:04}", dice % 10_000),
    }
}

fn pick<T: Copy>(list: &[T], dice: u64) -> T {
    let at = dice % list.len() as u64;
    list[at as usize]
}

/// SplitMix64: one well-mixed number for each index.
fn shuffle(index: u32) -> u64 {
    let mut mixed = u64::from(index).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn principal_names_are_unique_and_numbers_varied() {
        let people: Vec<Person> = (0..2_000).map(Person::at).collect();
        let names: HashSet<String> = people.iter().map(Person::principal_name).collect();
        assert_eq!(names.len(), people.len());
        let without = people.iter().filter(|one| one.business_phones().is_empty() && one.mobile_phone().is_none());
        assert!(without.count() > 10);
        assert_eq!(people[0].display_name, "Adele Vance");
    }
}
