//! People found by whatever part of them somebody types, and nobody else; changed, removed, and kept as bytes.
//!
//! Knows the rules of `fold` only as promises to whoever searches.

use super::*;
use crate::domain::directory::PhoneOption;
use proptest::prelude::*;
use std::borrow::Cow;

fn id(number: u32) -> Guid {
    let mut bytes = [7; 16];
    // Spread, so that the order of ids is not the order in which they come.
    bytes[..4].copy_from_slice(&number.wrapping_mul(0x9e37_79b1).to_le_bytes());
    Guid::from_bytes(bytes).expect("not all zero")
}

fn person(number: u32, name: &str) -> NewPerson<'_> {
    NewPerson {
        id: id(number),
        display_name: name,
        user_principal_name: "",
        mail: None,
        job_title: None,
        department: None,
        mobile: None,
        business: &[],
    }
}

fn named(names: &[&str]) -> People {
    let mut builder = Builder::default();
    for (number, name) in (0..).zip(names) {
        builder.push(&person(number, name));
    }
    builder.finish()
}

fn shown<'a>(people: &'a People, rows: &[u32]) -> Vec<&'a str> {
    rows.iter().map(|row| people.person(*row).expect("is there").name()).collect()
}

fn find<'a>(people: &'a People, text: &str) -> Vec<&'a str> {
    let found = people.search(Ask { query: Query::new(text), ..Ask::default() }, None);
    shown(people, &found.rows)
}

#[test]
fn accents_case_blanks_and_punctuation_do_not_count() {
    let names = [
        "Zoë Ångström",
        "O’Brien-Smith, Séan",
        "Weiß",
        "Łukasz Śliwa",
        "Jørgen Æbelø",
        "İpek Işık",
        "Ελένη Παπαδοπούλου",
        "Алексей Ёлкин",
        "山田 太郎",
        "ガガ",
        "ﬁona ＡＢＣ",
        "שָׁלוֹם",
        "محمّد",
        "김민준",
        "🦄 Team",
        "नमस्ते",
    ];
    let people = named(&names);
    for (text, expect) in [
        ("zoe angstrom", "Zoë Ångström"),
        ("ANGSTROM zo", "Zoë Ångström"),
        ("zoea", "Zoë Ångström"),
        ("obrien sean", "O’Brien-Smith, Séan"),
        ("brien-smith", "O’Brien-Smith, Séan"),
        ("weiss", "Weiß"),
        ("WEIẞ", "Weiß"),
        ("lukasz sliwa", "Łukasz Śliwa"),
        ("jorgen aebelo", "Jørgen Æbelø"),
        ("ipek isik", "İpek Işık"),
        ("ΕΛΕΝΗ παπαδοπουλου", "Ελένη Παπαδοπούλου"),
        ("елкин алексеи", "Алексей Ёлкин"),
        ("太郎", "山田 太郎"),
        ("ｶﾞｶﾞ", "ガガ"),
        ("fiona abc", "ﬁona ＡＢＣ"),
        ("שלום", "שָׁלוֹם"),
        ("محمد", "محمّد"),
        ("김민ㅈ", "김민준"),
        ("🦄", "🦄 Team"),
        ("नमस्", "नमस्ते"),
    ] {
        assert_eq!(find(&people, text), [expect], "{text}");
    }
    assert_eq!(find(&people, "カカ"), [""; 0], "voiced kana are letters of their own");
    for nothing in ["", "  ", "-", "( )", "\u{200d}"] {
        assert_eq!(find(&people, nothing).len(), names.len(), "{nothing:?} is nothing to search for");
    }
}

