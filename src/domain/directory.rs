//! Directory Options: which phone number types agents see, and in which order.
//!
//! Owns the types and the invariant that each occurs exactly once. Knows nothing of people or of dragging.

/// A type of phone number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PhoneType {
    /// Graph's `businessPhones`.
    Business,
    /// Graph's `mobilePhone`.
    Mobile,
    /// Exists on Outlook contacts, not on users of the directory.
    Home,
    /// Exists on Outlook contacts, not on users of the directory.
    Other,
}

impl PhoneType {
    /// In the order of the defaults.
    pub const ALL: [PhoneType; 4] = [PhoneType::Business, PhoneType::Mobile, PhoneType::Home, PhoneType::Other];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            PhoneType::Business => "Business phone",
            PhoneType::Mobile => "Mobile phone",
            PhoneType::Home => "Home phone",
            PhoneType::Other => "Other phone",
        }
    }

    /// As written in the settings file and in the database.
    pub fn key(self) -> &'static str {
        match self {
            PhoneType::Business => "business",
            PhoneType::Mobile => "mobile",
            PhoneType::Home => "home",
            PhoneType::Other => "other",
        }
    }

    /// The type with this key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Said where Graph's `user` has no such number.
    ///
    /// <https://learn.microsoft.com/en-us/graph/api/resources/user>
    pub fn no_source(self) -> Option<&'static str> {
        match self {
            PhoneType::Business | PhoneType::Mobile => None,
            PhoneType::Home | PhoneType::Other => Some("Entra keeps no such number for people"),
        }
    }

    /// A number for the picture of what an agent sees.
    pub fn example(self) -> &'static str {
        match self {
            PhoneType::Business => "+1 425 555 0100",
            PhoneType::Mobile => "+1 206 555 0170",
            PhoneType::Home => "+1 360 555 0142",
            PhoneType::Other => "+1 509 555 0186",
        }
    }
}

/// One line of the options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PhoneOption {
    /// Which type.
    pub kind: PhoneType,
    /// Whether agents see it.
    pub shown: bool,
}

/// Every type exactly once, in the order in which agents see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryOptions(Vec<PhoneOption>);

impl Default for DirectoryOptions {
    fn default() -> Self {
        let shown = |kind| matches!(kind, PhoneType::Business | PhoneType::Mobile);
        Self(PhoneType::ALL.into_iter().map(|kind| PhoneOption { kind, shown: shown(kind) }).collect())
    }
}

impl DirectoryOptions {
    /// Takes what is given in its order; a second mention is dropped, and what is missing follows, switched off.
    pub fn from_parts(parts: impl IntoIterator<Item = PhoneOption>) -> Self {
        let mut options: Vec<PhoneOption> = Vec::with_capacity(PhoneType::ALL.len());
        let missing = PhoneType::ALL.into_iter().map(|kind| PhoneOption { kind, shown: false });
        for option in parts.into_iter().chain(missing) {
            if options.iter().all(|known| known.kind != option.kind) {
                options.push(option);
            }
        }
        Self(options)
    }

    /// In order.
    pub fn as_slice(&self) -> &[PhoneOption] {
        &self.0
    }

    /// The types that agents see, in order.
    pub fn shown(&self) -> impl Iterator<Item = PhoneType> + '_ {
        self.0.iter().filter(|option| option.shown).map(|option| option.kind)
    }

    /// Switches a type on or off.
    pub fn set_shown(&mut self, kind: PhoneType, shown: bool) {
        if let Some(option) = self.0.iter_mut().find(|option| option.kind == kind) {
            option.shown = shown;
        }
    }

    /// Moves a type to a position counted from 0; a position past the end means the end.
    pub fn move_to(&mut self, kind: PhoneType, position: usize) {
        if let Some(from) = self.0.iter().position(|option| option.kind == kind) {
            let option = self.0.remove(from);
            self.0.insert(position.min(self.0.len()), option);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(options: &DirectoryOptions) -> Vec<&str> {
        options.as_slice().iter().map(|o| o.kind.key()).collect()
    }

    #[test]
    fn business_and_mobile_are_on_first() {
        let options = DirectoryOptions::default();
        assert_eq!(options.shown().map(PhoneType::key).collect::<Vec<_>>(), ["business", "mobile"]);
    }

    #[test]
    fn every_type_stands_once_whatever_is_given() {
        let on = |kind| PhoneOption { kind, shown: true };
        let options = DirectoryOptions::from_parts([on(PhoneType::Home), on(PhoneType::Mobile), on(PhoneType::Home)]);
        assert_eq!(keys(&options), ["home", "mobile", "business", "other"]);
        assert_eq!(options.shown().count(), 2);
    }

    #[test]
    fn a_type_moves_and_the_others_keep_their_order() {
        let mut options = DirectoryOptions::default();
        options.move_to(PhoneType::Home, 0);
        assert_eq!(keys(&options), ["home", "business", "mobile", "other"]);
        options.move_to(PhoneType::Home, 99);
        assert_eq!(keys(&options), ["business", "mobile", "other", "home"]);
    }
}
