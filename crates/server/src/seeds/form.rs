//! How a document must look, as data: so everything that does not look so is told at once, each with the way to it and in the
//! words of whoever has typed it.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use xiaohao_core::county_data::{Flaw, Place};

/// How a value must look.
pub(super) enum Form {
    /// An object of these fields and no others.
    Object(&'static [Field]),
    /// A list of such values.
    List(&'static Form),
    /// One value: what is wanted, and whether this is it.
    One(&'static str, fn(&Value) -> Result<(), String>),
}

/// A field of an object.
pub(super) struct Field {
    name: &'static str,
    need: Need,
    form: Form,
}

/// Whether a field must be there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// It must.
    Must,
    /// It may lack, or be `null`.
    May,
    /// It may lack, and where it is it says something.
    MayLack,
}

/// A field that must be there.
pub(super) const fn must(name: &'static str, form: Form) -> Field {
    let need = Need::Must;
    Field { name, need, form }
}

/// A field that may lack, or be `null`.
pub(super) const fn may(name: &'static str, form: Form) -> Field {
    let need = Need::May;
    Field { name, need, form }
}

/// A field that may lack, and may not be `null`.
pub(super) const fn may_lack(name: &'static str, form: Form) -> Field {
    let need = Need::MayLack;
    Field { name, need, form }
}

impl Form {
    /// Finds everything in a value that does not look so. The answer is whether nothing was found.
    pub(super) fn holds(&self, value: &Value, place: &Place, found: &mut Vec<Flaw>) -> bool {
        let before = found.len();
        match self {
            Self::Object(fields) => {
                if let Some(own) = object(value, place, found) {
                    all_fields(fields, own, place, found);
                }
            }
            Self::List(form) => {
                for (at, item) in list(value, place, found).iter().enumerate() {
                    form.holds(item, &place.clone().item(at), found);
                }
            }
            Self::One(wanted, is) => {
                if let Err(why) = is(value) {
                    let what = if why.is_empty() {
                        format!("所填{}不对，应为{wanted}。", shown(value))
                    } else {
                        format!("所填{}不对，应为{wanted}：{why}", shown(value))
                    };
                    let place = place.clone();
                    found.push(Flaw::new(place, what));
                }
            }
        }
        found.len() == before
    }
}

/// Finds what is wrong with the fields of an object.
fn all_fields(fields: &[Field], own: &Map<String, Value>, place: &Place, found: &mut Vec<Flaw>) {
    for Field { name, need, form } in fields {
        let place = place.clone().field(name);
        match own.get(*name) {
            Some(Value::Null) if *need == Need::May => {}
            Some(value) => {
                form.holds(value, &place, found);
            }
            None if *need == Need::Must => {
                let what = format!("缺少字段{name}，请补上。");
                found.push(Flaw::new(place, what));
            }
            None => {}
        }
    }
    let is_known = |name: &str| fields.iter().any(|field| field.name == name);
    let known: Vec<_> = fields.iter().map(|field| field.name).collect();
    for name in own.keys().filter(|name| !is_known(name)) {
        let place = place.clone().field(name);
        let what = format!(
            "没有这个字段，请改正或者删去；这里可以写的字段是{}。",
            known.join("、")
        );
        found.push(Flaw::new(place, what));
    }
}

/// The value as an object; that it is none is told.
pub(super) fn object<'v>(
    value: &'v Value,
    place: &Place,
    found: &mut Vec<Flaw>,
) -> Option<&'v Map<String, Value>> {
    let object = value.as_object();
    if object.is_none() {
        let what = format!("这里是{}，应为对象，写在{{}}里。", shown(value));
        let place = place.clone();
        found.push(Flaw::new(place, what));
    }
    object
}

/// The items of the value as a list; that it is none is told.
pub(super) fn list<'v>(value: &'v Value, place: &Place, found: &mut Vec<Flaw>) -> &'v [Value] {
    if let Some(items) = value.as_array() {
        return items;
    }
    let what = format!("这里是{}，应为列表，写在[]里。", shown(value));
    let place = place.clone();
    found.push(Flaw::new(place, what));
    &[]
}

/// The most characters of a value that are shown.
const SHOWN: usize = 40;

/// A value, as whoever has typed it knows it again.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => {
            let mut shown: String = text.chars().take(SHOWN).collect();
            if text.chars().nth(SHOWN).is_some() {
                shown.push('…');
            }
            format!("“{shown}”")
        }
        Value::Array(_) => "列表".to_owned(),
        Value::Object(_) => "对象".to_owned(),
    }
}

/// Whether it is a value of this type; why not, where the type says so in Chinese.
pub(super) fn typed<T: DeserializeOwned>(value: &Value) -> Result<(), String> {
    let read = serde_json::from_value::<T>(value.clone());
    read.map(drop).map_err(|error| in_chinese(&error))
}

/// The words of our own types; those of others are for developers and told to nobody.
fn in_chinese(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let is_ours = |c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c);
    let begins_ours = told.starts_with(|c: char| !c.is_ascii_lowercase());
    if begins_ours && told.contains(is_ours) {
        told
    } else {
        String::new()
    }
}

/// What looks as it should and still cannot be read.
pub(super) fn otherwise(place: Place) -> Flaw {
    let what = "这里的写法不对，请对照docs/county-data.md改正。".to_owned();
    Flaw::new(place, what)
}
