//! Who must do what next, and by when.

use xiaohao_core::acts::EscalationGround;
use xiaohao_core::duties::{Due, Duty, duties};
use xiaohao_core::values::{EscalationKind, SupervisionLevel};
use xiaohao_core::{Act, Actor, Status, acts};
use xiaohao_tests::{
    Case, approver, calendar, clerk, date, factory, inspector, lead, market, policy, sample,
    second_clerk, signer, town_inspector,
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
    // A period that has passed without an entry is late until the next one.
    check(case.on("2026-06-03"), &["报告整改进展 2026-05-31!", work]);
    case.step(&factory(), sample::progress(60));
    check(&case, &[work]);
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
    let (overdue, inspect) = ("完成整改并申请验收 2026-06-30!", "到期核查 2026-07-10");
    let (criticism, raise) = ("通报批评 2026-08-10", "提级挂牌督办 2026-07-30");
    check(
        case.on("2026-07-01"),
        &[plan, overdue, "发督办函 2026-07-01", inspect, criticism],
    );
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::SupervisionLetter, EscalationGround::Overdue),
    );
    check(
        case.on("2026-07-10"),
        &[plan, overdue, inspect, "约谈 2026-07-10", criticism],
    );
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::Interview, EscalationGround::Overdue),
    );
    check(
        case.on("2026-07-30"),
        &[plan, overdue, "到期核查 2026-07-10!", raise, criticism],
    );
    case.step(
        &signer(),
        sample::supervise_from_above(SupervisionLevel::City),
    );
    check(
        case.on("2026-08-10"),
        &[plan, overdue, "到期核查 2026-07-10!", criticism],
    );
    case.publish_circulars();
    let says = case.fitting(Act::MentionInCircular, &approver());
    case.step(&approver(), says);
    check(&case, &[plan, overdue, "到期核查 2026-07-10!"]);
}

/// The duties of the ladder alone.
fn rungs(case: &Case) -> Vec<String> {
    let ladder = ["提醒", "督办函", "约谈", "通报批评", "提级"];
    let mut told = told(case);
    told.retain(|duty| ladder.iter().any(|rung| duty.contains(rung)));
    told
}

fn escalated(case: &mut Case, kind: EscalationKind) {
    case.step(&clerk(), sample::escalate(kind, EscalationGround::Overdue));
}

#[test]
fn what_was_done_since_the_deadline_passed_need_not_be_done_again_on_its_day() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-03");
    for kind in [
        EscalationKind::SupervisionLetter,
        EscalationKind::Interview,
        EscalationKind::PublicCriticism,
    ] {
        escalated(&mut case, kind);
    }
    case.on("2026-08-20");
    assert_eq!(rungs(&case), ["提级挂牌督办 2026-07-30!"]);
    // Who was under no supervision before is raised by the county's own.
    case.step(&signer(), sample::supervise());
    assert_eq!(rungs(&case), [""; 0]);
}

#[test]
fn a_reminder_comes_before_the_deadline_or_never() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-06-30");
    let reminders = [
        "首次到期提醒 2026-06-15!",
        "二次到期提醒 2026-06-23!",
        "末次到期提醒 2026-06-29!",
    ];
    assert_eq!(rungs(&case), reminders);
    case.on("2026-07-01");
    assert_eq!(rungs(&case), ["发督办函 2026-07-01", "通报批评 2026-08-10"]);
}

#[test]
fn an_order_that_comes_back_after_the_deadline_does_not_end_the_ladder() {
    let mut case = Case::at(Status::Acknowledged);
    case.on("2026-07-10");
    let ladder = rungs(&case);
    assert_eq!(ladder.len(), 3, "{ladder:?}");
    let mut says = sample::reassign(date("2026-06-30"));
    says.terms.plan_due_on = case.today;
    case.step(&approver(), says);
    case.step(&market(), sample::return_assignment());
    assert_eq!(case.status(), Status::Listed);
    assert_eq!(rungs(&case), ladder);
    // Before the deadline whoever must rectify is reminded, and nobody must.
    assert!(rungs(&Case::at(Status::Listed)).is_empty());
}

