//! 个人信息删除: where a person's data stands, and the act that erases it.

use crate::error::{bad_input, fault};
use crate::guard::{Guard, Sent, Submitted, submit};
use crate::hazard::LedgerEntry;
use crate::input::{Arguments, DateInput, Reading, RequestIdInput, Take, inputs, taken};
use crate::limits::of_page;
use crate::office::{Asked, asked_by_no_program};
use crate::refusal::Refusal;
use crate::vocabulary::Word;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use std::fmt;
use xiaohao_core::Role;
use xiaohao_core::upkeep::{
    ACTS_ON_THE_LEDGER, ErasePersonalData, ErasureGround, PersonalPlace, UpkeepCommand,
};
use xiaohao_core::values::{ERASED, Keeping};
use xiaohao_ledger::{Deed, Fault, Position, Sees};

/// 台账办理凭据：操作编号、办理日期。What guards an act on the ledger itself.
#[derive(InputObject)]
pub(crate) struct LedgerActInput {
    /// 操作编号，由客户端生成；重发时沿用原编号，不会重复办理。The same id sent twice has one effect.
    request_id: RequestIdInput,
    /// 办理日期，默认为今天。The legal date; today by default.
    occurred_on: Option<DateInput>,
}

/// What an act on the ledger itself is on: there is one, and it has no id.
pub(crate) struct TheLedger;

impl fmt::Display for TheLedger {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl Take<Guard<TheLedger>> for LedgerActInput {
    fn take(self, at: &mut Reading) -> Option<Guard<TheLedger>> {
        Guard::take(at, Some(TheLedger), None, self.request_id, self.occurred_on)
    }
}

inputs! {
    /// 一项个人信息在台账中的位置。Where a piece of personal data stands in the ledger.
    PersonalPlaceInput => PersonalPlace {
        /// 记录在全县台账中的位置。The place of the entry in the county's ledger.
        entry: u64,
        /// 在记录全文中的字段（JSON 指针）。The field in the body of the entry, as a JSON pointer.
        field: String,
    }

    /// 个人信息删除的内容；其中不得写入姓名、电话等个人信息。What is erased, and why; nothing personal may be written in it.
    ErasePersonalDataInput => ErasePersonalData {
        /// 要删除的各项，一次最多200项，不得重复。What is erased: at most 200 pieces at once, each named once.
        places: Vec<PersonalPlaceInput>,
        /// 依据《个人信息保护法》第四十七条的哪种情形。On which of the cases of the law it rests.
        ground: Word<ErasureGround>,
        /// 理由，写明申请材料的编号。Why, with the number of the request that was handed in.
        reason: String,
    }
}

/// Acts on the ledger itself.
#[derive(Default)]
pub(crate) struct ErasureMutation;

#[Object]
impl ErasureMutation {
    /// 个人信息删除：依法删除与台账分开保存的个人信息，删除本身记入台账，其他记录和证明不受影响；由县安委办审批人办理。
    ///
    /// Erases personal data that is kept beside the ledger. The erasure is an entry itself, and every other entry and every proof
    /// stays what it was. For the approver of the office alone.
    async fn erase_personal_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办理凭据。What guards the act.")] act: LedgerActInput,
        #[graphql(desc = "内容。What is erased, and why.")] input: ErasePersonalDataInput,
    ) -> Result<ErasurePayload> {
        let arguments = Arguments::default();
        let says = taken::<ErasePersonalData>(&arguments.input, input);
        let deed = |_: TheLedger, says: Option<_>| {
            says.map(|says| Deed::Ledger {
                command: UpkeepCommand::ErasePersonalData(says),
            })
        };
        let sent = Sent {
            mutation: ctx.field().name(),
            arguments: &arguments,
        };
        let came = submit(ctx, sent, act, says, deed).await?;
        Ok(ErasurePayload::of(came))
    }
}

/// 办理结果。What came of an erasure.
#[derive(SimpleObject)]
struct ErasurePayload {
    /// 记入台账的记录；未办理的为空。The entry of the erasure; null where it was refused.
    entry: Option<LedgerEntry>,
    /// 是否为重发的请求。Whether this request was done before.
    replayed: bool,
    /// 未办理的全部理由。Every reason why it was not done.
    user_errors: Vec<Refusal>,
}

