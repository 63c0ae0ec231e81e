//! Colleagues who answer by themselves, so that a conference can be rehearsed over real HTTP.
//!
//! It owns what they say, and that the same person always behaves alike. It must not know chats or requests; start
//! reading at `Manner`. The words of the conference come from the invitation itself or from
//! [`ConferenceWords`]; a colleague never learns them from the program that is rehearsed.

use crate::practice::people::Person;

/// The words of a conference, as its administrator set them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConferenceWords {
    /// Accepts an invitation.
    pub positive_response: String,
    /// Declines an invitation.
    pub negative_response: String,
    /// Leaves the conference.
    pub leave_command: String,
    /// Told to a colleague when the customer's chat is over.
    pub session_ended: String,
    /// Told about somebody who came.
    pub party_joined: String,
    /// Told about somebody who went.
    pub party_left: String,
}

impl Default for ConferenceWords {
    fn default() -> Self {
        ConferenceWords {
            positive_response: "YES".to_owned(),
            negative_response: "NO".to_owned(),
            leave_command: "BYE".to_owned(),
            session_ended: "Customer chat session ended".to_owned(),
            party_joined: "joined the session".to_owned(),
            party_left: "left the session".to_owned(),
        }
    }
}

impl ConferenceWords {
    /// The default words with the two responses that an invitation names, as `(YES/NO)` does.
    fn of_invitation(text: &str) -> ConferenceWords {
        let mut words = ConferenceWords::default();
        if let Some((yes, no)) = responses_in(text) {
            words.positive_response = yes.to_owned();
            words.negative_response = no.to_owned();
        }
        words
    }
}

/// Two words in the last brackets, parted by a slash; also in the wide signs of East Asian writing.
fn responses_in(text: &str) -> Option<(&str, &str)> {
    let end = text.rfind([')', '）'])?;
    let start = text.get(..end)?.rfind(['(', '（'])?;
    let inside = text.get(start..end)?.trim_start_matches(['(', '（']);
    let (yes, no) = inside.split_once(['/', '／'])?;
    let (yes, no) = (yes.trim(), no.trim());
    (!yes.is_empty() && !no.is_empty()).then_some((yes, no))
}

/// How a person behaves, by the place in the directory: the first person leaves, the second declines, and so on in turns
/// of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Manner {
    /// Accepts, answers two messages and leaves with the second.
    Leaves,
    Declines,
    /// Never says a word.
    Silent,
    /// Asks back first, accepts the repeated invitation in small letters with blanks, and stays.
    Unsure,
    /// Accepts, says hello at once, answers everything and stays to the end.
    Stays,
}

impl Manner {
    pub fn of(person: &Person) -> Manner {
        match person.index % 5 {
            0 => Manner::Leaves,
            1 => Manner::Declines,
            2 => Manner::Silent,
            3 => Manner::Unsure,
            _ => Manner::Stays,
        }
    }
}

/// Where a person stands in one chat.
pub(super) struct Mood {
    manner: Manner,
    /// Set between an invitation and its answer, and while in the conference.
    words: Option<ConferenceWords>,
    is_in: bool,
    answers: usize,
}

impl Mood {
    pub fn new(manner: Manner) -> Mood {
        Mood { manner, words: None, is_in: false, answers: 0 }
    }

    /// Takes notice of a message and says what the person answers, as HTML.
    pub fn hear(&mut self, person: &Person, text: &str, set: Option<&ConferenceWords>) -> Vec<String> {
        if self.manner == Manner::Silent {
            return Vec::new();
        }
        let known = self.words.clone().or_else(|| set.cloned()).unwrap_or_default();
        let says = |words: &str| !words.is_empty() && text.trim().ends_with(words.trim());
        if says(&known.session_ended) {
            *self = Mood::new(self.manner);
            return Vec::new();
        }
        if says(&known.party_joined) || says(&known.party_left) {
            return Vec::new();
        }
        if self.is_in { self.answer() } else { self.consider(person, text, set) }
    }

