//! What circulars print, counted again: what was counted holds whatever is done since, and each thing that was not counted so is told.

use crate::filing::filing;
use crate::rebuild::program::{finds, is_clean, said};
use crate::rebuild::{Kept, WITH_ROWS};
use xiaohao_core::Status;
use xiaohao_core::circular::{
    CircularContent, CircularMeasure, Figure, Ranking, Totals, WHOLE_COUNTY,
};
use xiaohao_core::figures::{Stock, StockParts};
use xiaohao_core::statistics::{Period, Ranked, Scope};
use xiaohao_ledger::read::{AsOf, Standing, committees_filed, flow};
use xiaohao_tests::office::Office;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

/// A circular that counts what the ledger has come to, as the program does.
async fn counted(office: &Office) -> CircularContent {
    let (reader, all) = (office.reader(), office.everything());
    let content = office.circular(&[]).await;
    let period = Period::new(content.period_from, content.period_to).unwrap();
    let known = reader.known_at(&all, None).await.unwrap();
    let as_of = AsOf {
        valid_on: content.as_of,
        known,
    };
    let standing = Standing::read(reader.as_ref(), &all, as_of).await.unwrap();
    let flow = flow(reader.as_ref(), &all, known, period).await.unwrap();
    let data = reader.county_data(&all, as_of).await.unwrap().unwrap();
    let county = data.county().unwrap();
    let filed = county.filing_period(content.period_to);
    let filed = committees_filed(reader.as_ref(), &all, &county, as_of, filed).await;
    let directory = data.directory;
    let day = standing.snapshot();
    let scopes = [
        (Scope::County, WHOLE_COUNTY),
        (Scope::Committee(unit(FIRE_COMMITTEE)), {
            let committee = directory.unit(unit(FIRE_COMMITTEE));
            committee.unwrap().name.as_str()
        }),
    ];
    let figures = scopes.iter().flat_map(|(scope, name)| {
        CircularMeasure::ALL.iter().map(|measure| Figure {
            name: sample::line(measure.name()),
            scope: sample::line(name),
            ratio: measure.rate(&day.within(*scope)).ratio(),
        })
    });
    let rankings = Ranked::ALL.iter();
    let rankings = rankings.map(|of| Ranking::of(*of, &day, &directory).unwrap());
    CircularContent {
        ledger_position: Some(known.get()),
        stock: flow.stock().unwrap(),
        totals: Some(Totals::of(&day, &flow)),
        figures: figures.collect(),
        rankings: rankings.collect(),
        committees_filed: Some(Box::new(filed.unwrap().unwrap())),
        ..content
    }
}

/// One change of what a circular prints, and what is told of it.
type False = (fn(&mut CircularContent), &'static str);

const FALSE: [False; 12] = [
    (
        |says| says.figures[0].ratio.numerator += 1,
        "销号率 of 全县 is printed as 2/7",
    ),
    (
        |says| says.figures[17].ratio.denominator += 1,
        "超期未整改占比 of 专委会 is printed as 5/7（71.4%）, and the record comes to 5/6（83.3%） or 0/0（—）",
    ),
    (
        |says| says.figures[0].scope = sample::line("全市"),
        "销号率 of 全市 is printed as 1/7（14.3%）, and the record comes to no figure of that name",
    ),
    (
        |says| says.figures[0].name = sample::line("消号率"),
        "消号率 of 全县",
    ),
    (
        |says| {
            let parts = says.stock.parts();
            says.stock = Stock::new(StockParts {
                opening: parts.opening + 1,
                closing: parts.closing + 1,
                ..parts
            })
            .unwrap();
        },
        "期末存量 is printed as 7, and the record comes to 6",
    ),
    (
        |says| says.totals.as_mut().unwrap().overdue = 0,
        "超期未整改 is printed as 0, and the record comes to",
    ),
    (
        |says| says.rankings[0].rows.swap(0, 1),
        "line 1 of the ranking of 专委会 is printed as",
    ),
    (
        |says| drop(says.rankings[1].rows.pop()),
        "of the ranking of 乡镇 is printed as no such line, and the record comes to",
    ),
    (
        |says| says.rankings[2].rows[0].rank = Some(7),
        "line 1 of the ranking of 牵头责任单位 is printed as 7",
    ),
    (
        |says| says.committees_filed.as_mut().unwrap().zero.clear(),
        "who has filed is printed as 2026-08-01 to 2026-08-31 1/3 零报告[] 逾期报送[] 逾期未报[], and the record comes to",
    ),
    (
        |says| says.ledger_position = Some(100_000),
        "says that its figures were made of the lines up to 100000, and was drafted in line",
    ),
    (
        // Before the last hazards came.
        |says| says.ledger_position = Some(9),
        "by the lines up to 9",
    ),
];

#[tokio::test]
async fn figures_of_circulars_are_counted_again() {
    for kind in WITH_ROWS {
        let kept = Kept::on(kind).await;
        let office = &kept.office;
        kept.keep_county().await;
        let filing = but(filing(), |says| says.day = office.today());
        let filing = crate::filing::submission(office, &lead(), filing);
        office.do_now(&filing).await;
        let honest = counted(office).await;
        office.issue(&approver(), &honest).await;
        // The same day, so that its figures are other ones now.
        let since = office.report_several(2).await;
        office.advance(&since, Status::Listed).await;
        let clean = kept.verify(&[]);
        is_clean(&clean);
        assert!(said(&clean).contains(" 2 circulars,"), "{}", said(&clean));
        let unknown = "line 37, names no line up to which its figures were made";
        assert!(said(&clean).contains(unknown), "{}", said(&clean));

        for (change, told) in FALSE {
            let says = but(honest.clone(), |says| {
                says.id = office.new_circular();
                change(says);
            });
            assert!(!said(&kept.verify(&[])).contains(told), "{told}: before");
            office.issue(&approver(), &says).await;
            finds(&kept.verify(&[]), told);
        }
        let alone =
            "in the circulars of county 431123: what they print is not what the record comes to";
        finds(&kept.verify(&[]), alone);
    }
}

#[tokio::test]
async fn figures_are_not_counted_of_a_record_that_is_damaged() {
    let kept = Kept::unguarded(WITH_ROWS[0]).await;
    kept.keep_county().await;
    kept.by_hand("DELETE FROM hazard").await;
    let found = kept.verify(&[]);
    finds(
        &found,
        "the figures of the circulars are counted again when nothing else is found",
    );
}
