//! The orders in which people are shown, computed once for a snapshot.
//!
//! Owns the collation: the folded text word by word, so that accents and case do not part neighbours and a blank comes before
//! any letter; whoever has no name or no department comes last. Start with [`by_name`].

use super::{BLOCK, People, fold, search::Rows};
use std::{collections::HashMap, sync::Arc};

/// By what people are sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By name.
    #[default]
    Name,
    /// By department, and within one by name.
    Department,
}

impl Order {
    /// In the order of the choice.
    pub const ALL: [Order; 2] = [Order::Name, Order::Department];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Order::Name => "Name",
            Order::Department => "Department",
        }
    }
}

fn there<'a>(people: &'a People, gone: &'a Rows) -> impl Iterator<Item = u32> + 'a {
    (0..people.rows() as u32).filter(|row| !gone.contains(*row))
}

/// The rows by id. The earlier rows of an id are marked as gone.
pub(super) fn by_id(people: &People, gone: &mut Rows) -> Arc<[u32]> {
    // The first half of an id decides almost always, and needs no look at the person.
    let key = |row: u32| {
        let bytes = people.id(row).to_bytes();
        let (first, _) = bytes.split_at(8);
        first.iter().fold(0, |key: u64, byte| key << 8 | u64::from(*byte))
    };
    let mut rows: Vec<(u64, u32)> = there(people, gone).map(|row| (key(row), row)).collect();
    let whole = |row: u32| people.id(row);
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| whole(a.1).cmp(&whole(b.1))).then(a.1.cmp(&b.1)));
    for pair in rows.windows(2).filter(|pair| pair[0].0 == pair[1].0 && whole(pair[0].1) == whole(pair[1].1)) {
        gone.insert(pair[0].1);
    }
    rows.into_iter().map(|(_, row)| row).filter(|row| !gone.contains(*row)).collect()
}

/// The departments, and the rows by department, once they are sorted by name.
pub(super) fn by_department(people: &People) -> (Arc<[Box<str>]>, Arc<[u32]>) {
    let by_name = &people.by_name;
    let (departments, numbers) = departments(people);
    // Counting keeps the order by name within each.
    let mut places = vec![0_u32; departments.len() + 2];
    let number = |row: u32| {
        let block = &people.blocks[row as usize / BLOCK];
        let own = block.department_number(row as usize % BLOCK);
        numbers[row as usize / BLOCK][usize::from(own)]
    };
    for row in by_name.iter() {
        places[number(*row) as usize + 1] += 1;
    }
    for at in 1..places.len() {
        places[at] += places[at - 1];
    }
    let mut by_department = vec![0; by_name.len()];
    for row in by_name.iter() {
        let place = &mut places[number(*row) as usize];
        by_department[*place as usize] = *row;
        *place += 1;
    }
    (departments.into(), by_department.into())
}

/// The rows by name.
pub(super) fn by_name(people: &People) -> Arc<[u32]> {
    let mut folded = Vec::new();
    let mut rows: Vec<(u128, u32)> =
        there(people, &people.gone).map(|row| (key(people.look(row).name(), &mut folded), row)).collect();
    let rest = |row: u32| {
        let person = people.look(row);
        // Beyond the key, names that differ at all differ in what is searched, which begins with the name.
        (person.block.folded_of(person.at), person.id())
    };
    rows.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| rest(a.1).cmp(&rest(b.1))));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The first 16 bytes of the folded name, with a blank between words; nothing comes last.
fn key(name: &str, folded: &mut Vec<u8>) -> u128 {
    folded.clear();
    for word in name.split(|c: char| !c.is_ascii_alphanumeric() && c.is_ascii() && c != '\'') {
        if folded.len() >= 16 {
            break;
        }
        if !folded.is_empty() && !word.is_empty() {
            folded.push(b' ');
        }
        fold::words(word, folded);
    }
    if folded.is_empty() {
        return u128::MAX;
    }
    folded.resize(16, 0);
    folded.iter().fold(0, |key, byte| key << 8 | u128::from(*byte))
}

/// All departments in order, and for each block what its numbers mean: the place in that order, the last for none.
fn departments(people: &People) -> (Vec<Box<str>>, Vec<Vec<u32>>) {
    let mut known: HashMap<&str, u32> = HashMap::new();
    for block in &people.blocks {
        let mut seen = vec![];
        for at in 0..block.len() {
            let number = usize::from(block.department_number(at));
            if seen.len() <= number {
                seen.resize(number + 1, false);
            }
            if !std::mem::replace(&mut seen[number], true)
                && let Some(department) = block.department(at)
            {
                known.entry(department).or_default();
            }
        }
    }
    let mut all: Vec<&str> = known.keys().copied().collect();
    all.sort_by_cached_key(|department| (key(department, &mut Vec::new()), fold::folded(department), *department));
    for (place, department) in all.iter().enumerate() {
        known.insert(department, place as u32);
    }
    let none = all.len() as u32;
    let numbers = people.blocks.iter().map(|block| {
        let words = block.words().map(|word| known.get(word).copied().unwrap_or(none));
        std::iter::once(none).chain(words).collect()
    });
    let numbers = numbers.collect();
    (all.into_iter().map(Into::into).collect(), numbers)
}

/// The place of each row in an order; of rows that are gone, a place past the end.
pub(super) fn places(order: &[u32], rows: usize) -> Arc<[u32]> {
    let mut places = vec![u32::MAX; rows];
    for (place, row) in order.iter().enumerate() {
        places[*row as usize] = place as u32;
    }
    places.into()
}