fn full<'a>(number: u32, business: &'a [Cow<'a, str>]) -> NewPerson<'a> {
    NewPerson {
        user_principal_name: "adele.vance@contoso.example",
        mail: Some("Adele.V@fabrikam.example"),
        job_title: Some("Retail Manager"),
        department: Some("Sales & Märketing"),
        mobile: Some("+49 (0)30 23125 001"),
        business,
        ..person(number, "Adele Vance")
    }
}

#[test]
fn people_are_found_by_address_department_and_number_but_not_across_fields() {
    let business = [Cow::Borrowed("+1 (425) 555-0100"), Cow::Borrowed("٠٢٠ 7946 0123 x9")];
    let mut builder = Builder::default();
    builder.push(&full(0, &business));
    builder.push(&person(1, "Somebody else"));
    let people = builder.finish();
    for text in [
        "4255550100",
        "425 555 01",
        "+1 (425) 555-0100",
        "001 425 555",
        "+493023125001",
        "02079460123",
        "sales",
        "marketing adele 425",
        "adele.vance@contoso.example",
        "fabrikam",
        "vance@",
        "  VANCE  adele ",
    ] {
        assert_eq!(find(&people, text), ["Adele Vance"], "{text}");
    }
    for text in ["vanceadele", "adele nobody", "retail", "555010002079", "99999"] {
        assert_eq!(find(&people, text), [""; 0], "{text}");
    }
}

#[test]
fn a_person_is_told_as_the_directory_has_it() {
    let business = [Cow::Borrowed(" +1 425\n555 0100 "), Cow::Borrowed("")];
    let mut builder = Builder::default();
    builder.push(&NewPerson { mail: Some("adele.vance@contoso.example"), ..full(0, &business) });
    builder.push(&NewPerson { user_principal_name: "x@y.example", ..person(1, "") });
    let people = builder.finish();
    let adele = people.person(people.find(id(0)).expect("is there")).expect("is there");
    assert_eq!((adele.display_name(), adele.mail()), ("Adele Vance", Some("adele.vance@contoso.example")));
    assert_eq!((adele.job_title(), adele.department()), (Some("Retail Manager"), Some("Sales & Märketing")));
    let numbers: Vec<_> = adele.numbers().collect();
    assert_eq!(
        numbers,
        [(PhoneType::Business, "+1 425 555 0100"), (PhoneType::Mobile, "+49 (0)30 23125 001")],
        "a control character is a blank"
    );
    let on = |kind| PhoneOption { kind, shown: true };
    let mobile_first = DirectoryOptions::from_parts([on(PhoneType::Home), on(PhoneType::Mobile)]);
    assert_eq!(adele.numbers_in(&mobile_first), [(PhoneType::Mobile, "+49 (0)30 23125 001")]);
    let nobody = people.person(people.find(id(1)).expect("is there")).expect("is there");
    assert_eq!((nobody.name(), nobody.mail(), nobody.department()), ("x@y.example", None, None));
    assert_eq!(nobody.numbers().count(), 0);
    assert_eq!(people.find(id(2)), None);
    assert!(people.person(2).is_none());
    assert_eq!(format!("{people:?}"), "People(2)");
}

#[test]
fn people_are_sorted_by_name_and_by_department() {
    let people = named(&["Zoë", "ann Smith", "Anna Aaron", "Ánn Berg", "", "émile", "zoeb"]);
    let expect = ["Ánn Berg", "ann Smith", "Anna Aaron", "émile", "Zoë", "zoeb", ""];
    assert_eq!(shown(&people, people.in_order(Order::Name)), expect);
    let mut builder = Builder::default();
    for (number, (name, department)) in
        (0..).zip([("B", Some("Sales")), ("A", None), ("C", Some("élan")), ("A2", Some("Sales"))])
    {
        builder.push(&NewPerson { department, ..person(number, name) });
    }
    let people = builder.finish();
    assert_eq!(shown(&people, people.in_order(Order::Department)), ["C", "A2", "B", "A"]);
    assert_eq!(people.departments().iter().map(|d| &**d).collect::<Vec<_>>(), ["élan", "Sales"]);
}

#[test]
fn filters_go_with_a_search() {
    let business = [Cow::Borrowed("1")];
    let mut builder = Builder::default();
    for number in 0..3000 {
        let department = ["Sales", "Ops", ""][number as usize % 3];
        let name = format!("Person {number:04}");
        let business = if number % 2 == 0 { &business[..] } else { &[] };
        let mobile = (number % 5 == 0).then_some("2");
        builder.push(&NewPerson { department: Some(department), business, mobile, ..person(number, &name) });
    }
    let people = builder.finish();
    let count = |ask: Ask| people.search(ask, None).rows.len();
    let ask = Ask { department: Some("Ops".into()), ..Ask::default() };
    assert_eq!(count(ask.clone()), 1000);
    let expect = (0..3000).filter(|number| number % 3 == 1 && format!("{number:04}").contains("00")).count();
    assert_eq!(count(Ask { query: Query::new("person 00"), ..ask.clone() }), expect);
    assert_eq!(count(Ask { number: Some(HasNumber::Of(PhoneType::Mobile)), ..ask.clone() }), 200);
    assert_eq!(count(Ask { number: Some(HasNumber::Of(PhoneType::Home)), ..Ask::default() }), 0);
    let none = HasNumber::NoneOf { business: true, mobile: true };
    assert_eq!(count(Ask { number: Some(none), ..Ask::default() }), 1200);
    let among = Arc::new([5, 7, 2999].into_iter().collect::<Rows>());
    assert_eq!(people.search(Ask { among: Some(among), ..Ask::default() }, None).rows[..], [5, 7, 2999]);
    assert_eq!(count(Ask { department: Some("Nowhere".into()), ..Ask::default() }), 0);
}

#[test]
fn a_change_takes_the_place_of_what_was_and_the_old_snapshot_stays() {
    let mut builder = Builder::default();
    for number in 0..2500 {
        builder.push(&person(number, &format!("Person {number:04}")));
    }
    builder.push(&person(7, "Seven came twice"));
    let before = builder.finish();
    assert_eq!((before.len(), before.rows(), before.waste()), (2500, 2501, 1));
    assert_eq!(find(&before, "person 0007"), [""; 0]);
    assert_eq!(find(&before, "seven"), ["Seven came twice"]);

    let mut builder = Builder::from(before.clone());
    builder.remove(id(3));
    builder.remove(id(99_999));
    builder.push(&person(4, "Changed Four"));
    builder.push(&person(5000, "New here"));
    let after = builder.finish();
    assert_eq!((after.len(), before.len()), (2500, 2500));
    assert_eq!((find(&after, "person 0003"), find(&after, "four")), (vec![], vec!["Changed Four"]));
    assert_eq!((find(&before, "person 0003"), find(&before, "four")), (vec!["Person 0003"], vec![]));
    assert_eq!(after.person(before.find(id(4)).expect("was there")).map(PersonRef::name), None);

    // Kept as bytes and taken back.
    let mut builder = Builder::default();
    for (block, gone) in after.blocks() {
        assert!(builder.add_block(Block::from_bytes(&block.to_bytes()).expect("reads"), gone));
    }
    let one_more = Block::from_bytes(&after.blocks().next().expect("a block").0.to_bytes()).expect("reads");
    assert!(!builder.add_block(one_more, []), "only the last block may have room");
    let again = builder.finish();
    assert_eq!(shown(&again, again.in_order(Order::Name)), shown(&after, after.in_order(Order::Name)));
    assert_eq!(find(&again, "new here"), ["New here"]);
}

#[test]
fn damaged_bytes_are_no_people() {
    let business = [Cow::Borrowed("+1 425 555 0100")];
    let mut builder = Builder::default();
    builder.push(&full(0, &business));
    let bytes = builder.finish().blocks().next().expect("a block").0.to_bytes();
    assert!(Block::from_bytes(&bytes).is_some());
    for length in 0..bytes.len() {
        assert!(Block::from_bytes(&bytes[..length]).is_none(), "{length}");
    }
    // Whatever else is in there, it must not panic.
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0xff;
        if let Some(block) = Block::from_bytes(&bytes) {
            let mut builder = Builder::default();
            assert!(builder.add_block(block, []));
            let people = builder.finish();
            assert!(people.iter().all(|(_, person)| person.numbers().count() < 2000));
        }
    }
}

