//! Numbers as people read them.
//!
//! Owns nothing. Start with [`grouped`].

/// `100,000`
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_408, "12,408"), (1_000_000, "1,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }
}
