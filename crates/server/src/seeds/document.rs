//! JSON as a clerk has typed it: read with each field once, or told in his words what is no JSON.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A document in which no object has a field twice: of two, one would be passed over without a word.
struct Once(Value);

/// Reads a document.
///
/// # Errors
/// Where it stops being one, and what is meant to stand there, in a sentence.
pub(super) fn read(text: &str) -> Result<Value, String> {
    // Editors of Windows put a mark before the first character.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    match serde_json::from_str(text) {
        Ok(Once(value)) => Ok(value),
        Err(error) => Err(told(&error, text)),
    }
}

/// What is no JSON, in the words of whoever has typed it. Columns are counted in characters, as editors do.
fn told(error: &serde_json::Error, text: &str) -> String {
    let (line, bytes) = (error.line(), error.column());
    let own = text.split('\n').nth(line.saturating_sub(1));
    let signs = own.unwrap_or_default().char_indices();
    let column = signs.take_while(|(at, _)| *at < bytes).count();
    if error.is_eof() {
        return format!(
            "文件到第{line}行第{column}列就结束了，内容不完整。请检查是否缺少右括号或者引号。"
        );
    }
    let says = error.to_string();
    let what = if let Some(what) = says.strip_suffix(&format!(" at line {line} column {bytes}")) {
        what
    } else {
        &says
    };
    let meant = [
        ("trailing comma", "最后一项后面多了逗号，请删去。"),
        ("expected `,`", "两项之间缺少逗号，或者多了别的字符。"),
        ("expected `:`", "字段名后面缺少英文冒号。"),
        (
            "key must be a string",
            "字段名应写在英文双引号里，注意不要用中文引号。",
        ),
        ("trailing characters", "文件末尾多了内容，请删去。"),
        (
            "control character",
            "引号里面有换行或者制表符，换行应写作\\n。",
        ),
        (
            "invalid escape",
            "反斜杠后面的字符不对，反斜杠本身应写作\\\\。",
        ),
        (
            "expected value",
            "这里应是文本（写在英文双引号里）、数字、true、false、列表或者对象。",
        ),
        ("invalid number", "数字的写法不对。"),
        (TWICE, "这个对象里有字段写了两次，请只留一次。"),
    ];
    let meant = meant.iter().find(|(says, _)| what.starts_with(says));
    let meant = meant.map_or("请检查引号、逗号和括号。", |(_, meant)| *meant);
    format!("第{line}行第{column}列不符合JSON的写法：{meant}")
}

/// How the complaint begins of a field that stands twice.
const TWICE: &str = "the field ";

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Whatever).map(Self)
    }
}

struct Whatever;

impl<'de> Visitor<'de> for Whatever {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a document")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Once(item)) = items.next_element()? {
            all.push(item);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut all = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            if all.contains_key(&name) {
                return Err(A::Error::custom(format!("{TWICE}{name} stands twice")));
            }
            let Once(value) = fields.next_value()?;
            all.insert(name, value);
        }
        Ok(Value::Object(all))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_json_is_told_with_its_line_and_what_is_meant() {
        for (text, meant) in [
            (
                "{\"a\": 1,}",
                "第1行第9列不符合JSON的写法：最后一项后面多了逗号",
            ),
            ("[1\n 2]", "第2行第2列不符合JSON的写法：两项之间缺少逗号"),
            ("{\"a\" 1}", "缺少英文冒号"),
            ("{“a”: 1}", "英文双引号"),
            ("[] x", "文件末尾多了内容"),
            ("[\"a\nb\"]", "引号里面有换行"),
            ("[\"\\x\"]", "反斜杠"),
            ("[\n{\"name\": \"王伟\"，}]", "第2行第14列不符合"),
            ("[是]", "这里应是文本"),
            ("[01]", "数字的写法不对"),
            ("[1", "文件到第1行第2列就结束了"),
            ("", "就结束了"),
            ("{\"a\": 1, \"b\": 2, \"a\": 3}", "有字段写了两次"),
        ] {
            let told = read(text).unwrap_err();
            assert!(told.contains(meant), "{text}: {told}");
        }
    }

    #[test]
    fn a_document_is_read_as_it_stands() {
        let text = "\u{FEFF}{\"a\": [1, -2, 0.5, true, null, \"字\"]}";
        assert_eq!(
            read(text).unwrap(),
            serde_json::json!({ "a": [1, -2, 0.5, true, null, "字"] })
        );
    }
}
