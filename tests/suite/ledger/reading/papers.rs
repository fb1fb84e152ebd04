//! The office's papers, page by page, and the orders that went out with an act.

use crate::ledger::another_county;
use std::collections::BTreeSet;
use xiaohao_core::circular::ItemKind;
use xiaohao_core::order::{OrderBody, OrderContent};
use xiaohao_core::paper::{Paper, PaperCommand, PaperState};
use xiaohao_core::values::{DocumentNumber, OrderId};
use xiaohao_core::{Actor, Status};
use xiaohao_ledger::read::{AsOf, FoundOrder, FoundPaper, PaperList, Stretch};
use xiaohao_ledger::{Line, Pace, Position, Scope, SubjectKind};
use xiaohao_tests::office::{Cabinet, Kind};
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    papers_come_newest_first_and_page_by_page
    an_order_that_goes_out_with_an_act_is_found_and_listed_as_one_that_was_drafted
    a_paper_is_found_by_its_number_as_far_as_the_viewer_sees_it
    a_number_finds_the_paper_of_its_own_county
    papers_are_told_as_they_stood_on_a_day
    a_circular_is_read_by_the_county_from_the_day_on_which_it_is_issued
}

const NOW: PaperList = PaperList {
    kind: SubjectKind::Order,
    as_of: None,
};

/// The places of a whole list, walked page by page; backward it comes to the same.
async fn walked(office: &Office, scope: &Scope, list: PaperList) -> Vec<(Position, uuid::Uuid)> {
    let reader = office.reader();
    let mut met = Vec::new();
    let mut after = None;
    loop {
        let stretch = Stretch::first(2, after, 100).unwrap();
        let page = reader.papers(scope, list, &stretch).await.unwrap();
        assert!(page.items.len() <= 2);
        assert_eq!(page.has_previous, after.is_some());
        after = page.items.last().map(|(place, _)| *place);
        met.extend(page.items);
        if !page.has_next {
            break;
        }
    }
    let mut before = None;
    let mut back = Vec::new();
    loop {
        let stretch = Stretch::last(2, before, 100).unwrap();
        let page = reader.papers(scope, list, &stretch).await.unwrap();
        assert_eq!(page.has_next, before.is_some());
        before = page.items.first().map(|(place, _)| *place);
        back.extend(page.items.into_iter().rev());
        if !page.has_previous {
            break;
        }
    }
    back.reverse();
    assert_eq!(back, met);
    let count = reader.count_papers(scope, list).await.unwrap();
    assert_eq!(count, u64::try_from(met.len()).unwrap());
    met
}

async fn papers_come_newest_first_and_page_by_page(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(5).await;
    office.advance(&hazards, Status::Listed).await;
    let mut drafted = Vec::new();
    for hazard in &hazards {
        let order = office.order(&[*hazard]).await;
        let line = office.draft(&order).await.lines.remove(0);
        drafted.push((line.position, order.id.as_uuid()));
    }
    // What becomes of a paper does not move it, and what it causes is no order of its own.
    let first = office.order(&hazards[..1]).await;
    office.issue(&approver(), &first).await;
    let mut met = walked(&office, &office.everything(), NOW).await;
    let newest = met.remove(0);
    assert_eq!(newest.1, first.id.as_uuid());
    drafted.reverse();
    assert_eq!(met, drafted);
    let circulars = PaperList {
        kind: SubjectKind::Circular,
        as_of: None,
    };
    assert_eq!(walked(&office, &office.everything(), circulars).await, []);
    assert_eq!(walked(&office, &office.seen_by(&factory()), NOW).await, []);
}

async fn an_order_that_goes_out_with_an_act_is_found_and_listed_as_one_that_was_drafted(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(3).await;
    office.advance(&hazards, Status::Listed).await;
    let mut made = Vec::new();
    for hazard in &hazards[..2] {
        let assign = office.assign();
        let answer = office.act(&approver(), *hazard, assign.clone()).await;
        made.push((answer.lines[0].position, assign.order.as_uuid(), *hazard));
    }
    let supervise = but(sample::supervise(), |says| {
        says.order = Some(office.new_order());
    });
    let answer = office.act(&signer(), hazards[1], supervise.clone()).await;
    made.push((
        answer.lines[0].position,
        supervise.order.unwrap().as_uuid(),
        hazards[1],
    ));
    let drafted = office.order(&hazards[2..]).await;
    office.draft(&drafted).await;
    let all = office.everything();
    let met = walked(&office, &all, NOW).await;
    assert_eq!(met[0].1, drafted.id.as_uuid());
    let with_acts: Vec<_> = made.iter().rev().map(|(at, id, _)| (*at, *id)).collect();
    assert_eq!(met[1..], with_acts[..]);

    let ids: Vec<OrderId> = met
        .iter()
        .map(|(_, id)| OrderId::new(*id).unwrap())
        .collect();
    let found = office.reader().orders(&all, &ids, None).await.unwrap();
    let opened: Vec<_> = found.iter().map(|order| order.opened).collect();
    let mut places: Vec<_> = met.iter().map(|(place, _)| *place).collect();
    places.reverse();
    assert_eq!(opened, places);
    for (order, (_, id, hazard)) in found.iter().zip(&made) {
        assert_eq!((order.file.id.as_uuid(), order.file.version), (*id, 1));
        assert!(order.with_act);
        let content = issued(order);
        let own = office.hazard(*hazard).await;
        let listed: Vec<_> = content.hazards().iter().map(|own| own.number).collect();
        assert_eq!(listed, [*own.number().unwrap()]);
    }
    // It says what the act said.
    let assignment = office.hazard(hazards[0]).await;
    let terms = issued(&found[0]).terms_for(hazards[0]);
    assert_eq!(
        terms.as_ref(),
        Some(&assignment.assignment().unwrap().order.terms)
    );
    assert!(matches!(
        issued(&found[2]).body,
        OrderBody::Supervision { .. }
    ));
    assert!(!found[3].with_act);

    // Whoever sees the hazard finds its orders, and no other.
    let mine = office.seen_by(&factory());
    let seen: BTreeSet<_> = walked(&office, &mine, NOW).await.into_iter().collect();
    assert_eq!(seen, with_acts.into_iter().collect());
    let nothing = walked(&office, &office.seen_by(&stranger()), NOW).await;
    assert_eq!(nothing, []);
    let (nobody, reader) = (office.seen_by(&stranger()), office.reader());
    assert_eq!(reader.orders(&nobody, &ids, None).await.unwrap(), []);
}

