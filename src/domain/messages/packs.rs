//! The seven messages in seven languages, to begin from.
//!
//! Owns the texts. Each language's words for yes, no and leaving are ones that colleagues can type in Teams on any keyboard:
//! without accents, which count when commands are compared, or as an input method writes them by itself. Each invitation names
//! the first two. English is the source's own, word for word.

use super::{MessageKey, SystemMessages};

/// A language in which the messages are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pack {
    /// The source's defaults.
    English,
    /// With the polite form.
    German,
    /// With the polite form.
    French,
    /// With the polite form.
    Spanish,
    /// Understood in Portugal and in Brazil alike.
    Portuguese,
    /// With the polite form.
    Japanese,
    /// With the polite form.
    Korean,
}

impl Pack {
    /// In the order of the choice on the screen.
    pub const ALL: [Pack; 7] =
        [Pack::English, Pack::German, Pack::French, Pack::Spanish, Pack::Portuguese, Pack::Japanese, Pack::Korean];

    /// As shown to people.
    pub fn label(self) -> &'static str {
        match self {
            Pack::English => "English",
            Pack::German => "German",
            Pack::French => "French",
            Pack::Spanish => "Spanish",
            Pack::Portuguese => "Portuguese",
            Pack::Japanese => "Japanese",
            Pack::Korean => "Korean",
        }
    }

    /// The seven messages.
    pub fn messages(self) -> SystemMessages {
        SystemMessages(self.texts().map(str::to_owned))
    }

    /// The language of these messages, if they are those of one.
    pub fn of(messages: &SystemMessages) -> Option<Self> {
        Self::ALL.into_iter().find(|pack| pack.messages() == *messages)
    }

    /// In the order of [`MessageKey::ALL`].
    fn texts(self) -> [&'static str; 7] {
        match self {
            Pack::English => MessageKey::ALL.map(MessageKey::default_text),
            Pack::German => [
                "nimmt jetzt an der Sitzung teil",
                "hat die Sitzung verlassen",
                "Sie sind zu einem Chat mit einem Kunden eingeladen. Möchten Sie teilnehmen (JA/NEIN)?",
                "JA",
                "NEIN",
                "Der Chat mit dem Kunden ist beendet",
                "ENDE",
            ],
            Pack::French => [
                "a rejoint la session",
                "a quitté la session",
                "Vous êtes invité à une session de chat avec un client. Souhaitez-vous accepter (OUI/NON) ?",
                "OUI",
                "NON",
                "La session de chat avec le client est terminée",
                "QUITTER",
            ],
            Pack::Spanish => [
                "se ha unido a la sesión",
                "ha abandonado la sesión",
                "Se le invita a una sesión de chat con un cliente. ¿Desea participar (ACEPTO/RECHAZO)?",
                "ACEPTO",
                "RECHAZO",
                "La sesión de chat con el cliente ha finalizado",
                "SALIR",
            ],
            Pack::Portuguese => [
                "entrou na sessão",
                "saiu da sessão",
                "Está convidado para uma sessão de chat com um cliente. Deseja participar (ACEITO/RECUSO)?",
                "ACEITO",
                "RECUSO",
                "A sessão de chat com o cliente terminou",
                "SAIR",
            ],
            Pack::Japanese => [
                "さんがセッションに参加しました",
                "さんがセッションから退出しました",
                "お客様とのチャットに招待されています。参加しますか(はい/いいえ)?",
                "はい",
                "いいえ",
                "お客様とのチャットは終了しました",
                "退出",
            ],
            Pack::Korean => [
                "님이 세션에 참여했습니다",
                "님이 세션에서 나갔습니다",
                "고객 채팅 세션에 초대되었습니다. 참여하시겠습니까(예/아니요)?",
                "예",
                "아니요",
                "고객 채팅 세션이 종료되었습니다",
                "나가기",
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::messages::fold;

    #[test]
    fn english_is_the_sources_word_for_word() {
        assert_eq!(Pack::English.messages(), SystemMessages::default());
        assert_eq!(Pack::of(&SystemMessages::default()), Some(Pack::English));
    }

    #[test]
    fn no_language_has_a_problem_and_none_is_another() {
        for (index, pack) in Pack::ALL.into_iter().enumerate() {
            let messages = pack.messages();
            assert_eq!(messages.problems(), [], "{pack:?}");
            assert_eq!(messages.trimmed(), messages, "{pack:?}");
            let commands: Vec<String> = MessageKey::COMMANDS.map(|key| fold(messages.get(key))).into();
            assert!(commands.iter().all(|command| (1..=9).contains(&command.chars().count())), "{commands:?}");
            assert_eq!(Pack::of(&messages), Some(pack));
            for other in &Pack::ALL[..index] {
                let same = |key: &MessageKey| other.messages().get(*key) == messages.get(*key);
                assert_eq!(MessageKey::ALL.into_iter().find(same), None, "{pack:?} and {other:?}");
            }
        }
    }

    #[test]
    fn commands_are_recognised_as_people_type_them() {
        for (pack, key, typed) in [
            (Pack::German, MessageKey::LeaveAnyTimeCommand, " Ende "),
            (Pack::French, MessageKey::NegativeResponse, "non"),
            (Pack::Spanish, MessageKey::PositiveResponse, "Acepto"),
            (Pack::Portuguese, MessageKey::LeaveAnyTimeCommand, "sair\n"),
            (Pack::Japanese, MessageKey::PositiveResponse, "はい\u{3000}"),
            // As a Mac may send it: a syllable in its letters.
            (Pack::Korean, MessageKey::PositiveResponse, "\u{110b}\u{1168}"),
        ] {
            assert_eq!(fold(typed), fold(pack.messages().get(key)), "{pack:?} {typed}");
        }
        for command in
            Pack::ALL.iter().flat_map(|pack| MessageKey::COMMANDS.map(|key| pack.messages().get(key).to_owned()))
        {
            let script = command.chars().any(|c| c > '\u{2fff}');
            assert!(script || command.is_ascii(), "{command} has an accent that not every keyboard has");
        }
    }
}
