//! Who must do what next, and by when.

use xiaohao_core::acts::EscalationGround;
use xiaohao_core::duties::{Due, Duty, duties};
use xiaohao_core::values::{EscalationKind, SupervisionLevel};
use xiaohao_core::{Status, acts};
use xiaohao_tests::{
    Case, approver, calendar, clerk, date, factory, policy, sample, signer, town_inspector,
};

fn open(case: &Case) -> Vec<Duty> {
    duties(case.hazard(), &case.county, case.today)
}

/// The open duties as `what by when`, a late one with `!`.
fn told(case: &Case) -> Vec<String> {
    let line = |duty: &Duty| {
        let by = duty
            .due
            .as_ref()
            .map_or("?".to_owned(), |due| due.on().to_string());
        let late = if duty.is_late(case.today) { "!" } else { "" };
        format!("{} {by}{late}", duty.what.name())
    };
    open(case).iter().map(line).collect()
}

fn check(case: &Case, expected: &[&str]) {
    assert_eq!(
        told(case),
        expected,
        "{:?} on {}",
        case.status(),
        case.today
    );
}

#[test]
fn each_state_has_its_duty() {
    check(&Case::at(Status::Reported), &["研判认定 2026-03-05"]);
    check(&Case::at(Status::Listed), &["交办 2026-03-10"]);
    check(
        &Case::at(Status::Assigned),
        &["签收 2026-03-10", "完成整改并申请验收 2026-06-30"],
    );
    let plan = ["报送整改方案 2026-04-10", "完成整改并申请验收 2026-06-30"];
    check(&Case::at(Status::Acknowledged), &plan);
    check(
        &Case::at(Status::Rectifying),
        &["完成整改并申请验收 2026-06-30"],
    );
    check(
        &Case::at(Status::AwaitingVerification),
        &["验收 2026-03-27"],
    );
    check(&Case::at(Status::Verified), &["销号 2026-03-25"]);
    check(
        &Case::at(Status::Closed),
        &["印发通报 2026-04-10", "回头看 2026-06-23"],
    );
    check(&Case::at(Status::Circulated), &["回头看 2026-06-23"]);
    for off in Status::ALL.iter().filter(|status| status.is_off_list()) {
        check(&Case::at(*off), &[]);
    }
}

#[test]
fn a_duty_is_late_the_day_after_and_not_on_its_day() {
    let mut case = Case::at(Status::Reported);
    check(case.on("2026-03-05"), &["研判认定 2026-03-05"]);
    check(case.on("2026-03-06"), &["研判认定 2026-03-05!"]);
}

#[test]
fn progress_is_due_once_in_each_period() {
    let mut case = Case::at(Status::Rectifying);
    let (progress, work) = ("报告整改进展 2026-04-30", "完成整改并申请验收 2026-06-30");
    check(case.on("2026-03-31"), &[work]);
    check(case.on("2026-04-01"), &[progress, work]);
    case.step(&factory(), sample::progress(40));
    check(&case, &[work]);
    check(case.on("2026-05-04"), &["报告整改进展 2026-05-31", work]);
}

#[test]
fn past_the_deadline_the_office_inspects_and_climbs_the_ladder() {
    let mut case = Case::at(Status::Acknowledged);
    let (plan, work) = ("报送整改方案 2026-04-10!", "完成整改并申请验收 2026-06-30");
    check(case.on("2026-06-14"), &[plan, work]);
    // Criticism from before the deadline, and supervision by the county, are no rungs of this ladder.
    case.publish_circulars();
    case.step(&approver(), sample::mention());
    case.step(&signer(), sample::supervise());
    check(&case, &[plan, work]);
    check(
        case.on("2026-06-15"),
        &[plan, "首次到期提醒 2026-06-15", work],
    );
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::Urge, EscalationGround::Reminder),
    );
    check(&case, &[plan, work]);
    check(
        case.on("2026-06-23"),
        &[plan, "二次到期提醒 2026-06-23", work],
    );
    case.on("2026-06-30");
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::Urge, EscalationGround::Reminder),
    );
    check(&case, &[plan, work]);
    let (overdue, inspect) = ("完成整改并申请验收 2026-06-30!", "验收 2026-07-10");
    check(
        case.on("2026-07-01"),
        &[plan, overdue, "发督办函 2026-07-01", inspect],
    );
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::SupervisionLetter, EscalationGround::Overdue),
    );
    check(
        case.on("2026-07-10"),
        &[plan, overdue, inspect, "约谈 2026-07-10"],
    );
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::Interview, EscalationGround::Overdue),
    );
    let (criticism, raise) = ("通报批评 2026-08-10", "提级挂牌督办 2026-07-30");
    check(
        case.on("2026-07-30"),
        &[plan, overdue, "验收 2026-07-10!", raise],
    );
    case.step(
        &signer(),
        sample::supervise_from_above(SupervisionLevel::City),
    );
    check(
        case.on("2026-08-10"),
        &[plan, overdue, "验收 2026-07-10!", criticism],
    );
    case.publish_circulars();
    case.step(&approver(), sample::mention());
    check(&case, &[plan, overdue, "验收 2026-07-10!"]);
}

