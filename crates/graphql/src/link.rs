//! 办理链接: the secret of a link, which is made after the act that hands it out and ends with the one that takes it back; the
//! links of a hazard, as they are listed.
//!
//! The act comes first: what stands in the ledger is what counts, and a key without it opens nothing. Where the key could not
//! be kept, the same request sent again makes it; one that was made is never said again.

use crate::directory::{Person, Unit};
use crate::error::fault;
use crate::guard::Submitted;
use crate::input::Date;
use crate::locksmith::Locksmith;
use crate::office::{Asked, Office};
use async_graphql::{Context, ID, Result, SimpleObject};
use chrono::NaiveDate;
use std::sync::Arc;
use xiaohao_core::dossier::Link;
use xiaohao_core::{Entry, Event, Hazard};
use xiaohao_ledger::{After, Through};

/// What is done about the secret once the act is: the secret of a link that was handed out, where it was made just now.
pub(crate) async fn kept(ctx: &Context<'_>, came: &Submitted) -> Result<Option<String>> {
    let Submitted::Done { answer, .. } = came else {
        return Ok(None);
    };
    let (After::Hazard(hazard), Some(entry)) = (&answer.after, done(came)) else {
        return Ok(None);
    };
    let locksmith = ctx.data::<Arc<dyn Locksmith>>()?;
    let of = |link| Through {
        hazard: hazard.id(),
        link,
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "two acts of some forty are about links"
    )]
    match &entry.event {
        Event::LinkHandedOut(says) => {
            let (through, name) = (of(says.link), name_of(hazard));
            let by = &entry.stamp.actor;
            let made = locksmith.hand_out(by, through, says.person, &name, says.expires_on);
            made.await.map_err(fault)
        }
        Event::LinkTakenBack(says) => {
            let gone = locksmith.take_back(of(says.link)).await;
            gone.map(|()| None).map_err(fault)
        }
        _ => Ok(None),
    }
}

/// The line of an act on a hazard.
fn done(came: &Submitted) -> Option<&Entry> {
    match came {
        Submitted::Done { answer, .. } => answer.lines.first()?.record.hazard(),
        Submitted::Refused { .. } => None,
    }
}

/// What the key of a link is called among those of its person.
fn name_of(hazard: &Hazard) -> String {
    let number = hazard.number().map(ToString::to_string);
    format!("办理链接 {}", number.unwrap_or_default())
}

/// 办理链接。A link by which somebody of the responsible unit handles this one hazard.
#[derive(SimpleObject)]
pub(crate) struct HazardLink {
    /// 标识，凭此收回；不能用来办理。By which it is taken back; nobody is let in by it.
    id: ID,
    /// 办理人员；名册中没有的为空。Who acts through it; null for one who is not in the directory.
    person: Option<Person>,
    /// 所代表的治理责任单位；名册中没有的为空。For which unit; null for one that is not in the directory.
    unit: Option<Unit>,
    /// 发放人员；名册中没有的为空。Who handed it out; null for one who is not in the directory.
    handed_out_by: Option<Person>,
    /// 发放日期。The day on which it was handed out.
    handed_out_on: Date,
    /// 有效期至（含当日）。The last day on which it is good.
    expires_on: Date,
    /// 收回日期；没有收回的为空。The day on which it was taken back; null where it was not.
    taken_back_on: Option<Date>,
    /// 现在能否办理：没有过期、没有收回，隐患也没有改派、退办、销号。Whether it opens the hazard on the day that is shown.
    in_force: bool,
}

impl HazardLink {
    /// The links of a hazard that somebody is shown, first things first.
    pub(crate) fn all(hazard: &Hazard, on: NaiveDate, asked: &Asked<'_>) -> Vec<Self> {
        let Asked {
            office, actor, by, ..
        } = asked;
        let links = hazard.file().links.iter();
        let shown = links.filter(|link| by.through().is_none() || link.person == actor.person);
        let shown = shown.filter(|_| asked.is_told_of_people());
        shown
            .map(|link| {
                let in_force = hazard.link_in_force(link.id, on).is_some();
                Self::of(link, in_force, office)
            })
            .collect()
    }

    fn of(link: &Link, in_force: bool, office: &Office) -> Self {
        Self {
            id: ID(link.id.to_string()),
            person: Person::find(office, link.person),
            unit: Unit::find(office, link.unit),
            handed_out_by: Person::find(office, link.by.person),
            handed_out_on: Date(link.handed_out_on),
            expires_on: Date(link.expires_on),
            taken_back_on: link.taken_back_on.map(Date),
            in_force,
        }
    }
}
