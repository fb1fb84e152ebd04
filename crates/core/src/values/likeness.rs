//! Characters that look like others: which of them may be typed, and whether two names look the same.
//!
//! What is judged here is what people type. What stands in the record was judged when it was typed, by the rules of then, and is
//! never judged anew. The tables are Unicode's: NFC and NFKC (UAX #15), scripts (UAX #24) and confusables (UTS #39).

use super::Invalid;
use std::cell::LazyCell;
use std::iter::once;
use unicode_normalization::char::{decompose_canonical, is_combining_mark, is_public_assigned};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};
use unicode_script::{Script, UnicodeScript};
use unicode_security::{GeneralSecurityProfile, skeleton};

/// The most marks of no script of their own on one letter, as over Vietnamese vowels and Greek ones of old.
const MOST_MARKS: usize = 3;
/// The most marks of its own script under one letter: Tibetan writes so.
const MOST_OWN_MARKS: usize = 5;

/// 间隔号, which stands between the parts of a name.
const INTERPUNCT: char = '·';

/// Full-width signs as Chinese is written with them; each has a narrow twin that nobody takes for another sign.
const CHINESE_SIGNS: &str = "（），：；！？～－／＋＆％＃";

/// Takes text of any kind, in the form in which canonical equivalents are one (NFC).
///
/// It refuses characters that are none in other places, and those that look like a Han character and are another.
pub(super) fn settled(text: &str) -> Result<String, Invalid> {
    let unusual = |(_, c): &(usize, char)| !is_usual(*c);
    for (position, c) in (1..).zip(text.chars()).filter(unusual) {
        if !is_public_assigned(c) {
            let code = u32::from(c);
            return Err(Invalid::UnassignedCharacter { position, code });
        }
        if let Some(instead) = twin_of_han(c) {
            return Err(looks_like(position, c, instead));
        }
    }
    Ok(composed(text))
}

/// A text in the form in which canonical equivalents are one (NFC), as texts are kept.
#[must_use]
pub fn composed(text: &str) -> String {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => text.to_owned(),
        IsNormalized::No | IsNormalized::Maybe => text.nfc().collect(),
    }
}

/// Whether a name is written with characters that cannot be taken for others.
pub(super) fn unmistakable(name: &str) -> Result<(), Invalid> {
    let letters: Vec<char> = name.chars().collect();
    let context = LazyCell::new(|| Scripts::of(name));
    let mut marks = Marks::default();
    for (index, &c) in letters.iter().enumerate() {
        let position = index + 1;
        let code = u32::from(c);
        let before = index.checked_sub(1).and_then(|at| letters.get(at).copied());
        let after = letters.get(position).copied();
        let between_han = before.is_some_and(is_han) && after.is_some_and(is_han);
        if is_usual(c) && !(c == '.' && between_han) {
            marks = Marks::on(c.is_ascii_alphabetic());
            continue;
        }
        if is_no_interpunct(c, between_han) {
            return Err(looks_like(position, c, INTERPUNCT.to_string()));
        }
        if let Some(plain) = compatible(c) {
            return Err(looks_like(position, c, plain));
        }
        if let Some(twin) = context.twin(c) {
            return Err(looks_like(position, c, twin));
        }
        if context.is_foreign(c) {
            return Err(Invalid::MixedScripts { position, code });
        }
        if !marks.bear(c) {
            return Err(Invalid::CombiningMark { position, code });
        }
    }
    Ok(())
}

/// What a name looks like: two names that look the same have the same. It is for comparing alone, and for nobody to read.
#[must_use]
pub fn likeness(name: &str) -> String {
    let plain: String = name.nfkc().filter(|c| !c.is_whitespace()).collect();
    skeleton(&plain).collect()
}

/// What nearly every text is made of: ASCII and the Han characters of the first block, which can be taken for nothing else but for
/// the full stop. They need none of the tables, which take a hundred times as long.
const fn is_usual(c: char) -> bool {
    c.is_ascii() || matches!(c, '\u{4E00}'..='\u{9FFF}')
}