/// What is found under a number, by its id.
async fn bearing(office: &Office, scope: &Scope, document: &str) -> Option<uuid::Uuid> {
    let document = DocumentNumber::parse(document).unwrap();
    let found = office.reader().paper(scope, &document).await.unwrap();
    found.map(|paper| match paper {
        FoundPaper::Order(order) => order.file.id.as_uuid(),
        FoundPaper::Circular(file) => file.id.as_uuid(),
    })
}

async fn a_paper_is_found_by_its_number_as_far_as_the_viewer_sees_it(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(3).await;
    office.advance(&hazards, Status::Listed).await;
    let assign = office.assign();
    office.act(&approver(), hazards[0], assign.clone()).await;
    let order = office.order(&hazards[1..2]).await;
    office.issue(&approver(), &order).await;
    let supervise = but(sample::supervise(), |says| {
        says.order = Some(office.new_order());
    });
    office.act(&signer(), hazards[0], supervise.clone()).await;
    let notice = office.notice(&hazards[1..2]).await;
    office.issue(&signer(), &notice).await;
    let discarded = office.order(&hazards[2..]).await;
    office.draft(&discarded).await;
    let discard = PaperCommand::Discard(sample::prose("另行制发。"));
    let discard = office
        .filing::<OrderContent>(&clerk(), discarded.id, discard)
        .await;
    office.do_now(&discard).await;
    let drafted = office.order(&hazards[2..]).await;
    office.draft(&drafted).await;
    let circular = office.circular(&[(hazards[0], ItemKind::Praise)]).await;
    office.issue(&approver(), &circular).await;
    let of_the_commission = office.circular(&[(hazards[0], ItemKind::Praise)]).await;
    office.issue(&signer(), &of_the_commission).await;
    let year = office.today().format("%Y").to_string();
    let number = |word: &str, serial: u32| format!("{word}〔{year}〕{serial}号");
    // To whom each is told: the office, whom the hazard concerns, everybody who has a post in the county.
    let with_act = [true, true, false];
    let at_the_office = [true, false, false];
    let published = [true, true, true];
    let mut expected = vec![
        (number("双安交", 1), assign.order.as_uuid(), with_act),
        (number("双安交", 2), order.id.as_uuid(), at_the_office),
        (
            number("双安督", 1),
            supervise.order.unwrap().as_uuid(),
            with_act,
        ),
        (number("双安督", 2), notice.id.as_uuid(), at_the_office),
        (number("双安办通", 1), circular.id.as_uuid(), published),
        (
            number("双安通", 1),
            of_the_commission.id.as_uuid(),
            published,
        ),
    ];
    let hazard = office.hazard_at(Status::Closed).await;
    let accepted = office.hazard(hazard).await;
    let opinion = &accepted.acceptance().unwrap().document;
    let sheet = &accepted.closure().unwrap().sheet;
    for document in [
        number("双安交", 9),
        number("双安交通", 1),
        opinion.to_string(),
        sheet.to_string(),
    ] {
        expected.push((document, hazard.as_uuid(), [false; 3]));
    }
    let viewers = [clerk(), factory(), stranger()];
    for (document, id, told) in &expected {
        for (viewer, told) in viewers.iter().zip(told) {
            let before = office.cabinet.statements();
            let found = bearing(&office, &office.seen_by(viewer), document).await;
            assert_eq!(found, told.then_some(*id), "{document}, {:?}", viewer.role);
            let took = office.cabinet.statements() - before;
            assert!(took <= 4, "{took} statements");
        }
        let found = bearing(&office, &office.seen_by(&public()), document).await;
        assert_eq!(found, None);
    }
}

