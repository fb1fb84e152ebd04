//! 个人信息删除: what is erased is told nowhere any more, and everything else is what it was.

use xiaohao_core::acts::Reporter;
use xiaohao_core::order::OrderBody;
use xiaohao_core::upkeep::{ErasePersonalData, ErasureGround, PersonalPlace, UpkeepCommand};
use xiaohao_core::values::{ERASED, HazardId, Phone};
use xiaohao_core::{Actor, Refusal, Status};
use xiaohao_ledger::{After, Deed, Line, Position, Record, Submission};
use xiaohao_tests::office::{Kind, codes, done, replayed};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    what_is_erased_is_told_nowhere_and_every_leaf_is_what_it_was
    life_goes_on_after_an_erasure
    an_erasure_that_is_sent_again_is_done_once
    a_request_whose_data_was_erased_is_known_again
    an_order_is_cited_after_it_was_erased_from
    an_order_is_read_when_one_of_its_lines_was_erased_from
    only_what_may_be_erased_is_erased
    what_waits_behind_an_erasure_does_not_record_it_anew
    a_name_is_found_where_the_viewer_may_see_it
    the_erasure_is_for_the_office_to_see
}

const REPORTER: &str = "某知情人";
const PHONE: &str = "13800138000";

const FOUND_BY: &str = "/event/data/says/found_by";
const CONTACT: &str = "/event/data/says/holder/contact";
const REPORTER_NAME: &str = "/event/data/says/reporter/name";
const REPORTER_PHONE: &str = "/event/data/says/reporter/phone";

/// A clue of somebody who named himself, on a unit with a contact.
fn clue(office: &Office) -> Submission {
    let says = but(sample::report(), |says| {
        says.holder = Some(sample::holder(FACTORY));
        says.reporter = Some(Reporter {
            name: Some(sample::private_name(REPORTER)),
            phone: Some(Phone::new(PHONE).unwrap()),
        });
    });
    office.reporting(&intake(), says)
}

