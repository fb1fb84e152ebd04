//! Whether what was printed is what a paper says. `…` stands for what differs from one run to the next, or is left out: a
//! part of a line or of a text; as a line of its own, any lines; as a value, any value; in a list, any members; as a key, any
//! other keys. `extensions` of an answer, which tell what it cost, are left out where the paper does not show them.

use serde_json::Value;

const OPEN: &str = "…";

/// # Errors
/// Where the two differ first.
pub(super) fn of_json(told: &str, printed: &str) -> Result<(), String> {
    let read = |text: &str| {
        serde_json::from_str::<Value>(text)
            .map_err(|error| format!("this is no JSON, {error}:\n{text}"))
    };
    let (told, mut printed) = (read(told)?, read(printed)?);
    if told.get("extensions").is_none()
        && let Some(answer) = printed.as_object_mut()
    {
        answer.remove("extensions");
    }
    of_values(&told, &printed).map_err(|path| {
        let (told, printed) = (told.pointer(&path), printed.pointer(&path));
        let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        format!(
            "at {path}: told is {}, printed was {}",
            shown(told),
            shown(printed)
        )
    })
}

/// # Errors
/// The pointer to where they differ.
fn of_values(told: &Value, printed: &Value) -> Result<(), String> {
    match (told, printed) {
        (Value::String(told), _) if told == OPEN => Ok(()),
        (Value::String(told), Value::String(printed)) if fits(told, printed) => Ok(()),
        (Value::Object(told), Value::Object(printed)) => {
            let is_open = told.contains_key(OPEN);
            let known = told.iter().filter(|(key, _)| *key != OPEN);
            for (key, told) in known {
                let printed = printed.get(key).ok_or_else(|| format!("/{key}"))?;
                of_values(told, printed).map_err(|path| format!("/{key}{path}"))?;
            }
            let mut others = printed.keys().filter(|key| !told.contains_key(*key));
            match others.next() {
                Some(key) if !is_open => Err(format!("/{key}")),
                _ => Ok(()),
            }
        }
        (Value::Array(told), Value::Array(printed)) => of_lists(told, printed, 0),
        _ if told == printed => Ok(()),
        _ => Err(String::new()),
    }
}

/// # Errors
/// The pointer to where they differ, from the member with this number.
fn of_lists(told: &[Value], printed: &[Value], number: usize) -> Result<(), String> {
    match (told, printed) {
        ([], []) => Ok(()),
        ([open, told @ ..], _) if open == OPEN => {
            let skips = 0..=printed.len();
            let mut tries = skips.map(|skip| of_lists(told, &printed[skip..], number + skip));
            tries
                .find(Result::is_ok)
                .unwrap_or(Err(format!("/{number}")))
        }
        ([told, rest @ ..], [printed, others @ ..]) => {
            of_values(told, printed).map_err(|path| format!("/{number}{path}"))?;
            of_lists(rest, others, number + 1)
        }
        _ => Err(format!("/{number}")),
    }
}

/// # Errors
/// The first line that was not printed.
pub(super) fn of_text(told: &str, printed: &str) -> Result<(), String> {
    let lines = |text: &str| {
        text.trim()
            .lines()
            .map(|line| line.trim_end().to_owned())
            .collect()
    };
    let (told, printed): (Vec<String>, Vec<String>) = (lines(told), lines(printed));
    of_lines(&told, &printed).map_err(|line| format!("not printed, or not there: {line}"))
}

fn of_lines(told: &[String], printed: &[String]) -> Result<(), String> {
    match (told, printed) {
        ([], []) => Ok(()),
        ([open, told @ ..], _) if open == OPEN => {
            let mut tries = (0..=printed.len()).map(|skip| of_lines(told, &printed[skip..]));
            let fails = || told.first().cloned().unwrap_or_default();
            tries.find(Result::is_ok).unwrap_or_else(|| Err(fails()))
        }
        ([told, rest @ ..], [printed, others @ ..]) if fits(told, printed) => {
            of_lines(rest, others)
        }
        ([told, ..], _) => Err(told.clone()),
        ([], [printed, ..]) => Err(format!("{printed} (printed, and not told)")),
    }
}

/// Whether a text fits what is told, each `…` for any part of it.
fn fits(told: &str, printed: &str) -> bool {
    let Some((first, told)) = told.split_once(OPEN) else {
        return told == printed;
    };
    let Some(mut rest) = printed.strip_prefix(first) else {
        return false;
    };
    let (between, last) = told.rsplit_once(OPEN).unwrap_or(("", told));
    for part in between.split(OPEN) {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[test]
fn what_is_left_open_fits_and_nothing_else_does() {
    let told = r#"{"at": "…", "name": "a…z", "list": [1, "…", 9], "…": "…"}"#;
    let check = |printed: &str| of_json(told, printed);
    assert_eq!(
        check(r#"{"at": null, "name": "abcz", "list": [1, 2, 9], "more": 1}"#),
        Ok(())
    );
    assert_eq!(
        check(r#"{"at": 1, "name": "az", "list": [1, 9], "extensions": {}}"#),
        Ok(())
    );
    for wrong in [
        r#"{"name": "az", "list": [1, 9]}"#,
        r#"{"at": 1, "name": "ab", "list": [1, 9]}"#,
        r#"{"at": 1, "name": "az", "list": [1, 2]}"#,
    ] {
        assert!(check(wrong).is_err(), "{wrong}");
    }
    assert!(of_json(r#"{"data": 1}"#, r#"{"data": 1, "errors": []}"#).is_err());
    assert!(of_json(r#"{"data": [1]}"#, r#"{"data": [1, 2]}"#).is_err());

    assert_eq!(
        of_text("one\n…\nlast …", "one\n\ntwo\nlast of all\n\n"),
        Ok(())
    );
    assert!(of_text("one\n…\nlast", "one\ntwo\nlast but one").is_err());
    assert!(of_text("one", "one\ntwo").is_err());
}
