//! Who sees what: the office everything, everybody else what concerns his unit, the public nothing.

use super::stock::Stock;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use xiaohao_core::acts::Plan;
use xiaohao_core::directory::{Directory, DirectoryParts, UnitKind};
use xiaohao_core::paper::{Paper, PaperState};
use xiaohao_core::values::{HazardId, OrderId};
use xiaohao_core::{Actor, Command, Role, Status};
use xiaohao_ledger::read::{HazardFilter, HazardKey, PaperList, SearchText, Stretch};
use xiaohao_ledger::row::HazardRow;
use xiaohao_ledger::tally::Measure;
use xiaohao_ledger::{Line, Position, Record, Scope, Sees, Subject, SubjectKind, Through};
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

on_every_store! {
    each_viewer_is_shown_what_concerns_him_by_every_reader
    through_a_link_one_hazard_is_there_and_nothing_else_by_every_reader
    the_record_is_read_to_its_end_by_those_too_who_see_little_of_it
    a_paper_and_its_number_are_for_the_office_alone_but_circulars_once_they_are_issued
    whom_a_hazard_comes_to_concern_sees_it_from_then_on
    who_is_to_do_the_work_for_the_unit_sees_the_hazard_also_when_another_is_to_do_it
}

#[test]
fn whoever_reads_for_the_task_force_sees_everything_and_from_another_unit_what_concerns_it() {
    let seen_from = |of: UnitKind| {
        let mut county = county();
        let mut parts = DirectoryParts::from((*county.directory).clone());
        let force = parts.units.iter_mut().find(|one| one.id == unit(MARKET));
        force.unwrap().kind = of;
        county.directory = Arc::new(Directory::new(parts).unwrap());
        Scope::of(&actor(80, Role::Auditor, MARKET), &county).sees()
    };
    assert_eq!(seen_from(UnitKind::TaskForce), Sees::Everything);
    assert_ne!(seen_from(UnitKind::Department), Sees::Everything);
}

/// Everybody, and some who hold a role of the office elsewhere.
fn viewers() -> Vec<Actor> {
    let mut viewers = everybody();
    viewers.extend([
        actor(80, Role::Auditor, MARKET),
        actor(81, Role::CommissionSigner, OFFICE),
        actor(82, Role::Township, WULIPAI),
        actor(83, Role::Lead, EMERGENCY_BUREAU),
        actor(84, Role::Lead, FIRE_COMMITTEE),
        actor(85, Role::Unit, 60),
    ]);
    viewers
}

async fn each_viewer_is_shown_what_concerns_him_by_every_reader(on: Kind) {
    let stock = Stock::on(on).await;
    let mut sizes = BTreeSet::new();
    for viewer in viewers() {
        let scope = stock.office.seen_by(&viewer);
        sizes.insert(is_shown_by_every_reader(&stock, scope, &format!("{viewer:?}")).await);
    }
    assert!(sizes.len() > 5, "the viewers see too much alike: {sizes:?}");
    assert!(sizes.contains(&0) && sizes.contains(&stock.ids().len()));
}

/// Asks every reader of hazards for what this viewer may see; how many there are.
async fn is_shown_by_every_reader(stock: &Stock, scope: Scope, viewer: &str) -> usize {
    let (office, ids) = (&stock.office, stock.ids());
    let (reader, histories) = (office.reader(), stock.histories());
    let shown = stock.shown(scope);
    let expected: Vec<HazardId> = shown.iter().map(|row| row.id).collect();
    let unsorted: BTreeSet<HazardId> = expected.iter().copied().collect();
    let everything = HazardFilter::default();
    assert_eq!(office.rows(&scope, &everything).await, shown, "{viewer}");
    let count = reader.count_hazards(&scope, &everything).await.unwrap();
    assert_eq!(count, expected.len() as u64);
    let files = reader.files(&scope, &ids).await.unwrap();
    assert!(files.keys().eq(&unsorted));
    let last = reader.last_lines(&scope, &ids, 3).await.unwrap();
    assert!(last.keys().eq(&unsorted));
    let told = reader.histories(&scope, &ids).await.unwrap();
    let whole: BTreeMap<_, _> = expected
        .iter()
        .map(|id| (*id, histories[id].clone()))
        .collect();
    assert_eq!(told, whole);
    for row in stock.kept.rows.iter().step_by(11) {
        let mut keys = vec![HazardKey::Id(row.id), HazardKey::Clue(row.clue)];
        keys.extend(row.number.map(HazardKey::Number));
        for key in keys {
            let found = reader.hazard(&scope, key).await.unwrap();
            let may = unsorted.contains(&row.id);
            assert_eq!(found.as_ref(), may.then_some(row), "{viewer} {key:?}");
        }
    }
    expected.len()
}

