//! What has changed since the last load.
//!
//! Owns how changes are read and laid over the people: a value that was not sent is as it was, whether Graph sends all values
//! or only the changed ones; the last of several changes to a person counts. Start with [`read`].
//!
//! Source: <https://learn.microsoft.com/en-us/graph/delta-query-overview>

use super::{
    file::Numbered,
    reader::{NoPage, Reader},
    words,
};
use crate::{
    domain::{
        Failure, Guid, People, PhoneType,
        people::{Builder, NewPerson, PersonRef, Progress},
    },
    graph::users::{Link, Text, User, Value},
};
use std::{borrow::Cow, collections::HashMap};

/// Why the changes could not be read.
pub(super) enum Error {
    /// Graph does not know any more what the link stands for.
    TooOld,
    /// Anything else.
    Stopped(Failure),
}

impl From<NoPage> for Error {
    fn from(error: NoPage) -> Self {
        match error {
            NoPage::TooOld => Error::TooOld,
            NoPage::Refused(failure) | NoPage::Failed(failure) => Error::Stopped(failure),
        }
    }
}

/// All that has changed.
#[derive(Default)]
pub(super) struct Changes {
    people: HashMap<Guid, Change>,
    /// Leads to what changes next.
    pub(super) delta_link: Option<String>,
}

#[derive(Default)]
struct Change {
    removed: bool,
    display_name: Value<String>,
    user_principal_name: Value<String>,
    mail: Value<String>,
    job_title: Value<String>,
    department: Value<String>,
    mobile: Value<String>,
    business: Value<Vec<String>>,
}

pub(super) async fn read<F: FnMut(Progress) + Send>(reader: &mut Reader<F>, link: String) -> Result<Changes, Error> {
    reader.begin(Progress { changes_only: true, ..Progress::default() });
    let mut changes = Changes::default();
    let mut link = Link::Next(link);
    while let Link::Next(url) = link {
        let page = reader.page(&url).await?;
        page.each(|user| changes.note(&user)).map_err(|failure| Error::Stopped(words::page(&failure.into())))?;
        reader.progress.people = changes.people.len();
        reader.tell();
        link = page.link;
    }
    // Without a link, the next load reads everybody.
    changes.delta_link = link.delta();
    Ok(changes)
}

impl Changes {
    fn note(&mut self, user: &User<'_>) {
        let Some(id) = user.id() else { return };
        if user.removed {
            self.people.insert(id, Change { removed: true, ..Change::default() });
            return;
        }
        let change = self.people.entry(id).or_default();
        if change.removed {
            // Restored since: nothing of what was before is left, and all of it is sent again.
            *change = Change::default();
        }
        lay_over(&mut change.display_name, &user.display_name);
        lay_over(&mut change.user_principal_name, &user.user_principal_name);
        lay_over(&mut change.mail, &user.mail);
        lay_over(&mut change.job_title, &user.job_title);
        lay_over(&mut change.department, &user.department);
        lay_over(&mut change.mobile, &user.mobile_phone);
        match &user.business_phones {
            Value::Missing => {}
            Value::Null => change.business = Value::Null,
            Value::Is(phones) => {
                change.business = Value::Is(phones.iter().map(|phone| phone.0.to_string()).collect());
            }
        }
    }

    /// The people as they are now.
    pub(super) fn apply(&self, before: &People) -> People {
        if self.people.is_empty() {
            return before.clone();
        }
        let mut builder = Builder::from(before.clone());
        for (id, change) in &self.people {
            if change.removed {
                builder.remove(*id);
            } else {
                let known = before.find(*id).and_then(|row| before.person(row));
                change.push(*id, known, &mut builder);
            }
        }
        builder.finish()
    }
}

fn lay_over(known: &mut Value<String>, sent: &Value<Text<'_>>) {
    match sent {
        Value::Missing => {}
        Value::Null => *known = Value::Null,
        Value::Is(text) => *known = Value::Is(text.0.to_string()),
    }
}

impl Change {
    fn push(&self, id: Guid, known: Option<PersonRef<'_>>, builder: &mut Builder) {
        fn now<'a>(value: &'a Value<String>, before: Option<&'a str>) -> Option<&'a str> {
            match value {
                Value::Missing => before,
                Value::Null => None,
                Value::Is(text) => Some(text),
            }
        }
        let numbers = |kind: PhoneType| {
            known.into_iter().flat_map(|known| known.numbers()).filter(move |number| number.0 == kind).map(|n| n.1)
        };
        let business: Vec<Cow<'_, str>> = match &self.business {
            Value::Missing => numbers(PhoneType::Business).map(Cow::Borrowed).collect(),
            Value::Null => Vec::new(),
            Value::Is(phones) => phones.iter().map(|phone| Cow::Borrowed(&**phone)).collect(),
        };
        builder.push(&NewPerson {
            id,
            display_name: now(&self.display_name, known.map(PersonRef::display_name)).unwrap_or_default(),
            user_principal_name: now(&self.user_principal_name, known.map(PersonRef::user_principal_name))
                .unwrap_or_default(),
            mail: now(&self.mail, known.and_then(PersonRef::mail)),
            job_title: now(&self.job_title, known.and_then(PersonRef::job_title)),
            department: now(&self.department, known.and_then(PersonRef::department)),
            mobile: now(&self.mobile, numbers(PhoneType::Mobile).next()),
            business: &business,
        });
    }
}

/// The blocks that are not what they were.
pub(super) fn blocks(before: &People, after: &People) -> Vec<Numbered> {
    let mut old = before.blocks();
    let mut changed = Vec::new();
    for (number, (block, gone)) in after.blocks().enumerate() {
        let same = old.next().is_some_and(|(old, old_gone)| std::sync::Arc::ptr_eq(old, block) && old_gone == gone);
        if !same {
            changed.push(Numbered { number, block: block.clone(), gone });
        }
    }
    changed
}
