//! A profile, a keychain and a window over them, without a display.

use chrono::{DateTime, Utc};
use egui::{Event, ImeEvent, Key, Modifiers, Pos2, Vec2, ViewportCommand, ViewportEvent, ViewportId, accesskit::Role};
use egui_kittest::{
    Harness, Node,
    kittest::{AccessKitNode, NodeT},
};
use liaison::{
    domain::{CloudDraft, CloudKind, Draft, ExpiryChange, Origin, Policy, Saved, Secret},
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    notify::{NotShown, Notifier},
    practice::{Options, Practice, Scenario},
    profile::{Profile, Source},
    session::Session,
    ui::{App, Setup},
    vault::Vault,
};
use std::time::{Duration, Instant};

/// High enough that nothing has to be scrolled to.
pub const TALL: Vec2 = Vec2::new(1280.0, 3000.0);

/// After this long, what is waited for does not come any more.
const NEVER: Duration = Duration::from_secs(60);

/// What stays when a window is closed.
pub struct Place {
    pub profile: Profile,
    pub vault: Vault,
    pub notifier: Notifier,
    pub policy: Policy,
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        Self::with(Vault::memory())
    }

    pub fn with(vault: Vault) -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self {
            profile: Profile::at(dir.path().join("liaison")),
            vault,
            notifier: Notifier::rehearsed(|_, _| Err(NotShown)),
            policy: Policy::default(),
            dir,
        }
    }

    /// A place with an account of this practice tenant, with everything right.
    pub fn with_account(practice: &Practice) -> Self {
        let place = Self::new();
        let draft = draft(practice);
        place.apply(&draft, Some(&practice.details().client_secret), None);
        place
    }

    /// Applies as the command line would.
    pub fn apply(&self, draft: &Draft, secret: Option<&str>, expected: Option<i64>) {
        let mut keeper = Keeper::open(&self.profile, self.vault.clone()).unwrap();
        let change = Apply {
            account: draft.parse().unwrap(),
            secret: secret.map_or(SecretChange::Keep, |secret| SecretChange::Store(Secret::new(secret).into())),
            expiry: ExpiryChange::Leave,
            expected,
            origin: Origin::Edited,
            without_keychain: WithoutKeychain::Refuse,
            now: Utc::now(),
        };
        keeper.apply(change).unwrap();
    }

    pub fn saved(&self) -> Option<Saved> {
        Keeper::open(&self.profile, self.vault.clone()).unwrap().load().unwrap()
    }

    pub fn secret(&self) -> Option<String> {
        let keeper = Keeper::open(&self.profile, self.vault.clone()).unwrap();
        let saved = keeper.load().unwrap()?;
        keeper.credential(&saved).unwrap()?.secret().map(|secret| secret.expose().to_owned())
    }

    /// A path beside the profile.
    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_string_lossy().into_owned()
    }

    pub fn open(&self) -> Window {
        self.open_sized(TALL)
    }

    pub fn open_sized(&self, size: Vec2) -> Window {
        self.open_at(size, Utc::now)
    }

    /// A window into which characters come that none of the fonts of a test can draw.
    pub fn open_for_any_text(&self) -> Window {
        self.open_for_any_text_sized(TALL)
    }

    pub fn open_for_any_text_sized(&self, size: Vec2) -> Window {
        let window = self.open_sized(size);
        window.harness.ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
        window
    }

    /// A window whose clock says what it is told.
    pub fn open_at(&self, size: Vec2, now: fn() -> DateTime<Utc>) -> Window {
        let setup = Setup {
            profile: self.profile.clone(),
            vault: self.vault.clone(),
            now,
            notifier: self.notifier.clone(),
            policy: self.policy.clone(),
            source: Source::Person,
            ask_desktop: false,
        };
        let builder = Harness::builder().with_size(size).with_max_steps(8);
        let mut window = Window { harness: builder.build_eframe(|cc| App::new(&cc.egui_ctx, setup)) };
        window.wait("the data folder", |session| !matches!(session.opened, liaison::session::Opened::Loading));
        window
    }
}

/// A practice tenant of its own.
pub fn practice(scenario: Scenario) -> Practice {
    Practice::start(Options { scenario, ..Options::default() }).unwrap()
}

/// Its values, without the secret.
pub fn draft(practice: &Practice) -> Draft {
    let details = practice.details();
    Draft {
        name: "Contoso".into(),
        object_id: details.object_id.clone(),
        tenant_id: details.tenant_id.clone(),
        client_id: details.client_id.clone(),
        cloud: CloudDraft {
            kind: CloudKind::Custom,
            login_url: details.login_url.clone(),
            graph_url: details.graph_url.clone(),
        },
        ..Draft::default()
    }
}

