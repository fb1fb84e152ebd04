//! The data of a county in its ledger: it is kept as it was entered, and not served where somebody has changed it since.

use crate::rebuild::program::{finds, is_clean, said};
use crate::rebuild::{Kept, WITH_ROWS};
use xiaohao_core::county_data::CountyData;
use xiaohao_server::entering::{self, Entering};
use xiaohao_tests::place::Sql;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

impl Kept {
    async fn enter(&self, data: &CountyData) -> Entering {
        let entered = entering::enter(&self.office.ledger, data).await;
        entered.unwrap()
    }

    /// The data as it is kept.
    async fn data(&self) -> CountyData {
        let kept = self.store().counties().await.unwrap();
        CountyData::read(&kept[0].1).unwrap()
    }
}

#[tokio::test]
async fn what_is_entered_is_kept_and_the_same_is_not_entered_twice() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let before = kept.office.lines().await.len();
        let first = county_data(&kept.office.county);
        let second = but(first.clone(), |data| data.office_host = None);
        for (data, becomes) in [
            (&first, Entering::Done),
            (&first, Entering::Unchanged),
            (&second, Entering::Done),
            (&first, Entering::Done),
            (&first, Entering::Unchanged),
        ] {
            assert_eq!(kept.enter(data).await, becomes, "{kind:?}");
            assert_eq!(kept.data().await, *data, "{kind:?}");
        }
        let lines = kept.office.lines().await;
        assert_eq!(lines.len(), before + 3, "{kind:?}");
        let last = lines.last().unwrap();
        let stamp = last.record.stamp();
        assert_eq!(stamp.actor.role, xiaohao_core::Role::Operator, "{kind:?}");
        let entered = kept.store().entered(kept.office.county.code).await;
        let entered = entered.unwrap().unwrap();
        assert_eq!((entered.line, entered.data), (last.position, first));
        assert!(kept.told().await.is_empty(), "{:?}", kept.told().await);
    }
}

#[tokio::test]
async fn data_that_somebody_changed_in_the_database_is_not_served() {
    const ANOTHER_APPROVER: &str =
        "UPDATE county SET data = replace(data, 'OFFICE_CLERK', 'OFFICE_APPROVER')";
    for kind in WITH_ROWS {
        for change in [
            ANOTHER_APPROVER,
            "UPDATE county SET data = '{}'",
            "DELETE FROM county",
        ] {
            let kept = Kept::on(kind).await;
            kept.keep_county().await;
            let line = kept.office.lines().await.len();
            let list = kept.run(&["user", "list"]);
            is_clean(&list);
            assert_eq!(kept.by_hand(change).await, 1);

            let list = kept.run(&["user", "list"]);
            let is_gone = change.starts_with("DELETE");
            let why = if is_gone {
                "no county is kept".to_owned()
            } else {
                format!("is not what line {line} of its ledger entered")
            };
            assert!(said(&list).contains(&why), "{change}: {}", said(&list));
            let finding = format!("the data of the county is not what line {line} entered");
            for look in [&["rebuild", "--check"][..], &["ledger", "verify"]] {
                let looked = kept.run(look);
                finds(&looked, &finding);
            }
            let mended = kept.run(&["rebuild"]);
            assert!(mended.status.success(), "{change}: {}", said(&mended));
            assert_eq!(kept.data().await, county_data(&kept.office.county));
            let list = kept.run(&["user", "list"]);
            is_clean(&list);
        }
    }
}

#[tokio::test]
async fn a_county_that_was_never_entered_is_served_and_it_is_told() {
    const TOLD: &str = "does not stand in the ledger: run `xiaohao init` again";
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let data = county_data(&kept.office.county);
        let sql = Sql::connect(kept.office.cabinet.location()).await;
        let text = data.written().unwrap();
        sql.keep_county(data.code, &text).await;
        let list = kept.run(&["user", "list"]);
        is_clean(&list);
        let verified = kept.run(&["ledger", "verify"]);
        is_clean(&verified);
        assert!(said(&verified).contains(TOLD), "{}", said(&verified));

        assert_eq!(kept.enter(&data).await, Entering::Done);
        let verified = kept.run(&["ledger", "verify"]);
        is_clean(&verified);
        assert!(!said(&verified).contains(TOLD), "{}", said(&verified));
    }
}