async fn through_a_link_one_hazard_is_there_and_nothing_else_by_every_reader(on: Kind) {
    let mut stock = Stock::on(on).await;
    let code = stock.office.county.code;
    let in_work = |row: &&HazardRow| {
        row.status == Status::Rectifying && row.responsible == Some(unit(FACTORY))
    };
    let theirs: Vec<HazardRow> = stock.kept.rows.iter().filter(in_work).cloned().collect();
    let [own, other] = [theirs[0].id, theirs[1].id];
    // The same id on both, as a client may give it that does not know better.
    for id in [own, other] {
        let says = sample::hand_out_link(stock.office.today());
        stock.office.act(&second_clerk(), id, says).await;
    }
    stock.kept = stock.office.audit().await;
    let through = |hazard| {
        let link = sample::link(1);
        Scope::through(code, Through { hazard, link })
    };
    for id in [own, other] {
        let scope = through(id);
        assert_eq!(is_shown_by_every_reader(&stock, scope, "a link").await, 1);
        let (office, reader) = (&stock.office, stock.office.reader());
        let lines = &stock.kept.lines;
        let of_it = |line: &&Line| line.record.subject() == Subject::Hazard(id);
        let history: Vec<Line> = lines.iter().filter(of_it).cloned().collect();
        assert_eq!(read(office, &scope, 10).await, history);
        let row = stock.shown(scope).remove(0);
        let mut words = HazardFilter {
            text: SearchText::new(row.title.as_str()),
            ..HazardFilter::default()
        };
        assert_eq!(
            office.rows(&scope, &words).await,
            std::slice::from_ref(&row)
        );
        words.text = None;
        for units in [FACTORY, MARKET] {
            words.units = BTreeSet::from([unit(units)]);
            let found = office.rows(&scope, &words).await;
            assert!(found.iter().all(|row| row.id == id), "{found:?}");
        }
        let counted = reader.closure(&scope, office.today()).await.unwrap();
        let listed: i64 = counted
            .values()
            .map(|counts| counts.get(Measure::of_status(row.status)))
            .sum();
        assert_eq!((counted.len(), listed), (1, 1));
        for kind in [SubjectKind::Order, SubjectKind::Circular] {
            no_paper_is_listed_but_orders_on(id, &stock, &scope, kind).await;
        }
        for taken in stock.kept.numbers() {
            let mut lines = reader.numbered(&scope, &[taken]).await.unwrap().into_iter();
            assert!(lines.all(|line| line.record.subject() == Subject::Hazard(id)));
        }
        for name in ["人员5", "送达庚", "厂长辛"] {
            let lines = reader
                .lines_naming(&scope, name, Position::START, 100)
                .await
                .unwrap();
            assert!(
                lines
                    .iter()
                    .all(|line| line.record.subject() == Subject::Hazard(id))
            );
        }
    }
    // One that was never handed out, and one that is of another hazard, open nothing.
    let nothing = Scope::through(
        code,
        Through {
            hazard: own,
            link: sample::link(2),
        },
    );
    assert_eq!(
        is_shown_by_every_reader(&stock, nothing, "no link").await,
        0
    );
    let ended: [(HazardId, Actor, Command); 2] = [
        (own, approver(), sample::take_back_link().into()),
        (
            other,
            approver(),
            sample::but(sample::reassign(theirs[1].due_on.unwrap()), |says| {
                says.order = stock.office.new_order();
            })
            .into(),
        ),
    ];
    for (id, by, command) in ended {
        stock.office.act(&by, id, command).await;
        stock.kept = stock.office.audit().await;
        assert_eq!(
            is_shown_by_every_reader(&stock, through(id), "a link that is over").await,
            0
        );
        assert_eq!(read(&stock.office, &through(id), 10).await, []);
    }
}

