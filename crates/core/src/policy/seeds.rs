//! The shipped policies, tried on dates: the goldens of spec §2.3.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::calendar::tests::{date, shipped as calendar};

pub(super) fn policy(id: &str) -> Policy {
    serde_json::from_value(file(id)).expect("a sound policy")
}

fn file(id: &str) -> Value {
    let json = match id {
        "shuangpai" => include_str!("../../../../seeds/policy/shuangpai.json"),
        "qingdao" => include_str!("../../../../seeds/policy/qingdao.json"),
        "hubei" => include_str!("../../../../seeds/policy/hubei.json"),
        _ => panic!("no policy {id}"),
    };
    serde_json::from_str(json).expect("JSON")
}

/// The default policy with one field of one rule replaced.
pub(super) fn changed(limit: Limit, field: &str, value: Value) -> Policy {
    let mut file = file("shuangpai");
    let rules = file["rules"].as_array_mut().expect("rules");
    let rule = rules
        .iter_mut()
        .find(|rule| rule["limit"] == limit.code())
        .expect("rule");
    rule[field] = value;
    serde_json::from_value(file).expect("a sound policy")
}

fn days(amount: i32) -> Value {
    json!({ "closes": { "amount": amount, "unit": "DAYS" } })
}

#[test]
fn each_limit_ends_on_the_day_the_spec_gives() {
    #[track_caller]
    fn check(given: &str, expected: &str) {
        let [limit, anchor, anchor_on] = given.split(' ').collect::<Vec<_>>()[..] else {
            panic!("limit, anchor and date");
        };
        let limit = serde_json::from_value(json!(limit)).expect("a limit");
        let anchor = serde_json::from_value(json!(anchor)).expect("an anchor");
        let due = policy("shuangpai").due(limit, &[(anchor, date(anchor_on))], &calendar());
        assert_eq!(due.expect("computed").on, date(expected), "{limit:?}");
    }
    check("L-RECOG REPORTED 2026-09-24", "2026-09-30");
    check("L-ASSIGN LISTED 2026-06-15", "2026-06-18");
    check("L-SIGN ASSIGNED 2026-06-18", "2026-06-23"); // over 端午节
    check("L-PLAN ACKNOWLEDGED 2026-06-19", "2026-07-03");
    check("L-PROGRESS PERIOD_END 2026-02-28", "2026-02-28");
    check("L-CAP ASSIGNED 2026-06-18", "2027-06-18");
    check("L-CAMPAIGN CAMPAIGN_START 2025-11-30", "2026-02-28");
    check("L-CAMPAIGN CAMPAIGN_START 2026-03-01", "2026-06-01");
    check("L-EXT-APPLY DEADLINE 2026-09-30", "2026-09-09");
    check("L-EXT-APPLY DEADLINE 2026-10-31", "2026-10-12");
    check("L-EXT-DECIDE EXTENSION_REQUESTED 2026-09-28", "2026-10-16");
    check("L-EXT-TOTAL ORIGINAL_DEADLINE 2026-10-31", "2027-04-29");
    check("L-VERIFY VERIFICATION_APPLIED 2026-09-10", "2026-09-20");
    check("L-STRIKE VERIFICATION_PASSED 2026-02-13", "2026-02-25");
    check("L-PUBLISH LISTED 2026-06-15", "2026-06-23");
    check("L-PUBLISH STRUCK_OFF 2025-12-31", "2026-01-08");
    check("L-CIRC PERIOD_END 2026-10-31", "2026-11-10");
    check("L-CIRC PERIOD_END 2026-12-31", "2027-01-10");
    check("L-LOOK STRUCK_OFF 2026-11-30", "2027-02-28");
    check("L-REFER-DECIDE SUSPECTED_CRIME 2026-09-30", "2026-10-03");
    check("L-REFER-TRANSFER REFERRAL_DECIDED 2026-10-03", "2026-10-04");
    check("L-POWER-CUT POWER_CUT_NOTICED 2026-09-30", "2026-10-01");
    check("L-BACKDATE OCCURRED 2026-11-20", "2026-11-23");
    check("L-STAT-Q QUARTER_END 2026-09-30", "2026-10-15");
    check("L-STAT-Y YEAR_END 2026-12-31", "2027-01-31");
    check("L-STAT-Y YEAR_END 2026-01-31", "2026-02-28"); // clamped
}

