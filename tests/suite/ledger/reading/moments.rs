//! A reader of one moment goes on telling of it, whatever is done meanwhile.

use futures_util::future::join_all;
use xiaohao_ledger::read::{HazardFilter, HazardOrder, PageAsk};
use xiaohao_tests::office::{Kind, Office};

on_every_store! {
    one_moment_stays_as_it_was
    so_many_moments_are_looked_at_that_others_can_still_ask
}

async fn one_moment_stays_as_it_was(on: Kind) {
    let office = Office::on(on).await;
    let scope = office.everything();
    let hazard = office.report().await;
    let moment = office.reader().moment().await.unwrap();
    let told = async || {
        let filter = HazardFilter::default();
        let ask = PageAsk::first(50, None, HazardOrder::NEWEST).unwrap();
        let page = moment.hazards(&scope, &filter, &ask).await.unwrap();
        (
            moment.known_at(&scope, None).await.unwrap(),
            moment.count_hazards(&scope, &filter).await.unwrap(),
            page.items,
            moment.closure(&scope, office.today()).await.unwrap(),
            moment.histories(&scope, &[hazard]).await.unwrap(),
        )
    };
    let then = told().await;
    let step = office.ordinary_step(&office.hazard(hazard).await);
    office.do_now(&step).await;
    office.report_several(3).await;
    assert_eq!(told().await, then);
    let filter = HazardFilter::default();
    let now = office.reader().count_hazards(&scope, &filter).await;
    assert_eq!((then.1, now.unwrap()), (1, 4));
    drop(moment);
    // A connection that has looked at one moment looks at the next when it is taken again.
    for _ in 0..20 {
        let before = office.reader().moment().await.unwrap();
        let counted = before.count_hazards(&scope, &filter).await.unwrap();
        office.report().await;
        assert_eq!(
            before.count_hazards(&scope, &filter).await.unwrap(),
            counted
        );
        drop(before);
        let after = office.reader().moment().await.unwrap();
        assert_eq!(
            after.count_hazards(&scope, &filter).await.unwrap(),
            counted + 1
        );
    }
}

async fn so_many_moments_are_looked_at_that_others_can_still_ask(on: Kind) {
    let office = Office::on(on).await;
    let scope = office.everything();
    office.report().await;
    let filter = HazardFilter::default();
    let many = (0..100).map(async |_| {
        let moment = office.reader().moment().await.unwrap();
        moment.count_hazards(&scope, &filter).await.unwrap();
        // Whoever has looked at a moment may ask something else before he is done with it.
        let now = office.reader().count_hazards(&scope, &filter).await;
        (
            moment.count_hazards(&scope, &filter).await.unwrap(),
            now.unwrap(),
        )
    });
    let told = join_all(many).await;
    assert_eq!(told, [(1, 1); 100]);
}
