//! Number coverage: of which types colleagues have phone numbers, and which numbers nobody outside can dial as they stand.
//!
//! Owns the counting and the order that it suggests. Knows nothing of where people come from. Start with [`Coverage::add`].

use super::{DirectoryOptions, PhoneType, directory::PhoneOption};

/// How many people have what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// Everybody.
    pub people: usize,
    /// People with a number of a type, in the order of [`PhoneType::ALL`].
    with: [usize; PhoneType::ALL.len()],
    /// People without a number of any type that agents see.
    pub without_shown: usize,
    /// Numbers that are not in E.164.
    pub not_e164: usize,
    /// What agents see, as it was counted for.
    options: DirectoryOptions,
}

impl Coverage {
    /// Nobody yet.
    pub fn new(options: &DirectoryOptions) -> Self {
        Self { people: 0, with: [0; PhoneType::ALL.len()], without_shown: 0, not_e164: 0, options: options.clone() }
    }

    /// Counts a person in.
    pub fn add<'a>(&mut self, numbers: impl IntoIterator<Item = (PhoneType, &'a str)>) {
        let mut has = [false; PhoneType::ALL.len()];
        for (kind, number) in numbers {
            has[index(kind)] = true;
            self.not_e164 += usize::from(!is_e164(number));
        }
        self.people += 1;
        for (count, has) in self.with.iter_mut().zip(has) {
            *count += usize::from(has);
        }
        self.without_shown += usize::from(!self.options.shown().any(|kind| has[index(kind)]));
    }

    /// How many people have a number of this type.
    pub fn with(&self, kind: PhoneType) -> usize {
        self.with[index(kind)]
    }

    /// Whether it was counted for these options.
    pub fn is_for(&self, options: &DirectoryOptions) -> bool {
        self.options == *options
    }

    /// The type that most people have first; types that nobody has are switched off, in the order that they have now.
    pub fn suggested(&self) -> DirectoryOptions {
        let mut order = self.options.as_slice().to_vec();
        // Stable, so that equals keep their order.
        order.sort_by_key(|option| std::cmp::Reverse(self.with(option.kind)));
        let shown = |option: PhoneOption| PhoneOption { shown: self.with(option.kind) > 0, ..option };
        DirectoryOptions::from_parts(order.into_iter().map(shown))
    }
}

fn index(kind: PhoneType) -> usize {
    PhoneType::ALL.iter().position(|one| *one == kind).unwrap_or_default()
}

/// A part in whole percent; never 0 % of somebody and never 100 % of less than all.
pub fn percent(part: usize, whole: usize) -> usize {
    match (part, whole) {
        (0, _) | (_, 0) => 0,
        (part, whole) if part >= whole => 100,
        (part, whole) => ((part * 200 + whole) / (whole * 2)).clamp(1, 99),
    }
}

/// `+`, country and number, at most 15 digits (ITU-T E.164), whatever stands between the digits for the eye. An extension or
/// a `(0)` is more than E.164 can say.
pub fn is_e164(number: &str) -> bool {
    let Some(rest) = number.trim().strip_prefix('+') else { return false };
    if rest.contains("(0)") || rest.trim_start().starts_with('0') {
        return false;
    }
    let mut digits = 0;
    for one in rest.chars() {
        match one {
            '0'..='9' => digits += 1,
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2011}' | '\u{202f}' => {}
            _ => return false,
        }
    }
    (7..=15).contains(&digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e164_is_a_plus_and_at_most_15_digits() {
        for (number, is) in [
            ("+14255550100", true),
            ("+1 (425) 555-0100", true),
            ("+46\u{a0}70\u{a0}123 45 67", true),
            (" +49.30.901820 ", true),
            ("425-555-0100", false),
            ("0049 30 901820", false),
            ("+49 (0)30 901820", false),
            ("+049 30 901820", false),
            ("+1 425 555 0100 x12", false),
            ("+14255550100;ext=12", false),
            ("+123456", false),
            ("+1234567890123456", false),
            ("+", false),
            ("", false),
            ("+١٤٢٥٥٥٥٠١٠٠", false),
        ] {
            assert_eq!(is_e164(number), is, "{number}");
        }
    }

    #[test]
    fn people_are_counted_once_a_type_and_numbers_each() {
        let mut coverage = Coverage::new(&DirectoryOptions::default());
        coverage.add([(PhoneType::Business, "+14255550100"), (PhoneType::Business, "5550101")]);
        coverage.add([(PhoneType::Mobile, "+14255550102"), (PhoneType::Home, "5550103")]);
        coverage.add([(PhoneType::Mobile, "+14255550104")]);
        coverage.add([(PhoneType::Home, "+14255550105")]);
        coverage.add([]);
        let with = PhoneType::ALL.map(|kind| coverage.with(kind));
        assert_eq!((coverage.people, with), (5, [1, 2, 2, 0]));
        assert_eq!((coverage.without_shown, coverage.not_e164), (2, 2));
        let suggested = coverage.suggested();
        let order: Vec<(&str, bool)> = suggested.as_slice().iter().map(|one| (one.kind.key(), one.shown)).collect();
        assert_eq!(order, [("mobile", true), ("home", true), ("business", true), ("other", false)]);
    }

    #[test]
    fn percents_tell_nobody_somebody_and_all_apart() {
        for (part, whole, shown) in
            [(0, 0, 0), (0, 9, 0), (1, 100_000, 1), (1, 3, 33), (2, 3, 67), (99_999, 100_000, 99), (9, 9, 100)]
        {
            assert_eq!(percent(part, whole), shown, "{part} of {whole}");
        }
    }
}
