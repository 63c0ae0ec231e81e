//! Directory Options: switched, moved by key, by button and by pointer, and what an agent sees of it.

use super::window::{Place, Window, practice};
use egui::{
    Key, Modifiers, Pos2,
    accesskit::{Role, Toggled},
    vec2,
};
use egui_kittest::kittest::NodeT;
use liaison::{
    domain::PhoneType,
    practice::{Practice, Scenario},
};
use std::time::{Duration, Instant};

const LABELS: [&str; 4] = ["Business phone", "Mobile phone", "Home phone", "Other phone"];

fn account() -> (Practice, Place, Window) {
    let tenant = practice(Scenario::Healthy);
    let place = Place::with_account(&tenant);
    let window = place.open();
    (tenant, place, window)
}

/// As the account would be applied.
fn order(window: &Window) -> Vec<&'static str> {
    let editor = window.session().editor.as_ref().unwrap();
    editor.draft.directory_options.as_slice().iter().map(|option| option.kind.label()).collect()
}

/// As it stands on the screen, from top to bottom.
fn on_screen(window: &Window) -> Vec<&'static str> {
    let mut rows: Vec<(f32, &str)> =
        LABELS.iter().map(|label| (window.find(Role::CheckBox, label).rect().top(), *label)).collect();
    rows.sort_by(|one, other| one.0.total_cmp(&other.0));
    rows.into_iter().map(|(_, label)| label).collect()
}

/// Where the handle is: before the check box.
fn handle(window: &Window, label: &str) -> Pos2 {
    window.find(Role::CheckBox, label).rect().left_center() - vec2(16.0, 0.0)
}

/// The numbers that an agent is shown, from top to bottom.
fn card(window: &Window) -> Vec<PhoneType> {
    let lines = window.texts();
    let mut shown: Vec<(usize, PhoneType)> = PhoneType::ALL
        .into_iter()
        .filter_map(|kind| lines.iter().position(|line| line.ends_with(kind.example())).map(|at| (at, kind)))
        .collect();
    shown.sort_by_key(|(at, _)| *at);
    shown.into_iter().map(|(_, kind)| kind).collect()
}

#[test]
fn types_are_switched_on_and_off_and_the_agents_card_follows() {
    let (_tenant, _place, mut window) = account();
    let on =
        |window: &Window, label| window.find(Role::CheckBox, label).accesskit_node().toggled() == Some(Toggled::True);
    assert_eq!(LABELS.map(|label| on(&window, label)), [true, true, false, false]);
    assert_eq!(card(&window), [PhoneType::Business, PhoneType::Mobile]);
    window.click_on(Role::CheckBox, "Business phone");
    window.click_on(Role::CheckBox, "Other phone");
    assert_eq!(LABELS.map(|label| on(&window, label)), [false, true, false, true]);
    assert_eq!(card(&window), [PhoneType::Mobile, PhoneType::Other]);
    window.announces("1 unsaved change · Directory Options");
    window.click_on(Role::CheckBox, "Mobile phone");
    window.click_on(Role::CheckBox, "Other phone");
    window.expect("No number to call");
    window.announces("No phone number type is switched on.");
}

#[test]
fn a_screen_reader_hears_a_list_with_positions() {
    let (_tenant, _place, mut window) = account();
    assert!(window.has(Role::List, "Phone number types in their order"));
    let position = |window: &Window, name: &str| {
        let node = window.find(Role::ListItem, name);
        let node = node.accesskit_node();
        (node.data().position_in_set(), node.data().size_of_set())
    };
    assert_eq!(position(&window, "Business phone, shown"), (Some(0), Some(4)));
    assert_eq!(position(&window, "Other phone, not shown"), (Some(3), Some(4)));
    let check = window.find(Role::CheckBox, "Home phone");
    let above = std::iter::successors(check.accesskit_node().parent(), |node| node.parent());
    let above: Vec<_> = above.filter_map(|node| node.label()).take(2).collect();
    assert_eq!(above, ["Home phone, not shown", "Phone number types in their order"]);
    assert_eq!(check.accesskit_node().description().as_deref(), Some("Press Alt+Up or Alt+Down to move"));
    window.click("Move Other phone up");
    assert_eq!(position(&window, "Other phone, not shown"), (Some(2), Some(4)));
}

