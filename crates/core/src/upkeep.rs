//! Acts on the ledger itself, not on a hazard or a paper.
//!
//! 个人信息删除 erases personal data that is kept beside the ledger, on a lawful request; what it names may stand in the lines
//! of any hazard and any paper. 签名密钥更换 tells from where on the log of the ledger is signed by another key. 基础资料登记
//! enters the data of the county, on which everybody's rights rest; 岗位变动 changes whose posts are whose; 登录凭据变动 opens and
//! closes ways in; 系统设置登记 says by which settings a program goes; 专委会报送 is what a committee files for a month, on no hazard by
//! itself. They are recorded in a history of the ledger's own.

use crate::actor::{Actor, Role};
use crate::context::{Context, County};
use crate::county_data::{CountyData, DataFile, Flaw, Given};
use crate::filing::{FilePeriod, Filings, PeriodFiled, period_filed};
use crate::posts::{ChangePosts, PostsChanged, posts_changed};
use crate::record::{BrokenHistory, HistoryLine, Stamp};
use crate::refusal::{Refusal, Refusals};
use crate::settings::{SettingsInForce, SettingsStated, settings_stated};
use crate::values::vocabulary::vocabulary;
use crate::values::{Line, PersonId, Reason, RequestId};
use crate::ways_in::{ChangeWaysIn, WayIn, WaysIn, ways_in_changed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Who acts on the ledger itself, for the office and for no other unit.
pub const ACTS_ON_THE_LEDGER: Role = Role::OfficeApprover;

/// Who enters the data of the county, for the office: whoever runs the program.
pub const ENTERS_COUNTY_DATA: Role = Role::Operator;

/// The most pieces that one act erases.
pub const MOST_ERASED: usize = 200;

vocabulary! {
    /// On what the erasure rests: the cases of 《个人信息保护法》第四十七条第一款.
    ErasureGround "删除个人信息的情形" {
        /// What it was held for is achieved, cannot be achieved, or needs it no longer.
        PurposeAchieved "PURPOSE_ACHIEVED" "处理目的已实现、无法实现或者不再必要",
        /// The service has ended, or the time for which it was to be kept is over.
        RetentionOver "RETENTION_OVER" "停止提供服务或者保存期限已届满",
        /// The person has withdrawn his consent.
        ConsentWithdrawn "CONSENT_WITHDRAWN" "个人撤回同意",
        /// It was held against the law or an agreement.
        HeldUnlawfully "HELD_UNLAWFULLY" "违反法律、行政法规或者约定处理个人信息",
        /// Another case that a law or an administrative regulation names.
        OtherByLaw "OTHER_BY_LAW" "法律、行政法规规定的其他情形",
    }
}

/// Where a piece of personal data stands: in which line of the county's ledger, and where in its body.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalPlace {
    /// The place of the line.
    pub entry: u64,
    /// The field, as a JSON pointer (RFC 6901).
    pub field: Line<200>,
}

/// 个人信息删除: what is erased, and why. Nothing personal may stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErasePersonalData {
    /// What is erased.
    pub places: BTreeSet<PersonalPlace>,
    /// 情形.
    pub ground: ErasureGround,
    /// 理由: who asked is told by the number of his request, not by his name.
    pub reason: Reason,
}

/// The public key by which the log of a ledger is signed, as `c2sp.org/signed-note` writes it.
pub type SigningKey = Line<300>;

/// 签名密钥更换: from this line on the log is signed by another key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RotateSigningKey {
    /// The key that has signed so far.
    pub from: SigningKey,
    /// The key that signs from now on.
    pub to: SigningKey,
    /// 理由.
    pub reason: Reason,
}

/// Whoever runs the program on its machine: what is done there is nobody's in the directory, which may not be there yet.
#[must_use]
pub fn operator(county: &County) -> Actor {
    Actor {
        person: PersonId::OPERATOR,
        role: ENTERS_COUNTY_DATA,
        unit: county.office,
    }
}

/// What is to be done to the ledger itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", content = "data", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UpkeepCommand {
    /// 个人信息删除.
    ErasePersonalData(ErasePersonalData),
    /// 签名密钥更换.
    RotateSigningKey(RotateSigningKey),
    /// 基础资料登记.
    EnterCountyData(Box<CountyData>),
    /// 岗位变动.
    ChangePosts(Box<ChangePosts>),
    /// 登录凭据变动.
    ChangeWaysIn(Box<ChangeWaysIn>),
    /// 系统设置登记.
    StateSettings(Box<SettingsStated>),
    /// 专委会报送.
    FilePeriod(Box<FilePeriod>),
}

