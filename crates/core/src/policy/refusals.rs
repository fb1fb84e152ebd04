//! What a policy file is refused for: the shipped default, spoilt in one place at a time.

use serde_json::{Value, json};

use super::{Limit, Policy, PolicyError};

fn shipped() -> Value {
    serde_json::from_str(include_str!("../../../../seeds/policy/shuangpai.json")).expect("JSON")
}

fn answer(file: Value) -> String {
    match serde_json::from_value::<Policy>(file) {
        Ok(_) => "ok".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// The shipped file with one part of the whole replaced.
#[track_caller]
fn check_file(field: &str, value: Value, expected: &str) {
    let mut file = shipped();
    file[field] = value;
    assert_eq!(answer(file), expected, "{field}");
}

/// The shipped file with one field of one rule replaced. The answer is `ok`, or names the rule
/// and goes on as expected.
#[track_caller]
fn check(code: &str, field: &str, value: Value, expected: &str) {
    let mut file = shipped();
    let rules = file["rules"].as_array_mut().expect("rules");
    let rule = rules
        .iter_mut()
        .find(|rule| rule["limit"] == code)
        .expect("rule");
    rule[field] = value;
    let answer = answer(file);
    let limit: Limit = serde_json::from_value(json!(code)).expect("a limit");
    let expected = match expected {
        "ok" => expected.to_owned(),
        _ => PolicyError::called(limit) + expected,
    };
    assert_eq!(answer, expected, "{code} {field}");
}

#[track_caller]
fn check_closes(code: &str, amount: i32, unit: &str, expected: &str) {
    let closes = json!({ "closes": { "amount": amount, "unit": unit } });
    check(code, "window", closes, expected);
}

#[track_caller]
fn check_window(code: &str, opens: (i32, &str), closes: (i32, &str), expected: &str) {
    let offset = |(amount, unit)| json!({ "amount": amount, "unit": unit });
    let window = json!({ "opens": offset(opens), "closes": offset(closes) });
    check(code, "window", window, expected);
}

#[test]
fn a_policy_says_who_it_is() {
    let id = |id: &str| format!("时限规则的标识“{id}”只能由小写字母、数字和连字符组成，且不能为空");
    check_file("id", json!("shuangpai-2"), "ok");
    check_file("id", json!(""), &id(""));
    check_file("id", json!("双牌"), &id("双牌"));
    check_file("name", json!(" "), "时限规则没有名称，请填写");
    check_file("revision", json!(0), "时限规则的版次为0，版次应从1起编");
}

/// What is wrong with the shipped file, where the effect of a rule is replaced.
#[track_caller]
fn check_effect(code: &str, effect: &str, expected: &[&str]) {
    let mut file = shipped();
    let rules = file["rules"].as_array_mut().expect("rules");
    let rule = rules.iter_mut().find(|rule| rule["limit"] == code);
    rule.expect("rule")["effect"] = json!(effect);
    let faults: Vec<_> = Policy::faults(&file)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(faults, expected, "{code} {effect}");
    assert_eq!(answer(file), "ok", "what was entered before is read");
}

#[test]
fn a_rule_has_the_effect_that_the_program_gives_it() {
    check_effect("L-CAP", "REFUSE", &[]);
    check_effect("L-CAP", "WARN", &[]);
    check_effect(
        "L-CAP",
        "DUTY",
        &["规则L-CAP（整改期限上限）的effect应为WARN或者REFUSE"],
    );
    check_effect(
        "L-EXT-APPLY",
        "WARN",
        &["规则L-EXT-APPLY（申请延期）的effect应为REFUSE"],
    );
    check_effect(
        "L-PLAN",
        "REFUSE",
        &["规则L-PLAN（报送整改方案）的effect应为DUTY"],
    );
}

#[test]
fn unknown_fields_and_limits_are_refused() {
    #[track_caller]
    fn check(pointer: &str, value: Value, expected: &str) {
        let mut file = shipped();
        *file.pointer_mut(pointer).expect("pointer") = value;
        assert!(answer(file).starts_with(expected), "{pointer}");
    }
    check("/rules/0/limit", json!("L-X"), "unknown variant `L-X`");
    check(
        "/rules/0/start",
        json!({ "on": "NEVER" }),
        "unknown variant `NEVER`",
    );
    check(
        "/rules/0/start",
        json!({ "after": "LISTED" }),
        "unknown variant `after`",
    );
    check(
        "/rules/0/window",
        json!({ "days": 3 }),
        "unknown field `days`",
    );
    check(
        "/rules/0/source",
        json!({ "page": 3 }),
        "unknown field `page`",
    );
    let hours = json!({ "amount": 24, "unit": "HOURS" });
    check("/rules/0/window/closes", hours, "unknown variant `HOURS`");
    let mut file = shipped();
    file["rules"][0]["days"] = json!(3);
    assert!(answer(file).starts_with("unknown field `days`"));
    let mut file = shipped();
    file["days"] = json!(3);
    assert!(answer(file).starts_with("unknown field `days`"));
}

#[test]
fn every_limit_has_exactly_one_rule() {
    for (n, limit) in Limit::ALL.iter().enumerate() {
        let mut lacking = shipped();
        let rule = lacking["rules"].as_array_mut().expect("rules").remove(n);
        assert_eq!(
            rule["limit"],
            limit.code(),
            "the file keeps the order of the table"
        );
        let error = PolicyError::Missing { limit: *limit };
        assert_eq!(answer(lacking), error.to_string());
        let mut doubled = shipped();
        doubled["rules"].as_array_mut().expect("rules").push(rule);
        assert_eq!(
            answer(doubled),
            PolicyError::Twice { limit: *limit }.to_string()
        );
    }
    let error = PolicyError::Missing {
        limit: Limit::Recognition,
    };
    assert_eq!(
        error.to_string(),
        "规则L-RECOG（研判认定）缺失，请补充（可沿用默认值并注明）"
    );
}

#[test]
fn amounts_outside_of_their_bounds_are_refused() {
    check_closes("L-RECOG", 250, "WORKING_DAYS", "ok");
    check_closes(
        "L-RECOG",
        251,
        "WORKING_DAYS",
        "的截止日为251，应在-250至250之间",
    );
    check_closes("L-RECOG", 731, "DAYS", "的截止日为731，应在-730至730之间");
    check_closes("L-LOOK", 25, "MONTHS", "的截止日为25，应在-24至24之间");
    check_closes(
        "L-STAT-Y",
        32,
        "DAY_OF_NEXT_MONTH",
        "的截止日为32，应在1至31之间",
    );
    check_closes(
        "L-ESC-CRITICISM",
        13,
        "CIRCULARS",
        "的截止日为13，应在1至12之间",
    );
    let months = (3, "MONTHS");
    check_window(
        "L-LOOK",
        (-731, "DAYS"),
        months,
        "的起始日为-731，应在-730至730之间",
    );
    check_closes(
        "L-PROGRESS",
        0,
        "WORKING_DAYS",
        "的截止日为0，当日应写作0日（DAYS）",
    );
    check_closes("L-PROGRESS", 0, "DAYS", "ok");
}

#[test]
fn a_lost_or_spurious_sign_is_noticed() {
    let before = "的截止日应在起算日之前，请检查数值的正负号";
    let after = "的截止日应在起算日之后，请检查数值的正负号";
    check_closes("L-EXT-APPLY", 15, "WORKING_DAYS", before);
    check_closes("L-EXT-APPLY", 0, "DAYS", before);
    check_closes("L-RECOG", -3, "WORKING_DAYS", after);
    check_closes("L-RECOG", 0, "DAYS", after);
    check_closes("L-PROGRESS", -3, "WORKING_DAYS", "ok");
}

#[test]
fn a_window_opens_before_it_closes() {
    let months = (3, "MONTHS");
    let inverted = "的起始日晚于截止日，请核对";
    check_window("L-LOOK", (3, "MONTHS"), months, "ok");
    check_window("L-LOOK", (4, "MONTHS"), months, inverted);
    check_window("L-LOOK", (120, "DAYS"), months, inverted);
    check_window("L-LOOK", (80, "WORKING_DAYS"), months, inverted);
    check_window("L-EXT-APPLY", (-60, "DAYS"), (-15, "WORKING_DAYS"), "ok");
    check_window(
        "L-EXT-APPLY",
        (-15, "DAYS"),
        (-15, "WORKING_DAYS"),
        inverted,
    );
}

#[test]
fn only_rungs_count_circulars() {
    let one = (1, "CIRCULARS");
    check_closes("L-CIRC", 1, "CIRCULARS", "的截止日不能以通报期数计算");
    check_closes("L-STRIKE", 1, "CIRCULARS", "的截止日不能以通报期数计算");
    check_window("L-ESC-CRITICISM", one, one, "的起始日不能以通报期数计算");
    check_closes("L-ESC-CRITICISM", 2, "CIRCULARS", "ok");
}

#[test]
fn rungs_follow_one_another_and_count_from_the_deadline() {
    let after = |below: &str| format!("不晚于前一级（{below}），督办措施应逐级在后");
    check_closes("L-ESC-REMIND-2", -15, "DAYS", &after("首次到期提醒"));
    check_closes("L-ESC-REMIND-3", -8, "DAYS", &after("二次到期提醒"));
    check_closes("L-ESC-INTERVIEW", 1, "DAYS", &after("发督办函"));
    check_closes("L-ESC-RAISE", 10, "DAYS", &after("约谈"));
    check_closes("L-ESC-CRITICISM", 20, "DAYS", "ok");
    let original = json!({ "on": "ORIGINAL_DEADLINE" });
    check(
        "L-ESC-INTERVIEW",
        "start",
        original,
        "应自整改期限届满之日起算",
    );
}

#[test]
fn starts_are_sound() {
    let listed = "列举的起算日不足两个或有重复，请核对";
    check("L-VERIFY", "start", json!({ "on": "DEADLINE" }), "ok");
    check("L-VERIFY", "start", json!({ "earliest_of": [] }), listed);
    check(
        "L-VERIFY",
        "start",
        json!({ "earliest_of": ["DEADLINE"] }),
        listed,
    );
    check(
        "L-VERIFY",
        "start",
        json!({ "each_of": ["DEADLINE", "DEADLINE"] }),
        listed,
    );
    let thrice = json!({ "earliest_of": ["DEADLINE", "LISTED", "DEADLINE"] });
    check("L-VERIFY", "start", thrice, listed);
    let either = json!({ "each_of": ["PERIOD_END", "DEADLINE"] });
    check("L-CIRC", "start", either, "应自报告期末日起算");
}

#[test]
fn a_rule_without_a_source_is_refused() {
    let check = |source, expected| check("L-VERIFY", "source", source, expected);
    let refused = "没有写明来源或来源缺少出处代号，请补充";
    check(json!({ "kind": "OWN", "text": "沿用默认值" }), "ok");
    check(json!({ "kind": "OWN", "text": " " }), refused);
    check(
        json!({ "kind": "OWN", "text": "沿用默认值", "key": "" }),
        refused,
    );
    check(
        json!({ "kind": "SOURCE", "text": "鄂安〔2010〕20号" }),
        refused,
    );
    check(
        json!({ "kind": "LAW", "text": "安全生产法", "key": "law 70" }),
        refused,
    );
    check(
        json!({ "kind": "LAW", "text": "安全生产法", "key": "LAW" }),
        "ok",
    );
}

#[test]
fn a_field_stands_where_it_belongs_and_nowhere_else() {
    let shares = json!({ "supervised": 100, "others": 20 });
    check("L-RECOG", "most", json!(2), "的“most”不适用，请删去");
    check(
        "L-RECOG",
        "shares",
        shares.clone(),
        "的“shares”不适用，请删去",
    );
    check(
        "L-RECOG",
        "cadence",
        json!("MONTHLY"),
        "的“cadence”不适用，请删去",
    );
    check("L-CIRC", "cadence", json!(null), "的“cadence”缺失，请补充");
    check("L-EXT-TOTAL", "most", json!(null), "的“most”缺失，请补充");
    check(
        "L-EXT-TOTAL",
        "most",
        json!(0),
        "的“most”为0，应在1至10之间",
    );
    check(
        "L-EXT-TOTAL",
        "most",
        json!(11),
        "的“most”为11，应在1至10之间",
    );
    check("L-LOOK", "shares", json!(null), "ok");
    check("L-LOOK", "shares", shares, "ok");
}
