//! The people of the tenant, as agents see them: a hundred thousand or a million, kept small and found fast.
//!
//! Owns [`People`], an immutable snapshot that is cheap to clone and to share, and [`PersonRef`], a look at one of them.
//! Knows nothing of Graph, files or presence. A person is named by a row, a number that means the same person as long as the
//! snapshot is the same one. Start with [`Builder`]; [`search`] finds, `block` is how they lie in memory.

mod block;
mod fold;
mod order;
mod progress;
pub mod search;
#[cfg(test)]
mod tests;

pub use block::{Block, NewPerson};
pub use order::Order;
pub use progress::{Kept, Pause, Progress};
pub use search::{Ask, Found, HasNumber, Query, Rows};

use super::{
    directory::{DirectoryOptions, PhoneType},
    guid::Guid,
};
use std::{fmt, sync::Arc};

/// How many people lie together.
pub const BLOCK: usize = 1024;

/// A snapshot of all people.
#[derive(Clone, Default)]
pub struct People {
    /// All but the last hold [`BLOCK`] people.
    blocks: Vec<Arc<Block>>,
    /// Rows of people who were removed, or who stand in a later row since they were changed.
    gone: Arc<Rows>,
    /// The rows that are there, by id, by name and by department.
    by_id: Arc<[u32]>,
    by_name: Arc<[u32]>,
    by_department: Arc<[u32]>,
    /// The place of each row in `by_name` and in `by_department`.
    places_by_name: Arc<[u32]>,
    places_by_department: Arc<[u32]>,
    departments: Arc<[Box<str>]>,
}

/// Nobody's name gets into a log by accident.
impl fmt::Debug for People {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "People({})", self.len())
    }
}

impl People {
    /// How many people there are.
    pub fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is nobody.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more than the highest row.
    pub fn rows(&self) -> usize {
        self.blocks.last().map_or(0, |last| (self.blocks.len() - 1) * BLOCK + last.len())
    }

    /// The person in this row; `None` where there is nobody (any more).
    pub fn person(&self, row: u32) -> Option<PersonRef<'_>> {
        let at = row as usize;
        let block = self.blocks.get(at / BLOCK).filter(|block| at % BLOCK < block.len())?;
        (!self.gone.contains(row)).then(|| PersonRef { block, at: at % BLOCK })
    }

    /// The row of a person.
    pub fn find(&self, id: Guid) -> Option<u32> {
        let id_of = |row: &u32| self.id(*row);
        self.by_id.binary_search_by_key(&id, id_of).ok().map(|at| self.by_id[at])
    }

    /// All rows in an order. Found in no time.
    pub fn in_order(&self, order: Order) -> &Arc<[u32]> {
        match order {
            Order::Name => &self.by_name,
            Order::Department => &self.by_department,
        }
    }

    /// Every department that somebody is in, in the order of the alphabet.
    pub fn departments(&self) -> &[Box<str>] {
        &self.departments
    }

    /// Everybody, in no order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, PersonRef<'_>)> {
        (0..self.rows() as u32).filter_map(|row| Some((row, self.person(row)?)))
    }

    /// How the people lie in memory, to be kept: each block with the places in it at which nobody is any more.
    pub fn blocks(&self) -> impl Iterator<Item = (&Arc<Block>, Vec<u16>)> {
        self.blocks.iter().enumerate().map(|(number, block)| {
            let first = number * BLOCK;
            let gone = (0..block.len()).filter(|at| self.gone.contains((first + at) as u32));
            (block, gone.map(|at| at as u16).collect())
        })
    }

    /// The bytes that a search looks at.
    pub fn searched(&self) -> impl Iterator<Item = &[u8]> {
        self.blocks.iter().map(|block| block.folded().0)
    }

    /// How many rows are of no use any more.
    pub fn waste(&self) -> usize {
        self.rows() - self.len()
    }

    fn places(&self, order: Order) -> &[u32] {
        match order {
            Order::Name => &self.places_by_name,
            Order::Department => &self.places_by_department,
        }
    }

    fn id(&self, row: u32) -> Guid {
        self.blocks[row as usize / BLOCK].id(row as usize % BLOCK)
    }

    fn look(&self, row: u32) -> PersonRef<'_> {
        PersonRef { block: &self.blocks[row as usize / BLOCK], at: row as usize % BLOCK }
    }
}

/// A person, looked at.
#[derive(Clone, Copy)]
pub struct PersonRef<'a> {
    block: &'a Block,
    at: usize,
}

impl<'a> PersonRef<'a> {
    /// The Object ID of the user.
    pub fn id(self) -> Guid {
        self.block.id(self.at)
    }

