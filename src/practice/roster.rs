//! Who is in the directory now: the computed people, and who came, went or changed since the start, with a journal of it.
//!
//! It owns the changes, which `delta` reads. It must not know queries or JSON. Start reading at [`Colleague`] for what a
//! test can change, and at `Roster::since` for what a client that looked before has missed.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use uuid::Uuid;

use super::{
    TENANT_DOMAIN,
    names::FIRST,
    people::{Person, index_of},
};

/// A person as a test adds or changes one; everything that an administrator can edit in the directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Colleague {
    /// `displayName`
    pub display_name: String,
    /// `givenName`
    pub given_name: String,
    /// `surname`
    pub surname: String,
    /// `mailNickname`, and the part of the user principal name before the @; unique.
    pub alias: String,
    /// `jobTitle`
    pub job_title: Option<String>,
    /// `department`
    pub department: Option<String>,
    /// `mail`
    pub mail: Option<String>,
    /// `businessPhones`, free text
    pub business_phones: Vec<String>,
    /// `mobilePhone`, free text
    pub mobile_phone: Option<String>,
    /// `faxNumber`, free text
    pub fax_number: Option<String>,
}

impl Colleague {
    fn of(person: &Person) -> Colleague {
        Colleague {
            display_name: person.display_name.to_string(),
            given_name: person.given_name.to_string(),
            surname: person.surname.to_string(),
            alias: person.alias().to_owned(),
            job_title: person.job_title().map(str::to_owned),
            department: person.department().map(str::to_owned),
            mail: person.mail(),
            business_phones: person.business_phones(),
            mobile_phone: person.mobile_phone(),
            fax_number: person.fax_number(),
        }
    }

    /// The names of the properties in which two differ.
    fn differences(&self, other: &Colleague) -> Vec<&'static str> {
        let alias = self.alias != other.alias;
        let differs = [
            ("displayName", self.display_name != other.display_name),
            ("givenName", self.given_name != other.given_name),
            ("surname", self.surname != other.surname),
            ("mailNickname", alias),
            ("userPrincipalName", alias),
            ("jobTitle", self.job_title != other.job_title),
            ("department", self.department != other.department),
            ("mail", self.mail != other.mail),
            ("businessPhones", self.business_phones != other.business_phones),
            ("mobilePhone", self.mobile_phone != other.mobile_phone),
            ("faxNumber", self.fax_number != other.fax_number),
        ];
        differs.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect()
    }
}

/// How a person went. <https://learn.microsoft.com/en-us/graph/delta-query-overview>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Deleted, but can be restored.
    Changed,
    /// Deleted for good.
    Deleted,
}

/// The directory.
pub(super) struct Roster {
    at_start: u32,
    changes: RwLock<Changes>,
}

#[derive(Default)]
struct Changes {
    added: u32,
    people: HashMap<u32, Now>,
    journal: Vec<Entry>,
    stirred: u32,
}

/// A person who is not as computed any more.
enum Now {
    Edited(Arc<Colleague>),
    Removed(Removal),
}

/// One change: whom it concerned, and which properties; `None` where the whole person is new or gone.
struct Entry {
    index: u32,
    properties: Option<Vec<&'static str>>,
}

/// What happened to a person between two looks.
pub(super) enum Missed {
    /// The names of the changed properties; `None` for a person who is new.
    Changed(Box<Person>, Option<Vec<&'static str>>),
    Removed(Uuid, Removal),
}

impl Roster {
    pub fn new(count: usize) -> Roster {
        Roster { at_start: u32::try_from(count).unwrap_or(u32::MAX), changes: RwLock::default() }
    }

    /// Indexes end here; some of them may be of people who are gone.
    pub fn end(&self) -> u32 {
        self.at_start.saturating_add(self.read().added)
    }