#[test]
fn alt_and_an_arrow_move_a_type_tell_so_and_keep_the_focus_on_it() {
    let (_tenant, _place, mut window) = account();
    window.find(Role::CheckBox, "Business phone").focus();
    window.run();
    let is_focused = |window: &Window| window.find(Role::CheckBox, "Business phone").is_focused();
    for (key, position) in [
        (Key::ArrowDown, 1),
        (Key::ArrowDown, 2),
        (Key::ArrowDown, 3),
        (Key::ArrowDown, 3),
        (Key::ArrowUp, 2),
        (Key::ArrowUp, 1),
        (Key::ArrowUp, 0),
        (Key::ArrowUp, 0),
    ] {
        window.press(Modifiers::ALT, key);
        assert_eq!(order(&window).iter().position(|label| *label == "Business phone"), Some(position));
        assert_eq!(on_screen(&window), order(&window));
        window.announces(&format!("Business phone moved to position {} of 4", position + 1));
        assert!(is_focused(&window), "after {key:?} to {position}");
    }
    for _ in 0..6 {
        window.press(Modifiers::COMMAND, Key::Z);
    }
    assert_eq!(order(&window), LABELS, "every move is a step of its own");
}

#[test]
fn two_buttons_move_a_type_and_end_at_the_ends() {
    let (_tenant, _place, mut window) = account();
    assert!(!window.is_enabled("Move Business phone up") && !window.is_enabled("Move Other phone down"));
    window.click("Move Business phone down");
    assert_eq!(order(&window)[..2], ["Mobile phone", "Business phone"]);
    assert_eq!(card(&window), [PhoneType::Mobile, PhoneType::Business]);
    assert!(!window.is_enabled("Move Mobile phone up") && window.is_enabled("Move Business phone up"));
    window.announces("Business phone moved to position 2 of 4");
    window.click("Move Business phone up");
    window.announces("No unsaved changes");
}

/// Drags a type to where another stands, slowly, and answers with where the pointer is.
fn drag(window: &mut Window, label: &str, to: &str) -> Pos2 {
    let (from, target) = (handle(window, label), handle(window, to));
    window.grab(from);
    for step in 1_u8..=12 {
        window.hover(from + (target - from) * (f32::from(step) / 10.0));
    }
    from + (target - from) * 1.2
}

#[test]
fn a_type_is_dragged_to_its_place_by_its_handle() {
    for (label, to, expected) in [
        ("Business phone", "Home phone", ["Mobile phone", "Home phone", "Business phone", "Other phone"]),
        ("Other phone", "Business phone", ["Other phone", "Business phone", "Mobile phone", "Home phone"]),
        ("Home phone", "Mobile phone", ["Business phone", "Home phone", "Mobile phone", "Other phone"]),
    ] {
        let (_tenant, _place, mut window) = account();
        let at = drag(&mut window, label, to);
        assert_eq!(order(&window), LABELS, "nothing is changed before it is dropped");
        window.drop_at(at);
        assert_eq!(order(&window), expected, "{label} to {to}");
        assert_eq!(on_screen(&window), expected);
        let position = expected.iter().position(|one| *one == label).unwrap() + 1;
        window.announces(&format!("{label} moved to position {position} of 4"));
        window.announces("1 unsaved change · Directory Options");
        window.press(Modifiers::COMMAND, Key::Z);
        assert_eq!(order(&window), LABELS, "a drag is one step");
    }
}

#[test]
fn the_agents_card_follows_while_a_type_is_dragged() {
    let (_tenant, _place, mut window) = account();
    drag(&mut window, "Business phone", "Mobile phone");
    window.step();
    assert_eq!(card(&window), [PhoneType::Mobile, PhoneType::Business]);
}

#[test]
fn escape_cancels_a_drag() {
    let (_tenant, _place, mut window) = account();
    let at = drag(&mut window, "Business phone", "Other phone");
    window.press(Modifiers::NONE, Key::Escape);
    assert_eq!(order(&window), LABELS);
    window.hover(at - vec2(0.0, 40.0));
    window.hover(at);
    window.drop_at(at);
    assert_eq!((order(&window), on_screen(&window)), (LABELS.to_vec(), LABELS.to_vec()));
    window.announces("No unsaved changes");
    assert_eq!(card(&window), [PhoneType::Business, PhoneType::Mobile]);
    let at = drag(&mut window, "Business phone", "Mobile phone");
    window.drop_at(at);
    assert_eq!(order(&window)[0], "Mobile phone", "the next drag works as ever");
}

#[test]
fn a_pointer_that_leaves_its_handle_within_a_frame_moves_no_other_type() {
    let (_tenant, _place, mut window) = account();
    for (from, over) in [("Business phone", "Mobile phone"), ("Other phone", "Business phone")] {
        let (from, over) = (handle(&window, from), handle(&window, over));
        window.grab(from);
        // One frame later the pointer is on another handle, and stays there for longer than egui_dnd waits by its own clock.
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(300) {
            window.hover(over);
        }
        let away = handle(&window, "Home phone") + vec2(0.0, 30.0);
        window.hover(away);
        window.drop_at(away);
        assert_eq!((order(&window), on_screen(&window)), (LABELS.to_vec(), LABELS.to_vec()));
    }
    window.announces("No unsaved changes");
}
