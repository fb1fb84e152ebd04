//! Changes of posts, page by page, for whoever sees the whole ledger.

use xiaohao_core::Actor;
use xiaohao_core::posts::{ChangePosts, HandOver};
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_ledger::{Deed, Line, Position};
use xiaohao_server::entering;
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

on_every_store! {
    changes_of_posts_come_newest_first_page_by_page_and_by_person
}

async fn handed_over(office: &Office, from: &Actor, to: &Actor) -> Position {
    let says = ChangePosts::HandOver(HandOver {
        from: from.person,
        to: to.person,
        posts: std::collections::BTreeSet::new(),
        on: office.today(),
        reason: sample::prose("双安交接〔2026〕1号。"),
    });
    let command = UpkeepCommand::ChangePosts(Box::new(says));
    let sent = office.submission(&approver(), Deed::Ledger { command });
    office.do_now(&sent).await.lines.remove(0).position
}

async fn changes_of_posts_come_newest_first_page_by_page_and_by_person(on: Kind) {
    let office = Office::on(on).await;
    let data = county_data(&office.county);
    entering::enter(&office.ledger, &data).await.unwrap();
    let mut made = Vec::new();
    let pairs = [
        (market(), stranger()),
        (factory(), market()),
        (township(), stranger()),
        (intake(), platform()),
        (clerk(), lead()),
    ];
    for (from, to) in &pairs {
        made.push(handed_over(&office, from, to).await);
        office.report().await;
    }
    made.reverse();
    let (all, reader) = (office.everything(), office.reader());
    let places = |lines: &[Line]| lines.iter().map(|line| line.position).collect::<Vec<_>>();
    let mut costs = Vec::new();
    for most in [1, 2, 20] {
        let (mut met, mut before) = (Vec::new(), None);
        loop {
            let sent = office.cabinet.statements();
            let page = reader.changes_of_posts(&all, None, before, most).await;
            let page = places(&page.unwrap());
            costs.push(office.cabinet.statements() - sent);
            assert!(page.len() <= usize::try_from(most).unwrap());
            let Some(last) = page.last() else { break };
            before = Some(*last);
            met.extend(page);
        }
        assert_eq!(met, made);
    }
    let of = async |who: &Actor, before: Option<Position>, most: u32| {
        let (sent, of) = (office.cabinet.statements(), Some(who.person));
        let page = reader.changes_of_posts(&all, of, before, most).await;
        (places(&page.unwrap()), office.cabinet.statements() - sent)
    };
    for (who, expected) in [
        // Posts of his began with the second and ended with the first.
        (market(), &made[3..]),
        (lead(), &made[..1]),
        // Who acted is not whom it concerns.
        (approver(), &[][..]),
        (auditor(), &[][..]),
    ] {
        let (met, cost) = of(&who, None, 20).await;
        assert_eq!(met, expected, "{who:?}");
        costs.push(cost);
    }
    assert_eq!(of(&market(), None, 1).await.0, &made[3..4]);
    assert_eq!(of(&market(), Some(made[3]), 20).await.0, &made[4..]);
    let a_statement = u64::from(on != Kind::Memory);
    assert!(costs.iter().all(|cost| *cost == a_statement), "{costs:?}");
    for viewer in [factory(), market(), public()] {
        let seen = office.seen_by(&viewer);
        let told = reader.changes_of_posts(&seen, None, None, 20).await;
        assert_eq!(places(&told.unwrap()), [], "{viewer:?}");
    }
}
