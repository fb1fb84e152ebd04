//! Why a value was not accepted.

/// Why a value was not accepted; says which bound it broke.
///
/// `Display` is a complete Chinese sentence for the clerk who typed the value. It never repeats
/// the value itself, which may be personal. Positions count Unicode scalar values from 1, after
/// leading white space has been removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Nothing is left after trimming.
    #[error("此项不能为空，请填写。")]
    Empty,
    /// More characters than the field has room for.
    #[error("内容最多{max}个字，现有{actual}个字，请删减。")]
    TooLong {
        /// Most characters allowed.
        max: usize,
        /// Characters given.
        actual: usize,
    },
    /// A control character, or a line break in a field of one line.
    #[error("第{position}个字符是控制字符或换行（U+{code:04X}），请删除。")]
    ControlCharacter {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// A character that changes the direction of text, so that it reads differently on paper.
    #[error("第{position}个字符会改变文字方向（U+{code:04X}），请删除。")]
    BidiCharacter {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// A character that is not seen, so that two different texts look the same.
    #[error("第{position}个字符是{}（U+{code:04X}），印出来看不见，请删除{}", sign(*code), hint(*code))]
    InvisibleCharacter {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// A character that looks like another one and is taken for it.
    #[error("第{position}个字符（U+{code:04X}）{}。", likeness(instead))]
    LookAlike {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
        /// What to write instead; nothing where it is a part of a character.
        instead: String,
    },
    /// A letter of a script that is not written beside those of the others.
    #[error(
        "第{position}个字符（U+{code:04X}）与其他字母不是同一种文字，容易看错；一个名称中的字母请只用一种文字。"
    )]
    MixedScripts {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// A mark on a letter that bears none, or no further one.
    #[error("第{position}个字符是多余的附加符号（U+{code:04X}），请删除。")]
    CombiningMark {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// A character that each machine may draw otherwise: of private use, or assigned to nothing.
    #[error(
        "第{position}个字符是自造字或者尚未编码的字（U+{code:04X}），在别的电脑上看不到或者是另一个字；请改用国家标准字符集（GB 18030）中的字。"
    )]
    UnassignedCharacter {
        /// Place of the character, from 1.
        position: usize,
        /// Its Unicode code point.
        code: u32,
    },
    /// Not of the one accepted form.
    #[error("格式不正确，应为{expected}。")]
    Malformed {
        /// The form, with an example.
        expected: &'static str,
    },
    /// The check character does not follow from the characters before it.
    #[error("校验码不正确，按前17位计算应为“{expected}”，请核对是否录错。")]
    WrongCheckCharacter {
        /// What the check character would be if the rest were right.
        expected: char,
    },
    /// A number outside of its bounds, both of which are allowed.
    #[error("数值应在{min}至{max}之间。")]
    OutOfRange {
        /// Smallest allowed.
        min: i64,
        /// Largest allowed.
        max: i64,
    },
    /// The same item twice where each may stand once.
    #[error("有重复的内容，请去掉重复项。")]
    Duplicate,
    /// More items than allowed.
    #[error("最多{max}项，现有{actual}项，请减少。")]
    TooMany {
        /// Most items allowed.
        max: usize,
        /// Items given.
        actual: usize,
    },
    /// Fewer items than needed.
    #[error("至少{min}项，现有{actual}项，请补充。")]
    TooFew {
        /// Fewest items allowed.
        min: usize,
        /// Items given.
        actual: usize,
    },
    /// A part that this value cannot do without.
    #[error("缺少{what}，请补充。")]
    Missing {
        /// The part, in Chinese.
        what: &'static str,
    },
    /// A part that this value may not have.
    #[error("{what}不应填写，请去掉。")]
    NotAllowed {
        /// The part, in Chinese.
        what: &'static str,
    },
    /// A word that is not in the vocabulary.
    #[error("“{vocabulary}”中没有这个选项，请从列表中选择。")]
    NotInVocabulary {
        /// The vocabulary, in Chinese.
        vocabulary: &'static str,
    },
    /// A period that ends before it begins.
    #[error("结束日期不能早于开始日期。")]
    EndsBeforeStart,
}

/// What an invisible character is called, where people come across it.
const fn sign(code: u32) -> &'static str {
    match code {
        0xAD => "软连字符",
        0x200B => "零宽空格",
        0x200C => "零宽不连字符",
        0x200D => "零宽连接符",
        0xFE00..=0xFE0F | 0xE0100..=0xE01EF => "变体选择符",
        0xFEFF => "零宽不换行空格",
        _ => "不可见字符",
    }
}

/// What a character is that is taken for others, and what to write.
fn likeness(instead: &str) -> String {
    match instead {
        "" => "是部首或者笔画，不是汉字，请改写为完整的汉字".to_owned(),
        " " => "是特殊的空格，请改写为普通空格".to_owned(),
        _ => format!("容易看成“{instead}”，不是同一个字符，请改写为“{instead}”"),
    }
}

