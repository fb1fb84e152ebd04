//! What the engine itself finds wrong with a value, in a sentence for whoever sent it.

use crate::argument::Way;
use async_graphql::{PathSegment, ServerError, Value};

/// Says it in a sentence, where it is about a value, with the ways to everything of which the same is wrong; what else it finds
/// stays as it is.
pub(crate) fn in_words(error: &mut ServerError, ways: &[Way]) {
    if let Some((way, why)) = misfit(&error.message) {
        let message = format!("{way}：与接口结构不符（{why}）。");
        let way: Vec<_> = way.split('.').map(Value::from).collect();
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("field", Value::List(way));
        error.message = message;
        return;
    }
    let Some(Said { within, what }) = said(&error.message) else {
        return;
    };
    if let Some(first) = ways.first() {
        let all: Vec<String> = ways.iter().map(|way| way.join(".")).collect();
        error.message = format!("{}：{what}", all.join("、"));
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("field", Value::from(first.clone()));
        return;
    }
    let field = error.path.iter().rev().find_map(|segment| match segment {
        PathSegment::Field(name) => Some(format!("{name} 的参数不正确：")),
        PathSegment::Index(_) => None,
    });
    let within = within.map_or_else(String::new, |of| format!("{of} 里的 "));
    error.message = format!("{}{within}{what}", field.unwrap_or_default());
}

/// The way to a value that is not of the form that the schema has there, and what is wrong with it.
fn misfit(message: &str) -> Option<(&str, &str)> {
    let (way, why) = quoted(message.strip_prefix("Invalid value for argument ")?)?;
    Some((way, why.trim_start_matches([',', ' '])))
}

/// What is wrong with a value, and the type within which it stands.
#[derive(Debug, PartialEq, Eq)]
struct Said<'m> {
    within: Option<&'m str>,
    what: String,
}

/// The sentence, where this is about a value.
fn said(message: &str) -> Option<Said<'_>> {
    let (own, within) = message
        .split_once(" (occurred while parsing ")
        .map_or((message, None), |(own, within)| (own, quoted(within)));
    let within = within.map(|(of, _)| of);
    if let Some(rest) = own.strip_prefix("Failed to parse ") {
        let (of, why) = quoted(rest)?;
        let what = format!("{of} 的值{}", reason(why.strip_prefix(": ")?));
        return Some(Said { within, what });
    }
    let (of, found) = quoted(own.strip_prefix("Expected input type ")?)?;
    let found = found.strip_prefix(", found ")?.trim_end_matches('.');
    let as_text = if found.parse::<f64>().is_ok() {
        "；以文本表示的数须加引号"
    } else {
        ""
    };
    let what = format!("{of} 的值类型不符，收到的是 {found}{as_text}。");
    Some(Said { within, what })
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

    fn check(message: &str, sentence: Option<(Option<&str>, &str)>) {
        let expected = sentence.map(|(within, what)| Said {
            within,
            what: what.to_owned(),
        });
        assert_eq!(said(message), expected, "{message}");
    }

    #[test]
    fn what_is_wrong_with_a_value_is_said_in_a_sentence_and_nothing_else_is() {
        check(
            "Failed to parse \"Int\": Invalid number",
            Some((None, "Int 的值须为不小于0的整数，且不能过大。")),
        );
        check(
            "Failed to parse \"Int\": Only integers from 0 to 255 are accepted. (occurred while parsing \"AsOfInput\")",
            Some((Some("AsOfInput"), "Int 的值须为0至255的整数。")),
        );
        check(
            "Failed to parse \"Date\": 日期须为 YYYY-MM-DD。",
            Some((None, "Date 的值不正确：日期须为 YYYY-MM-DD。")),
        );
        check(
            "Expected input type \"Wan\", found 12.5. (occurred while parsing \"FundsInput\")",
            Some((
                Some("FundsInput"),
                "Wan 的值类型不符，收到的是 12.5；以文本表示的数须加引号。",
            )),
        );
        check(
            "Expected input type \"String\", found true.",
            Some((None, "String 的值类型不符，收到的是 true。")),
        );
        check("Unknown field \"nope\" on type \"Query\".", None);
    }

    #[test]
    fn a_value_of_another_form_is_named_by_its_way() {
        let message = "Invalid value for argument \"acts.1.input.kind\", enumeration type \"X\" does not contain the value \"Y\"";
        let mut told = ServerError::new(message, None);
        in_words(&mut told, &[]);
        assert_eq!(
            told.message,
            "acts.1.input.kind：与接口结构不符（enumeration type \"X\" does not contain the value \"Y\"）。"
        );
        let field = told
            .extensions
            .as_ref()
            .and_then(|known| known.get("field"));
        let way = ["acts", "1", "input", "kind"].map(Value::from);
        assert_eq!(field, Some(&Value::List(way.into())));
    }

    #[test]
    fn a_value_is_named_by_its_way_and_where_none_is_known_by_its_type_and_field() {
        let error = || {
            let message =
                "Failed to parse \"Date\": 日期不正确。 (occurred while parsing \"DayRange\")";
            ServerError::new(message, None)
                .with_path(vec![PathSegment::Field("hazards".to_owned())])
        };
        let way = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut told = error();
        in_words(
            &mut told,
            &[
                way(&["filter", "due", "to"]),
                way(&["filter", "found", "from"]),
            ],
        );
        assert_eq!(
            told.message,
            "filter.due.to、filter.found.from：Date 的值不正确：日期不正确。"
        );
        let field = told.extensions.unwrap().get("field").cloned();
        assert_eq!(field, Some(Value::from(vec!["filter", "due", "to"])));
        let mut untold = error();
        in_words(&mut untold, &[]);
        assert_eq!(
            untold.message,
            "hazards 的参数不正确：DayRange 里的 Date 的值不正确：日期不正确。"
        );
        assert_eq!(untold.extensions, None);
    }
}