/// The plain way to do it, one person after the other.
fn by_hand(names: &[String], text: &str) -> Vec<usize> {
    let words: Vec<Vec<u8>> = text.split_whitespace().map(fold::folded).collect();
    let holds = |name: &[u8], word: &Vec<u8>| word.is_empty() || name.windows(word.len()).any(|part| part == word);
    let matching = |name: &String| words.iter().all(|word| holds(&fold::folded(name), word));
    (0..names.len()).filter(|at| matching(&names[*at])).collect()
}

/// A mark behind punctuation belongs to nothing, and goes with it: else it would join the letter before.
#[test]
fn a_mark_behind_punctuation_goes_with_it() {
    for text in ["\u{a59}\u{a1}\u{16ff0}", "\u{915}\u{94d}!\u{93c}"] {
        let once = fold::folded(text);
        let again = fold::folded(std::str::from_utf8(&once).expect("UTF-8"));
        assert_eq!(again, once, "{text:?}");
    }
}

proptest! {
    #[test]
    fn whoever_holds_all_words_is_found_and_nobody_else(
        names in prop::collection::vec("[a-cÀ-Ă ß'山🦄]{0,6}", 1..40),
        words in prop::collection::vec("[a-cÀ-Ă'山]{0,2}", 1..3),
    ) {
        let text = words.join(" ");
        let people = named(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let found = people.search(Ask { query: Query::new(&text), ..Ask::default() }, None);
        let mut rows: Vec<usize> = found.rows.iter().map(|row| *row as usize).collect();
        rows.sort_unstable();
        prop_assert_eq!(rows, by_hand(&names, &text));
    }

    #[test]
    fn a_person_is_found_by_any_part_of_any_word(name in "\\PC{1,24}", from in 0_usize..24, length in 1_usize..8) {
        let people = named(&["Somebody else entirely", &name]);
        for word in name.split_whitespace() {
            let part: String = word.chars().skip(from % word.chars().count()).take(length).collect();
            // Of a number alone, blanks do not count either; then it is searched among numbers and names as one.
            let found = people.search(Ask { query: Query::new(&part), ..Ask::default() }, None);
            prop_assert!(found.rows.contains(&1) || !part.contains(char::is_alphabetic), "{part:?} of {name:?}");
        }
    }

    #[test]
    fn what_was_found_before_changes_nothing_but_the_time(
        count in 1_u32..3000,
        typed in "[0-9]{1,4}",
        modulus in 2_u32..50,
    ) {
        let mut builder = Builder::default();
        for number in 0..count {
            builder.push(&person(number, &format!("Person {number} {}", number % modulus)));
        }
        let people = builder.finish();
        let text = format!("pers {typed}");
        let mut before = None;
        for end in 1..=text.len() {
            let ask = || Ask { query: Query::new(&text[..end]), ..Ask::default() };
            let slow = people.search(ask(), None);
            let fast = people.search(ask(), before.as_ref());
            prop_assert_eq!(&slow.rows, &fast.rows, "{:?}", &text[..end]);
            before = Some(fast);
        }
    }

    #[test]
    fn folding_twice_is_folding_once(text in "\\PC{0,40}") {
        let once = fold::folded(&text);
        let text = String::from_utf8(once.clone()).expect("UTF-8");
        prop_assert_eq!(fold::folded(&text), once);
    }
}
