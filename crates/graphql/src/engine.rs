//! What the engine itself finds wrong with a value, in a sentence for whoever sent it.

use async_graphql::{PathSegment, ServerError};

/// Says it in a sentence, where it is about a value; what else it finds stays as it is.
pub(crate) fn in_words(error: &mut ServerError) {
    if let Some(said) = said(&error.message) {
        let field = error.path.iter().rev().find_map(|segment| match segment {
            PathSegment::Field(name) => Some(name),
            PathSegment::Index(_) => None,
        });
        error.message = field.map_or_else(
            || said.clone(),
            |field| format!("{field} 的参数不正确：{said}"),
        );
    }
}

/// The sentence, where this is about a value.
fn said(message: &str) -> Option<String> {
    let (own, within) = message
        .split_once(" (occurred while parsing ")
        .map_or((message, None), |(own, within)| (own, quoted(within)));
    let place = within.map_or(String::new(), |(of, _)| format!("{of} 里的 "));
    if let Some(rest) = own.strip_prefix("Failed to parse ") {
        let (of, why) = quoted(rest)?;
        let why = why.strip_prefix(": ")?;
        return Some(format!("{place}{of} 的值{}", reason(why)));
    }
    let (of, found) = quoted(own.strip_prefix("Expected input type ")?)?;
    let found = found.strip_prefix(", found ")?.trim_end_matches('.');
    let as_text = if found.parse::<f64>().is_ok() {
        "；以文本表示的数须加引号"
    } else {
        ""
    };
    Some(format!(
        "{place}{of} 的值类型不符，收到的是 {found}{as_text}。"
    ))
}

/// Why a value cannot be.
fn reason(why: &str) -> String {
    let bounds = why.strip_prefix("Only integers from ").and_then(|rest| {
        let (from, rest) = rest.split_once(" to ")?;
        let (to, _) = rest.split_once(' ')?;
        Some((from, to))
    });
    match bounds {
        Some((from, to)) => format!("须为{from}至{to}的整数。"),
        None if why == "Invalid number" => "须为不小于0的整数，且不能过大。".to_owned(),
        None => format!("不正确：{why}"),
    }
}

/// What stands between the first two quotation marks, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    text.strip_prefix('"')?.split_once('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(message: &str, sentence: Option<&str>) {
        assert_eq!(said(message).as_deref(), sentence, "{message}");
    }

    #[test]
    fn what_is_wrong_with_a_value_is_said_in_a_sentence_and_nothing_else_is() {
        check(
            "Failed to parse \"Int\": Invalid number",
            Some("Int 的值须为不小于0的整数，且不能过大。"),
        );
        check(
            "Failed to parse \"Int\": Only integers from 0 to 255 are accepted. (occurred while parsing \"AsOfInput\")",
            Some("AsOfInput 里的 Int 的值须为0至255的整数。"),
        );
        check(
            "Failed to parse \"Date\": 日期须为 YYYY-MM-DD。",
            Some("Date 的值不正确：日期须为 YYYY-MM-DD。"),
        );
        check(
            "Expected input type \"Wan\", found 12.5. (occurred while parsing \"FundsInput\")",
            Some("FundsInput 里的 Wan 的值类型不符，收到的是 12.5；以文本表示的数须加引号。"),
        );
        check(
            "Expected input type \"String\", found true.",
            Some("String 的值类型不符，收到的是 true。"),
        );
        check("Unknown field \"nope\" on type \"Query\".", None);
    }
}
