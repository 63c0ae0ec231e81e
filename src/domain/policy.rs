//! What the company sets for the people on its computers: policies, above a person's own settings.
//!
//! Owns the list of policies and how their values are read: a pure function over a map. Where the map comes from is
//! [`crate::policy`]'s. Start with [`Policy::read`].

use super::{
    cloud::CloudKind,
    failure::Failure,
    network::{NetworkDraft, NetworkSettings, Proxy, ProxyKind},
};
use std::{collections::BTreeMap, fmt};

/// What is shown beside everything that a policy sets.
pub const LOCKED: &str = "Set by your organization";

/// The name of a policy: the same in the registry, in the policy file, and in a managed preferences file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKey {
    /// The proxy.
    Proxy,
    /// The file with the company's certificate authorities.
    CaFile,
    /// The Microsoft cloud.
    Cloud,
    /// The data folder.
    DataFolder,
    /// What draws the window.
    Renderer,
    /// Reminders before the secret expires.
    Reminders,
    /// Desktop notifications.
    Notifications,
    /// The practice tenant.
    PracticeTenant,
}

/// What kind of value a policy has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyKind {
    /// Any text.
    Text,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// On or off: 1 or 0, true or false.
    Switch,
}

impl PolicyKey {
    /// All of them, in the order in which they are shown.
    pub const ALL: [PolicyKey; 8] = [
        PolicyKey::Proxy,
        PolicyKey::CaFile,
        PolicyKey::Cloud,
        PolicyKey::DataFolder,
        PolicyKey::Renderer,
        PolicyKey::Reminders,
        PolicyKey::Notifications,
        PolicyKey::PracticeTenant,
    ];

    /// As written down.
    pub fn name(self) -> &'static str {
        match self {
            PolicyKey::Proxy => "Proxy",
            PolicyKey::CaFile => "CaFile",
            PolicyKey::Cloud => "Cloud",
            PolicyKey::DataFolder => "DataFolder",
            PolicyKey::Renderer => "Renderer",
            PolicyKey::Reminders => "Reminders",
            PolicyKey::Notifications => "Notifications",
            PolicyKey::PracticeTenant => "PracticeTenant",
        }
    }

    /// What kind of value it has.
    pub fn kind(self) -> PolicyKind {
        match self {
            PolicyKey::Proxy | PolicyKey::CaFile | PolicyKey::DataFolder => PolicyKind::Text,
            PolicyKey::Cloud => PolicyKind::Choice(&["global", "us_gov_high", "us_gov_dod", "china"]),
            PolicyKey::Renderer => PolicyKind::Choice(&["glow", "wgpu"]),
            PolicyKey::Reminders | PolicyKey::Notifications | PolicyKey::PracticeTenant => PolicyKind::Switch,
        }
    }
}

/// A value as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyValue {
    /// A text.
    Text(String),
    /// A whole number, as the registry has for switches.
    Number(i64),
    /// True or false.
    Switch(bool),
    /// Anything else; no policy has such a value.
    Other,
}

/// What draws the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renderer {
    /// OpenGL.
    Glow,
    /// Vulkan, Metal, DirectX, or OpenGL.
    Wgpu,
}

impl Renderer {
    /// As written in a policy.
    pub fn key(self) -> &'static str {
        match self {
            Renderer::Glow => "glow",
            Renderer::Wgpu => "wgpu",
        }
    }
}

/// The policies in force. What is `None` is the person's to choose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// The proxy, without a user name and a password: those stay the person's.
    pub proxy: Option<Proxy>,
    /// The path of a PEM file; empty means that none is used.
    pub ca_file: Option<String>,
    /// The cloud of the account.
    pub cloud: Option<CloudKind>,
    /// The path of the data folder, as written: variables are not filled in yet.
    pub data_folder: Option<String>,
    /// What draws the window.
    pub renderer: Option<Renderer>,
    /// Whether desktop reminders are shown before the secret expires.
    pub reminders: Option<bool>,
    /// Whether desktop notifications are shown at all.
    pub notifications: Option<bool>,
    /// Whether the practice tenant can be used.
    pub practice_tenant: Option<bool>,
    /// Policies that cannot be used, each with what to do. They count as not set.
    pub problems: Vec<Failure>,
}

impl Policy {
    /// Reads the policies out of a map from names to values. What cannot be used becomes one of [`Policy::problems`].
    pub fn read(values: &BTreeMap<String, PolicyValue>) -> Self {
        let mut policy = Policy::default();
        for (name, value) in values {
            let known = PolicyKey::ALL.into_iter().find(|key| key.name() == name);
            let taken = match known {
                Some(key) => policy.take(key, value),
                None => Err("Liaison has no policy with this name".to_owned()),
            };
            if let Err(why) = taken {
                policy.problems.push(unusable(name, &why));
            }
        }
        policy
    }