fn looks_like(position: usize, c: char, instead: String) -> Invalid {
    Invalid::LookAlike {
        position,
        code: u32::from(c),
        instead,
    }
}

/// The Han character for which this one would be taken: a radical, a stroke, or one that is kept for other character sets and
/// would be drawn otherwise once it is normalised.
fn twin_of_han(c: char) -> Option<String> {
    let is_radical = matches!(c, '\u{2E80}'..='\u{2FDF}' | '\u{31C0}'..='\u{31EF}');
    let plain: String = once(c).nfkc().collect();
    let is_other = plain.chars().ne(once(c));
    let is_kept_for_others = is_han(c) && is_other && once(c).nfc().ne(once(c));
    if is_kept_for_others || (is_radical && is_other) {
        return Some(plain);
    }
    // Without a prototype it is a part of a character and no character.
    is_radical
        .then(|| skeleton(&plain).collect::<String>())
        .map(|like| if like == plain { String::new() } else { like })
}

/// The ordinary form of one that is kept for its looks; the signs that Chinese is written with have none.
fn compatible(c: char) -> Option<String> {
    if CHINESE_SIGNS.contains(c) || c == '…' {
        return None;
    }
    let plain: String = once(c).nfkc().collect();
    plain.chars().ne(once(c).nfc()).then_some(plain)
}

/// Whether it is meant for the interpunct and is another: of Unicode's confusables, and the full stops of a keyboard where
/// they part Han characters.
fn is_no_interpunct(c: char, between_han: bool) -> bool {
    c != INTERPUNCT
        && (skeleton(c.encode_utf8(&mut [0; 4])).eq(once(INTERPUNCT))
            || (between_han && matches!(c, '.' | '．')))
}

fn is_han(c: char) -> bool {
    c.script() == Script::Han
}

/// Which scripts a name is written in, which decides what a letter in it may be taken for.
struct Scripts {
    latin: bool,
    han: bool,
    /// The first that is neither of them, nor one that is written beside Han.
    other: Option<Script>,
}

impl Scripts {
    fn of(name: &str) -> Self {
        let has = |script| name.chars().any(|c| c.script() == script);
        Self {
            latin: has(Script::Latin),
            han: has(Script::Han),
            other: name
                .chars()
                .map(|c| c.script())
                .find(|script| is_further(*script)),
        }
    }

    /// For which letter of the scripts that the name is written in this one would be taken.
    fn twin(&self, c: char) -> Option<String> {
        let script = c.script();
        // Of Latin those that are for phonetics and the like: ɑ, ɡ.
        let may_be = if script == Script::Latin {
            !c.identifier_allowed()
        } else {
            c.is_alphabetic() && (is_like_latin(script) || is_beside_han(script))
        };
        if !may_be {
            return None;
        }
        let like: String = skeleton(c.encode_utf8(&mut [0; 4])).collect();
        let in_latin = (self.latin || self.han) && like.chars().all(|c| c.is_ascii_alphabetic());
        let in_han = self.han && like.chars().all(is_han);
        // To Unicode the capital I looks like a small l, and is what a capital was meant for.
        let like = if like == "l" && c.is_uppercase() {
            "I".to_owned()
        } else {
            like
        };
        (in_latin || in_han).then_some(like)
    }

    /// Whether the letter is of a script that is not written beside the others of the name.
    fn is_foreign(&self, c: char) -> bool {
        let script = c.script();
        is_further(script) && (self.other != Some(script) || (self.latin && is_like_latin(script)))
    }
}

/// Scripts whose letters look like Latin ones.
const fn is_like_latin(script: Script) -> bool {
    matches!(
        script,
        Script::Cyrillic
            | Script::Greek
            | Script::Armenian
            | Script::Cherokee
            | Script::Coptic
            | Script::Lisu
    )
}

