//! Which characters may stand in a text: those that can be seen on paper and read one way.

use super::Invalid;

/// Finds the first character that may not stand in a text; `is_layout` excepts some controls.
pub(super) fn visible(text: &str, is_layout: fn(char) -> bool) -> Result<(), Invalid> {
    for (index, c) in text.chars().enumerate() {
        let (position, code) = (index + 1, u32::from(c));
        if is_control(c) && !is_layout(c) {
            return Err(Invalid::ControlCharacter { position, code });
        }
        if is_bidi(c) {
            return Err(Invalid::BidiCharacter { position, code });
        }
        if is_invisible(c) || is_noncharacter(code) {
            return Err(Invalid::InvisibleCharacter { position, code });
        }
    }
    Ok(())
}

/// General category Cc, and the two separators that break a line without being Cc.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Property `Bidi_Control` of Unicode.
fn is_bidi(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// General category Cf and property `Default_Ignorable_Code_Point` of Unicode 16, less
/// [`is_bidi`], and the blank Braille pattern, which is drawn as nothing at all.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{6DD}' | '\u{70F}'
        | '\u{890}' | '\u{891}' | '\u{8E2}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200D}' | '\u{2060}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}'
        | '\u{110BD}' | '\u{110CD}' | '\u{13430}'..='\u{1343F}' | '\u{1BCA0}'..='\u{1BCA3}'
        | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The 66 code points that Unicode never assigns.
fn is_noncharacter(code: u32) -> bool {
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_joined_picture_is_refused_by_the_sign_that_joins_it() {
        let refused = visible("王\u{1F468}\u{200D}\u{1F469}", |_| false).unwrap_err();
        let told = refused.to_string();
        assert!(
            told.starts_with("第3个字符是零宽连接符（U+200D）"),
            "{told}"
        );
        assert!(told.contains("表情符号"), "{told}");
        let plain = visible("王\u{AD}", |_| false).unwrap_err().to_string();
        assert!(plain.ends_with("请删除。"), "{plain}");
    }

    fn check(characters: &str, why: fn(usize, u32) -> Invalid) {
        for c in characters.chars() {
            let refused = visible(&format!("甲{c}乙"), |_| false);
            assert_eq!(refused, Err(why(2, u32::from(c))), "{:X}", u32::from(c));
        }
    }

    #[test]
    fn what_cannot_be_seen_is_refused_and_named() {
        let control = |position, code| Invalid::ControlCharacter { position, code };
        check(
            "\0\t\n\r\u{7}\u{1F}\u{7F}\u{85}\u{9B}\u{2028}\u{2029}",
            control,
        );
        let bidi = |position, code| Invalid::BidiCharacter { position, code };
        check(
            "\u{61C}\u{200E}\u{200F}\u{202A}\u{202E}\u{2066}\u{2069}",
            bidi,
        );
        let invisible = |position, code| Invalid::InvisibleCharacter { position, code };
        check(
            "\u{AD}\u{34F}\u{600}\u{180E}\u{200B}\u{200C}\u{200D}\u{2060}\u{2065}",
            invisible,
        );
        check(
            "\u{206F}\u{2800}\u{3164}\u{FE0F}\u{FEFF}\u{FFA0}\u{FFF9}\u{1D173}",
            invisible,
        );
        check(
            "\u{E0001}\u{E0041}\u{E0100}\u{FDD0}\u{FFFE}\u{1FFFF}\u{10FFFE}",
            invisible,
        );
    }

    #[test]
    fn what_officials_write_is_seen() {
        for text in [
            "“下店上宅”",
            "K2+300—K3+900",
            "（化名）",
            "D级·1栋",
            "𠮷〇℃",
            "甲\u{3000}乙",
        ] {
            assert_eq!(visible(text, |_| false), Ok(()), "{text}");
        }
    }
}
