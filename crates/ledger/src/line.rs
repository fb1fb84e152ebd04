//! One line of a county's ledger, and the form in which it is kept.
//!
//! The body is written once and never made again from columns, and what is personal in it is kept beside it. A reader looks
//! at its `format` first, so that a line of a newer program is called that and not damaged.

use crate::body::{self, BrokenSeal, Personal, Salted};
use crate::position::Position;
use crate::seal::Salts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use uuid::Uuid;
use xiaohao_core::circular::CircularContent;
use xiaohao_core::county_data::CountyData;
use xiaohao_core::filing::PeriodFiled;
use xiaohao_core::order::OrderContent;
use xiaohao_core::paper::{PAPER_FORMAT, Paper, PaperEntry, PaperEvent};
use xiaohao_core::posts::PostsChanged;
use xiaohao_core::record::EVENT_FORMAT;
use xiaohao_core::upkeep::{
    PieceStanding, RotateSigningKey, UPKEEP_FORMAT, UpkeepEntry, UpkeepEvent,
};
use xiaohao_core::values::{CircularId, HazardId, Keeping, OrderId, RequestId};
use xiaohao_core::{Entry, NumberTaken, Stamp};
use xiaohao_log::Hash;

/// A line: its place, its leaf, and what was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its place in the county's ledger.
    pub position: Position,
    /// The hash of its leaf in the county's log.
    #[serde(serialize_with = "as_text")]
    pub leaf: Hash,
    /// What was recorded.
    pub record: Record,
}

/// What a line records: an act done to a hazard, to a paper or to the ledger itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(
    tag = "subject",
    content = "entry",
    rename_all = "SCREAMING_SNAKE_CASE"
)]
pub enum Record {
    /// An act on a hazard.
    Hazard(Box<Entry>),
    /// An act on an order (交办单, 挂牌督办通知书).
    Order(Box<PaperEntry<OrderContent>>),
    /// An act on a circular (通报).
    Circular(Box<PaperEntry<CircularContent>>),
    /// An act on the ledger itself.
    Ledger(Box<UpkeepEntry>),
}

/// To what an act is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A hazard.
    Hazard(HazardId),
    /// An order.
    Order(OrderId),
    /// A circular.
    Circular(CircularId),
    /// The ledger itself.
    Ledger,
}

/// The id of each county's ledger itself: its name in the letters of ASCII, as a UUID of version 8.
const LEDGER: Uuid = Uuid::from_u128(0x6c65_6467_6572_8000_8000_0000_0000_0000);

/// The kinds of [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SubjectKind {
    /// 隐患.
    Hazard,
    /// 交办单, 挂牌督办通知书.
    Order,
    /// 通报.
    Circular,
    /// 台账.
    Ledger,
}

impl SubjectKind {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Hazard, Self::Order, Self::Circular, Self::Ledger];

    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Hazard => "HAZARD",
            Self::Order => "ORDER",
            Self::Circular => "CIRCULAR",
            Self::Ledger => "LEDGER",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }
}

impl Subject {
    /// Its kind.
    #[must_use]
    pub const fn kind(self) -> SubjectKind {
        match self {
            Self::Hazard(_) => SubjectKind::Hazard,
            Self::Order(_) => SubjectKind::Order,
            Self::Circular(_) => SubjectKind::Circular,
            Self::Ledger => SubjectKind::Ledger,
        }
    }

    /// Its id.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Hazard(id) => id.as_uuid(),
            Self::Order(id) => id.as_uuid(),
            Self::Circular(id) => id.as_uuid(),
            Self::Ledger => LEDGER,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind().code(), self.id())
    }
}