/// What was done to the ledger itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum UpkeepEvent {
    /// 个人信息已删除.
    PersonalDataErased(ErasePersonalData),
    /// 签名密钥已更换.
    SigningKeyRotated(RotateSigningKey),
    /// 基础资料已登记: from this line on, these hold, and none of those before.
    CountyDataEntered(Box<CountyData>),
    /// 岗位已变动: from this line on these posts are theirs who are named in it; all other data stay what they were.
    PostsChanged(Box<PostsChanged>),
    /// 登录凭据已变动.
    WaysInChanged(Box<WayIn>),
    /// 系统设置已登记.
    SettingsStated(Box<SettingsStated>),
    /// 专委会已报送.
    PeriodFiled(Box<PeriodFiled>),
}

impl UpkeepEvent {
    /// The name of that which enters all data of the county.
    pub const ENTERS_DATA: &str = "CountyDataEntered";
    /// The name of that which changes posts in them.
    pub const CHANGES_POSTS: &str = "PostsChanged";
    /// The name of what a committee files.
    pub const FILES: &str = "PeriodFiled";

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PersonalDataErased(_) => "PersonalDataErased",
            Self::SigningKeyRotated(_) => "SigningKeyRotated",
            Self::CountyDataEntered(_) => Self::ENTERS_DATA,
            Self::PostsChanged(_) => Self::CHANGES_POSTS,
            Self::WaysInChanged(way) => way.name(),
            Self::SettingsStated(_) => "SettingsStated",
            Self::PeriodFiled(_) => Self::FILES,
        }
    }

    /// The data of the county after it, given those before.
    ///
    /// # Errors
    /// [`BrokenHistory::IllegalPosts`] where they do not follow on those.
    pub fn county_data(
        &self,
        seq: u32,
        before: Option<Box<CountyData>>,
    ) -> Result<Option<Box<CountyData>>, BrokenHistory> {
        match self {
            Self::PersonalDataErased(_)
            | Self::SigningKeyRotated(_)
            | Self::WaysInChanged(_)
            | Self::SettingsStated(_)
            | Self::PeriodFiled(_) => Ok(before),
            Self::CountyDataEntered(says) => Ok(Some(says.clone())),
            Self::PostsChanged(says) => {
                let after = before.and_then(|before| says.applied(&before).ok());
                let after = after.ok_or(BrokenHistory::IllegalPosts { seq })?;
                Ok(Some(Box::new(after)))
            }
        }
    }
}

/// The version of the stored form of an act on the ledger itself that this program writes.
pub const UPKEEP_FORMAT: u16 = 1;

/// One line of the ledger's own history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpkeepEntry {
    /// Version of the stored form; a reader refuses one it does not know.
    pub format: u16,
    /// Its place in the ledger's own history, from 1 without a gap.
    pub seq: u32,
    /// The client's operation id.
    pub request: RequestId,
    /// Who and when.
    pub stamp: Stamp,
    /// What happened.
    pub event: UpkeepEvent,
}

/// What the ledger's own history comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerFile {
    /// How many lines it has.
    pub version: u32,
    /// The keys by which its log was signed and is, the present one last; none where it has never been another.
    pub signing_keys: Vec<SigningKey>,
    /// The data of the county; none where it was never entered.
    pub county_data: Option<Box<CountyData>>,
    /// What data that are entered take back from none before them.
    #[serde(skip_serializing_if = "Given::is_nothing")]
    pub given: Box<Given>,
    /// The ways in that are open.
    #[serde(skip_serializing_if = "WaysIn::is_blank")]
    pub ways_in: WaysIn,
    /// By which settings programs go.
    #[serde(skip_serializing_if = "SettingsInForce::is_empty")]
    pub settings: SettingsInForce,
    /// For which periods which committees have filed.
    #[serde(skip_serializing_if = "Filings::is_empty")]
    pub filings: Filings,
}

/// What one needs to know of a place before what stands there is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceStanding {
    /// It is there, and may be erased.
    Erasable,
    /// It is kept by duty, as long as the record.
    Kept,
    /// It was erased before.
    Erased,
    /// It stands in the body of a line that was hashed with it.
    Hashed,
}