    pub fn at(&self, index: u32) -> Option<Person> {
        let changes = self.read();
        match changes.people.get(&index) {
            Some(Now::Edited(colleague)) => Some(Person::edited(index, colleague)),
            Some(Now::Removed(_)) => None,
            None => (index < self.at_start).then(|| Person::at(index)),
        }
    }

    pub fn by_id(&self, id: Uuid) -> Option<Person> {
        let person = self.at(index_of(id))?;
        (person.id() == id).then_some(person)
    }

    /// By user principal name, whose number is the index for the computed people.
    pub fn by_principal_name(&self, name: &str) -> Option<Person> {
        let (alias, _) = name.split_once('@')?;
        let edited = |now: &Now| matches!(now, Now::Edited(one) if one.alias.eq_ignore_ascii_case(alias));
        let changed = self.read().people.iter().find(|(_, now)| edited(now)).map(|(index, _)| *index);
        let digits = alias.trim_start_matches(|one: char| !one.is_ascii_digit());
        let index = match (changed, digits.parse()) {
            (Some(index), _) | (None, Ok(index)) => index,
            (None, Err(_)) => FIRST.iter().position(|one| one.3.eq_ignore_ascii_case(alias))?.try_into().ok()?,
        };
        let person = self.at(index)?;
        person.principal_name().eq_ignore_ascii_case(name).then_some(person)
    }

    /// How many people there are.
    pub fn count(&self) -> u32 {
        let changes = self.read();
        let gone = changes.people.values().filter(|now| matches!(now, Now::Removed(_))).count();
        self.at_start.saturating_add(changes.added).saturating_sub(u32::try_from(gone).unwrap_or(u32::MAX))
    }

    /// Length of the journal: the place that a delta link remembers.
    pub fn place(&self) -> usize {
        self.read().journal.len()
    }

    /// Everybody who changed between two places of the journal, once each, in a fixed order.
    pub fn since(&self, place: usize, end: usize) -> Vec<Missed> {
        let mut touched: BTreeMap<u32, Option<Vec<&'static str>>> = BTreeMap::new();
        {
            let changes = self.read();
            for entry in changes.journal.get(place..end.min(changes.journal.len())).unwrap_or_default() {
                let known = touched.entry(entry.index).or_insert_with(|| Some(Vec::new()));
                match (known, &entry.properties) {
                    (Some(known), Some(more)) => {
                        known.extend(more.iter().filter(|one| !known.contains(one)).copied().collect::<Vec<_>>())
                    }
                    (known, _) => *known = None,
                }
            }
        }
        touched.into_iter().map(|(index, properties)| self.missed(index, properties)).collect()
    }

    fn missed(&self, index: u32, properties: Option<Vec<&'static str>>) -> Missed {
        if let Some(Now::Removed(how)) = self.read().people.get(&index) {
            return Missed::Removed(Person::at(index).id(), *how);
        }
        let person = self.at(index).unwrap_or_else(|| Person::at(index));
        Missed::Changed(Box::new(person), properties)
    }

    /// Adds somebody and gives the object id.
    pub fn add(&self, colleague: Colleague) -> Uuid {
        let mut changes = self.write();
        let index = self.at_start.saturating_add(changes.added);
        changes.added += 1;
        changes.people.insert(index, Now::Edited(Arc::new(colleague)));
        changes.journal.push(Entry { index, properties: None });
        Person::at(index).id()
    }

    /// Changes the person of this user principal name; false where there is none.
    pub fn change(&self, name: &str, change: impl FnOnce(&mut Colleague)) -> bool {
        let Some(person) = self.by_principal_name(name) else { return false };
        self.edit(&person, change);
        true
    }

    fn edit(&self, person: &Person, change: impl FnOnce(&mut Colleague)) {
        let before = Colleague::of(person);
        let mut after = before.clone();
        change(&mut after);
        let properties = before.differences(&after);
        let mut changes = self.write();
        changes.people.insert(person.index, Now::Edited(Arc::new(after)));
        changes.journal.push(Entry { index: person.index, properties: Some(properties) });
    }