/// Scripts that are written among Han characters.
const fn is_beside_han(script: Script) -> bool {
    matches!(
        script,
        Script::Hiragana | Script::Katakana | Script::Bopomofo | Script::Hangul
    )
}

fn is_further(script: Script) -> bool {
    let is_usual = matches!(
        script,
        Script::Han | Script::Latin | Script::Common | Script::Inherited | Script::Unknown
    );
    !is_usual && !is_beside_han(script)
}

/// The marks on a letter, as they come.
#[derive(Default)]
struct Marks {
    last: Option<char>,
    common: usize,
    own: usize,
    bears: bool,
}

impl Marks {
    /// On a character that may bear some, or may not; there are none yet.
    fn on(bears: bool) -> Self {
        Self {
            bears,
            ..Self::default()
        }
    }

    /// Whether the next character may stand where it does.
    fn bear(&mut self, c: char) -> bool {
        let mut fits = true;
        decompose_canonical(c, |part| fits &= self.bear_part(part));
        fits
    }

    fn bear_part(&mut self, c: char) -> bool {
        if !is_combining_mark(c) {
            *self = Self::on(c.is_alphabetic() && !is_han(c));
            return true;
        }
        let again = self.last == Some(c);
        self.last = Some(c);
        if c.script() == Script::Inherited {
            self.common += 1;
        } else {
            self.own += 1;
        }
        self.bears && !again && self.common <= MOST_MARKS && self.own <= MOST_OWN_MARKS
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Line, Name, PersonName};
    use super::*;

    fn told(name: &str) -> Invalid {
        Name::new(name).expect_err(name)
    }

    fn twin(name: &str, position: usize, instead: &str) {
        let Invalid::LookAlike {
            position: at,
            instead: written,
            ..
        } = told(name)
        else {
            panic!("{name}: {}", told(name));
        };
        assert_eq!((at, written.as_str()), (position, instead), "{name}");
        assert!(PersonName::new(name).is_err(), "{name}");
    }

    #[test]
    fn what_is_usual_would_be_found_in_none_of_the_tables() {
        let all = (0..=u32::from(char::MAX)).filter_map(char::from_u32);
        let usual: Vec<char> = all.filter(|c| is_usual(*c)).collect();
        assert_eq!(usual.len(), 0x80 + 0x5200);
        for c in usual {
            assert!(is_public_assigned(c) && once(c).nfc().eq(once(c)), "{c:?}");
            assert_eq!((twin_of_han(c), compatible(c)), (None, None), "{c:?}");
            assert!(!is_no_interpunct(c, c != '.'), "{c:?}");
            let among = Scripts {
                latin: true,
                han: true,
                other: None,
            };
            assert!(among.twin(c).is_none() && !among.is_foreign(c), "{c:?}");
            let mut marks = Marks::default();
            assert!(marks.bear(c), "{c:?}");
            assert_eq!(marks.bears, c.is_ascii_alphabetic(), "{c:?}");
        }
    }

    #[test]
    fn what_is_taken_for_another_character_is_refused_with_what_to_write() {
        twin("经办\u{2F04}（化名）", 3, "乙");
        twin("\u{2EE2}某某", 1, "马");
        twin("\u{F9DC}某", 1, "隆");
        twin("１２３", 1, "1");
        twin("Ａ区管委会", 1, "A");
        twin("oﬃce", 2, "ffi");
        twin("项目部Ⅱ标段", 4, "II");
        twin("王\u{3000}某", 2, " ");
        twin("王\u{A0}某", 2, " ");
        twin("Iv\u{430}n", 3, "a");
        twin("\u{410}区管委会", 1, "A");
        twin("\u{406}van", 1, "I");
        twin("Joh\u{3BF}", 4, "o");
        twin("W\u{251}ng", 2, "a");
        twin("经办ニ（化名）", 3, "二");
        twin("ロ某", 1, "口");
        for dot in "‧•・･∙⋅⸱．.".chars() {
            twin(&format!("买买提{dot}艾力"), 4, "·");
        }
        twin("ﷲ", 1, "الله");
    }

