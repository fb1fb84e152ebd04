//! A server plans by what it has counted of the tables, and counts by itself a minute after much has changed at the earliest.

use xiaohao_tests::office::{Kind, Office};
use xiaohao_tests::place::Sql;

#[tokio::test]
async fn the_tables_of_a_ledger_that_grows_fast_are_counted_before_the_server_does_so_by_itself() {
    let office = Office::on(Kind::Postgres).await;
    let sql = Sql::connect(office.cabinet.location()).await;
    // How often it was asked to, apart from what it does by itself.
    let counted = "SELECT count(*) FROM pg_stat_user_tables WHERE analyze_count > 0";
    office.report_several(450).await;
    assert_eq!(sql.number(counted).await, 0);
    office.report_several(50).await;
    sql.until(counted, 9).await;
}