/// Whether it is done: by the approver of the office and nobody else; the data of the county by whoever runs the program, and
/// posts are changed by either; what a committee files by whoever leads it. For ways in see [`WayIn::is_for`].
///
/// # Errors
/// Every reason why not.
pub fn decide_upkeep(
    file: Option<&LedgerFile>,
    command: UpkeepCommand,
    ctx: &Context<'_>,
) -> Result<UpkeepEvent, Refusals> {
    if !command.is_for(ctx.actor, ctx.county) {
        return Err(command.not_his().into());
    }
    let mut no = Refusals::default();
    no.when(ctx.occurred_on > ctx.today(), || Refusal::OccurredInFuture);
    match command {
        UpkeepCommand::ErasePersonalData(says) => erased(says, ctx, no),
        UpkeepCommand::RotateSigningKey(says) => rotated(file, says, no),
        UpkeepCommand::EnterCountyData(says) => entered(file, says, ctx, no),
        UpkeepCommand::ChangePosts(says) => {
            let data = file.and_then(|file| file.county_data.as_deref());
            let changed = posts_changed(data, *says, ctx, no)?;
            Ok(UpkeepEvent::PostsChanged(Box::new(changed)))
        }
        UpkeepCommand::ChangeWaysIn(says) => {
            let known = file.map(|file| &file.ways_in);
            let changed = ways_in_changed(known, *says, ctx.actor.person, ctx.now, no)?;
            Ok(UpkeepEvent::WaysInChanged(Box::new(changed)))
        }
        UpkeepCommand::StateSettings(says) => {
            let known = file.map(|file| &file.settings);
            let stated = settings_stated(known, *says, no)?;
            Ok(UpkeepEvent::SettingsStated(Box::new(stated)))
        }
        UpkeepCommand::FilePeriod(says) => {
            let filed = period_filed(file.map(|file| &file.filings), *says, ctx, no)?;
            Ok(UpkeepEvent::PeriodFiled(Box::new(filed)))
        }
    }
}

impl UpkeepCommand {
    /// What it erases.
    pub fn erased(&self) -> impl Iterator<Item = &PersonalPlace> {
        let says = match self {
            Self::ErasePersonalData(says) => Some(&says.places),
            Self::RotateSigningKey(_)
            | Self::EnterCountyData(_)
            | Self::ChangePosts(_)
            | Self::ChangeWaysIn(_)
            | Self::StateSettings(_)
            | Self::FilePeriod(_) => None,
        };
        says.into_iter().flatten()
    }

    /// What somebody is told who may not do it.
    #[must_use]
    pub const fn not_his(&self) -> Refusal {
        match self {
            Self::ErasePersonalData(_) => Refusal::ErasureRole,
            Self::RotateSigningKey(_) => Refusal::RotationRole,
            Self::EnterCountyData(_) => Refusal::CountyDataRole,
            Self::ChangePosts(_) => Refusal::PostsRole,
            Self::ChangeWaysIn(_) => Refusal::WaysInRole,
            Self::StateSettings(_) => Refusal::SettingsRole,
            Self::FilePeriod(_) => Refusal::FilingRole,
        }
    }

    /// Whether it is his to do.
    #[must_use]
    pub fn is_for(&self, actor: &Actor, county: &County) -> bool {
        let for_the_office = |role| actor.role == role && actor.unit == county.office;
        match self {
            Self::ErasePersonalData(_) | Self::RotateSigningKey(_) => {
                for_the_office(ACTS_ON_THE_LEDGER)
            }
            Self::EnterCountyData(_) => for_the_office(ENTERS_COUNTY_DATA),
            // Nobody who signs in is the operator, whatever the directory calls him.
            Self::ChangePosts(_) => {
                for_the_office(ACTS_ON_THE_LEDGER) || *actor == operator(county)
            }
            Self::ChangeWaysIn(says) => says.way.is_for(actor, county),
            Self::StateSettings(_) => *actor == operator(county),
            Self::FilePeriod(says) => county.files_for(actor, says.committee),
        }
    }
}

/// A key signs from one line on to another, and never again.
fn rotated(
    file: Option<&LedgerFile>,
    says: RotateSigningKey,
    mut no: Refusals,
) -> Result<UpkeepEvent, Refusals> {
    let known = file.map_or(&[][..], |file| &file.signing_keys);
    let is_other = known.last().is_some_and(|present| *present != says.from);
    no.when(is_other, || Refusal::SigningKeyNotPresent);
    let had_it = says.to == says.from || known.contains(&says.to);
    no.when(had_it, || Refusal::SigningKeyUsed);
    no.or(|| Ok(UpkeepEvent::SigningKeyRotated(says)))
}

