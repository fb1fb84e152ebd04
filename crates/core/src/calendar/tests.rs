//! The notices as published, the counts by hand, and what was known when.

use super::*;

/// The calendar shipped with the program.
pub(crate) fn shipped() -> Calendar {
    let files = [
        include_str!("../../../../seeds/calendar/2024.json"),
        include_str!("../../../../seeds/calendar/2025.json"),
        include_str!("../../../../seeds/calendar/2026.json"),
    ];
    Calendar::new(files.map(year)).expect("shipped years fit together")
}

pub(crate) fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn year(json: &str) -> CalendarYear {
    serde_json::from_str(json).expect("a sound year")
}

/// 2020 as ordered before the epidemic, and as changed when the holiday was prolonged.
fn year_2020() -> [CalendarYear; 2] {
    [
        year(
            r#"{"year":2020,"revision":1,"notice":{"number":"国办发明电〔2019〕16号",
            "title":"国务院办公厅关于2020年部分节假日安排的通知","published_on":"2019-11-21"},
            "holidays":[{"name":"春节","from":"2020-01-24","to":"2020-01-30"}],
            "workdays":["2020-01-19","2020-02-01"]}"#,
        ),
        year(
            r#"{"year":2020,"revision":2,"notice":{"number":"国办发明电〔2020〕1号",
            "title":"国务院办公厅关于延长2020年春节假期的通知","published_on":"2020-01-27"},
            "holidays":[{"name":"春节","from":"2020-01-24","to":"2020-02-02"}],
            "workdays":["2020-01-19"]}"#,
        ),
    ]
}

#[test]
fn it_reaches_to_the_end_of_the_last_year_that_follows_without_a_gap() {
    let reaches = |calendar: &Calendar, from| calendar.reaches(date(from));
    assert_eq!(reaches(&shipped(), "2024-02-29"), Some(date("2026-12-31")));
    assert_eq!(reaches(&shipped(), "2026-12-31"), Some(date("2026-12-31")));
    for unknown in ["2023-12-31", "2027-01-01"] {
        assert_eq!(reaches(&shipped(), unknown), None, "{unknown}");
    }
    let mut years: Vec<_> = shipped().years().cloned().collect();
    years.extend(year_2020());
    let with_a_gap = Calendar::new(years).expect("years that fit together");
    assert_eq!(reaches(&with_a_gap, "2020-05-01"), Some(date("2020-12-31")));
}

#[test]
fn every_exceptional_day_of_the_notices_is_what_they_say() {
    #[track_caller]
    fn check(on: &str, expected: &str) {
        let day = match shipped().day(date(on)).expect("covered") {
            Day::Working => "班".to_owned(),
            Day::MakeUp => "调休".to_owned(),
            Day::Rest(Rest::Weekend) => "周末".to_owned(),
            Day::Rest(Rest::Holiday { name }) => name,
        };
        assert_eq!(day, expected, "{on}");
    }
    check("2024-02-04", "调休");
    check("2024-02-09", "班");
    check("2024-02-10", "春节");
    check("2024-02-18", "调休");
    check("2024-04-07", "调休");
    check("2024-05-11", "调休");
    check("2024-06-10", "端午节");
    check("2024-06-09", "周末");
    check("2024-09-14", "调休");
    check("2024-10-12", "调休");
    check("2025-01-26", "调休");
    check("2025-02-04", "春节");
    check("2025-02-08", "调休");
    check("2025-10-06", "国庆节、中秋节");
    check("2025-10-09", "班");
    check("2026-01-02", "元旦");
    check("2026-01-03", "元旦");
    check("2026-01-04", "调休");
    check("2026-02-14", "调休");
    check("2026-02-23", "春节");
    check("2026-02-24", "班");
    check("2026-02-28", "调休");
    check("2026-05-09", "调休");
    check("2026-09-20", "调休");
    check("2026-09-25", "中秋节");
    check("2026-10-10", "调休");
    check("2026-12-31", "班");
}

#[test]
fn the_shipped_years_have_as_many_working_days_as_their_weekdays_and_notices_make() {
    #[track_caller]
    fn check(year: i32, expected: u32) {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
        let last = NaiveDate::from_ymd_opt(year, 12, 31).expect("a date");
        // 1 January is a holiday every year, so leaving it out does not change the number.
        assert_eq!(shipped().between(first, last), Ok(expected), "{year}");
    }
    check(2024, 251);
    check(2025, 248);
    check(2026, 248);
}

#[test]
fn counting_forward_starts_the_day_after() {
    #[track_caller]
    fn check(from: &str, n: u32, expected: &str) {
        assert_eq!(
            shipped().after(date(from), n).expect("covered").on,
            date(expected)
        );
    }
    check("2026-09-24", 0, "2026-09-24");
    check("2026-09-26", 0, "2026-09-26"); // n = 0 does not move off a holiday
    check("2026-09-24", 1, "2026-09-28"); // over 中秋节
    check("2026-09-18", 1, "2026-09-20"); // a make-up Sunday
    check("2026-09-19", 1, "2026-09-20");
    check("2026-05-08", 1, "2026-05-09"); // a make-up Saturday
    check("2026-05-08", 2, "2026-05-11");
    check("2026-09-30", 3, "2026-10-10"); // over 国庆节 to the make-up Saturday
    check("2025-12-31", 1, "2026-01-04"); // over the year's end to the make-up Sunday
    check("2025-12-30", 3, "2026-01-05");
    check("2024-12-31", 1, "2025-01-02");
    check("2024-02-08", 2, "2024-02-18"); // over 春节
}

