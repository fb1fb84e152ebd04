//! A page costs the same number of statements however long it is, and however many hazards there are.

use super::stock::Stock;
use xiaohao_ledger::read::{HazardFilter, HazardOrder, PageAsk};
use xiaohao_tests::office::Kind;
use xiaohao_tests::{clerk, factory};

on_every_store! {
    a_page_is_a_fixed_number_of_statements_whatever_its_length
}

async fn a_page_is_a_fixed_number_of_statements_whatever_its_length(on: Kind) {
    let stock = Stock::on(on).await;
    let (office, reader) = (&stock.office, stock.office.reader());
    for viewer in [clerk(), factory()] {
        let scope = office.seen_by(&viewer);
        let mut costs = Vec::new();
        for size in [1, 10, 50] {
            let before = office.cabinet.statements();
            let ask = PageAsk::first(size, None, HazardOrder::NEWEST).unwrap();
            let filter = HazardFilter::default();
            let page = reader.hazards(&scope, &filter, &ask).await.unwrap();
            let ids: Vec<_> = page.items.iter().map(|(_, row)| row.id).collect();
            let files = reader.files(&scope, &ids).await.unwrap();
            let last = reader.last_lines(&scope, &ids, 5).await.unwrap();
            assert_eq!((files.len(), last.len()), (ids.len(), ids.len()));
            costs.push(office.cabinet.statements() - before);
        }
        let expected = if on == Kind::Memory { 0 } else { 3 };
        assert_eq!(costs, [expected; 3], "{viewer:?}");
    }
}
