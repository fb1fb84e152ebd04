//! Working days of the years in which the tests run, for programs that go by the clock of the machine.

use chrono::Datelike;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use xiaohao_core::county_day;
use xiaohao_server::{clock, seeds};

/// Lays the files of a county into a folder, with a calendar beside them.
pub fn lay_out_county(files: &Path, folder: &Path) {
    for file in fs::read_dir(files).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.join(file.file_name())).unwrap();
    }
    put_calendar(folder);
}

/// Puts a calendar beside a county's files: the years that are shipped, and this one and the next, whose holidays may not have
/// been published yet when the test was written.
pub fn put_calendar(folder: &Path) {
    let mut years = seeds::shuangpai().unwrap().calendar;
    let shipped: BTreeSet<_> = years.iter().map(|year| year["year"].as_i64()).collect();
    let this_year = county_day(clock::now()).year();
    let others = [this_year, this_year + 1].into_iter();
    let others = others.filter(|year| !shipped.contains(&Some(i64::from(*year))));
    years.extend(others.map(with_new_years_day_alone));
    let text = Value::Array(years).to_string();
    fs::write(folder.join("calendar.json"), text).unwrap();
}

fn with_new_years_day_alone(year: i32) -> Value {
    let day = format!("{year}-01-01");
    json!({
        "year": year, "revision": 1, "workdays": [],
        "notice": { "number": "某办发〔某〕某号", "title": format!("关于{year}年的安排（虚构）"), "published_on": format!("{}-11-01", year - 1) },
        "holidays": [{ "name": "元旦", "from": day, "to": day }],
    })
}
