//! The Directory screen over a folder of kept people: what one picture costs while somebody scrolls, types, or does nothing.
//!
//! Drawn without a display, down to the triangles that a graphics card would get. Knows the window as its tests do.

use super::{Tenant, best, ms};
use chrono::Utc;
use egui::{Event, Vec2, accesskit::Role};
use egui_kittest::{Harness, kittest::NodeT};
use liaison::{
    domain::{Draft, ExpiryChange, Origin, Policy, Secret},
    keeper::{Apply, Keeper, SecretChange, WithoutKeychain},
    notify::{NotShown, Notifier},
    profile::{Profile, Source},
    session::{Screen, Session},
    ui::{App, Setup},
    vault::Vault,
};
use serde_json::json;
use std::{
    path::PathBuf,
    time::{Duration, Instant},
};

const FRAMES: usize = 300;

pub fn run(tenant: &Tenant, folder: PathBuf) {
    let setup = setup(tenant, folder);
    let size = Vec2::new(1280.0, 800.0);
    let mut window = Harness::builder().with_size(size).build_eframe(|cc| App::new(&cc.egui_ctx, setup));
    window.ctx.set_missing_glyph_policy(egui::MissingGlyphPolicy::Tofu);
    wait(&mut window, |session| session.saved.is_some());
    let entry = window
        .root()
        .children_recursive()
        .find(|node| {
            let node = node.accesskit_node();
            node.role() != Role::Label && node.label().as_deref() == Some("Directory")
        })
        .expect("the screen's entry")
        .rect()
        .center();
    click(&mut window, entry);
    wait(&mut window, |session| session.directory.count() > 0 && session.directory.load.is_none());
    assert_eq!(window.state().session().screen, Screen::Directory);
    // Presence and photos of the first rows come in.
    for _ in 0..200 {
        window.step();
        std::thread::sleep(Duration::from_millis(5));
    }
    let rows = window.state().session().directory.count();
    let idle = median(&mut window, |_| {});
    window.event(Event::PointerMoved(egui::pos2(700.0, 500.0)));
    let scrolled = median(&mut window, |window| {
        window.event(Event::MouseWheel {
            unit: egui::MouseWheelUnit::Point,
            delta: Vec2::new(0.0, -37.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: egui::Modifiers::NONE,
        });
    });
    let (_, drawn) = best(|| picture(&mut window));
    println!("{}", json!({"rows": rows, "idle_ms": idle, "scrolled_ms": scrolled, "best_ms": drawn}));
}

/// Puts an account into a folder, so that its people are read when a window opens.
pub fn apply(tenant: &Tenant, folder: PathBuf) {
    setup(tenant, folder);
    println!("{}", json!({}));
}

fn setup(tenant: &Tenant, folder: PathBuf) -> Setup {
    let profile = Profile::at(folder);
    let vault = Vault::memory();
    let draft = Draft {
        name: "Bench".into(),
        object_id: tenant.object_id.clone(),
        tenant_id: tenant.tenant_id.clone(),
        client_id: tenant.client_id.clone(),
        cloud: tenant.cloud(),
        ..Draft::default()
    };
    let mut keeper = Keeper::open(&profile, vault.clone()).unwrap();
    let expected = keeper.load().unwrap().map(|saved| saved.revision);
    let change = Apply {
        account: draft.parse().unwrap(),
        secret: SecretChange::Store(Secret::new(tenant.client_secret.clone()).into()),
        expiry: ExpiryChange::Leave,
        expected,
        origin: Origin::Edited,
        without_keychain: WithoutKeychain::Refuse,
        now: Utc::now(),
    };
    keeper.apply(change).unwrap();
    let notifier = Notifier::rehearsed(|_, _| Err(NotShown));
    let (source, policy) = (Source::Person, Policy::default());
    Setup { profile, source, vault, now: Utc::now, notifier, policy, ask_desktop: false }
}

fn click(window: &mut Harness<'_, App>, at: egui::Pos2) {
    window.event(Event::PointerMoved(at));
    for pressed in [true, false] {
        let button = egui::PointerButton::Primary;
        window.event(Event::PointerButton { pos: at, button, pressed, modifiers: egui::Modifiers::NONE });
        window.step();
    }
}

fn wait(window: &mut Harness<'_, App>, done: impl Fn(&Session) -> bool) {
    let begun = Instant::now();
    while !done(window.state().session()) {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain");
        std::thread::sleep(Duration::from_millis(2));
        window.step();
    }
}

/// One picture, from what happened to triangles.
fn picture(window: &mut Harness<'_, App>) {
    window.step();
    let output = window.output();
    std::hint::black_box(window.ctx.tessellate(output.shapes.clone(), output.pixels_per_point));
}

fn median(window: &mut Harness<'_, App>, mut happens: impl FnMut(&mut Harness<'_, App>)) -> f64 {
    let mut took: Vec<f64> = (0..FRAMES)
        .map(|_| {
            happens(window);
            let begun = Instant::now();
            picture(window);
            ms(begun)
        })
        .collect();
    took.sort_by(f64::total_cmp);
    took[FRAMES / 2]
}