/// The window.
pub struct Window {
    harness: Harness<'static, App>,
}

fn is_text(role: Role) -> bool {
    matches!(role, Role::TextInput | Role::MultilineTextInput | Role::PasswordInput)
}

impl Window {
    pub fn session(&self) -> &Session {
        self.harness.state().session()
    }

    /// Draws until nothing changes. Names and glyphs are checked on the way.
    pub fn run(&mut self) {
        self.harness.run_ok();
    }

    /// One frame per event, and one where there is none.
    pub fn step(&mut self) {
        self.harness.step();
    }

    /// Waits for what goes on in other threads.
    #[track_caller]
    pub fn wait(&mut self, what: &str, done: impl Fn(&Session) -> bool) {
        let begun = Instant::now();
        loop {
            self.run();
            if done(self.session()) {
                break;
            }
            assert!(begun.elapsed() < NEVER, "waited in vain for {what}:\n{}", self.texts().join("\n"));
            std::thread::sleep(Duration::from_millis(2));
        }
        self.run();
    }

    /// Waits until no test and no save is under way.
    pub fn wait_idle(&mut self) {
        self.wait("the end of what is under way", |session| session.busy.is_none() && session.running_test.is_none());
    }

    // Looking.

    fn nodes(&self, fits: impl Fn(&AccessKitNode<'_>) -> bool) -> Vec<Node<'_>> {
        self.harness.root().children_recursive().filter(|node| fits(&node.accesskit_node())).collect()
    }

    fn all(&self, role: Role, name: &str) -> Vec<Node<'_>> {
        self.nodes(|node| node.role() == role && node.label().as_deref() == Some(name))
    }

    #[track_caller]
    fn only<'a>(&self, what: &str, mut found: Vec<Node<'a>>) -> Node<'a> {
        assert_eq!(found.len(), 1, "{what} among:\n{}", self.texts().join("\n"));
        found.remove(0)
    }

    /// The one control of this role and name.
    #[track_caller]
    pub fn find(&self, role: Role, name: &str) -> Node<'_> {
        self.only(&format!("controls of role {role:?} named “{name}”"), self.all(role, name))
    }

    pub fn has(&self, role: Role, name: &str) -> bool {
        !self.all(role, name).is_empty()
    }

    pub fn has_button(&self, name: &str) -> bool {
        self.has(Role::Button, name)
    }

    #[track_caller]
    pub fn is_enabled(&self, button: &str) -> bool {
        !self.find(Role::Button, button).accesskit_node().is_disabled()
    }

    /// Everything that can be read or heard, in order: each with its role, and a value behind its name.
    pub fn texts(&self) -> Vec<String> {
        let line = |node: &Node<'_>| {
            let node = node.accesskit_node();
            let mut parts: Vec<String> = [node.label(), node.value()].into_iter().flatten().collect();
            parts.dedup();
            format!("{:?}: {}", node.role(), parts.join(" = "))
        };
        self.nodes(|node| node.role() != Role::TextRun).iter().map(line).filter(|line| !line.ends_with(": ")).collect()
    }

    pub fn says(&self, text: &str) -> bool {
        self.texts().iter().any(|line| line.contains(text))
    }

    /// Whether a text is exactly this, not one that holds it.
    pub fn says_exactly(&self, text: &str) -> bool {
        !self.nodes(|node| [node.label(), node.value()].iter().any(|said| said.as_deref() == Some(text))).is_empty()
    }

    /// Fails with everything that is on the screen.
    #[track_caller]
    pub fn expect(&self, text: &str) {
        assert!(self.says(text), "“{text}” is not among:\n{}", self.texts().join("\n"));
    }

    #[track_caller]
    pub fn expect_not(&self, text: &str) {
        assert!(!self.says(text), "“{text}” is among:\n{}", self.texts().join("\n"));
    }

    /// A text that is read out by itself when it appears.
    #[track_caller]
    pub fn announces(&self, text: &str) {
        let found = self.nodes(|node| {
            node.label().is_some_and(|label| label.contains(text)) && node.live() == egui::accesskit::Live::Polite
        });
        assert!(!found.is_empty(), "“{text}” is not announced:\n{}", self.texts().join("\n"));
    }

    #[track_caller]
    pub fn field(&self, name: &str) -> Node<'_> {
        let fields = self.nodes(|node| is_text(node.role()) && node.label().as_deref() == Some(name));
        self.only(&format!("fields named “{name}”"), fields)
    }

    #[track_caller]
    pub fn value(&self, field: &str) -> String {
        self.field(field).value().unwrap_or_default()
    }

    /// The name of what has the keyboard.
    pub fn focused(&self) -> Option<String> {
        self.nodes(|node| node.is_focused()).first().and_then(|node| node.accesskit_node().label())
    }

    // Doing.

    #[track_caller]
    pub fn click(&mut self, button: &str) {
        self.click_on(Role::Button, button);
    }

    #[track_caller]
    pub fn click_on(&mut self, role: Role, name: &str) {
        self.find(role, name).click();
        self.run();
    }

    #[track_caller]
    pub fn focus(&mut self, field: &str) {
        self.field(field).focus();
        self.run();
    }

    pub fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    pub fn type_text(&mut self, text: &str) {
        self.harness.event(Event::Text(text.to_owned()));
        self.run();
    }

    /// An input method composes a text step by step and hands it over.
    pub fn compose(&mut self, steps: &[&str], text: &str) {
        for step in steps {
            let active_range_chars = Some(0..step.chars().count());
            self.harness.event(Event::Ime(ImeEvent::Preedit { text: (*step).to_owned(), active_range_chars }));
            self.run();
        }
        self.harness.event(Event::Ime(ImeEvent::Commit(text.to_owned())));
        self.run();
    }

    /// Puts a text in place of what the field holds, as by typing.
    #[track_caller]
    pub fn fill(&mut self, field: &str, text: &str) {
        self.focus(field);
        self.press(Modifiers::COMMAND, Key::A);
        if text.is_empty() {
            self.press(Modifiers::NONE, Key::Delete);
        } else {
            self.type_text(text);
        }
    }

    /// Pastes into a field in place of what it holds.
    #[track_caller]
    pub fn paste(&mut self, field: &str, text: &str) {
        self.focus(field);
        self.press(Modifiers::COMMAND, Key::A);
        self.harness.event(Event::Paste(text.to_owned()));
        self.run();
    }

    /// Opens a list and chooses from it.
    #[track_caller]
    pub fn choose(&mut self, list: &str, entry: &str) {
        self.click_on(Role::ComboBox, list);
        let entries = self.nodes(|node| {
            !matches!(node.role(), Role::Label | Role::ComboBox) && node.label().as_deref() == Some(entry)
        });
        self.only(&format!("entries “{entry}”"), entries).click();
        self.run();
    }

    pub fn hover(&mut self, at: Pos2) {
        self.harness.hover_at(at);
        self.step();
    }

    pub fn grab(&mut self, at: Pos2) {
        self.hover(at);
        self.harness.drag_at(at);
        self.step();
    }

    pub fn drop_at(&mut self, at: Pos2) {
        self.harness.drop_at(at);
        self.step();
        self.run();
    }

    /// The window's close button. Answers whether the window closes.
    pub fn close(&mut self) -> bool {
        let viewport = self.harness.input_mut().viewports.get_mut(&ViewportId::ROOT).unwrap();
        viewport.events.push(ViewportEvent::Close);
        self.step();
        let cancelled = self.commanded(&ViewportCommand::CancelClose);
        if self.commanded(&ViewportCommand::Close) {
            return true;
        }
        assert!(cancelled, "the window would close without a word");
        self.run();
        false
    }

    /// Whether the last frame asked the system for this.
    pub fn commanded(&self, command: &ViewportCommand) -> bool {
        let output = &self.harness.output().viewport_output[&ViewportId::ROOT];
        output.commands.contains(command)
    }

    /// What the last frames put on the clipboard.
    pub fn copies(&mut self, button: &str) -> Option<String> {
        self.find(Role::Button, button).click();
        // Hover, press and release are a frame each; the release copies.
        self.step();
        let copied = self.harness.output().platform_output.commands.iter().find_map(|command| match command {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        self.run();
        copied
    }

    /// Clicks, and waits for the page that is opened in the browser.
    #[track_caller]
    pub fn opens(&mut self, role: Role, name: &str) -> String {
        self.find(role, name).click();
        let begun = Instant::now();
        loop {
            self.step();
            let opened = self.harness.output().platform_output.commands.iter().find_map(|command| match command {
                egui::OutputCommand::OpenUrl(open) => Some(open.url.clone()),
                _ => None,
            });
            if let Some(url) = opened {
                self.run();
                return url;
            }
            assert!(begun.elapsed() < NEVER, "no page was opened:\n{}", self.texts().join("\n"));
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    pub fn is_dark(&self) -> bool {
        self.harness.ctx.theme() == egui::Theme::Dark
    }
}