/// A stored body that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableBody {
    /// A newer program wrote it.
    #[error("is stored in format {format}, which this version does not know; upgrade the program")]
    NewerFormat {
        /// The format found.
        format: u16,
    },
    /// It is damaged.
    #[error("is damaged")]
    Damaged(#[source] serde_json::Error),
    /// Body and personal data do not come together.
    #[error("cannot be put together with its personal data")]
    Unsealed(#[from] BrokenSeal),
}

impl Record {
    /// To what the act was done.
    #[must_use]
    pub fn subject(&self) -> Subject {
        match self {
            Self::Hazard(entry) => Subject::Hazard(entry.hazard),
            Self::Order(entry) => Subject::Order(entry.paper),
            Self::Circular(entry) => Subject::Circular(entry.paper),
            Self::Ledger(_) => Subject::Ledger,
        }
    }

    /// The act on a hazard, where it is one.
    #[must_use]
    pub fn hazard(&self) -> Option<&Entry> {
        match self {
            Self::Hazard(entry) => Some(entry),
            Self::Order(_) | Self::Circular(_) | Self::Ledger(_) => None,
        }
    }

    /// What was done to the ledger itself, where it is that.
    #[must_use]
    pub fn upkeep(&self) -> Option<&UpkeepEvent> {
        match self {
            Self::Ledger(entry) => Some(&entry.event),
            Self::Hazard(_) | Self::Order(_) | Self::Circular(_) => None,
        }
    }

    /// The data of the county, where it entered all of them.
    #[must_use]
    pub fn county_data_entered(&self) -> Option<&CountyData> {
        let Some(UpkeepEvent::CountyDataEntered(data)) = self.upkeep() else {
            return None;
        };
        Some(data)
    }

    /// The change of posts, where it is one.
    #[must_use]
    pub fn posts_changed(&self) -> Option<&PostsChanged> {
        let Some(UpkeepEvent::PostsChanged(says)) = self.upkeep() else {
            return None;
        };
        Some(says)
    }

    /// The change of the key by which the log is signed, where it is one.
    #[must_use]
    pub fn key_change(&self) -> Option<&RotateSigningKey> {
        let Some(UpkeepEvent::SigningKeyRotated(says)) = self.upkeep() else {
            return None;
        };
        Some(says)
    }

    /// What a committee filed, where it is that.
    #[must_use]
    pub fn period_filed(&self) -> Option<&PeriodFiled> {
        let Some(UpkeepEvent::PeriodFiled(says)) = self.upkeep() else {
            return None;
        };
        Some(says)
    }

    /// Its place in the subject's own history, from 1.
    #[must_use]
    pub fn seq(&self) -> u32 {
        match self {
            Self::Hazard(entry) => entry.seq,
            Self::Order(entry) => entry.seq,
            Self::Circular(entry) => entry.seq,
            Self::Ledger(entry) => entry.seq,
        }
    }

    /// The request it answers.
    #[must_use]
    pub fn request(&self) -> RequestId {
        match self {
            Self::Hazard(entry) => entry.request,
            Self::Order(entry) => entry.request,
            Self::Circular(entry) => entry.request,
            Self::Ledger(entry) => entry.request,
        }
    }

    /// Who and when.
    #[must_use]
    pub fn stamp(&self) -> &Stamp {
        match self {
            Self::Hazard(entry) => &entry.stamp,
            Self::Order(entry) => &entry.stamp,
            Self::Circular(entry) => &entry.stamp,
            Self::Ledger(entry) => &entry.stamp,
        }
    }

    /// The name of what happened: the event of the lifecycle table, the step in the life of a paper, or what was done to
    /// the ledger itself.
    #[must_use]
    pub fn event(&self) -> &'static str {
        match self {
            Self::Hazard(entry) => entry.event.act().transition().event,
            Self::Order(entry) => step(&entry.event),
            Self::Circular(entry) => step(&entry.event),
            Self::Ledger(entry) => entry.event.name(),
        }
    }

    /// The names of the steps in the life of a paper, with the Chinese term and the meaning in English.
    pub const PAPER_STEPS: &[(&str, &str, &str)] = &[
        ("Drafted", "拟稿", "A paper was drafted."),
        ("Revised", "修改", "The draft was written anew."),
        (
            "Issued",
            "签发",
            "The paper took its number and was issued; nothing in it changes any more.",
        ),
        (
            "Discarded",
            "废弃",
            "The draft was given up; it stays on record.",
        ),
    ];

    /// The names of what is done to the ledger itself, likewise.
    pub const UPKEEP: &[(&str, &str, &str)] = &[
        (
            "PersonalDataErased",
            "个人信息删除",
            "Personal data that is kept beside the ledger was erased, on a lawful request.",
        ),
        (
            "SigningKeyRotated",
            "签名密钥更换",
            "From this line on the log of the ledger is signed by another key.",
        ),
        (
            "CountyDataEntered",
            "基础资料登记",
            "From this line on these are the units, the people with their posts, and the rules of the county.",
        ),
        (
            "PostsChanged",
            "岗位变动",
            "Posts ended or began: somebody took one, left one, or handed his over to another.",
        ),
        (
            "DeviceCodeIssued",
            "设备登记码发放",
            "A code was issued for which a device of somebody gets its key, once and within ten minutes.",
        ),
        (
            "KeyIssued",
            "凭据发放",
            "A key was issued: to a device of somebody, to a program of the county's, or for a link.",
        ),
        (
            "KeyEnded",
            "凭据注销",
            "A key was ended; it lets in nobody any more.",
        ),
        (
            "WaysInFound",
            "既有凭据登记",
            "The ways in that there were before they were recorded, as they were found on that day.",
        ),
        (
            "PasswordsSet",
            "密码设置",
            "Passwords were set; each ended the keys of the devices of whose it is.",
        ),
        (
            "SecondFactorSet",
            "二次验证开通",
            "A second factor is asked for of somebody from this line on.",
        ),
        (
            "SecondFactorEnded",
            "二次验证停用",
            "A second factor is asked for no more.",
        ),
        (
            "PasswordsFound",
            "既有密码登记",
            "The passwords and second factors that there were before they were recorded, as they were found on that day.",
        ),
        (
            "SettingsStated",
            "系统设置登记",
            "From this line on a program goes by other settings, on which it depends who may see or do what.",
        ),
        (
            "PeriodFiled",
            "专委会报送",
            "A committee filed its key work of a month, how it was carried out, and how many major hazards it found.",
        ),
    ];

    /// The number that was taken with it, if one was.
    #[must_use]
    pub fn number_taken(&self) -> Option<NumberTaken> {
        match self {
            Self::Hazard(entry) => entry.event.number_taken(),
            Self::Order(entry) => entry.event.number_taken(),
            Self::Circular(entry) => entry.event.number_taken(),
            Self::Ledger(_) => None,
        }
    }

    /// The order that was issued with it, for one hazard alone, if one was.
    #[must_use]
    pub fn order_with_act(&self) -> Option<OrderId> {
        match self {
            Self::Hazard(entry) => entry.event.order_with_act(),
            Self::Order(_) | Self::Circular(_) | Self::Ledger(_) => None,
        }
    }

    /// How many lines on other histories it may have caused.
    pub(crate) fn follow_ups_at_most(&self) -> usize {
        match self {
            Self::Hazard(_) | Self::Ledger(_) => 0,
            Self::Order(entry) => match &entry.event {
                PaperEvent::Issued(order) => order.follow_ups().len(),
                PaperEvent::Drafted(_) | PaperEvent::Revised(_) | PaperEvent::Discarded(_) => 0,
            },
            Self::Circular(entry) => match &entry.event {
                PaperEvent::Issued(circular) => circular.follow_ups().len(),
                PaperEvent::Drafted(_) | PaperEvent::Revised(_) | PaperEvent::Discarded(_) => 0,
            },
        }
    }

    /// The form in which it is kept, and the personal data that is kept beside it.
    ///
    /// # Errors
    /// None that a record made by this program can cause.
    pub fn sealed(&self, salts: &Salts) -> Result<(String, Vec<Salted>), serde_json::Error> {
        match self {
            Self::Hazard(entry) => body::sealed(entry, salts),
            Self::Order(entry) => body::sealed(entry, salts),
            Self::Circular(entry) => body::sealed(entry, salts),
            Self::Ledger(entry) => body::sealed(entry, salts),
        }
    }

    /// The personal data in it, in the order in which it stands in the body.
    ///
    /// # Errors
    /// None that a record made by this program can cause.
    pub fn personal(&self) -> Result<Vec<Personal>, serde_json::Error> {
        let blank = match self {
            Self::Hazard(entry) => body::blank(entry),
            Self::Order(entry) => body::blank(entry),
            Self::Circular(entry) => body::blank(entry),
            Self::Ledger(entry) => body::blank(entry),
        };
        blank.map(|(_, personal)| personal)
    }

    /// How it stands with each piece of the personal data in it, in the order of the body.
    pub(crate) fn pieces(&self) -> Result<Vec<(String, PieceStanding)>, serde_json::Error> {
        let hashed = self.format() == 1 && !matches!(self, Self::Ledger(_));
        let standing = |one: &Personal| match one.keeping {
            Keeping::ByDuty => PieceStanding::Kept,
            Keeping::UntilErased if hashed => PieceStanding::Hashed,
            Keeping::UntilErased if one.is_erased() => PieceStanding::Erased,
            Keeping::UntilErased => PieceStanding::Erasable,
        };
        let pieces = self.personal()?.into_iter();
        let pieces = pieces.map(|one| (standing(&one), one.field));
        Ok(pieces.map(|(stands, field)| (field, stands)).collect())
    }

    /// Everything that it says, as whoever may see it is shown it.
    ///
    /// # Errors
    /// None that a record made by this program can cause.
    pub fn shown(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Hazard(entry) => serde_json::to_string(entry),
            Self::Order(entry) => serde_json::to_string(entry),
            Self::Circular(entry) => serde_json::to_string(entry),
            Self::Ledger(entry) => serde_json::to_string(entry),
        }
    }

    /// Reads the form in which it is kept, with the personal data in its places; what was erased is none.
    ///
    /// # Errors
    /// [`UnreadableBody`] for a format that this program does not know, and for what it did not write.
    pub fn from_body(
        kind: SubjectKind,
        body: &str,
        personal: &[Option<String>],
    ) -> Result<Self, UnreadableBody> {
        let body = &body::opened(body, personal)?;
        let known = match kind {
            SubjectKind::Hazard => EVENT_FORMAT,
            SubjectKind::Order | SubjectKind::Circular => PAPER_FORMAT,
            SubjectKind::Ledger => UPKEEP_FORMAT,
        };
        let record = match kind {
            SubjectKind::Hazard => Self::Hazard(Box::new(read(body, known)?)),
            SubjectKind::Order => Self::Order(Box::new(read(body, known)?)),
            SubjectKind::Circular => Self::Circular(Box::new(read(body, known)?)),
            SubjectKind::Ledger => Self::Ledger(Box::new(read(body, known)?)),
        };
        let format = record.format();
        // What a newer program wrote may mean something else, also where it reads alike.
        if format > known {
            return Err(UnreadableBody::NewerFormat { format });
        }
        Ok(record)
    }

    /// The version of its stored form.
    const fn format(&self) -> u16 {
        match self {
            Self::Hazard(entry) => entry.format,
            Self::Order(entry) => entry.format,
            Self::Circular(entry) => entry.format,
            Self::Ledger(entry) => entry.format,
        }
    }
}

impl From<PaperEntry<OrderContent>> for Record {
    fn from(entry: PaperEntry<OrderContent>) -> Self {
        Self::Order(Box::new(entry))
    }
}

impl From<PaperEntry<CircularContent>> for Record {
    fn from(entry: PaperEntry<CircularContent>) -> Self {
        Self::Circular(Box::new(entry))
    }
}

fn step<P: Paper>(event: &PaperEvent<P>) -> &'static str {
    match event {
        PaperEvent::Drafted(_) => "Drafted",
        PaperEvent::Revised(_) => "Revised",
        PaperEvent::Issued(_) => "Issued",
        PaperEvent::Discarded(_) => "Discarded",
    }
}

fn as_text<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

/// Reads a body; only one that cannot be read is looked at twice, to tell a newer format from damage.
fn read<T: DeserializeOwned>(body: &str, known: u16) -> Result<T, UnreadableBody> {
    #[derive(Deserialize)]
    struct Envelope {
        format: u16,
    }
    serde_json::from_str(body).map_err(|error| match serde_json::from_str::<Envelope>(body) {
        Ok(Envelope { format }) if format > known => UnreadableBody::NewerFormat { format },
        Ok(_) | Err(_) => UnreadableBody::Damaged(error),
    })
}