#[test]
fn who_applies_too_late_stays_overdue_and_the_ladder_goes_on() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-03");
    case.step(&factory(), sample::apply(60));
    case.on("2026-07-10");
    let ladder = [
        "发督办函 2026-07-01!",
        "约谈 2026-07-10",
        "通报批评 2026-08-10",
    ];
    assert_eq!(rungs(&case), ladder);
    // What fails after the deadline was looked at: nobody inspects it for having passed.
    case.step(&inspector(), sample::fail(case.today, 70));
    assert!(!has(&case, "到期核查"), "{:?}", told(&case));
    assert_eq!(rungs(&case), ladder);
}

#[test]
fn who_applied_in_time_is_pressed_from_the_day_on_which_that_came_to_nothing() {
    let in_time = |until| {
        let mut case = Case::at(Status::Rectifying);
        case.on("2026-06-30");
        case.step(&factory(), sample::apply(60));
        case.on(until);
        assert_eq!(rungs(&case), [""; 0]);
        case
    };
    let mut failed = in_time("2026-07-10");
    failed.step(&inspector(), sample::fail(failed.today, 70));
    let ladder = [
        "发督办函 2026-07-10",
        "约谈 2026-07-10",
        "通报批评 2026-08-10",
    ];
    assert_eq!(rungs(&failed), ladder);
    assert!(!has(&failed, "到期核查"), "{:?}", told(&failed));
    let mut withdrawn = in_time("2026-09-01");
    withdrawn.step(&factory(), sample::withdraw());
    assert!(
        rungs(&withdrawn)
            .iter()
            .all(|duty| duty.ends_with(" 2026-09-01"))
    );
    assert!(
        has(&withdrawn, "到期核查 2026-09-01"),
        "{:?}",
        told(&withdrawn)
    );
    let mut duties = open(&withdrawn).into_iter();
    let letter = duties.find(|duty| duty.what.name() == "发督办函");
    insta::assert_snapshot!(letter.unwrap());
    // Nothing could be entered while the application waited.
    assert!(!has(&withdrawn, "报告整改进展"), "{:?}", told(&withdrawn));
    withdrawn.on("2026-10-01");
    assert!(
        has(&withdrawn, "报告整改进展 2026-10-31"),
        "{:?}",
        told(&withdrawn)
    );
}

/// Whether a duty begins like this.
fn has(case: &Case, begins: &str) -> bool {
    told(case).iter().any(|duty| duty.starts_with(begins))
}

#[test]
fn each_deadline_that_passes_is_inspected() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&factory(), sample::request_extension(date("2026-07-31")));
    case.on("2026-07-02");
    case.step(&clerk(), sample::inspect_at_expiry(case.today, 60));
    case.step(&approver(), sample::grant_extension(date("2026-07-31")));
    case.on("2026-07-31");
    assert!(!has(&case, "到期核查"), "{:?}", told(&case));
    case.on("2026-08-01");
    assert!(
        told(&case).contains(&"到期核查 2026-08-10".to_owned()),
        "{:?}",
        told(&case)
    );
}

#[test]
fn a_second_failed_round_is_followed_by_an_interview_at_once() {
    let mut case = Case::at(Status::Rectifying);
    for photo in [60, 80] {
        assert_eq!(rungs(&case), [""; 0]);
        case.step(&factory(), sample::apply(photo));
        case.step(&inspector(), sample::fail(case.today, photo + 10));
    }
    let told = open(&case)
        .into_iter()
        .find(|duty| duty.what.name() == "约谈");
    insta::assert_snapshot!(told.unwrap());
    case.step(&factory(), sample::apply(100));
    assert_eq!(rungs(&case), [format!("约谈 {}", case.today)]);
    case.step(
        &clerk(),
        sample::escalate(EscalationKind::Interview, EscalationGround::FailedTwice),
    );
    assert_eq!(rungs(&case), [""; 0]);
}

