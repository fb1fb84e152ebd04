//! What the core writes of an act, in the form in which a client sends it.

use serde_json::{Value, json};

/// What the core writes of an act, as a client writes it.
pub fn as_input(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let written = fields.into_iter().filter(|(_, value)| !value.is_null());
            let mut written: serde_json::Map<String, Value> = written
                .map(|(name, value)| match (name.as_str(), value) {
                    // Money is stored in fen, and written in ten thousand yuan.
                    ("spent" | "planned", Value::Number(fen)) => {
                        (name, json!(wan(fen.as_i64().unwrap())))
                    }
                    (_, value) => (camel(&name), as_input(value)),
                })
                .collect();
            if let Some(period) = written.remove("inForce") {
                written.insert("inForceFrom".to_owned(), period["from"].clone());
                if let Some(until) = period.get("until") {
                    written.insert("inForceUntil".to_owned(), until.clone());
                }
            }
            match written.remove("kind") {
                Some(Value::String(kind)) if kind == "STANDARD" || kind == "RESEARCH" => {
                    json!({ kind.to_lowercase(): written })
                }
                Some(kind) => {
                    written.insert("kind".to_owned(), kind);
                    Value::Object(written)
                }
                None => Value::Object(written),
            }
        }
        Value::Array(items) => items.into_iter().map(as_input).collect(),
        plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
    }
}

fn wan(fen: i64) -> String {
    format!("{}.{:06}", fen / 1_000_000, fen % 1_000_000)
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |whole, part| {
        whole + &part[..1].to_uppercase() + &part[1..]
    })
}