/// Several signs that look like one picture are joined by what is not seen: it is the picture that must go.
const fn hint(code: u32) -> &'static str {
    match code {
        0x200D | 0xFE0F => "；它多藏在组合的表情符号里，请连同表情符号一起删除，改用文字。",
        _ => "。",
    }
}

/// Declares what there is to say of each reason wherever it occurs: once, for documents and for whoever is told.
macro_rules! catalogue {
    ($($reason:ident $({ $($part:ident),* })? => $code:literal: $meaning:literal; $english:literal; $next:literal)*) => {
        impl Invalid {
            /// Every reason, for documents and for the schema.
            pub const CATALOGUE: &[InvalidEntry] = &[$(InvalidEntry {
                code: $code,
                meaning: $meaning,
                english: $english,
                next_step: $next,
            }),*];

            /// The public code of this reason; never renamed, never reused.
            #[must_use]
            pub const fn code(&self) -> &'static str {
                match self { $(Self::$reason $({ $($part: _),* })? => $code),* }
            }

            /// What to do with the field about which it is told, in a Chinese sentence.
            #[must_use]
            #[expect(unused_variables, reason = "not every particular of a reason is needed to say what to do about it")]
            pub fn next_step(&self) -> String {
                match self { $(Self::$reason $({ $($part),* })? => { format!($next) })* }
            }
        }
    };
}

/// One line of the catalogue of reasons; `next_step` has its blanks in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidEntry {
    /// The stable code.
    pub code: &'static str,
    /// What it means, in Chinese.
    pub meaning: &'static str,
    /// What it means, in English.
    pub english: &'static str,
    /// What to do.
    pub next_step: &'static str,
}

