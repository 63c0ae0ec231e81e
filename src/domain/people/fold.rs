//! What is left of a text when accents, case, blanks and punctuation do not count.
//!
//! Owns the rules, for the people and for what is typed alike. The text is decomposed (NFKD), so that ﬁ is fi and Ａ is a,
//! and loses its accents; letters that Unicode does not decompose are spelt out (ß ss, æ ae, ø o, đ d, ł l, þ th, ı i). Greek,
//! Cyrillic, Hebrew and Arabic lose their accents and vowel signs too (й counts as и). Marks that make another letter stay:
//! the voicing of kana, and all of the Indian scripts. Chinese stays as it is; Korean falls into its letters, so that half a
//! syllable finds. Emoji stay. Start with [`words`].

use icu_normalizer::{DecomposingNormalizerBorrowed, properties::CanonicalCombiningClassMapBorrowed};

/// What each ASCII byte becomes; 0 where it does not count.
const ASCII: [u8; 128] = {
    let mut table = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// Appends the folded text.
pub(super) fn words(text: &str, to: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let plain = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(bytes.len());
    // A mark would belong to the letter before it.
    let plain = if plain < bytes.len() { plain.saturating_sub(1) } else { plain };
    to.reserve(bytes.len() + 4);
    for byte in &bytes[..plain] {
        match ASCII[usize::from(*byte)] {
            0 => {}
            folded => to.push(folded),
        }
    }
    if plain < bytes.len() {
        others(&text[plain..], to);
    }
}

#[inline(never)]
fn others(text: &str, to: &mut Vec<u8>) {
    let classes = CanonicalCombiningClassMapBorrowed::new();
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(text.chars());
    // Whether what marks would belong to has stayed.
    let mut stays = false;
    for c in decomposed {
        if c.is_ascii() {
            let folded = ASCII[c as usize];
            stays = folded != 0;
            to.extend(stays.then_some(folded));
            continue;
        }
        let class = classes.get_u8(c);
        if class == 0 {
            stays = counts(c);
        }
        // 1 lies over a letter, 10 and more are points and accents; 7 to 9 make another letter.
        if !stays || class == 1 || class >= 10 {
            continue;
        }
        for lower in c.to_lowercase() {
            match spelt_out(lower) {
                Some(letters) => to.extend(letters.as_bytes()),
                None => to.extend(lower.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
}

fn counts(c: char) -> bool {
    // The Hangul letters and the ideographs are letters to `char`, emoji are not.
    c.is_alphanumeric() || matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}')
}

fn spelt_out(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' => "ss",
        'æ' | 'ǽ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'þ' => "th",
        'ı' => "i",
        'ħ' => "h",
        'ŋ' => "n",
        'ŧ' => "t",
        'ĸ' => "k",
        'ə' => "e",
        'ς' => "σ",
        _ => return None,
    })
}

/// Appends the digits of a number, in any script. `+49 (0)30 …` is found without the zero as well.
pub(super) fn digits(number: &str, to: &mut Vec<u8>) {
    let start = to.len();
    only_digits(number, to);
    if number.trim_start().starts_with('+') && number.contains("(0)") {
        to.push(super::block::BETWEEN as u8);
        only_digits(&number.replacen("(0)", "", 1), to);
    }
    debug_assert!(to[start..].iter().all(|byte| byte.is_ascii()));
}

pub(super) fn only_digits(number: &str, to: &mut Vec<u8>) {
    if number.is_ascii() {
        to.extend(number.bytes().filter(u8::is_ascii_digit));
        return;
    }
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize_iter(number.chars());
    to.extend(decomposed.filter_map(digit));
}

/// The digits of Arabic, Persian and the Indian scripts stand in tens of their own.
fn digit(c: char) -> Option<u8> {
    const ZEROS: [char; 12] = ['0', '٠', '۰', '०', '০', '੦', '૦', '୦', '௦', '౦', '೦', '൦'];
    let value = ZEROS.into_iter().find_map(|zero| (c as u32).checked_sub(zero as u32).filter(|value| *value < 10))?;
    Some(b'0' + value as u8)
}

/// As [`words`], as a text of its own.
pub(super) fn folded(text: &str) -> Vec<u8> {
    let mut folded = Vec::new();
    words(text, &mut folded);
    folded
}