#[test]
fn an_extension_request_and_a_further_order_wait_for_their_answers() {
    let mut case = Case::at(Status::Rectifying);
    let work = "完成整改并申请验收 2026-06-30";
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    check(&case, &["审批延期 2026-03-27", work]);
    case.step(&approver(), sample::order_further(date("2026-05-10")));
    check(
        &case,
        &["审批延期 2026-03-27", "追加交办办结 2026-05-10", work],
    );
    case.step(&xiaohao_tests::market(), sample::answer_further(case.today));
    check(&case, &["审批延期 2026-03-27", work]);
}

#[test]
fn verification_is_due_from_the_application_or_the_deadline_whichever_is_first() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-20");
    case.step(&factory(), sample::apply(60));
    check(&case, &["验收 2026-07-10!"]);
}

#[test]
fn a_look_back_done_is_no_longer_due() {
    let mut case = Case::at(Status::Circulated);
    case.pass_days(10);
    case.step(
        &town_inspector(),
        sample::look_back(acts::LookBackResult::Holds),
    );
    check(&case, &[]);
}

#[test]
fn the_same_hazard_has_other_dates_in_another_place_by_data_alone() {
    let mut case = Case::at(Status::Rectifying);
    case.county.policy = policy("qingdao");
    let request = sample::request_extension(date("2026-07-31"));
    // Twenty working days before 2026-06-30 in Qingdao, fifteen in Shuangpai.
    case.on("2026-06-01");
    assert!(case.dry_run(&factory(), request.clone()).is_ok());
    case.on("2026-06-02");
    assert_eq!(
        case.refusal_codes(&factory(), request.clone()),
        ["EXTENSION_ASKED_TOO_LATE"]
    );
    case.county.policy = policy("shuangpai");
    case.on("2026-06-08");
    assert!(case.dry_run(&factory(), request.clone()).is_ok());
    case.on("2026-06-09");
    assert_eq!(
        case.refusal_codes(&factory(), request),
        ["EXTENSION_ASKED_TOO_LATE"]
    );
}

#[test]
fn a_date_that_cannot_be_computed_is_told_and_not_guessed() {
    let mut case = Case::at(Status::Reported);
    let only =
        |year: &str| serde_json::from_str(&xiaohao_tests::seed(&format!("calendar/{year}.json")));
    case.county.calendar = xiaohao_core::calendar::Calendar::new([only("2024").unwrap()]).unwrap();
    let [duty] = open(&case).try_into().unwrap();
    assert!(duty.due.is_err());
    assert!(!duty.is_late(date("2030-01-01")));
    assert!(duty.to_string().contains("期限无法计算"), "{duty}");
    case.county.calendar = calendar();
    let [duty] = open(&case).try_into().unwrap();
    assert!(matches!(duty.due, Ok(Due::Computed(_))));
}

#[test]
fn a_duty_says_who_and_what_and_why() {
    let [duty] = open(&Case::at(Status::Reported)).try_into().unwrap();
    insta::assert_snapshot!(duty);
    let duty = open(&Case::at(Status::Acknowledged)).remove(0);
    insta::assert_snapshot!(duty);
}

#[test]
fn what_others_saw_does_not_stand_for_the_units_own_report() {
    let mut case = Case::at(Status::Rectifying);
    let (progress, work) = ("报告整改进展 2026-04-30", "完成整改并申请验收 2026-06-30");
    case.on("2026-04-10");
    case.step(&xiaohao_tests::lead(), sample::progress(40));
    check(&case, &[progress, work]);
    case.step(&factory(), sample::progress(30));
    check(&case, &[work]);
}

#[test]
fn an_inspection_at_expiry_that_was_done_is_no_longer_due() {
    let mut case = Case::at(Status::Acknowledged);
    case.on("2026-07-02");
    case.step(&clerk(), sample::inspect_at_expiry(date("2026-07-02"), 60));
    assert!(
        !told(&case).iter().any(|duty| duty.starts_with("验收")),
        "{:?}",
        told(&case)
    );
}

#[test]
fn an_extension_request_waits_for_its_answer_also_while_verification_does() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    case.step(&factory(), sample::apply(60));
    check(&case, &["验收 2026-03-24", "审批延期 2026-03-27"]);
}