catalogue! {
    Empty => "EMPTY": "此项不能为空。"; "Nothing is left after trimming.";
        "请填写此项后重新提交；如果此项是选填的，也可以不填。"
    TooLong { max, actual } => "TOO_LONG": "内容超过规定的字数。"; "More characters than the field has room for.";
        "请删减到{max}个字以内后重新提交。"
    ControlCharacter { position, code } => "CONTROL_CHARACTER": "含有控制字符或换行。"; "A control character, or a line break in a field of one line.";
        "请删去第{position}个字符后重新提交；内容是粘贴来的，可改为直接录入。"
    BidiCharacter { position, code } => "BIDI_CHARACTER": "含有改变文字方向的字符。"; "A character that changes the direction of text.";
        "请删去第{position}个字符后重新提交；内容是粘贴来的，可改为直接录入。"
    InvisibleCharacter { position, code } => "INVISIBLE_CHARACTER": "含有不可见字符。"; "A character that is not seen.";
        "请删去第{position}个字符后重新提交；内容是粘贴来的，可改为直接录入。"
    LookAlike { position, code, instead } => "LOOK_ALIKE": "含有容易看成别的字的字符。"; "A character that looks like another one and is taken for it.";
        "请用输入法重新录入第{position}个字符后重新提交；这样的字符多是从别处粘贴来的。"
    MixedScripts { position, code } => "MIXED_SCRIPTS": "混用了容易看错的不同文字。"; "Letters of scripts that are not written beside each other, and look alike.";
        "请用输入法重新录入第{position}个字符后重新提交；这样的字符多是从别处粘贴来的。"
    CombiningMark { position, code } => "COMBINING_MARK": "含有多余的附加符号。"; "A mark on a letter that bears none, or no further one.";
        "请删去第{position}个字符后重新提交；内容是粘贴来的，可改为直接录入。"
    UnassignedCharacter { position, code } => "UNASSIGNED_CHARACTER": "含有自造字或者尚未编码的字。"; "A character of private use, or one that is assigned to nothing.";
        "请用支持生僻字（GB 18030）的输入法重新录入第{position}个字符后重新提交。"
    Malformed { expected } => "MALFORMED": "格式不正确。"; "Not of the one accepted form.";
        "请按这一格式改正后重新提交：{expected}。"
    WrongCheckCharacter { expected } => "WRONG_CHECK_CHARACTER": "校验码不正确。"; "The check character does not follow from the characters before it.";
        "请对照营业执照逐位核对统一社会信用代码，改正后重新提交。"
    OutOfRange { min, max } => "OUT_OF_RANGE": "数值超出范围。"; "A number outside of its bounds.";
        "请改填{min}至{max}之间的数值后重新提交。"
    Duplicate => "DUPLICATE": "有重复的内容。"; "The same item twice, where each may stand once.";
        "请去掉重复的，每项只留一次，再重新提交。"
    TooMany { max, actual } => "TOO_MANY": "项数超过规定。"; "More items than allowed.";
        "请减少到{max}项以内后重新提交。"
    TooFew { min, actual } => "TOO_FEW": "项数不足。"; "Fewer items than needed.";
        "请补足到{min}项后重新提交。"
    Missing { what } => "MISSING": "缺少必要的部分。"; "A part that this value cannot do without is missing.";
        "请补充{what}后重新提交。"
    NotAllowed { what } => "NOT_ALLOWED": "填写了不应填写的部分。"; "A part that this value may not have.";
        "请去掉{what}后重新提交。"
    NotInVocabulary { vocabulary } => "NOT_IN_VOCABULARY": "不在选项列表中。"; "A word that is not in the vocabulary.";
        "请从“{vocabulary}”的选项中选择后重新提交。"
    EndsBeforeStart => "ENDS_BEFORE_START": "结束日期早于开始日期。"; "A period that ends before it begins.";
        "请核对两个日期，结束日期改填开始当日或以后的日期，再重新提交。"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_reason_is_a_chinese_sentence_with_its_own_code() {
        let reasons = [
            Invalid::Empty,
            Invalid::TooLong {
                max: 100,
                actual: 101,
            },
            Invalid::ControlCharacter {
                position: 2,
                code: 0xA,
            },
            Invalid::BidiCharacter {
                position: 2,
                code: 0x202E,
            },
            Invalid::InvisibleCharacter {
                position: 2,
                code: 0x200B,
            },
            Invalid::LookAlike {
                position: 3,
                code: 0x2F04,
                instead: "乙".to_owned(),
            },
            Invalid::MixedScripts {
                position: 2,
                code: 0x42F,
            },
            Invalid::CombiningMark {
                position: 2,
                code: 0x336,
            },
            Invalid::UnassignedCharacter {
                position: 2,
                code: 0xE000,
            },
            Invalid::Malformed {
                expected: "6位数字",
            },
            Invalid::WrongCheckCharacter { expected: 'P' },
            Invalid::OutOfRange { min: 1, max: 9999 },
            Invalid::Duplicate,
            Invalid::TooMany {
                max: 200,
                actual: 201,
            },
            Invalid::TooFew { min: 9, actual: 8 },
            Invalid::Missing {
                what: "统一社会信用代码",
            },
            Invalid::NotAllowed { what: "代字" },
            Invalid::NotInVocabulary {
                vocabulary: "隐患来源",
            },
            Invalid::EndsBeforeStart,
        ];
        for reason in &reasons {
            let sentence = reason.to_string();
            assert!(
                sentence.ends_with('。') && !sentence.contains('{'),
                "{sentence}"
            );
            let next = reason.next_step();
            assert!(
                next.starts_with('请') && next.ends_with('。') && !next.contains('{'),
                "{next}"
            );
        }
        let codes: Vec<_> = reasons.iter().map(Invalid::code).collect();
        let catalogue: Vec<_> = Invalid::CATALOGUE.iter().map(|entry| entry.code).collect();
        assert_eq!(codes, catalogue);
        let codes: BTreeSet<_> = codes.into_iter().collect();
        assert_eq!(codes.len(), reasons.len());
    }

    #[test]
    fn what_to_do_is_said_of_the_bound_that_was_broken() {
        let too_long = Invalid::TooLong {
            max: 100,
            actual: 101,
        };
        assert_eq!(too_long.next_step(), "请删减到100个字以内后重新提交。");
        let out_of_range = Invalid::OutOfRange { min: -90, max: 90 };
        assert_eq!(
            out_of_range.next_step(),
            "请改填-90至90之间的数值后重新提交。"
        );
    }

    fn check(reason: &Invalid, sentence: &str) {
        assert_eq!(reason.to_string(), sentence);
    }

    #[test]
    fn a_sentence_names_the_bound() {
        check(
            &Invalid::TooLong {
                max: 100,
                actual: 101,
            },
            "内容最多100个字，现有101个字，请删减。",
        );
        check(
            &Invalid::BidiCharacter {
                position: 2,
                code: 0x202E,
            },
            "第2个字符会改变文字方向（U+202E），请删除。",
        );
        check(
            &Invalid::ControlCharacter {
                position: 3,
                code: 0xA,
            },
            "第3个字符是控制字符或换行（U+000A），请删除。",
        );
        let twin = |code, instead: &str| Invalid::LookAlike {
            position: 3,
            code,
            instead: instead.to_owned(),
        };
        check(
            &twin(0x2F04, "乙"),
            "第3个字符（U+2F04）容易看成“乙”，不是同一个字符，请改写为“乙”。",
        );
        check(
            &twin(0x3000, " "),
            "第3个字符（U+3000）是特殊的空格，请改写为普通空格。",
        );
        check(
            &twin(0x2E88, ""),
            "第3个字符（U+2E88）是部首或者笔画，不是汉字，请改写为完整的汉字。",
        );
    }
}