    fn take(&mut self, key: PolicyKey, value: &PolicyValue) -> Result<(), String> {
        match key {
            PolicyKey::Proxy => self.proxy = Some(proxy(&text(value)?)?),
            PolicyKey::CaFile => self.ca_file = Some(text(value)?),
            PolicyKey::Cloud => self.cloud = CloudKind::from_key(&choice(key, value)?),
            PolicyKey::DataFolder => self.data_folder = Some(text(value)?).filter(|folder| !folder.is_empty()),
            PolicyKey::Renderer => {
                let chosen = choice(key, value)?;
                self.renderer = [Renderer::Glow, Renderer::Wgpu].into_iter().find(|one| one.key() == chosen);
            }
            PolicyKey::Reminders => self.reminders = Some(switch(value)?),
            PolicyKey::Notifications => self.notifications = Some(switch(value)?),
            PolicyKey::PracticeTenant => self.practice_tenant = Some(switch(value)?),
        }
        Ok(())
    }

    /// The policies that are set, each with its value in words.
    pub fn in_force(&self) -> Vec<(PolicyKey, String)> {
        let on = |on: bool| if on { "on" } else { "off" }.to_owned();
        PolicyKey::ALL
            .into_iter()
            .filter_map(|key| {
                let value = match key {
                    PolicyKey::Proxy => self.proxy.as_ref().map(|proxy| match proxy {
                        Proxy::Address(address) => address.url.clone(),
                        other => NetworkDraft::of(&NetworkSettings { proxy: other.clone(), ..Default::default() })
                            .kind
                            .key()
                            .to_owned(),
                    }),
                    PolicyKey::CaFile => {
                        self.ca_file.clone().map(|file| if file.is_empty() { "none".into() } else { file })
                    }
                    PolicyKey::Cloud => self.cloud.map(|cloud| cloud.label().to_owned()),
                    PolicyKey::DataFolder => self.data_folder.clone(),
                    PolicyKey::Renderer => self.renderer.map(|renderer| renderer.key().to_owned()),
                    PolicyKey::Reminders => self.reminders.map(on),
                    PolicyKey::Notifications => self.notifications.map(on),
                    PolicyKey::PracticeTenant => self.practice_tenant.map(on),
                };
                value.map(|value| (key, value))
            })
            .collect()
    }

    /// The network settings in effect: the person's, with what the company sets in their place. The user name and password
    /// stay where they belong to the same proxy.
    pub fn network(&self, own: NetworkSettings) -> NetworkSettings {
        let proxy = match (&self.proxy, own.proxy) {
            (Some(Proxy::Address(set)), Proxy::Address(own)) if own.url == set.url => Proxy::Address(own),
            (Some(set), _) => set.clone(),
            (None, own) => own,
        };
        NetworkSettings { proxy, ca_file: self.ca_file.clone().unwrap_or(own.ca_file) }
    }

    /// What of wanted network settings the company does not allow.
    pub fn network_problems(&self, wanted: &NetworkSettings) -> Vec<Failure> {
        let allowed = self.network(wanted.clone());
        let mut problems = Vec::new();
        if allowed.proxy != wanted.proxy {
            problems.push(Failure::new("Your organization sets the proxy.", "Leave --proxy out."));
        }
        if allowed.ca_file != wanted.ca_file {
            problems.push(Failure::new(
                "Your organization sets the file with certificate authorities.",
                "Leave --ca-file out.",
            ));
        }
        problems
    }

    /// Why an account in this cloud cannot be used, if the company allows another one only.
    pub fn refuses_cloud(&self, kind: CloudKind) -> Option<Failure> {
        let allowed = self.cloud.filter(|allowed| *allowed != kind)?;
        Some(Failure::new(
            format!("Your organization allows the cloud {} only.", allowed.label()),
            format!("Set “cloud” to “{}” and apply again.", allowed.key()),
        ))
    }

    /// Whether the practice tenant can be used.
    pub fn allows_practice(&self) -> bool {
        self.practice_tenant != Some(false)
    }

    /// Why desktop reminders are not shown, where the company turned them off.
    pub fn silences(&self) -> bool {
        self.reminders == Some(false) || self.notifications == Some(false)
    }
}

impl fmt::Display for PolicyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn unusable(name: &str, why: &str) -> Failure {
    Failure::new(
        format!("The policy {name} cannot be used: {why}."),
        "Ask the people who manage this computer to correct it. Until then it counts as not set.",
    )
}

fn text(value: &PolicyValue) -> Result<String, String> {
    match value {
        PolicyValue::Text(text) => Ok(text.trim().to_owned()),
        _ => Err("its value is not text".into()),
    }
}

fn choice(key: PolicyKey, value: &PolicyValue) -> Result<String, String> {
    let text = text(value)?;
    match key.kind() {
        PolicyKind::Choice(all) if !all.contains(&text.as_str()) => {
            Err(format!("its value is “{text}”, not one of {}", all.join(", ")))
        }
        _ => Ok(text),
    }
}

