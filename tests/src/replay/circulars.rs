//! The circulars, published with what the file circulates in them.

use super::fields::{key, text};
use super::{Replay, Told, timeline};
use crate::sample::{self, line, name, prose};
use crate::{Sheet, approver, clerk, date};
use chrono::{Months, TimeDelta};
use serde_json::Value;
use std::collections::BTreeMap;
use xiaohao_core::NextNumbers;
use xiaohao_core::acts::CirculateClosure;
use xiaohao_core::circular::{CircularContent, Figure, Item, ItemKind};
use xiaohao_core::order::HazardReference;
use xiaohao_core::paper::PaperCommand;
use xiaohao_core::statistics::{Flow, Period, Snapshot, as_they_stood};
use xiaohao_core::values::*;

impl Replay {
    /// Publishes a circular with what is circulated in it, and with the stock and the closure rate of its month.
    pub(super) fn publish(&mut self, circular: &Value, file: &Value) {
        let period_from = date(&format!("{}-01", text(circular, "period")));
        let period_to = period_from + Months::new(1) - TimeDelta::days(1);
        let no = text(circular, "no");
        let items = timeline(file).into_iter().filter_map(|told| match told {
            Told::Event { hazard, event } if event["doc"] == *no => Some(Item {
                hazard: HazardReference {
                    id: sample::hazard(key(hazard).into()),
                    number: HazardNumber::parse(text(hazard, "hazard_no")).unwrap(),
                },
                kind: ItemKind::Closure,
                text: prose(&format!("{}：已销号。", text(hazard, "title"))),
                corrects: None,
            }),
            _ => None,
        });
        let period = Period::new(period_from, period_to).unwrap();
        let flow = Flow::during(&self.histories(), period).unwrap();
        let hazards = as_they_stood(&self.histories(), period_to).unwrap();
        let closure = Snapshot::new(&hazards, period_to).closure_rate();
        let content = CircularContent {
            id: sample::circular(1 + self.circulars.len() as u128),
            title: line("关于重大隐患“一单四制”整改情况的通报"),
            period_from,
            period_to,
            as_of: period_to,
            ledger_position: None,
            signatory: name("签发人（化名）"),
            recipients: vec![line("各乡镇人民政府、各专业委员会、县直有关单位")],
            copies: Vec::new(),
            sections: Vec::new(),
            stock: flow.stock().unwrap(),
            figures: vec![Figure {
                name: line("销号率"),
                scope: line("全县"),
                ratio: closure.ratio(),
            }],
            items: items.collect(),
        };
        self.known.hazards = self.standings();
        self.known.next = NextNumbers {
            documents: BTreeMap::from([(
                Series::OfficeCircular,
                DocumentNumber::parse(no).unwrap(),
            )]),
            ..NextNumbers::default()
        };
        let mut sheet = Sheet::new(content.id);
        let (author, signer) = (clerk(), approver());
        sheet.step(PaperCommand::Draft(content), &self.context(&author, None));
        sheet.step(PaperCommand::Issue, &self.context(&signer, None));
        self.circulars.push(sheet.issued().clone());
    }

    pub(super) fn circulate(&self, hazard: &Value, event: &Value) -> CirculateClosure {
        let id = sample::hazard(key(hazard).into());
        let no = text(event, "doc");
        let published = self.circulars.iter();
        let circular = published
            .rev()
            .find(|circular| circular.document().to_string() == no)
            .unwrap_or_else(|| panic!("circular {no} is not published"));
        let items = &circular.content().items;
        let place = items.iter().position(|item| item.hazard.id == id).unwrap();
        CirculateClosure {
            circular: circular.id(),
            item: u16::try_from(place).unwrap() + 1,
        }
    }
}