#[test]
fn counting_backward_leaves_out_the_day_itself() {
    #[track_caller]
    fn check(from: &str, n: u32, expected: &str) {
        assert_eq!(
            shipped().before(date(from), n).expect("covered").on,
            date(expected)
        );
    }
    check("2026-09-30", 0, "2026-09-30");
    check("2026-09-30", 15, "2026-09-09");
    check("2026-09-30", 20, "2026-09-02");
    check("2026-10-31", 15, "2026-10-12"); // a deadline on a Saturday
    check("2026-09-21", 1, "2026-09-20");
    check("2026-01-04", 1, "2025-12-31");
    check("2025-01-02", 1, "2024-12-31");
}

#[test]
fn a_count_tells_what_it_passed_over() {
    let counted = shipped().before(date("2026-09-28"), 6).expect("covered");
    let rest = |on: &str, why| Skipped { on: date(on), why };
    let moon = || Rest::Holiday {
        name: "中秋节".to_owned(),
    };
    assert_eq!(counted.on, date("2026-09-18"));
    assert_eq!(counted.made_up, [date("2026-09-20")]);
    assert_eq!(
        counted.skipped,
        [
            rest("2026-09-19", Rest::Weekend),
            rest("2026-09-25", moon()),
            rest("2026-09-26", moon()),
            rest("2026-09-27", moon()),
        ]
    );
}

#[test]
fn a_date_outside_the_loaded_years_is_an_error() {
    let calendar = shipped();
    let error = NotCovered {
        on: date("2027-01-01"),
    };
    assert_eq!(
        calendar.after(date("2026-12-30"), 1).map(|c| c.on),
        Ok(date("2026-12-31"))
    );
    assert_eq!(calendar.after(date("2026-12-30"), 2), Err(error));
    assert_eq!(
        calendar.after(NaiveDate::MAX, 1),
        Err(NotCovered { on: NaiveDate::MAX })
    );
    assert_eq!(
        calendar.before(date("2024-01-01"), 1),
        Err(NotCovered {
            on: date("2023-12-31")
        })
    );
    assert_eq!(
        calendar.between(date("2026-12-30"), date("2027-03-01")),
        Err(error)
    );
    assert_eq!(calendar.day(date("2027-01-01")), Err(error));
    assert_eq!(
        error.to_string(),
        "2027年1月1日无法判定是否为工作日：尚无国务院办公厅关于2027年部分节假日安排的通知，\
         请载入2027年日历文件后重试"
    );
}

#[test]
fn a_prolonged_spring_festival_moves_a_date_only_for_those_who_know_of_it() {
    #[track_caller]
    fn check(calendar: impl IntoIterator<Item = CalendarYear>, version: &str, expected: &str) {
        let calendar = Calendar::new(calendar).expect("sound");
        assert_eq!(calendar.version(), version);
        let due = calendar
            .after(date("2020-01-22"), 3)
            .map(|counted| counted.on);
        assert_eq!(due, Ok(date(expected)));
    }
    let [first, _] = year_2020();
    check([first], "2020.1", "2020-02-01");
    check(year_2020(), "2020.2", "2020-02-04");
}

#[test]
fn a_calendar_tells_the_years_that_it_has() {
    let calendar = shipped();
    assert_eq!(calendar.version(), "2024.1+2025.1+2026.1");
    assert_eq!(
        calendar
            .years()
            .map(|y| y.edition().year)
            .collect::<Vec<_>>(),
        [2024, 2025, 2026]
    );
    assert_eq!(Calendar::new([]).expect("sound").version(), "");
}

#[test]
fn the_highest_revision_is_in_force_whatever_the_order() {
    let [first, second] = year_2020();
    let calendar = Calendar::new([second, first]).expect("sound");
    assert_eq!(calendar.version(), "2020.2");
    assert_eq!(
        calendar.day(date("2020-02-01")).map(|day| day.is_working()),
        Ok(false)
    );
}

#[test]
fn the_same_edition_twice_is_refused() {
    let [first, _] = year_2020();
    let edition = first.edition();
    let answer = Calendar::new([first.clone(), first]);
    assert_eq!(answer, Err(CalendarError::Twice { edition }));
}

#[test]
fn a_revision_published_before_the_one_it_replaces_is_refused() {
    let [first, _] = year_2020();
    let former = first.edition();
    let later = year(
        r#"{"year":2020,"revision":2,"notice":{"number":"国办发明电〔2020〕1号","title":"通知",
        "published_on":"2019-11-20"},"workdays":[],
        "holidays":[{"name":"春节","from":"2020-01-24","to":"2020-02-02"}]}"#,
    );
    let edition = later.edition();
    let answer = Calendar::new([first, later]);
    assert_eq!(
        answer,
        Err(CalendarError::PublishedBeforeFormer { edition, former })
    );
}
