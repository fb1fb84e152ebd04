//! Passwords that people choose: how long they are, and that nobody who guesses comes upon them soon. Nothing is asked of the kinds of
//! their signs, and none is over after a time: both make weaker passwords.

use super::{BadPassword, PASSWORD, secret};
use xiaohao_core::directory::Person;
use zxcvbn::feedback::Warning;

/// So many tries are on the way to a password that is good: as many as to eight signs by chance, the fewest that are asked for.
const TRIES: u64 = 100_000_000;

/// The estimator takes long over long texts, and counts wrongly over patterns of more than 27 keys; so it is given pieces.
const PIECE: usize = 20;

/// What everybody knows who has seen the example county.
const KNOWN: &[&str] = &["xiaohao", "xiaohao-demo", "销号"];

/// A password that this person has chosen, as it is kept.
///
/// # Errors
/// [`BadPassword`].
pub fn chosen_by(person: &Person, password: &str) -> Result<String, BadPassword> {
    // Before anything else: what has no bound is estimated by nobody.
    if !PASSWORD.contains(&password.chars().count()) {
        return Err(BadPassword::Length);
    }
    if let Some(why) = guessed(person, password) {
        return Err(BadPassword::Guessable(why));
    }
    secret(password)
}

/// Why somebody who guesses comes upon it soon; nothing where he does not.
fn guessed(person: &Person, password: &str) -> Option<Guess> {
    let own = [person.login.as_str(), person.name.as_str()];
    let known: Vec<_> = own.iter().chain(KNOWN).copied().collect();
    let signs: Vec<char> = password.chars().collect();
    let mut first = None;
    // A piece that cannot be guessed is enough: whoever guesses the whole must guess it too.
    for piece in signs.chunks(PIECE) {
        let piece: String = piece.iter().collect();
        let estimate = zxcvbn::zxcvbn(&piece, &known);
        if estimate.guesses() >= TRIES {
            return None;
        }
        let warning = estimate
            .feedback()
            .and_then(zxcvbn::feedback::Feedback::warning);
        first.get_or_insert(Guess::of(warning));
    }
    first
}

/// How a password is come upon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// It is, or is like, one that many have.
    Common,
    /// Keys beside each other, repetitions, sequences.
    Pattern,
    /// A year or a day.
    Date,
    /// A word or a name, of the person or of anybody.
    Word,
}

impl Guess {
    fn of(warning: Option<Warning>) -> Self {
        match warning {
            Some(
                Warning::ThisIsATop10Password
                | Warning::ThisIsATop100Password
                | Warning::ThisIsACommonPassword
                | Warning::ThisIsSimilarToACommonlyUsedPassword,
            ) => Self::Common,
            Some(
                Warning::StraightRowsOfKeysAreEasyToGuess
                | Warning::ShortKeyboardPatternsAreEasyToGuess
                | Warning::RepeatsLikeAaaAreEasyToGuess
                | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess
                | Warning::SequencesLikeAbcAreEasyToGuess,
            ) => Self::Pattern,
            Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => {
                Self::Date
            }
            Some(
                Warning::AWordByItselfIsEasyToGuess
                | Warning::NamesAndSurnamesByThemselvesAreEasyToGuess
                | Warning::CommonNamesAndSurnamesAreEasyToGuess,
            )
            | None => Self::Word,
        }
    }

    /// Why, and what to do, for whoever chose it.
    #[must_use]
    pub const fn chinese(self) -> &'static str {
        match self {
            Self::Common => {
                "这个密码与许多人用过的密码相同或者相近，容易被猜中。请另选一个，例如用几个互不相干的词连成。"
            }
            Self::Pattern => {
                "这个密码由相邻的按键、重复或者连续的字符组成，容易被猜中。请另选一个，例如用几个互不相干的词连成。"
            }
            Self::Date => {
                "这个密码由日期或者年份组成，容易被猜中。请另选一个，例如用几个互不相干的词连成。"
            }
            Self::Word => {
                "这个密码由账号、姓名或者常见的词组成，容易被猜中。请另选一个，例如用几个互不相干的词连成。"
            }
        }
    }

    /// Why, for the command line.
    pub(super) const fn english(self) -> &'static str {
        match self {
            Self::Common => "it is, or is like, one that many have",
            Self::Pattern => "it is made of keys beside each other, of repetitions or of sequences",
            Self::Date => "it is made of a year or a day",
            Self::Word => "it is made of the login, a name or common words",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seeds;

    fn clerk() -> Person {
        let county = seeds::shuangpai().unwrap();
        let people = county.directory.people();
        let clerk = people
            .iter()
            .find(|person| person.login.as_str() == "clerk");
        clerk.unwrap().clone()
    }

    #[test]
    fn a_password_that_is_soon_guessed_is_refused_and_why_is_said() {
        let check = |password: &str, why: Guess| {
            assert_eq!(
                chosen_by(&clerk(), password),
                Err(BadPassword::Guessable(why)),
                "{password}"
            );
        };
        check("password", Guess::Common);
        check("P@ssw0rd1", Guess::Common);
        check("Aa123456", Guess::Common);
        check("5201314520", Guess::Common);
        check("woaini1314", Guess::Common);
        check("zxcvbnm,./", Guess::Pattern);
        check("aaaaaaaaaaaa", Guess::Pattern);
        check("20261129", Guess::Date);
        check("clerk2024", Guess::Word);
        check("xiaohao-demo", Guess::Word);
    }

    #[test]
    fn a_password_needs_no_kinds_of_signs_to_be_one() {
        for password in [
            "k7#Qx!2v",
            "correct horse battery staple",
            "红船劈柴看云去",
            "竹子里面有八只猫",
        ] {
            let kept = chosen_by(&clerk(), password);
            let is_long = password.chars().count() >= 8;
            assert_eq!(kept.is_ok(), is_long, "{password}: {kept:?}");
        }
    }

    #[test]
    fn a_long_password_is_estimated_in_pieces_of_which_one_is_enough() {
        // Over so many keys beside each other at once the estimator's own sums overflow.
        let keys = "12".repeat(64);
        assert_eq!(
            chosen_by(&clerk(), &keys),
            Err(BadPassword::Guessable(Guess::Pattern))
        );
        assert!(chosen_by(&clerk(), &format!("{}k7#Qx!2v", "12".repeat(10))).is_ok());
        assert_eq!(
            chosen_by(&clerk(), &"鼠".repeat(129)),
            Err(BadPassword::Length)
        );
    }
}