fn switch(value: &PolicyValue) -> Result<bool, String> {
    match value {
        PolicyValue::Switch(on) => Ok(*on),
        PolicyValue::Number(number @ (0 | 1)) => Ok(*number == 1),
        _ => Err("its value is not 1 or 0, true or false".into()),
    }
}

fn proxy(text: &str) -> Result<Proxy, String> {
    let draft = match text {
        "system" => NetworkDraft { kind: ProxyKind::System, ..NetworkDraft::default() },
        "none" => NetworkDraft { kind: ProxyKind::None, ..NetworkDraft::default() },
        address => NetworkDraft { kind: ProxyKind::Address, address: address.into(), ..NetworkDraft::default() },
    };
    draft.parse().map(|settings| settings.proxy).map_err(|problems| {
        // The address itself is not repeated: it may have a password in it.
        let what = problems.into_iter().next().map(|(_, failure)| failure.headline).unwrap_or_default();
        what.trim_end_matches('.').to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ProxyAddress, Secret};

    fn read(values: &[(&str, PolicyValue)]) -> Policy {
        Policy::read(&values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect())
    }

    fn text(text: &str) -> PolicyValue {
        PolicyValue::Text(text.into())
    }

    #[test]
    fn every_policy_is_read_and_listed() {
        let policy = read(&[
            ("Proxy", text("proxy.example.com:8080")),
            ("CaFile", text("/etc/ssl/company.pem")),
            ("Cloud", text("us_gov_high")),
            ("DataFolder", text("%LOCALAPPDATA%\\Liaison")),
            ("Renderer", text("glow")),
            ("Reminders", PolicyValue::Number(0)),
            ("Notifications", PolicyValue::Switch(true)),
            ("PracticeTenant", PolicyValue::Switch(false)),
        ]);
        assert!(policy.problems.is_empty(), "{:?}", policy.problems);
        let listed: Vec<String> = policy.in_force().into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
        assert_eq!(
            listed,
            [
                "Proxy: http://proxy.example.com:8080",
                "CaFile: /etc/ssl/company.pem",
                "Cloud: US Government GCC High",
                "DataFolder: %LOCALAPPDATA%\\Liaison",
                "Renderer: glow",
                "Reminders: off",
                "Notifications: on",
                "PracticeTenant: off",
            ]
        );
        assert!(policy.silences() && !policy.allows_practice());
        assert_eq!(read(&[]), Policy::default());
        assert!(Policy::default().in_force().is_empty());
    }

    #[test]
    fn unusable_policies_are_named_and_count_as_not_set() {
        for (name, value, why) in [
            ("Cloud", text("mars"), "not one of global"),
            ("Cloud", text("custom"), "not one of global"),
            ("Renderer", text("directx"), "not one of glow"),
            ("Reminders", text("off"), "not 1 or 0"),
            ("Reminders", PolicyValue::Number(2), "not 1 or 0"),
            ("Proxy", PolicyValue::Number(1), "not text"),
            ("Proxy", text("http://me:hunter2@proxy:8080"), "password in it"),
            ("CaFile", PolicyValue::Other, "not text"),
            ("proxy", text("none"), "no policy with this name"),
        ] {
            let policy = read(&[(name, value)]);
            let [problem] = &policy.problems[..] else { panic!("{name}: {:?}", policy.problems) };
            assert!(problem.headline.contains(name) && problem.headline.contains(why), "{problem}");
            assert!(!problem.to_string().contains("hunter2"), "{problem}");
            assert_eq!(Policy { problems: Vec::new(), ..policy }, Policy::default());
        }
    }

    #[test]
    fn the_companys_proxy_keeps_the_persons_password_for_it() {
        let policy = read(&[("Proxy", text("proxy.example.com:8080")), ("CaFile", text(""))]);
        let address = |url: &str, user: &str, password| {
            Proxy::Address(ProxyAddress { url: url.into(), user: user.into(), password })
        };
        let own = |proxy| NetworkSettings { proxy, ca_file: "/mine.pem".into() };
        let known = address("http://proxy.example.com:8080", "me", Some(Secret::new("pw")));
        assert_eq!(policy.network(own(known.clone())), NetworkSettings { proxy: known, ca_file: String::new() });
        let other = policy.network(own(address("http://other:1", "me", Some(Secret::new("pw")))));
        assert_eq!(other.proxy, address("http://proxy.example.com:8080", "", None));
        assert_eq!(policy.network_problems(&own(Proxy::None)).len(), 2);
        assert_eq!(Policy::default().network(own(Proxy::None)), own(Proxy::None));
    }

    #[test]
    fn one_cloud_only_is_allowed() {
        let policy = read(&[("Cloud", text("global"))]);
        assert_eq!(policy.refuses_cloud(CloudKind::Global), None);
        for kind in [CloudKind::China, CloudKind::Custom] {
            let failure = policy.refuses_cloud(kind).expect("refused");
            assert!(failure.headline.contains("Global") && failure.remedy.contains("“global”"), "{failure}");
        }
        assert_eq!(Policy::default().refuses_cloud(CloudKind::Custom), None);
    }
}
