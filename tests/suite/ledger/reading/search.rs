//! Text is found where it stands: any part of title, place, unit or number, in Chinese and in Latin, never across two.

use xiaohao_core::Status;
use xiaohao_core::acts::Report;
use xiaohao_core::values::{HazardId, Holder};
use xiaohao_ledger::read::{HazardFilter, SearchText};
use xiaohao_ledger::row::HazardRow;
use xiaohao_tests::office::Kind;
use xiaohao_tests::sample::but;
use xiaohao_tests::*;

on_every_store! {
    any_part_of_title_place_unit_or_number_finds_a_hazard
    letters_are_found_in_either_case_and_in_either_width
    what_is_typed_otherwise_and_means_the_same_is_found
    several_words_are_found_wherever_each_of_them_stands
    no_word_reaches_from_one_field_into_the_next
    what_means_something_to_a_database_is_text_like_any_other
    what_a_listing_settles_is_found_and_what_it_replaced_is_not
}

fn report(title: &str, place: &str, holder: Option<Holder>) -> Report {
    but(sample::report(), |says| {
        says.title = sample::line(title);
        says.place = sample::line(place);
        says.holder = holder;
    })
}

/// Four reported hazards; the first is listed, under the number 431123-2026-0001.
struct Searched {
    office: Office,
    hazards: Vec<HazardId>,
}

impl Searched {
    async fn on(kind: Kind) -> Self {
        let office = Office::on(kind).await;
        let mut hazards = Vec::new();
        for says in [
            report(
                "砂光机除尘风管未设置火花探测消除装置",
                "泷泊镇工业园A-3栋二楼",
                Some(sample::holder_called(FACTORY, "庚午竹木制品厂（化名）")),
            ),
            report("消防通道被占用", "五里牌镇𠮷祥路农贸市场东门", None),
            report(
                "ＬＰＧ储罐安全阀失效100%",
                "Ｂ区 2号罐旁",
                Some(sample::holder_called(MARKET, "辛未燃气Co., Ltd.")),
            ),
            report("Boiler_room 消 防设施\"停用\"", "锅炉房*（西）'侧", None),
        ] {
            let report = office.reporting(&inspector(), says);
            hazards.push(office::subject(&office.do_now(&report).await));
        }
        let list = but(sample::list(), |says| {
            says.holder = sample::holder_called(FACTORY, "庚午竹木制品厂（化名）");
        });
        office.act(&clerk(), hazards[0], list).await;
        Self { office, hazards }
    }

    async fn rows(&self, text: &str) -> Vec<HazardRow> {
        let filter = HazardFilter {
            text: SearchText::new(text),
            ..HazardFilter::default()
        };
        let all = self.office.everything();
        let rows = self.office.rows(&all, &filter).await;
        let count = self.office.reader().count_hazards(&all, &filter).await;
        assert_eq!(count.unwrap(), rows.len() as u64, "{text}");
        rows
    }

    async fn find(&self, text: &str) -> Vec<usize> {
        let rows = self.rows(text).await;
        let place = |id| self.hazards.iter().position(|hazard| *hazard == id);
        rows.iter().map(|row| place(row.id).unwrap()).collect()
    }

    async fn check(&self, expected: &[(&str, &[usize])]) {
        for (text, places) in expected {
            assert_eq!(self.find(text).await, *places, "{text}");
        }
    }
}

async fn any_part_of_title_place_unit_or_number_finds_a_hazard(on: Kind) {
    let expected: &[(&str, &[usize])] = &[
        // One character, two, three and more; from the beginning, the middle and the end.
        ("砂", &[0]),
        ("防", &[1, 3]),
        ("置", &[0]),
        ("消防", &[1]),
        ("防通", &[1]),
        ("占用", &[1]),
        ("花探测", &[0]),
        ("未设置火花", &[0]),
        ("砂光机除尘风管未设置火花探测消除装置", &[0]),
        ("消防通道不", &[]),
        ("置装", &[]),
        ("工业园", &[0]),
        ("楼", &[0]),
        ("农贸市场", &[1]),
        ("𠮷", &[1]),
        ("𠮷祥", &[1]),
        ("镇𠮷祥路", &[1]),
        ("竹木", &[0]),
        ("燃气", &[2]),
        ("431123-2026-0001", &[0]),
        ("2026-0001", &[0]),
        ("431123-XS-2026-000003", &[2]),
        ("XS-2026", &[0, 1, 2, 3]),
        ("000002", &[1]),
        ("4", &[0, 1, 2, 3]),
        ("2026-0002", &[]),
    ];
    Searched::on(on).await.check(expected).await;
}