    fn consider(&mut self, person: &Person, text: &str, set: Option<&ConferenceWords>) -> Vec<String> {
        let was_asked = self.words.is_some();
        let words = set.cloned().unwrap_or_else(|| ConferenceWords::of_invitation(text));
        match self.manner {
            Manner::Silent => Vec::new(),
            Manner::Declines => vec![paragraph(&words.negative_response)],
            Manner::Unsure if !was_asked => {
                self.words = Some(words);
                vec![paragraph("Who is it about?")]
            }
            Manner::Unsure => {
                let yes = format!("<div><div>&nbsp; {} </div></div>", escape(&words.positive_response.to_lowercase()));
                self.join(words);
                vec![yes]
            }
            Manner::Leaves => {
                let yes = paragraph(&words.positive_response);
                self.join(words);
                vec![yes]
            }
            Manner::Stays => {
                let yes = paragraph(&words.positive_response);
                self.join(words);
                let name = escape(person.given_name.as_ref());
                vec![yes, format!("<p>Hello, this is <strong>{name}</strong>. What is it about?</p>")]
            }
        }
    }

    fn join(&mut self, words: ConferenceWords) {
        self.words = Some(words);
        self.is_in = true;
        self.answers = 0;
    }

    fn answer(&mut self) -> Vec<String> {
        const ANSWERS: [&str; 4] = [
            "<p>Let me look that up&nbsp;&hellip;</p>",
            "<p>I have found it: it leaves our warehouse today &amp; arrives tomorrow.</p>",
            "<p>Yes, that is right.<br>Anything else?</p>",
            "<p>You are welcome. <emoji id=\"smile\" alt=\"🙂\" title=\"Smile\"></emoji></p>",
        ];
        let mut said = vec![ANSWERS[self.answers % ANSWERS.len()].to_owned()];
        self.answers += 1;
        if self.manner == Manner::Leaves && self.answers == 2 {
            let words = self.words.clone().unwrap_or_default();
            said.push(paragraph(&words.leave_command));
            *self = Mood::new(self.manner);
        }
        said
    }
}

/// As the Teams client writes.
fn paragraph(text: &str) -> String {
    format!("<p>{}</p>", escape(text))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const INVITATION: &str = "You are invited to customer chat session, would you like to accept (YES/NO)?";

    fn talk(index: u32, messages: &[&str], set: Option<&ConferenceWords>) -> Vec<String> {
        let person = Person::at(index);
        let mut mood = Mood::new(Manner::of(&person));
        messages.iter().map(|text| mood.hear(&person, text, set).join("|")).collect()
    }

    #[test]
    fn everybody_has_a_manner() {
        let said = talk(0, &[INVITATION, "Ann: where is it?", "And when?", "Hello?"], None);
        assert_eq!(said[0], "<p>YES</p>");
        assert!(said[2].ends_with("|<p>BYE</p>"), "{said:?}");
        assert_eq!(said[3], "<p>YES</p>", "out again, so the next message is a new invitation");
        assert_eq!(talk(1, &[INVITATION], None), ["<p>NO</p>"]);
        assert_eq!(talk(2, &[INVITATION, INVITATION], None), ["", ""]);
        let said = talk(3, &[INVITATION, INVITATION], None);
        assert_eq!(said, ["<p>Who is it about?</p>", "<div><div>&nbsp; yes </div></div>"]);
        let said = talk(4, &[INVITATION, "x", "Customer chat session ended", INVITATION], None);
        assert!(said[0].starts_with("<p>YES</p>|<p>Hello, this is <strong>Łukasz</strong>."), "{said:?}");
        assert_eq!((said[2].as_str(), said[3].starts_with("<p>YES</p>")), ("", true));
        assert_eq!(talk(4, &[INVITATION, "Ann Lee joined the session"], None)[1], "");
    }

    #[test]
    fn the_words_come_from_the_invitation_or_from_the_setting() {
        assert_eq!(talk(1, &["Kommen Sie dazu (JA / NEIN)?"], None), ["<p>NEIN</p>"]);
        assert_eq!(talk(0, &["参加しますか（はい／いいえ）"], None), ["<p>はい</p>"]);
        assert_eq!(talk(0, &["Please come (now)"], None), ["<p>YES</p>"]);
        let words = ConferenceWords { positive_response: "oui".to_owned(), ..ConferenceWords::default() };
        assert_eq!(talk(0, &[INVITATION], Some(&words)), ["<p>oui</p>"]);
    }
}