impl ErasurePayload {
    fn of(came: Submitted) -> Self {
        let (entry, replayed, user_errors) = match came {
            Submitted::Done { answer, replayed } => {
                let entry = answer.lines.first().map(LedgerEntry::of);
                (entry, replayed, Vec::new())
            }
            Submitted::Refused { reasons, .. } => (None, false, reasons),
        };
        Self {
            entry,
            replayed,
            user_errors,
        }
    }
}

/// Queries about personal data.
#[derive(Default)]
pub(crate) struct ErasureQuery;

/// The most entries that are looked through for one page.
const ENTRIES_MAX: u32 = 100;

#[Object]
impl ErasureQuery {
    /// 按姓名或者电话查找个人信息在台账中的位置，供办理删除；限县安委办审批人和举报受理岗，其他岗位得到空表。举报人信息只有举报受理岗
    /// 可以查到；记于个人信息与台账分开保存之前的，查不到。
    ///
    /// Where this very name or telephone number stands, in preparation of an erasure: for the approver of the office and the intake
    /// role, and nothing for others. Who reported is found by the intake role alone. What was recorded before personal data was
    /// kept beside the ledger is not found.
    #[graphql(complexity = "of_page(Some(100), None, child_complexity)")]
    async fn personal_data(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "姓名或者电话，须与所记的完全一致。The name or the number, exactly as it was recorded."
        )]
        value: String,
        #[graphql(desc = "已查到的位置；从头查填0。The place looked through so far; 0 at first.")]
        after: u64,
    ) -> Result<PersonalDataPage> {
        let Asked {
            office,
            actor,
            scope,
            ..
        } = asked_by_no_program(ctx)?;
        let approves = actor.role == ACTS_ON_THE_LEDGER && scope.sees() == Sees::Everything;
        if value == ERASED {
            let message = "这是已经删除的标记，请填写姓名或者电话。";
            return Err(bad_input(["value"], message));
        }
        if !approves && actor.role != Role::Intake {
            return Ok(PersonalDataPage::default());
        }
        if value.contains('\0') {
            // Nothing that is kept has it, and PostgreSQL does not take it.
            return Ok(PersonalDataPage::default());
        }
        let told = office
            .reader
            .lines_naming(&scope, &value, Position::new(after), ENTRIES_MAX);
        let lines = told.await.map_err(fault)?;
        let mut pieces = Vec::new();
        for line in &lines {
            let personal = line.record.personal().map_err(Fault::internal);
            let own = personal.map_err(fault)?.into_iter();
            pieces.extend(
                own.filter(|one| one.value == value)
                    .map(|one| PersonalPiece {
                        entry: line.position.get(),
                        field: one.field,
                        kept: one.keeping == Keeping::ByDuty,
                    }),
            );
        }
        Ok(PersonalDataPage {
            pieces,
            read_to: lines.last().map_or(after, |line| line.position.get()),
            may_have_more: lines.len() >= ENTRIES_MAX as usize,
        })
    }
}

/// 查到的一段。A stretch of what was found.
#[derive(SimpleObject, Default)]
struct PersonalDataPage {
    /// 查到的各项，按台账位置排列。What was found, in the order of the ledger.
    pieces: Vec<PersonalPiece>,
    /// 已查到的位置，下次从这里续查。How far was looked; go on from here.
    read_to: u64,
    /// 后面是否可能还有。Whether there may be more.
    may_have_more: bool,
}

/// 一项个人信息。A piece of personal data.
#[derive(SimpleObject)]
struct PersonalPiece {
    /// 记录在全县台账中的位置。The place of the entry in the county's ledger.
    entry: u64,
    /// 在记录全文中的字段（JSON 指针）。The field in the body of the entry, as a JSON pointer.
    field: String,
    /// 是否属于履职人员或者整改责任人的姓名，须随记录保存，不能删除。Whether it is kept as long as the record, and cannot be erased.
    kept: bool,
}