async fn letters_are_found_in_either_case_and_in_either_width(on: Kind) {
    let expected: &[(&str, &[usize])] = &[
        ("lpg", &[2]),
        ("LPG", &[2]),
        ("ｌｐＧ储罐", &[2]),
        ("a-3栋", &[0]),
        ("Ａ－３", &[0]),
        ("b区", &[2]),
        ("co., ltd.", &[2]),
        ("ＣＯ．，", &[2]),
        ("（化名）", &[0]),
        ("(化名)", &[0]),
        ("xs-2026-00000４", &[3]),
        ("BOILER", &[3]),
    ];
    Searched::on(on).await.check(expected).await;
}

async fn what_is_typed_otherwise_and_means_the_same_is_found(on: Kind) {
    let searched = Searched::on(on).await;
    let says = report("游樂园Café过山车检修逾期", "南区é栋", None);
    searched
        .office
        .do_now(&searched.office.reporting(&inspector(), says))
        .await;
    for (text, kept) in [
        ("游\u{F914}园", "游樂园"),
        ("\u{F914}", "樂"),
        ("Cafe\u{301}过山车", "Café过山车"),
        ("CAFE\u{301}", "café"),
        ("e\u{301}栋 \u{F914}园", "é栋 樂园"),
    ] {
        let rows = searched.rows(text).await;
        assert_eq!(rows.len(), 1, "{text}");
        assert_eq!(rows, searched.rows(kept).await, "{text}");
    }
}

async fn several_words_are_found_wherever_each_of_them_stands(on: Kind) {
    let expected: &[(&str, &[usize])] = &[
        ("除尘 火花", &[0]),
        ("火花 除尘", &[0]),
        ("除尘　工业园", &[0]),
        ("竹木 2026-0001 楼", &[0]),
        ("除尘 农贸", &[]),
        ("消 防", &[1, 3]),
        ("XS 阀", &[2]),
        ("b区 2号", &[2]),
        ("  消防  ", &[1]),
    ];
    let searched = Searched::on(on).await;
    searched.check(expected).await;
    assert_eq!(SearchText::new(" 　 "), None);
    assert_eq!(searched.find("").await, [0, 1, 2, 3]);
}

async fn no_word_reaches_from_one_field_into_the_next(on: Kind) {
    let expected: &[(&str, &[usize])] = &[
        ("装置泷泊", &[]),
        ("置泷", &[]),
        ("用五", &[]),
        ("厂431123", &[]),
        ("楼431123", &[]),
        ("00001庚", &[]),
        ("1庚", &[]),
        ("装置 泷泊", &[0]),
    ];
    Searched::on(on).await.check(expected).await;
}

async fn what_means_something_to_a_database_is_text_like_any_other(on: Kind) {
    let expected: &[(&str, &[usize])] = &[
        ("%", &[2]),
        ("100%", &[2]),
        ("_", &[3]),
        ("r_r", &[3]),
        ("*", &[3]),
        ("房*", &[3]),
        ("防*", &[]),
        ("\"", &[3]),
        ("\"停用\"", &[3]),
        ("'", &[3]),
        ("'侧", &[3]),
        ("\\", &[]),
        ("消防 OR 除尘", &[]),
        ("NOT", &[]),
        ("消防 & 除尘", &[]),
        (":*", &[]),
        ("z", &[]),
        ("x", &[0, 1, 2, 3]),
        ("6d88x", &[]),
    ];
    Searched::on(on).await.check(expected).await;
}

async fn what_a_listing_settles_is_found_and_what_it_replaced_is_not(on: Kind) {
    let searched = Searched::on(on).await;
    let (office, id) = (&searched.office, searched.hazards[2]);
    searched
        .check(&[("辛未燃气", &[2]), ("壬申", &[]), ("2026-0002", &[])])
        .await;
    let list = but(sample::list(), |says| {
        says.holder = sample::holder_called(991, "壬申液化气站");
    });
    office.act(&clerk(), id, list).await;
    searched
        .check(&[("辛未燃气", &[]), ("壬申", &[2]), ("2026-0002", &[2])])
        .await;
    office.advance(&[id], Status::Assigned).await;
    searched
        .check(&[("壬申液化", &[2]), ("lpg储罐", &[2])])
        .await;
}