#[test]
fn the_ladder_runs_from_the_first_reminder_to_the_next_level() {
    #[track_caller]
    fn check(deadline: &str, expected: [&str; 7]) {
        let anchors = [(Anchor::Deadline, date(deadline))];
        let dates = Limit::LADDER.map(|rung| {
            let due = policy("shuangpai").due(rung, &anchors, &calendar());
            due.expect("computed").on.to_string()
        });
        assert_eq!(dates, expected, "{deadline}");
    }
    check(
        "2026-09-15",
        [
            "2026-08-31",
            "2026-09-08",
            "2026-09-14",
            "2026-09-16",
            "2026-09-25",
            "2026-10-10",
            "2026-10-15",
        ],
    );
    // Overdue from the first day of October: in the circular on October.
    check(
        "2026-09-30",
        [
            "2026-09-15",
            "2026-09-23",
            "2026-09-29",
            "2026-10-01",
            "2026-10-10",
            "2026-11-10",
            "2026-10-30",
        ],
    );
}

#[test]
fn a_half_monthly_circular_is_a_matter_of_data() {
    #[track_caller]
    fn check(amount: i32, expected: &str) {
        let mut file = file("shuangpai");
        let rules = file["rules"].as_array_mut().expect("rules");
        for rule in rules {
            if rule["limit"] == "L-CIRC" {
                rule["cadence"] = json!("HALF_MONTHLY");
                rule["window"] = days(5);
            } else if rule["limit"] == "L-ESC-CRITICISM" {
                rule["window"]["closes"]["amount"] = json!(amount);
            }
        }
        let policy: Policy = serde_json::from_value(file).expect("a sound policy");
        assert_eq!(policy.circulation_cadence(), Cadence::HalfMonthly);
        let deadline = [(Anchor::Deadline, date("2026-09-14"))];
        let due = policy
            .due(Limit::Criticism, &deadline, &calendar())
            .expect("computed");
        assert_eq!(due.on, date(expected));
    }
    check(1, "2026-09-20");
    check(2, "2026-10-05");
    check(3, "2026-10-20");
}

#[test]
fn the_same_hazard_gets_other_dates_by_data_alone() {
    #[track_caller]
    fn check(id: &str, last_day_to_ask: &str, longest_deadline: &str) {
        let (policy, calendar) = (policy(id), calendar());
        let anchors = [
            (Anchor::Assigned, date("2024-02-01")),
            (Anchor::Deadline, date("2026-09-30")),
        ];
        let due = |limit| policy.due(limit, &anchors, &calendar).expect("computed").on;
        assert_eq!(
            due(Limit::ExtensionApplication),
            date(last_day_to_ask),
            "{id}"
        );
        assert_eq!(due(Limit::DeadlineCap), date(longest_deadline), "{id}");
        assert_eq!(due(Limit::Verification), date("2026-10-10"), "{id}");
    }
    check("shuangpai", "2026-09-09", "2025-01-31"); // 365 days; 2024 has 366
    check("qingdao", "2026-09-02", "2025-02-01"); // 12 months
    check("hubei", "2026-09-09", "2025-01-31");
    // Coal mines: 20 days to verify (煤矿安全生产条例 art. 48).
    let coal = changed(Limit::Verification, "window", days(20));
    let deadline = [(Anchor::Deadline, date("2026-09-30"))];
    let due = coal
        .due(Limit::Verification, &deadline, &calendar())
        .expect("computed");
    assert_eq!(due.on, date("2026-10-20"));
}