    /// May be empty.
    pub fn display_name(self) -> &'a str {
        self.field(0)
    }

    /// What to call the person: the name, else what the person signs in with.
    pub fn name(self) -> &'a str {
        match self.display_name() {
            "" => self.user_principal_name(),
            name => name,
        }
    }

    /// What the person signs in with.
    pub fn user_principal_name(self) -> &'a str {
        self.field(1)
    }

    /// The address for mail, if there is one.
    pub fn mail(self) -> Option<&'a str> {
        match self.field(2) {
            "" => None,
            block::SAME => Some(self.user_principal_name()),
            mail => Some(mail),
        }
    }

    /// What the person does.
    pub fn job_title(self) -> Option<&'a str> {
        self.block.job_title(self.at)
    }

    /// Where the person belongs.
    pub fn department(self) -> Option<&'a str> {
        self.block.department(self.at)
    }

    /// All numbers with their types, as they are written in the directory: those for business, then the mobile one.
    pub fn numbers(self) -> impl Iterator<Item = (PhoneType, &'a str)> {
        let business = self.fields().skip(4).map(|text| (PhoneType::Business, text));
        let mobile = Some(self.field(3)).filter(|text| !text.is_empty());
        business.chain(mobile.map(|text| (PhoneType::Mobile, text)))
    }

    /// The numbers that agents see, in the configured order.
    pub fn numbers_in(self, options: &DirectoryOptions) -> Vec<(PhoneType, &'a str)> {
        options.shown().flat_map(|kind| self.numbers().filter(move |number| number.0 == kind)).collect()
    }

    /// Whether there is a number of this type.
    pub fn has(self, kind: PhoneType) -> bool {
        self.block.has(self.at, kind)
    }

    fn field(self, index: usize) -> &'a str {
        self.fields().nth(index).unwrap_or_default()
    }

    fn fields(self) -> impl Iterator<Item = &'a str> {
        self.block.text(self.at).split(block::BETWEEN)
    }
}

/// Makes a snapshot, from nothing or from an earlier one.
#[derive(Default)]
pub struct Builder {
    blocks: Vec<Arc<Block>>,
    open: Block,
    gone: Rows,
    /// Of the snapshot that it began from, to find people by id.
    before: People,
}

impl Builder {
    /// Begins from a snapshot: whoever is pushed takes the place of whoever had the same id.
    pub fn from(before: People) -> Self {
        let mut blocks = before.blocks.clone();
        let open = match blocks.last() {
            Some(last) if last.len() < BLOCK => blocks.pop().map(|last| (*last).clone()).unwrap_or_default(),
            _ => Block::default(),
        };
        Self { blocks, open, gone: (*before.gone).clone(), before }
    }

    /// Takes back a block as it was kept, with the places in it at which nobody is any more. Before any push. Answers whether
    /// it can follow the blocks before it, all of which have to be full.
    #[must_use]
    pub fn add_block(&mut self, block: Block, gone: impl IntoIterator<Item = u16>) -> bool {
        if !self.open.is_empty() {
            return false;
        }
        let first = self.rows();
        for at in gone {
            self.gone.insert(first + u32::from(at));
        }
        if block.len() == BLOCK {
            self.blocks.push(Arc::new(block));
        } else {
            self.open = block;
        }
        true
    }

    /// Adds a person. Answers with a block that is full now, so that it can be kept while the next one is filled.
    pub fn push(&mut self, person: &NewPerson<'_>) -> Option<Arc<Block>> {
        self.remove(person.id);
        self.open.push(person);
        (self.open.len() == BLOCK).then(|| self.seal())
    }

    /// Removes a person of the snapshot that this began from; one who is not there is no mistake.
    pub fn remove(&mut self, id: Guid) {
        if let Some(row) = self.before.find(id) {
            self.gone.insert(row);
        }
    }

    /// How many people were added, those who came twice counted twice.
    pub fn rows(&self) -> u32 {
        (self.blocks.len() * BLOCK + self.open.len()) as u32
    }

    /// How many blocks are full.
    pub fn full(&self) -> usize {
        self.blocks.len()
    }

    /// The block that is not full, if there is anybody in it.
    pub fn rest(&self) -> Option<&Block> {
        Some(&self.open).filter(|block| !block.is_empty())
    }

    /// Puts everybody in order. Of people who came twice, the later one counts.
    pub fn finish(mut self) -> People {
        if !self.open.is_empty() {
            self.seal();
        }
        let mut people = People { blocks: self.blocks, ..People::default() };
        people.by_id = order::by_id(&people, &mut self.gone);
        people.gone = Arc::new(self.gone);
        people.by_name = order::by_name(&people);
        (people.departments, people.by_department) = order::by_department(&people);
        people.places_by_name = order::places(&people.by_name, people.rows());
        people.places_by_department = order::places(&people.by_department, people.rows());
        people
    }

    fn seal(&mut self) -> Arc<Block> {
        let next = Block::as_large_as(&self.open);
        let mut full = std::mem::replace(&mut self.open, next);
        full.shrink();
        let full = Arc::new(full);
        self.blocks.push(full.clone());
        full
    }
}