/// Each entry says something new, of the county whose ledger it is.
fn entered(
    file: Option<&LedgerFile>,
    says: Box<CountyData>,
    ctx: &Context<'_>,
    mut no: Refusals,
) -> Result<UpkeepEvent, Refusals> {
    if says.code != ctx.county.code {
        // What else is wrong with it is told to whoever enters it where it belongs.
        no.add(Refusal::CountyDataOfAnotherCounty);
        return no.or(|| Ok(UpkeepEvent::CountyDataEntered(says)));
    }
    let present = file.and_then(|file| file.county_data.as_ref());
    no.when(present == Some(&says), || Refusal::CountyDataUnchanged);
    let present = present.map(Box::as_ref);
    let words = file.map(|file| says.editions().words_taken(&file.given));
    let policy = file.and_then(|file| says.editions().policy_rewritten(&file.given));
    let mut flaws = BTreeSet::from_iter(says.flaws_since(present, ctx.today()));
    flaws.extend(words.into_iter().flatten());
    flaws.extend(
        present
            .into_iter()
            .flat_map(|present| says.editions().flaws_against(present)),
    );
    // Of the present edition that is told already.
    let is_told = |flaw: &Flaw| flaw.place.file() == DataFile::Policy;
    let policy = policy.filter(|_| !flaws.iter().any(is_told));
    flaws.extend(policy);
    for flaw in flaws {
        no.add(Refusal::CountyDataFlawed { what: flaw.what });
    }
    no.or(|| Ok(UpkeepEvent::CountyDataEntered(says)))
}

/// Only what is there, may go, and is named once.
fn erased(
    says: ErasePersonalData,
    ctx: &Context<'_>,
    mut no: Refusals,
) -> Result<UpkeepEvent, Refusals> {
    let many = says.places.len();
    no.when(many == 0 || many > MOST_ERASED, || {
        Refusal::ErasureOutOfBounds { most: MOST_ERASED }
    });
    for (item, place) in (1..).zip(&says.places) {
        let entry = place.entry;
        match ctx.known.pieces.get(place) {
            Some(PieceStanding::Erasable) => {}
            Some(PieceStanding::Kept) => no.add(Refusal::PersonalDataKept { item, entry }),
            Some(PieceStanding::Erased) => no.add(Refusal::PersonalDataErased { item, entry }),
            Some(PieceStanding::Hashed) => no.add(Refusal::PersonalDataHashed { item, entry }),
            None => no.add(Refusal::PersonalDataUnknown { item, entry }),
        }
    }
    no.or(|| Ok(UpkeepEvent::PersonalDataErased(says)))
}

/// The ledger's own file after one more line.
///
/// # Errors
/// [`BrokenHistory`] when the line cannot follow on what came before.
pub fn evolve_upkeep(
    file: Option<LedgerFile>,
    entry: &UpkeepEntry,
) -> Result<LedgerFile, BrokenHistory> {
    let mut file = file.unwrap_or_default();
    let (seq, format) = (entry.seq, entry.format);
    HistoryLine {
        seq,
        format,
        is_own: true,
    }
    .judge(file.version, UPKEEP_FORMAT)?;
    file.version = seq;
    match &entry.event {
        UpkeepEvent::PersonalDataErased(_) => {}
        UpkeepEvent::SigningKeyRotated(says) => {
            if file.signing_keys.is_empty() {
                file.signing_keys.push(says.from.clone());
            }
            file.signing_keys.push(says.to.clone());
        }
        UpkeepEvent::CountyDataEntered(_) | UpkeepEvent::PostsChanged(_) => {
            file.county_data = entry.event.county_data(seq, file.county_data.take())?;
            // Posts that change hands give nothing of it.
            if let UpkeepEvent::CountyDataEntered(data) = &entry.event {
                file.given.take_in(data);
            }
        }
        UpkeepEvent::WaysInChanged(way) => file.ways_in.take_in(way),
        UpkeepEvent::SettingsStated(says) => file.settings.take_in(says),
        UpkeepEvent::PeriodFiled(says) => file.filings.take_in(says),
    }
    Ok(file)
}
