//! The same thing twice: on the list, from a platform, merged in a circle. It is noticed whether the first was long ago or
//! waits at the same moment.

use xiaohao_core::acts::{Report, SourceRecord};
use xiaohao_core::values::{
    Basis, ClauseStatus, HazardId, ResearchBasis, Source, StandardBasis, StandardParts,
    TownshipCode, Validity,
};
use xiaohao_core::{Refusal, Status};
use xiaohao_ledger::{Deed, Outcome, Submission};
use xiaohao_tests::office::{Kind, codes, done, refused};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    the_same_unit_place_and_basis_is_listed_once
    of_two_alike_that_are_listed_in_one_moment_the_second_is_refused
    what_is_reported_and_listed_in_one_moment_is_compared_with_the_list
    what_left_the_list_in_this_moment_stands_in_nobodys_way
    another_basis_unit_place_or_township_is_another_hazard
    a_platforms_record_is_reported_once
    of_two_reports_of_one_record_in_one_moment_the_second_is_refused
    nothing_is_merged_into_what_is_merged
    two_that_are_merged_into_each_other_in_one_moment_do_not_both_vanish
    what_was_assigned_is_merged_only_where_the_same_unit_had_an_order
}

/// A report of the very same thing each time.
fn alike() -> Report {
    sample::report()
}

/// The same clause as another clerk writes it down.
fn basis_in_other_words() -> Basis {
    Basis::Standard(
        StandardBasis::new(StandardParts {
            name: sample::line("《工贸企业重大事故隐患判定标准》"),
            document_no: sample::line("应急管理部令第10号"),
            version: None,
            clause: Some(sample::line("第十一条第（四）项")),
            quote: Some(sample::prose("干式除尘系统未规范设置锁气卸灰装置的。")),
            in_force: Validity::new(date("2023-05-15"), None).unwrap(),
            clause_status: ClauseStatus::OwnKnowledge,
        })
        .unwrap(),
    )
}

async fn report(office: &Office, says: Report) -> HazardId {
    let report = office.reporting(&inspector(), says);
    office::subject(&office.do_now(&report).await)
}

async fn listing(office: &Office, id: HazardId) -> Submission {
    but(office.saying(&clerk(), id, sample::list()).await, |sent| {
        sent.expected_version = Some(1);
    })
}

/// The second of two is refused because of the first, which is on the list.
async fn check_double(office: &Office, first: HazardId, second: Outcome) {
    let number = *office.hazard(first).await.number().unwrap();
    let double = Refusal::OpenDuplicate { number };
    assert_eq!(refused(second).refusals, double.into());
}

async fn the_same_unit_place_and_basis_is_listed_once(on: Kind) {
    let office = Office::on(on).await;
    let (first, second) = (
        report(&office, alike()).await,
        report(&office, alike()).await,
    );
    office.do_now(&listing(&office, first).await).await;
    let list = listing(&office, second).await;
    check_double(&office, first, office.execute(&list).await).await;
    // However the clause is quoted, and however far that was checked.
    let in_other_words = but(sample::list(), |says| {
        says.basis = basis_in_other_words();
    });
    assert_ne!(in_other_words.basis, sample::basis());
    let quoted = but(
        office.saying(&clerk(), second, in_other_words).await,
        |sent| {
            sent.expected_version = Some(1);
        },
    );
    check_double(&office, first, office.execute(&quoted).await).await;
    // For as long as the first is not struck off.
    office.advance(&[first], Status::Verified).await;
    check_double(&office, first, office.execute(&list).await).await;
    let waived = but(sample::list(), |says| {
        says.duplicate_waiver = Some(sample::prose("另一处管道。"));
    });
    let third = report(&office, alike()).await;
    office.act(&clerk(), third, waived).await;
    office
        .act(&clerk(), third, sample::propose_annulment())
        .await;
    office.act(&approver(), third, sample::annul()).await;
    office.advance(&[first], Status::Closed).await;
    office.do_now(&list).await;
    office.audit().await;
}

async fn of_two_alike_that_are_listed_in_one_moment_the_second_is_refused(on: Kind) {
    let office = Office::on(on).await;
    let (first, second) = (
        report(&office, alike()).await,
        report(&office, alike()).await,
    );
    let batch = [
        listing(&office, first).await,
        listing(&office, second).await,
    ];
    let [one, other] = office.at_once(&batch).await.try_into().unwrap();
    done(one);
    check_double(&office, first, other).await;
}

async fn what_is_reported_and_listed_in_one_moment_is_compared_with_the_list(on: Kind) {
    let office = Office::on(on).await;
    let first = report(&office, alike()).await;
    office.do_now(&listing(&office, first).await).await;
    let report = office.reporting(&inspector(), alike());
    let Deed::Hazard { id: second, .. } = report.deed else {
        panic!("a hazard is reported");
    };
    let batch = [report, listing(&office, second).await];
    let [reported, listed] = office.at_once(&batch).await.try_into().unwrap();
    done(reported);
    check_double(&office, first, listed).await;
}

async fn what_left_the_list_in_this_moment_stands_in_nobodys_way(on: Kind) {
    let office = Office::on(on).await;
    let (first, second) = (
        report(&office, alike()).await,
        report(&office, alike()).await,
    );
    office.do_now(&listing(&office, first).await).await;
    let other = office.hazard_at(Status::Listed).await;
    let merge = but(sample::merge(), |says| says.into = other);
    let batch = [
        office.saying(&clerk(), first, merge).await,
        listing(&office, second).await,
    ];
    for outcome in office.at_once(&batch).await {
        done(outcome);
    }
    office.audit().await;
}