    #[test]
    fn scripts_that_look_alike_are_not_mixed() {
        for (name, position) in [("Ivи", 3), ("王Яn", 2), ("Αλβw", 2), ("་བཀྲསالله", 6)]
        {
            let Invalid::MixedScripts { position: at, .. } = told(name) else {
                // A twin is told before what is mixed.
                assert!(matches!(told(name), Invalid::LookAlike { .. }), "{name}");
                continue;
            };
            assert_eq!(at, position, "{name}");
        }
    }

    #[test]
    fn no_more_marks_than_a_script_writes_and_none_on_han() {
        let marked = |name: &str| matches!(told(name), Invalid::CombiningMark { .. });
        assert!(marked("a\u{301}\u{302}\u{303}\u{304}"));
        assert!(marked("á\u{302}\u{303}\u{304}"));
        assert!(marked("a\u{302}\u{302}"));
        assert!(marked("王\u{336}某"));
        assert!(marked("\u{301}a"));
        assert!(marked("1\u{20DD}"));
        assert!(Name::new("Nguyễn Thị Ế").is_ok());
    }

    #[test]
    fn what_no_other_machine_draws_alike_is_refused_in_every_text() {
        for text in ["王\u{E863}", "王\u{F0000}", "王\u{378}", "王\u{10FFFD}"] {
            let why = Line::<9>::new(text).unwrap_err();
            assert!(matches!(
                why,
                Invalid::UnassignedCharacter { position: 2, .. }
            ));
        }
        assert!(Line::<9>::new("\u{2EE2}路").is_err());
        assert!(
            Line::<9>::new("\u{2E88}")
                .unwrap_err()
                .to_string()
                .contains("部首")
        );
    }

    #[test]
    fn names_of_everybody_in_the_country_are_taken_as_they_are() {
        for name in [
            "王某某",
            "𠮷某",
            "䶮某",
            "𱍊某",
            "﨑某",
            "〇某",
            "买买提·艾力",
            "古丽·阿卜杜热依木",
            "ئابدۇرېھىم",
            "شىنجاڭ",
            "བཀྲ་ཤིས་དོན་གྲུབ",
            "བསྒྲུབས",
            "ᠮᠣᠩᠭᠣᠯ",
            "ꆈꌠ",
            "김철수",
            "Иван Петров",
            "Αθηνά",
            "Ðorđe",
            "张三（化名）",
            "县安委办（化名）",
            "“下店上宅”经营部、汽修厂：一店；二厂！",
            "K2+300—K3+900项目部",
            "D级·1栋业主委员会",
            "中国石化……加油站",
            "甲/乙 联合体",
        ] {
            assert_eq!(
                Name::new(name).map(|name| name.to_string()),
                Ok(name.to_owned())
            );
        }
    }

    #[test]
    fn canonical_equivalents_that_look_the_same_become_one() {
        for (typed, kept) in [
            ("Nguye\u{302}\u{303}n", "Nguyễn"),
            ("\u{212B}ngström", "Ångström"),
            ("4\u{2126}", "4Ω"),
        ] {
            assert_eq!(Line::<20>::new(typed).unwrap().as_str(), kept);
        }
        assert_eq!(Name::new("Nguye\u{302}\u{303}n"), Name::new("Nguyễn"));
    }

    #[test]
    fn names_that_look_the_same_have_one_likeness() {
        for (one, other) in [
            ("经办乙（化名）", "经办\u{2F04}(化名)"),
            ("Ivan", "Iv\u{430}n"),
            ("Сосо", "Coco"),
            ("王 某", "王某"),
            ("１２３", "123"),
        ] {
            assert_eq!(likeness(one), likeness(other), "{one} {other}");
        }
        for (one, other) in [("经办甲", "经办乙"), ("己某", "已某")] {
            assert_ne!(likeness(one), likeness(other), "{one} {other}");
        }
    }
}