/// The record as a viewer reads it, some lines at a time.
async fn read(office: &Office, scope: &Scope, most: u32) -> Vec<Line> {
    let (mut lines, mut read) = (Vec::new(), Position::START);
    loop {
        let (more, far) = office
            .reader()
            .lines_after(scope, read, most)
            .await
            .unwrap();
        assert!(more.len() <= most as usize);
        let within = |line: &Line| read < line.position && line.position <= far;
        assert!(more.iter().all(within));
        lines.extend(more);
        if far == read {
            return lines;
        }
        read = far;
    }
}

async fn the_record_is_read_to_its_end_by_those_too_who_see_little_of_it(on: Kind) {
    let stock = Stock::on(on).await;
    let office = &stock.office;
    for viewer in [
        clerk(),
        auditor(),
        factory(),
        township(),
        stranger(),
        public(),
    ] {
        let scope = office.seen_by(&viewer);
        let is_shown = |line: &&Line| match line.record.subject() {
            Subject::Hazard(id) => stock.shows(scope, id),
            Subject::Order(_) | Subject::Circular(_) | Subject::Ledger => {
                scope.sees() == Sees::Everything
            }
        };
        let lines = stock.kept.lines.iter();
        let expected: Vec<Line> = lines.filter(is_shown).cloned().collect();
        for most in [10, 1000] {
            assert_eq!(read(office, &scope, most).await, expected, "{viewer:?}");
        }
        let last = stock.kept.lines.last().unwrap().position;
        let (more, far) = office.reader().lines_after(&scope, last, 10).await.unwrap();
        assert_eq!((more, far), (Vec::new(), last));
    }
}

async fn a_paper_and_its_number_are_for_the_office_alone_but_circulars_once_they_are_issued(
    on: Kind,
) {
    let stock = Stock::on(on).await;
    let (office, reader) = (&stock.office, stock.office.reader());
    let mut orders = BTreeSet::new();
    let (mut circulars, mut issued) = (BTreeSet::new(), BTreeSet::new());
    for line in &stock.kept.lines {
        match line.record.subject() {
            Subject::Hazard(_) | Subject::Ledger => {}
            Subject::Order(id) => drop(orders.insert(id)),
            Subject::Circular(id) => {
                circulars.insert(id);
                if line.record.event() == "Issued" {
                    issued.insert(id);
                }
            }
        }
    }
    assert!(!orders.is_empty() && !issued.is_empty());
    let orders: Vec<_> = orders.into_iter().collect();
    let circulars: Vec<_> = circulars.into_iter().collect();
    for viewer in viewers() {
        let scope = office.seen_by(&viewer);
        let all = scope.sees() == Sees::Everything;
        let told = reader.orders(&scope, &orders, None).await.unwrap();
        assert_eq!(told.len(), if all { orders.len() } else { 0 });
        let told = reader.circulars(&scope, &circulars, None).await.unwrap();
        let issued = circulars.iter().filter(|id| issued.contains(id)).count();
        let reads = scope.shows_issued(SubjectKind::Circular);
        let shown = if all {
            circulars.len()
        } else if reads {
            issued
        } else {
            0
        };
        assert_eq!(told.len(), shown, "{viewer:?}");
        let list = PaperList {
            kind: SubjectKind::Circular,
            as_of: None,
        };
        let count = reader.count_papers(&scope, list).await.unwrap();
        assert_eq!(count, u64::try_from(shown).unwrap(), "{viewer:?}");
    }
    for viewer in [approver(), factory(), stranger(), public()] {
        let scope = office.seen_by(&viewer);
        for taken in stock.kept.numbers() {
            let everything = office.everything();
            let mut lines = reader.numbered(&everything, &[taken]).await.unwrap();
            assert_eq!(lines.len(), 1, "{taken:?}");
            let may = match &lines[0].record {
                Record::Hazard(entry) => stock.shows(scope, entry.hazard),
                Record::Circular(_) => {
                    let reads = scope.shows_issued(SubjectKind::Circular);
                    reads || scope.sees() == Sees::Everything
                }
                Record::Order(_) | Record::Ledger(_) => scope.sees() == Sees::Everything,
            };
            lines.retain(|_| may);
            let found = reader.numbered(&scope, &[taken]).await.unwrap();
            assert_eq!(found, lines, "{viewer:?} {taken:?}");
        }
    }
}