async fn a_number_finds_the_paper_of_its_own_county(on: Kind) {
    let cabinet = Cabinet::new(on).await;
    let here = Office::open(cabinet.clone(), county(), Pace::default()).await;
    let there = Office::open(cabinet, another_county(24), Pace::default()).await;
    let hazards = here.report_several(2).await;
    here.advance(&hazards, Status::Listed).await;
    let [first, second] = [&hazards[..1], &hazards[1..]];
    let orders = [here.order(first).await, here.order(second).await];
    for order in &orders {
        here.issue(&approver(), order).await;
    }
    let document = |serial: u32| format!("双安交〔{}〕{serial}号", here.today().format("%Y"));
    let found = bearing(&here, &here.everything(), &document(2)).await;
    assert_eq!(found, Some(orders[1].id.as_uuid()));
    let nothing = bearing(&there, &there.everything(), &document(1)).await;
    assert_eq!(nothing, None);
    let own = there.report_several(1).await;
    there.advance(&own, Status::Listed).await;
    let order = there.order(&own).await;
    there.issue(&approver(), &order).await;
    let found = bearing(&there, &there.everything(), &document(1)).await;
    assert_eq!(found, Some(order.id.as_uuid()));
    let found = bearing(&here, &here.everything(), &document(1)).await;
    assert_eq!(found, Some(orders[0].id.as_uuid()));
}

fn issued(order: &FoundOrder) -> &OrderContent {
    match &order.file.state {
        PaperState::Issued(issued) => issued.content(),
        other => panic!("{other:?} is not issued"),
    }
}

async fn papers_are_told_as_they_stood_on_a_day(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(2).await;
    office.advance(&hazards, Status::Listed).await;
    let order = office.order(&hazards[..1]).await;
    let drafted = office.draft(&order).await.lines.remove(0);
    let (all, reader) = (office.everything(), office.reader());
    let first_day = office.today();
    office.pass_days(2);
    office
        .do_now(&office.issuing(&approver(), &order).await)
        .await;
    let assign = office.assign();
    let with_act = office.act(&approver(), hazards[1], assign.clone()).await;
    let end = with_act.lines[0].position;
    let ids = [order.id, assign.order];
    let stood = async |valid_on, known| {
        let as_of = AsOf { valid_on, known };
        let list = PaperList {
            kind: SubjectKind::Order,
            as_of: Some(as_of),
        };
        let listed = walked(&office, &all, list).await;
        let found = reader.orders(&all, &ids, Some(as_of)).await.unwrap();
        assert_eq!(listed.len(), found.len());
        let states = found
            .iter()
            .map(|order| (order.file.version, order.with_act));
        states.collect::<Vec<_>>()
    };
    assert_eq!(stood(first_day, end).await, [(1, false)]);
    assert_eq!(stood(office.today(), end).await, [(2, false), (1, true)]);
    assert_eq!(stood(office.today(), drafted.position).await, [(1, false)]);
    let before = Position::new(drafted.position.get() - 1);
    assert_eq!(stood(office.today(), before).await, []);
}

async fn a_circular_is_read_by_the_county_from_the_day_on_which_it_is_issued(on: Kind) {
    let office = Office::on(on).await;
    let hazard = office.hazard_at(Status::Listed).await;
    let circular = office.circular(&[(hazard, ItemKind::Praise)]).await;
    office.draft(&circular).await;
    let (drafted_on, reader) = (office.today(), office.reader());
    let list = |as_of| PaperList {
        kind: SubjectKind::Circular,
        as_of,
    };
    let read = async |by: &Actor, as_of| {
        let scope = office.seen_by(by);
        let listed = walked(&office, &scope, list(as_of)).await;
        let found = reader.circulars(&scope, &[circular.id], as_of).await;
        let found = found.unwrap();
        assert_eq!(listed.len(), found.len(), "{by:?}");
        found.len()
    };
    // The line of another committee, the township, an enterprise that the circular does not name.
    let readers = [stranger(), township(), market()];
    for by in &readers {
        assert_eq!(read(by, None).await, 0, "a draft is for the office");
    }
    office.pass_days(2);
    let issuing = office.issuing(&approver(), &circular).await;
    let end = office.do_now(&issuing).await.lines[0].position;
    let on_day = |valid_on| {
        Some(AsOf {
            valid_on,
            known: end,
        })
    };
    for by in &readers {
        assert_eq!(read(by, None).await, 1, "{by:?}");
        assert_eq!(read(by, on_day(office.today())).await, 1, "{by:?}");
        assert_eq!(read(by, on_day(drafted_on)).await, 0, "{by:?}");
        let scope = office.seen_by(by);
        let (lines, _) = reader
            .lines_after(&scope, Position::START, 100)
            .await
            .unwrap();
        let of_circulars = |line: &Line| line.record.subject().kind() == SubjectKind::Circular;
        assert!(
            !lines.iter().any(of_circulars),
            "how it was drafted stays with the office"
        );
    }
    assert_eq!(read(&approver(), on_day(drafted_on)).await, 1);
    for by in [platform(), public()] {
        assert_eq!(read(&by, None).await, 0, "{by:?}");
    }
}
