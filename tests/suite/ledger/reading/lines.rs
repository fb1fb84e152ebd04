//! The last lines of each hazard, and whole histories.

use super::stock::Stock;
use xiaohao_ledger::read::LineHead;
use xiaohao_tests::office::Kind;

on_every_store! {
    the_last_lines_of_each_hazard_come_newest_first
    a_history_comes_from_its_first_line_and_a_hazard_that_is_not_there_has_none
}

async fn the_last_lines_of_each_hazard_come_newest_first(on: Kind) {
    let stock = Stock::on(on).await;
    let (reader, all) = (stock.office.reader(), stock.office.everything());
    let (ids, histories) = (stock.ids(), stock.histories());
    for most in [1, 5, 100] {
        let told = reader.last_lines(&all, &ids, most).await.unwrap();
        assert_eq!(told.len(), ids.len());
        for (id, heads) in told {
            let last = histories[&id].iter().rev().take(most as usize);
            let expected: Vec<_> = last.map(LineHead::of).collect();
            assert_eq!(heads, expected);
        }
    }
    let some = [ids[3], stock.office.new_hazard(), ids[40]];
    let told = reader.last_lines(&all, &some, 2).await.unwrap();
    assert_eq!(told.len(), 2);
    assert!(reader.last_lines(&all, &[], 2).await.unwrap().is_empty());
}

async fn a_history_comes_from_its_first_line_and_a_hazard_that_is_not_there_has_none(on: Kind) {
    let stock = Stock::on(on).await;
    let (reader, all) = (stock.office.reader(), stock.office.everything());
    let there = stock.ids()[8];
    let unknown = stock.office.new_hazard();
    let told = reader.histories(&all, &[unknown, there]).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[&there], stock.histories()[&there]);
    assert!(reader.histories(&all, &[]).await.unwrap().is_empty());
    assert!(reader.files(&all, &[]).await.unwrap().is_empty());
}