    /// Removes the person of this user principal name; false where there is none.
    pub fn remove(&self, name: &str, how: Removal) -> bool {
        let person = self.by_principal_name(name);
        if let Some(person) = &person {
            self.take_out(person.index, how);
        }
        person.is_some()
    }

    fn take_out(&self, index: u32, how: Removal) {
        let mut changes = self.write();
        changes.people.insert(index, Now::Removed(how));
        changes.journal.push(Entry { index, properties: None });
    }

    /// One day in the life of a directory: somebody comes, somebody goes, two change. The same every time.
    pub fn stir(&self) {
        let round = {
            let mut changes = self.write();
            changes.stirred += 1;
            changes.stirred
        };
        let end = self.end();
        if let Some(last) = (end.saturating_sub(round.saturating_mul(2))..end).rev().find_map(|index| self.at(index)) {
            self.take_out(last.index, if round % 2 == 1 { Removal::Changed } else { Removal::Deleted });
        }
        for (index, title) in [(round % end.max(1), "Head of Service"), ((round + 5) % end.max(1), "Trainee")] {
            if let Some(person) = self.at(index) {
                self.edit(&person, |one| {
                    one.job_title = Some(format!("{title} {round}"));
                    one.mobile_phone = Some(format!("+1 425 555 01{:02}", round % 100));
                });
            }
        }
        let alias = format!("new.colleague.{round}");
        self.add(Colleague {
            display_name: format!("New Colleague {round}"),
            given_name: "New".to_owned(),
            surname: format!("Colleague {round}"),
            mail: Some(format!("{alias}@{TENANT_DOMAIN}")),
            alias,
            department: Some("Customer Service".to_owned()),
            business_phones: vec![format!("+1 425 555 01{:02}", (round + 50) % 100)],
            ..Colleague::default()
        });
    }

    /// The data behind this lock is valid after any panic, so a poisoned one is used as it is.
    fn read(&self) -> RwLockReadGuard<'_, Changes> {
        self.changes.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Changes> {
        self.changes.write().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_names_lead_back_to_the_person() {
        let people = Roster::new(1_000_000);
        for index in (0..1_000_000).step_by(997).chain(0..40) {
            let person = Person::at(index);
            let by_id = people.by_id(person.id()).expect("by id");
            assert_eq!(by_id.index, index);
            let by_name = people.by_principal_name(&person.principal_name()).expect("by name");
            assert_eq!(by_name.index, index);
        }
        assert!(people.by_id(Uuid::new_v4()).is_none());
        assert!(people.by_principal_name("nobody@contoso.example").is_none());
        assert!(Roster::new(3).by_id(Person::at(3).id()).is_none());
    }

    #[test]
    fn whoever_changed_is_told_once() {
        let people = Roster::new(10);
        let adele = "adele.vance@contoso.example";
        assert!(people.change(adele, |one| one.mobile_phone = None));
        let place = people.place();
        assert!(people.change(adele, |one| one.job_title = None));
        assert!(people.change(adele, |one| one.department = Some("Sales".to_owned())));
        let id = people.add(Colleague { alias: "new".to_owned(), ..Colleague::default() });
        assert!(people.remove("jose.alvarez@contoso.example", Removal::Deleted));
        assert!(!people.remove("jose.alvarez@contoso.example", Removal::Deleted));
        assert_eq!((people.count(), people.end()), (10, 11));
        assert_eq!(people.by_principal_name("new@contoso.example").map(|one| one.id()), Some(id));
        let missed = people.since(place, people.place());
        assert_eq!(missed.len(), 3);
        assert!(
            matches!(&missed[0], Missed::Changed(person, Some(what)) if person.index == 0 && what == &["jobTitle", "department"])
        );
        assert!(matches!(missed[1], Missed::Removed(_, Removal::Deleted)));
        assert!(matches!(&missed[2], Missed::Changed(person, None) if person.id() == id));
        assert!(people.since(people.place(), people.place()).is_empty());
    }
}
