//! The office's papers, page by page.

use xiaohao_ledger::{Position, SubjectKind};
use xiaohao_tests::office::Kind;
use xiaohao_tests::*;

on_every_store! {
    papers_come_newest_first_and_page_by_page
}

async fn papers_come_newest_first_and_page_by_page(on: Kind) {
    let office = Office::on(on).await;
    let hazards = office.report_several(5).await;
    office.advance(&hazards, xiaohao_core::Status::Listed).await;
    let mut drafted = Vec::new();
    for hazard in &hazards {
        let order = office.order(&[*hazard]).await;
        let line = office.draft(&order).await.lines.remove(0);
        drafted.push((line.position, order.id.as_uuid()));
    }
    // What becomes of a paper does not move it.
    let first = office.order(&hazards[..1]).await;
    office.issue(&approver(), &first).await;
    let all = office.everything();
    let reader = office.reader();
    let mut met = Vec::new();
    let mut before: Option<Position> = None;
    loop {
        let page = reader
            .papers_before(&all, SubjectKind::Order, before, 2)
            .await
            .unwrap();
        assert!(page.len() <= 2);
        let Some((last, _)) = page.last() else { break };
        before = Some(*last);
        met.extend(page);
    }
    let newest = met.remove(0);
    assert_eq!(newest.1, first.id.as_uuid());
    drafted.reverse();
    assert_eq!(met, drafted);
    assert!(
        reader
            .papers_before(&all, SubjectKind::Circular, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
    let seen = office.seen_by(&factory());
    assert!(
        reader
            .papers_before(&seen, SubjectKind::Order, None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}