#[test]
fn the_default_carries_what_is_not_a_date() {
    let policy = policy("shuangpai");
    assert_eq!(policy.reference().to_string(), "shuangpai.1");
    assert_eq!(policy.extensions_most(), 2);
    assert_eq!(policy.progress_cadence(), Cadence::Monthly);
    assert_eq!(policy.circulation_cadence(), Cadence::Monthly);
    assert_eq!(policy.rule(Limit::DeadlineCap).effect(), Effect::Warn);
    assert_eq!(
        policy.rule(Limit::ExtensionApplication).effect(),
        Effect::Refuse
    );
    assert_eq!(policy.rules().count(), Limit::ALL.len());
}

#[test]
fn a_place_departs_from_the_default_only_where_its_source_says_so() {
    #[track_caller]
    fn check(id: &str, own: &[Limit]) {
        let (default, local) = (policy("shuangpai"), policy(id));
        for rule in local.rules() {
            let limit = rule.limit();
            if own.contains(&limit) {
                assert_eq!(rule.source().kind, SourceKind::Source, "{id} {limit:?}");
                continue;
            }
            let mut kept = default.rule(limit).clone();
            let national = rule.source() == default.rule(limit).source();
            if !national {
                assert_eq!(rule.source().kind, SourceKind::Own, "{id} {limit:?}");
                assert!(
                    rule.source().text.starts_with("沿用默认值"),
                    "{id} {limit:?}"
                );
            }
            kept.source = rule.source().clone();
            assert_eq!(rule, &kept, "{id} {limit:?}");
        }
    }
    use Limit::{
        Assignment, DeadlineCap, ExtensionApplication, ExtensionDecision, Publication, Verification,
    };
    check(
        "qingdao",
        &[
            Assignment,
            DeadlineCap,
            ExtensionApplication,
            ExtensionDecision,
            Publication,
        ],
    );
    check("hubei", &[Verification]);
}

#[test]
fn every_source_key_is_one_of_the_reference_list() {
    const KEYS: [&str; 7] = ["HUB", "JY", "LAW", "QD", "SEED", "XX54", "YHPC"];
    for id in ["shuangpai", "qingdao", "hubei"] {
        for rule in policy(id).rules() {
            let key = rule.source().key.as_deref();
            assert!(
                key.is_none_or(|key| KEYS.contains(&key)),
                "{id} {:?}",
                rule.limit()
            );
        }
    }
}

proptest! {
    #[test]
    fn asking_on_the_last_day_leaves_the_working_days_the_rule_wants(n in 0..760_u64) {
        let calendar = calendar();
        let deadline_on = date("2024-03-01") + chrono::Days::new(n);
        for (id, wanted) in [("shuangpai", 15), ("qingdao", 20)] {
            let anchors = [(Anchor::Deadline, deadline_on)];
            let due = policy(id).due(Limit::ExtensionApplication, &anchors, &calendar)?;
            prop_assert!(calendar.day(due.on)?.is_working());
            // The working days from the last day up to the one before the deadline.
            let eve = deadline_on.pred_opt().expect("a date");
            prop_assert_eq!(calendar.between(due.on, eve)? + 1, wanted);
        }
    }

    #[test]
    fn a_later_start_is_never_due_earlier(n in 0..700_u64, more in 0..60_u64) {
        let (policy, calendar) = (policy("shuangpai"), calendar());
        let earlier = date("2024-03-01") + chrono::Days::new(n);
        let later = earlier + chrono::Days::new(more);
        for limit in Limit::ALL {
            let due = |on| {
                let [anchor, ..] = policy.rule(*limit).start().anchors() else { unreachable!() };
                policy.due(*limit, &[(*anchor, on)], &calendar).map(|due| due.on)
            };
            prop_assert!(due(earlier)? <= due(later)?, "{:?}", limit);
        }
    }
}