async fn whom_a_hazard_comes_to_concern_sees_it_from_then_on(on: Kind) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Acknowledged).await;
    let scope = office.seen_by(&market());
    let seen = async || {
        let files = office.reader().files(&scope, &[id]).await.unwrap();
        let rows = office.rows(&scope, &HazardFilter::default()).await;
        assert_eq!(files.len(), rows.len());
        files.len()
    };
    assert_eq!(seen().await, 0);
    let reassign = sample::reassign(date("2026-06-30"));
    office.act(&approver(), id, reassign).await;
    assert_eq!(seen().await, 1);
    let (lines, _) = office
        .reader()
        .lines_after(&scope, Position::START, 100)
        .await
        .unwrap();
    assert_eq!(lines.len(), 5, "the history before is his to read, too");
}

/// Whether a viewer is shown this hazard, by its file and in the list.
async fn is_seen(office: &Office, viewer: &Actor, id: HazardId) -> bool {
    let scope = office.seen_by(viewer);
    let files = office.reader().files(&scope, &[id]).await.unwrap();
    let rows = office.rows(&scope, &HazardFilter::default()).await;
    assert_eq!(files.len(), rows.len());
    !rows.is_empty()
}

async fn who_is_to_do_the_work_for_the_unit_sees_the_hazard_also_when_another_is_to_do_it(
    on: Kind,
) {
    let office = Office::on(on).await;
    let id = office.hazard_at(Status::Acknowledged).await;
    let contractor = actor(70, Role::Unit, CONTRACTOR);
    assert!(!is_seen(&office, &contractor, id).await);
    let due_on = office.hazard(id).await.term().unwrap().due_on;
    let parts = sample::but(sample::plan_parts(due_on), |parts| {
        parts.responsibility.as_mut().unwrap().contractor = Some(unit(CONTRACTOR));
    });
    let plan = Plan::new(parts).unwrap();
    office.act(&factory(), id, plan).await;
    assert!(is_seen(&office, &contractor, id).await);
    // It began the work, and answers for what it did.
    let without = sample::revise_plan(due_on);
    office.act(&factory(), id, without).await;
    assert!(is_seen(&office, &contractor, id).await);
}

/// Of papers those orders alone are listed that went out with an act on this hazard.
async fn no_paper_is_listed_but_orders_on(
    id: HazardId,
    stock: &Stock,
    scope: &Scope,
    kind: SubjectKind,
) {
    let reader = stock.office.reader();
    let list = PaperList { kind, as_of: None };
    let stretch = Stretch::first(100, None, 100).unwrap();
    let papers = reader.papers(scope, list, &stretch).await.unwrap();
    let count = reader.count_papers(scope, list).await.unwrap();
    assert_eq!(count, u64::try_from(papers.items.len()).unwrap());
    let ids = papers.items.iter();
    let ids: Vec<_> = ids.map(|(_, id)| OrderId::new(*id).unwrap()).collect();
    let orders = reader.orders(scope, &ids, None).await.unwrap();
    assert_eq!(orders.len(), ids.len());
    for order in &orders {
        let PaperState::Issued(issued) = &order.file.state else {
            panic!("{order:?} is not issued");
        };
        let on: Vec<_> = issued
            .content()
            .hazards()
            .iter()
            .map(|own| own.id)
            .collect();
        assert!(order.with_act && on == [id], "{order:?}");
    }
    assert_eq!(orders.is_empty(), kind == SubjectKind::Circular);
}
