//! Dice that spoil a request: bytes of its body, words of its query, values of its variables.

use fastrand::Rng;
use serde_json::{Value, json};

/// A body with something about it that nobody meant.
pub(super) fn spoiled(dice: &mut Rng, query: &str, variables: &Value, words: &[String]) -> Vec<u8> {
    let mut query = query.to_owned();
    let mut variables = variables.clone();
    match dice.u8(0..10) {
        0 | 1 => query = with_other_words(dice, &query, words),
        2..8 => {
            for _ in 0..dice.u8(1..4) {
                strike(dice, &mut variables);
            }
        }
        8 => {
            query = with_other_words(dice, &query, words);
            strike(dice, &mut variables);
        }
        _ => {
            let body = json!({ "query": query, "variables": variables });
            return with_other_bytes(dice, body.to_string().into_bytes());
        }
    }
    json!({ "query": query, "variables": variables })
        .to_string()
        .into_bytes()
}

/// The words and signs of a query.
pub(super) fn words(query: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut within = false;
    for sign in query.chars() {
        let is_word = sign.is_alphanumeric() || sign == '_';
        match words.last_mut() {
            Some(word) if within && is_word => word.push(sign),
            _ => words.push(sign.to_string()),
        }
        within = is_word;
    }
    words
}

fn with_other_words(dice: &mut Rng, query: &str, others: &[String]) -> String {
    let mut words = words(query);
    for _ in 0..dice.u8(1..3) {
        let at = dice.usize(0..words.len());
        let other = others[dice.usize(0..others.len())].clone();
        match dice.u8(0..5) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, other),
            2 => {
                let other = dice.usize(0..words.len());
                words.swap(at, other);
            }
            3 => {
                let end = words.len().min(at + dice.usize(1..12));
                let again = words[at..end].to_vec();
                words.splice(at..at, again);
            }
            _ => words[at] = other,
        }
        if words.is_empty() {
            words.push(String::new());
        }
    }
    words.concat()
}

fn with_other_bytes(dice: &mut Rng, mut body: Vec<u8>) -> Vec<u8> {
    for _ in 0..dice.u8(1..6) {
        let at = dice.usize(0..body.len().max(1));
        let end = body.len().min(at + dice.usize(0..40));
        match dice.u8(0..6) {
            0 => body.insert(at, dice.u8(..)),
            1 => drop(body.drain(at.min(end)..end)),
            2 => {
                let again = body[at.min(end)..end].to_vec();
                body.splice(at..at, again);
            }
            3 if dice.u8(0..4) == 0 => body.truncate(at),
            _ => {
                if let Some(byte) = body.get_mut(at) {
                    *byte ^= 1 << dice.u8(0..8);
                }
            }
        }
    }
    body
}

/// Strikes one place of a value, at any depth.
fn strike(dice: &mut Rng, value: &mut Value) {
    let stays = dice.u8(0..16) == 0;
    match value {
        Value::Object(fields) if !fields.is_empty() && !stays => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = &names[dice.usize(0..names.len())];
            match dice.u8(0..12) {
                0 => drop(fields.remove(name)),
                1 => {
                    let moved = fields.remove(name).unwrap_or_default();
                    fields.insert(names[dice.usize(0..names.len())].clone(), moved);
                }
                2 => drop(fields.insert("unheard_of".to_owned(), odd(dice))),
                _ => strike(dice, &mut fields[name]),
            }
        }
        Value::Array(items) if !items.is_empty() && !stays => {
            let at = dice.usize(0..items.len());
            match dice.u8(0..6) {
                0 => drop(items.remove(at)),
                1 => items.resize(items.len() * 20, items[at].clone()),
                _ => strike(dice, &mut items[at]),
            }
        }
        Value::String(text) if dice.bool() => *text = other_text(dice, text),
        other => *other = odd(dice),
    }
}

fn other_text(dice: &mut Rng, text: &str) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    let odd = [
        '\0', '\u{202e}', '\u{feff}', '\'', '"', '\\', '\n', '０', '𠮷', '%', ' ',
    ];
    let at = dice.usize(0..=signs.len());
    match dice.u8(0..5) {
        0 => signs.truncate(at),
        1 => signs.extend(signs.clone()),
        2 => signs = signs.repeat(200),
        _ => signs.insert(at, odd[dice.usize(0..odd.len())]),
    }
    signs.into_iter().collect()
}

/// A value that hardly anybody would send.
fn odd(dice: &mut Rng) -> Value {
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(2_147_483_648_u64),
        json!(u64::MAX),
        json!(1e308),
        json!(0.1),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("'; DROP TABLE ledger_entry; --"),
        json!("2026-02-30"),
        json!("262143-12-31"),
        json!("-262144-01-01"),
        json!("9999-12-31T23:59:60Z"),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("REPORTED"),
        json!("99999999999999999999.999999"),
        json!([]),
        json!({}),
        json!([[[[null]]]]),
        json!("重".repeat(3000)),
    ];
    values[dice.usize(0..values.len())].clone()
}