fn erasing(office: &Office, by: &Actor, places: &[(u64, &str)]) -> Submission {
    let place = |(entry, field): &(u64, &str)| PersonalPlace {
        entry: *entry,
        field: sample::line(field),
    };
    let says = ErasePersonalData {
        places: places.iter().map(place).collect(),
        ground: ErasureGround::ConsentWithdrawn,
        reason: sample::prose("依第1号申请。"),
    };
    let command = UpkeepCommand::ErasePersonalData(says);
    office.submission(by, Deed::Ledger { command })
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

/// Everything that readers are told, by whoever sees the most.
async fn told(office: &Office, id: HazardId) -> String {
    let all = office.everything();
    let reader = office.reader();
    let files = reader.files(&all, &[id]).await.unwrap();
    let histories = reader.histories(&all, &[id]).await.unwrap();
    let files = json(&files.values().collect::<Vec<_>>());
    let histories = json(&histories.values().collect::<Vec<_>>());
    format!("{files}{histories}{}", json(&office.lines().await))
}

async fn what_is_erased_is_told_nowhere_and_every_leaf_is_what_it_was(on: Kind) {
    let office = Office::on(on).await;
    let sent = clue(&office);
    let id = office::subject(&office.do_now(&sent).await);
    let before = office.lines().await;
    assert!(told(&office, id).await.contains(PHONE));
    let erase = erasing(
        &office,
        &approver(),
        &[(1, REPORTER_NAME), (1, REPORTER_PHONE), (1, CONTACT)],
    );
    let answer = office.do_now(&erase).await;
    assert_eq!(answer.lines[0].record.event(), "PersonalDataErased");
    assert_eq!(answer.lines[0].position, Position::new(2));
    let now = told(&office, id).await;
    for erased in [REPORTER, PHONE, "联系人甲"] {
        assert!(!now.contains(erased), "{erased} in {now}");
    }
    let hazard = office.hazard(id).await;
    let report = &hazard.file().report;
    let reporter = report.reporter.as_ref().unwrap();
    assert_eq!(reporter.name.as_ref().unwrap().as_str(), ERASED);
    assert!(reporter.phone.as_ref().unwrap().is_erased());
    let holder = report.holder.as_ref().unwrap();
    assert!(holder.contact().unwrap().is_erased());
    // What nobody asked for is there.
    assert_eq!(holder.phone().unwrap().as_str(), "0746-7720000");
    assert_eq!(report.found_by.as_ref().unwrap().as_str(), "检查甲");
    let leaves = |lines: &[Line]| lines.iter().map(|line| line.leaf).collect::<Vec<_>>();
    assert_eq!(leaves(&office.lines().await)[..1], leaves(&before)[..]);
    office.audit().await;
    let again = office.reopened().await;
    if on != Kind::Memory {
        assert!(!told(&again, id).await.contains(PHONE));
    }
}

async fn life_goes_on_after_an_erasure(on: Kind) {
    let office = Office::on(on).await;
    let hazards = [office.hazard_at(Status::Assigned).await];
    for line in office.lines().await {
        let personal = line.record.personal().unwrap();
        for one in personal.iter().filter(|one| one.value == "联系人甲") {
            let place = [(line.position.get(), one.field.as_str())];
            office.do_now(&erasing(&office, &approver(), &place)).await;
        }
    }
    office.advance(&hazards, Status::Closed).await;
    assert!(!told(&office, hazards[0]).await.contains("联系人甲"));
    office.audit().await;
}

async fn an_erasure_that_is_sent_again_is_done_once(on: Kind) {
    let office = Office::on(on).await;
    office.do_now(&clue(&office)).await;
    let erase = erasing(&office, &approver(), &[(1, REPORTER_PHONE)]);
    let first = office.do_now(&erase).await;
    let again = replayed(office.execute(&erase).await);
    assert_eq!(json(&again), json(&first));
    assert_eq!(office.lines().await.len(), 2);
    let anew = erasing(&office, &approver(), &[(1, REPORTER_PHONE)]);
    let refused = office.refuse(&anew).await;
    assert_eq!(codes(&refused), ["PERSONAL_DATA_ERASED"]);
    let other = Submission {
        request: erase.request,
        ..erasing(&office, &approver(), &[(1, REPORTER_NAME)])
    };
    assert_eq!(codes(&office.refuse(&other).await), ["REQUEST_ID_REUSED"]);
    let second = erasing(&office, &approver(), &[(1, REPORTER_NAME)]);
    let After::Ledger(file) = office.do_now(&second).await.after else {
        panic!("not the ledger itself");
    };
    assert_eq!(file.version, 2);
    assert_eq!(json(&replayed(office.execute(&erase).await)), json(&first));
    office.audit().await;
}

async fn a_request_whose_data_was_erased_is_known_again(on: Kind) {
    let office = Office::on(on).await;
    let sent = clue(&office);
    office.do_now(&sent).await;
    let saying = |change: fn(&mut Reporter)| {
        but(sent.clone(), |sent| {
            let Deed::Hazard { command, .. } = &mut sent.deed else {
                panic!("no report");
            };
            let xiaohao_core::Command::Report(says) = command else {
                panic!("no report");
            };
            change(says.reporter.as_mut().unwrap());
        })
    };
    let other_phone = saying(|reporter| reporter.phone = Phone::new("13900139000").ok());
    let other_name = saying(|reporter| reporter.name = Some(sample::private_name("别人")));
    assert_eq!(
        codes(&office.refuse(&other_phone).await),
        ["REQUEST_ID_REUSED"]
    );
    assert_eq!(
        codes(&office.refuse(&other_name).await),
        ["REQUEST_ID_REUSED"]
    );
    office
        .do_now(&erasing(&office, &approver(), &[(1, REPORTER_PHONE)]))
        .await;
    let again = replayed(office.execute(&sent).await);
    assert!(!json(&again).contains(PHONE), "{}", json(&again));
    assert_eq!(
        codes(&office.refuse(&other_name).await),
        ["REQUEST_ID_REUSED"]
    );
    assert_eq!(office.lines().await.len(), 2);
}

async fn an_order_is_cited_after_it_was_erased_from(on: Kind) {
    let office = Office::on(on).await;
    let hazards = [office.hazard_at(Status::Acknowledged).await];
    let said = sample::reassign(date("2026-06-30"));
    let order = but(office.order(&hazards).await, |order| {
        if let OrderBody::Assignment { parties, .. } = &mut order.body {
            **parties = said.terms.parties.clone();
        }
    });
    office.issue(&approver(), &order).await;
    for line in office.lines().await {
        let personal = line.record.personal().unwrap();
        let of_the_order = matches!(line.record, Record::Order(_));
        for one in personal.iter().filter(|one| one.value == "联系人甲") {
            let place = [(line.position.get(), one.field.as_str())];
            if of_the_order {
                office.do_now(&erasing(&office, &approver(), &place)).await;
            }
        }
    }
    let citing = |contact: &str| {
        but(said.clone(), |says| {
            says.order = order.id;
            says.terms = order.terms_for(hazards[0]).unwrap();
            let mut holder = serde_json::to_value(&says.terms.parties.responsible).unwrap();
            holder["contact"] = contact.into();
            says.terms.parties.responsible = serde_json::from_value(holder).unwrap();
        })
    };
    // What is left of the order is compared, what was erased of it is not.
    let other = but(citing("联系人甲"), |says| {
        says.terms.signatory = sample::name("别人");
    });
    let other = office.saying(&approver(), hazards[0], other).await;
    let refused = office.refuse(&other).await;
    assert_eq!(codes(&refused), ["ORDER_DOES_NOT_LIST"]);
    office
        .act(&approver(), hazards[0], citing("联系人甲"))
        .await;
    office.audit().await;
}

async fn an_order_is_read_when_one_of_its_lines_was_erased_from(on: Kind) {
    // The draft, or what was issued.
    for which in [0, 1] {
        let office = Office::on(on).await;
        let order = office
            .order(&[office.hazard_at(Status::Listed).await])
            .await;
        office.issue(&approver(), &order).await;
        let lines = office.lines().await;
        let of_the_order = |line: &&Line| matches!(line.record, Record::Order(_));
        let line = lines.iter().filter(of_the_order).nth(which).unwrap();
        let personal = line.record.personal().unwrap();
        let erasable = |field: &str| field.ends_with("/contact") || field.ends_with("/phone");
        let fields: Vec<_> = personal.iter().filter(|one| erasable(&one.field)).collect();
        assert_eq!(fields.len(), 2, "{personal:?}");
        for one in fields {
            let place = [(line.position.get(), one.field.as_str())];
            office.do_now(&erasing(&office, &approver(), &place)).await;
            let all = office.everything();
            let read = office.reader().orders(&all, &[order.id], None).await;
            assert!(read.unwrap()[0].file.issued().is_some());
        }
        office.audit().await;
    }
}

async fn only_what_may_be_erased_is_erased(on: Kind) {
    let office = Office::on(on).await;
    let id = office::subject(&office.do_now(&clue(&office)).await);
    office.act(&clerk(), id, sample::list()).await;
    for by in everybody() {
        if by != approver() {
            let erase = erasing(&office, &by, &[(1, REPORTER_PHONE)]);
            let refused = office.refuse(&erase).await;
            assert_eq!(codes(&refused), ["ERASURE_ROLE"], "{by:?}");
        }
    }
    let recognised_by = "/event/data/says/recognised_by";
    for (place, code) in [
        ((1, "/event/data/says/holder/head"), "PERSONAL_DATA_KEPT"),
        ((2, recognised_by), "PERSONAL_DATA_KEPT"),
        ((1, recognised_by), "PERSONAL_DATA_UNKNOWN"),
        ((1, "/event/data/says/title"), "PERSONAL_DATA_UNKNOWN"),
        ((3, FOUND_BY), "PERSONAL_DATA_UNKNOWN"),
        ((0, FOUND_BY), "PERSONAL_DATA_UNKNOWN"),
        ((u64::MAX, FOUND_BY), "PERSONAL_DATA_UNKNOWN"),
    ] {
        // With one that may be erased: all of them, or none.
        let places = [(1, REPORTER_PHONE), place];
        let refused = office.refuse(&erasing(&office, &approver(), &places)).await;
        assert_eq!(codes(&refused), [code], "{place:?}");
    }
    assert!(told(&office, id).await.contains(PHONE));
    assert_eq!(office.lines().await.len(), 2);
}

/// The draft was looked up before it was erased from, had both been in one batch.
async fn what_waits_behind_an_erasure_does_not_record_it_anew(on: Kind) {
    let office = Office::on(on).await;
    let hazards = [office.hazard_at(Status::Listed).await];
    let order = office.order(&hazards).await;
    office.draft(&order).await;
    let last = office.lines().await.pop().unwrap();
    let personal = last.record.personal().unwrap();
    let mut phones = personal.iter().filter(|one| one.value == "0746-7720000");
    let phone = phones.next().unwrap();
    let place = [(last.position.get(), phone.field.as_str())];
    let erase = erasing(&office, &approver(), &place);
    let issue = office.issuing(&approver(), &order).await;
    let outcomes = office.at_once(&[office.report_anew(), erase, issue]).await;
    let answers: Vec<_> = outcomes.into_iter().map(done).collect();
    let issued = json(&answers[2].lines[0].record);
    assert!(!issued.contains("0746-7720000"), "{issued}");
    assert!(issued.contains(ERASED));
    office.audit().await;
}

async fn a_name_is_found_where_the_viewer_may_see_it(on: Kind) {
    let office = Office::on(on).await;
    let id = office::subject(&office.do_now(&clue(&office)).await);
    let reader = office.reader();
    let found = async |by: &Actor, value: &str, after| {
        let scope = office.seen_by(by);
        let lines = reader.lines_naming(&scope, value, Position::new(after), 10);
        let lines = lines.await.unwrap();
        let pieces = lines
            .iter()
            .flat_map(|line| line.record.personal().unwrap());
        pieces.filter(|one| one.value == value).count()
    };
    assert_eq!(found(&approver(), "联系人甲", 0).await, 1);
    assert_eq!(found(&approver(), "联系人甲", 1).await, 0);
    assert_eq!(found(&approver(), "联系人", 0).await, 0);
    // Who reported is for the intake role alone.
    assert_eq!(found(&approver(), PHONE, 0).await, 0);
    assert_eq!(found(&intake(), PHONE, 0).await, 1);
    assert_eq!(found(&stranger(), "联系人甲", 0).await, 0);
    assert_eq!(found(&public(), "联系人甲", 0).await, 0);
    office.act(&clerk(), id, sample::list()).await;
    assert_eq!(found(&approver(), "联系人甲", 0).await, 2);
    let erase = erasing(&office, &approver(), &[(1, CONTACT)]);
    office.do_now(&erase).await;
    assert_eq!(found(&approver(), "联系人甲", 0).await, 1);
}

async fn the_erasure_is_for_the_office_to_see(on: Kind) {
    let office = Office::on(on).await;
    office.do_now(&clue(&office)).await;
    let erase = erasing(&office, &approver(), &[(1, REPORTER_PHONE)]);
    office.do_now(&erase).await;
    let reader = office.reader();
    for viewer in everybody() {
        let scope = office.seen_by(&viewer);
        let read = reader.lines_after(&scope, Position::START, 10);
        let (lines, far) = read.await.unwrap();
        let seen = lines
            .iter()
            .any(|line| matches!(line.record, Record::Ledger(_)));
        let of_the_office = scope.sees() == xiaohao_ledger::Sees::Everything;
        assert_eq!((seen, far), (of_the_office, Position::new(2)), "{viewer:?}");
    }
    let refused = office
        .refuse(&erasing(&office, &factory(), &[(9, "/x")]))
        .await;
    assert_eq!(refused.refusals.first(), Some(&Refusal::ErasureRole));
    assert_eq!(codes(&refused), ["ERASURE_ROLE"]);
}
