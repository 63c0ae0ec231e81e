//! The people of the directory, computed from their index: the same index is always the same person.
//!
//! It owns who they are. It must not know queries or JSON; those are `users` and `presence`. Start reading at
//! `Person::at`. Nothing is kept in memory, so a directory of a million people is as cheap as one of ten.

use std::borrow::Cow;

use uuid::Uuid;

use super::{
    TENANT_DOMAIN,
    names::{FIRST, GIVEN, JOBS, OTHER_SCRIPTS, PLACES, SURNAMES},
};

/// Spreads neighbouring indexes over the id space; odd, so that it can be undone modulo 2^32.
const SPREAD: u32 = 0x9e37_79b1;

/// Keeps the first person's id from beginning with zeros.
const OFFSET: u32 = 0x6d2b_79f5;

/// The directory: how many people there are.
pub(super) struct People {
    count: u32,
}

impl People {
    pub fn new(count: usize) -> People {
        People { count: u32::try_from(count).unwrap_or(u32::MAX) }
    }

    pub fn count(&self) -> u32 {
        self.count
    }

    pub fn by_id(&self, id: Uuid) -> Option<Person> {
        let spread = id.as_fields().0;
        let person = self.at(spread.wrapping_mul(inverse(SPREAD)) ^ OFFSET)?;
        (person.id() == id).then_some(person)
    }

    /// By user principal name, whose number is the index.
    pub fn by_principal_name(&self, name: &str) -> Option<Person> {
        let (alias, _) = name.split_once('@')?;
        let digits = alias.trim_start_matches(|one: char| !one.is_ascii_digit());
        let index = match digits.parse() {
            Ok(index) => index,
            Err(_) => FIRST.iter().position(|one| one.3.eq_ignore_ascii_case(alias))?.try_into().ok()?,
        };
        let person = self.at(index)?;
        person.principal_name().eq_ignore_ascii_case(name).then_some(person)
    }

    fn at(&self, index: u32) -> Option<Person> {
        (index < self.count).then(|| Person::at(index))
    }
}

/// The number that undoes a multiplication by an odd one modulo 2^32 (Newton's iteration doubles the right bits).
fn inverse(odd: u32) -> u32 {
    (0..5).fold(odd, |guess, _| guess.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(guess))))
}

/// One person.
pub(super) struct Person {
    pub index: u32,
    pub display_name: Cow<'static, str>,
    pub given_name: &'static str,
    pub surname: &'static str,
    alias: Cow<'static, str>,
    dice: u64,
}

impl Person {
    pub fn at(index: u32) -> Person {
        let dice = shuffle(index);
        let by_hand = FIRST.get(index as usize);
        if let Some(&(display_name, given_name, surname, alias)) = by_hand {
            return Person {
                index,
                display_name: Cow::Borrowed(display_name),
                given_name,
                surname,
                alias: Cow::Borrowed(alias),
                dice,
            };
        }
        if index.is_multiple_of(9) {
            let (display_name, given_name, surname, alias) = pick(&OTHER_SCRIPTS, dice >> 8);
            return Person {
                index,
                display_name: Cow::Borrowed(display_name),
                given_name,
                surname,
                alias: Cow::Owned(format!("{alias}{index}")),
                dice,
            };
        }
        let (given_name, given_alias) = pick(&GIVEN, dice >> 8);
        let (surname, surname_alias) = pick(&SURNAMES, dice >> 24);
        Person {
            index,
            display_name: Cow::Owned(format!("{given_name} {surname}")),
            given_name,
            surname,
            alias: Cow::Owned(format!("{given_alias}.{surname_alias}{index}")),
            dice,
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
        (self.index % 17 != 12).then(|| self.principal_name())
    }

    pub fn job(&self) -> (&'static str, &'static str) {
        pick(&JOBS, self.dice >> 12)
    }

    pub fn place(&self) -> (&'static str, &'static str, &'static str) {
        pick(&PLACES, self.dice >> 16)
    }

    /// At most one, though the property is a collection; about one person in seven has none.
    pub fn business_phone(&self) -> Option<String> {
        match self.index {
            0 => Some("+1 425 555 0109".to_owned()),
            index if index % 7 == 3 => None,
            index => Some(phone(index, self.dice)),
        }
    }

    pub fn mobile_phone(&self) -> Option<String> {
        match self.index {
            0 => Some("+1 425 555 0134".to_owned()),
            index if index % 3 == 1 => None,
            index => Some(phone(index.wrapping_add(4), self.dice >> 20)),
        }
    }

    pub fn fax_number(&self) -> Option<String> {
        (self.index % 5 == 2).then(|| phone(self.index, self.dice >> 40))
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
    fn ids_and_names_lead_back_to_the_person() {
        let people = People::new(1_000_000);
        for index in (0..1_000_000).step_by(997).chain(0..40) {
            let person = Person::at(index);
            let by_id = people.by_id(person.id()).expect("by id");
            assert_eq!(by_id.index, index);
            let by_name = people.by_principal_name(&person.principal_name()).expect("by name");
            assert_eq!(by_name.index, index);
        }
        assert!(people.by_id(Uuid::new_v4()).is_none());
        assert!(people.by_principal_name("nobody@contoso.example").is_none());
        assert!(People::new(3).by_id(Person::at(3).id()).is_none());
    }

    #[test]
    fn principal_names_are_unique_and_numbers_varied() {
        let people: Vec<Person> = (0..2_000).map(Person::at).collect();
        let names: HashSet<String> = people.iter().map(Person::principal_name).collect();
        assert_eq!(names.len(), people.len());
        let without = people.iter().filter(|one| one.business_phone().is_none() && one.mobile_phone().is_none());
        assert!(without.count() > 10);
        assert_eq!(people[0].display_name, "Adele Vance");
    }
}