#[test]
fn what_a_team_has_set_for_its_findings_is_due_until_the_next_application() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&factory(), sample::apply(60));
    let mut fails = sample::fail(case.today, 70);
    fails.again_by = Some(date("2026-04-15"));
    case.step(&inspector(), fails);
    let (again, work) = (
        "限期再整改并申请验收 2026-04-15",
        "完成整改并申请验收 2026-06-30",
    );
    check(&case, &[again, work]);
    check(
        case.on("2026-04-16"),
        &[
            "限期再整改并申请验收 2026-04-15!",
            "报告整改进展 2026-04-30",
            work,
        ],
    );
    case.step(&factory(), sample::apply(80));
    check(&case, &["验收 2026-04-26"]);
    case.step(&factory(), sample::withdraw());
    assert!(has(&case, "限期再整改"), "{:?}", told(&case));
    // A round in which nobody sets a day ends it, and so does another plan, be it of the same day.
    case.step(&factory(), sample::apply(80));
    case.step(&inspector(), sample::fail(case.today, 90));
    assert!(!has(&case, "限期再整改"), "{:?}", told(&case));
    case.step(&factory(), sample::apply(84));
    let mut fails = sample::fail(case.today, 94);
    fails.again_by = Some(date("2026-05-15"));
    case.step(&inspector(), fails);
    assert!(has(&case, "限期再整改"), "{:?}", told(&case));
    case.step(&approver(), sample::reassign(date("2026-06-30")));
    case.step(&market(), sample::acknowledge(case.today));
    case.step(&market(), sample::plan(date("2026-06-20")));
    assert!(!has(&case, "限期再整改"), "{:?}", told(&case));
}

#[test]
fn a_stop_is_to_be_lifted_once_what_it_was_for_is_verified_or_was_not_so() {
    let mut case = Case::at(Status::Rectifying);
    case.step(&lead(), sample::suspend());
    assert!(!told(&case).iter().any(|duty| duty.starts_with("恢复生产")));
    case.step(&factory(), sample::apply(60));
    case.step(&inspector(), sample::pass(case.today, 70));
    check(&case, &["销号 2026-03-18", "恢复生产 2026-03-24"]);
    let resume = open(&case).remove(1);
    insta::assert_snapshot!(resume);
    assert!(resume.falls_to(&lead(), case.hazard(), &case.county));
    case.step(&lead(), sample::resume());
    check(&case, &["销号 2026-03-18"]);

    let mut case = Case::at(Status::Reported);
    case.step(&lead(), sample::suspend());
    let mut another = sample::suspend();
    another.decision = sample::line("双应急现决〔2026〕7号");
    case.step(&lead(), another);
    case.step(&clerk(), sample::reject());
    let at_once = format!("恢复生产 {}", case.today);
    check(&case, &[&at_once]);
    case.pass_days(1);
    case.step(&lead(), sample::resume());
    check(&case, &[&format!("{at_once}!")]);
    let mut resume = sample::resume();
    resume.decision = sample::line("双应急现决〔2026〕7号");
    case.step(&lead(), resume);
    check(&case, &[]);

    let mut case = Case::at(Status::Listed);
    case.step(&lead(), sample::suspend());
    case.step(&clerk(), sample::propose_annulment());
    case.step(&second_clerk(), sample::annul());
    check(&case, &[&format!("恢复生产 {}", case.today)]);
}

#[test]
fn what_is_supervised_is_assigned_by_the_commission() {
    let mut case = Case::at(Status::Listed);
    let to_assign =
        |case: &Case, who: &Actor| open(case)[0].falls_to(who, case.hazard(), &case.county);
    assert!(to_assign(&case, &approver()) && to_assign(&case, &signer()));
    case.step(&signer(), sample::supervise());
    assert!(!to_assign(&case, &approver()) && to_assign(&case, &signer()));
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
    case.step(&market(), sample::answer_further(case.today));
    check(&case, &["审批延期 2026-03-27", work]);
}

#[test]
fn verification_is_due_from_the_application_or_the_deadline_whichever_is_first() {
    let mut case = Case::at(Status::Rectifying);
    case.on("2026-07-20");
    case.step(&factory(), sample::apply(60));
    assert!(
        told(&case).contains(&"验收 2026-07-10!".to_owned()),
        "{:?}",
        told(&case)
    );
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
    let says = case.fitting(Act::InspectAtExpiry, &clerk());
    case.step(&clerk(), says);
    assert!(
        !told(&case).iter().any(|duty| duty.starts_with("到期核查")),
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