async fn another_basis_unit_place_or_township_is_another_hazard(on: Kind) {
    let office = Office::on(on).await;
    let first = report(&office, alike()).await;
    office.do_now(&listing(&office, first).await).await;
    let township = but(alike(), |says| {
        says.township = TownshipCode::parse("431123102").unwrap();
    });
    let place = but(alike(), |says| says.place = sample::line("砂光车间"));
    let basis = but(sample::list(), |says| {
        says.basis = Basis::Research(ResearchBasis::new(
            sample::line("双安委会纪〔2026〕3号"),
            date("2026-03-01"),
            sample::prose("研究认定为重大隐患。"),
        ));
    });
    let unit = but(sample::list(), |says| says.holder = sample::holder(MARKET));
    for (reported, says) in [
        (township, sample::list()),
        (place, sample::list()),
        (alike(), basis),
        (alike(), unit),
    ] {
        let id = report(&office, reported).await;
        office.act(&clerk(), id, says).await;
    }
    office.audit().await;
}

/// What a platform pushes.
fn pushed(system: &str, id: &str) -> Report {
    but(sample::report(), |says| {
        says.source = Source::Platform;
        says.source_record = Some(SourceRecord {
            system: sample::line(system),
            id: sample::line(id),
        });
    })
}

async fn a_platforms_record_is_reported_once(on: Kind) {
    let office = Office::on(on).await;
    let push = |system, id| office.reporting(&platform(), pushed(system, id));
    let first = office.do_now(&push("监管平台", "A-1")).await;
    let clue = office.hazard(office::subject(&first)).await.file().clue;
    let known = Refusal::SourceRecordKnown { clue };
    let again = office.refuse(&push("监管平台", "A-1")).await;
    assert_eq!(again.refusals, known.clone().into());
    for (system, id) in [
        ("监管平台", "A-2"),
        ("消防平台", "A-1"),
        ("监管平台", "a-1"),
    ] {
        office.do_now(&push(system, id)).await;
    }
    // Also when nothing came of the first.
    let id = office::subject(&first);
    office.act(&clerk(), id, sample::reject()).await;
    let again = office.refuse(&push("监管平台", "A-1")).await;
    assert_eq!(again.refusals, known.into());
}

async fn of_two_reports_of_one_record_in_one_moment_the_second_is_refused(on: Kind) {
    let office = Office::on(on).await;
    let push = || office.reporting(&platform(), pushed("监管平台", "A-1"));
    let [first, second] = office.at_once(&[push(), push()]).await.try_into().unwrap();
    let id = office::subject(&done(first));
    let clue = office.hazard(id).await.file().clue;
    let known = Refusal::SourceRecordKnown { clue };
    assert_eq!(refused(second).refusals, known.into());
}

async fn merging(office: &Office, from: HazardId, into: HazardId) -> Submission {
    let merge = but(sample::merge(), |says| says.into = into);
    office.saying(&clerk(), from, merge).await
}

async fn nothing_is_merged_into_what_is_merged(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(4).await;
    office.advance(&hazards, Status::Listed).await;
    let [goes_on, gone, second, third] = hazards.try_into().unwrap();
    let late = merging(&office, second, gone).await;
    let batch = [merging(&office, gone, goes_on).await, late.clone()];
    let [merged, too_late] = office.at_once(&batch).await.try_into().unwrap();
    done(merged);
    assert_eq!(codes(&refused(too_late)), ["MERGE_TARGET_MERGED"]);
    assert_eq!(codes(&office.refuse(&late).await), ["MERGE_TARGET_MERGED"]);
    office.do_now(&merging(&office, third, goes_on).await).await;
    let nowhere = merging(&office, goes_on, office.new_hazard()).await;
    assert_eq!(
        codes(&office.refuse(&nowhere).await),
        ["MERGE_TARGET_UNKNOWN"]
    );
}

async fn two_that_are_merged_into_each_other_in_one_moment_do_not_both_vanish(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(2).await;
    office.advance(&hazards, Status::Listed).await;
    let [one, other] = hazards.try_into().unwrap();
    let batch = [
        merging(&office, one, other).await,
        merging(&office, other, one).await,
    ];
    let outcomes = office.at_once(&batch).await;
    let [merged, refusal] = outcomes.try_into().unwrap();
    done(merged);
    assert_eq!(codes(&refused(refusal)), ["MERGE_TARGET_MERGED"]);
    assert_eq!(office.hazard(other).await.status(), Status::Listed);
}

async fn what_was_assigned_is_merged_only_where_the_same_unit_had_an_order(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(3).await;
    office.advance(&hazards[..2], Status::Rectifying).await;
    office.advance(&hazards[2..], Status::Listed).await;
    let [one, other, unassigned] = hazards.try_into().unwrap();
    let lost = merging(&office, one, unassigned).await;
    assert_eq!(codes(&office.refuse(&lost).await), ["MERGE_LOSES_ORDER"]);
    let merged = [
        merging(&office, unassigned, one).await,
        merging(&office, one, other).await,
    ];
    for outcome in office.at_once(&merged).await {
        done(outcome);
    }
}
