//! What somebody tried and was refused: kept beside the ledger, and read by whoever supervises the office.

use crate::directory::{Person, Unit};
use crate::error::{ErrorCode, coded, fault};
use crate::input::Instant;
use crate::limits::{length, of_page};
use crate::office::{Asked, Office, asked};
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use async_trait::async_trait;
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::Role;
use xiaohao_core::upkeep::ACTS_ON_THE_LEDGER;
use xiaohao_core::values::PersonId;
use xiaohao_ledger::{Attempt, Fault, Sees};

/// Where refused attempts are kept.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// Those that were kept before one of them, the latest first; those of one person where he is named.
    ///
    /// # Errors
    /// [`Fault`].
    async fn attempts(
        &self,
        of: Option<PersonId>,
        before: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<Attempt>, Fault>;
}

/// How many are on a page, where nobody says so, and the most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// Queries about refused attempts.
#[derive(Default)]
pub(crate) struct AttemptQuery;

#[Object]
impl AttemptQuery {
    /// 被拒绝的操作，最近的在前：本人的，或者由工作专班和县安委办审批人查看全部人员的。至少保存六个月。
    ///
    /// What was tried and refused, the latest first: one's own, or as 工作专班 or the approver of the office that of everybody.
    /// Kept for six months at least.
    #[graphql(complexity = "of_page(first.or(Some(50)), None, child_complexity)")]
    async fn refused_attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "哪个人员的；不填的为全部，包括没有登录的。Whose; of everybody by default, those who have not signed in among them."
        )]
        person: Option<ID>,
        #[graphql(
            desc = "向后取多少条，1至200，默认50。How many to take forward, from 1 to 200; 50 by default."
        )]
        first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。Take those after this cursor.")] after: Option<String>,
    ) -> Result<RefusedAttemptConnection> {
        let asked = asked(ctx)?;
        let of = whose(&asked, person)?;
        let first = first.map_or(Ok(USUAL), |first| length(first, MOST))?;
        let before = after.map(|after| Uuid::parse_str(&after)).transpose();
        let before = before.map_err(|_| {
            let message = "游标不属于本列表，请从第一页重新开始。";
            coded(ErrorCode::CursorUnknown, message)
        })?;
        // One more than the page shows whether there is more.
        let attempts = ctx.data::<Arc<dyn Attempts>>()?;
        let told = attempts.attempts(of, before, first + 1).await;
        let mut told = told.map_err(fault)?;
        let has_next_page = told.len() > first as usize;
        told.truncate(first as usize);
        Ok(RefusedAttemptConnection {
            has_next_page,
            end_cursor: told.last().map(|last| last.id.to_string()),
            nodes: told
                .into_iter()
                .map(|attempt| Shown::of(attempt, asked.office))
                .collect(),
        })
    }
}

/// Whose attempts somebody may see: his own, and whoever supervises the office those of everybody.
///
/// # Errors
/// `NOT_FOUND`, whether or not there is such a person.
fn whose(asked: &Asked<'_>, person: Option<ID>) -> Result<Option<PersonId>> {
    let Asked { actor, scope, .. } = asked;
    let supervises = matches!(actor.role, ACTS_ON_THE_LEDGER | Role::Auditor);
    let sees_all = supervises && scope.sees() == Sees::Everything;
    let person = person.map(|person| PersonId::parse(&person)).transpose();
    match person {
        Ok(person) if sees_all || person == Some(actor.person) => Ok(person),
        Ok(_) | Err(_) => {
            let message = "没有这类记录，或者您无权查看；查看本人的，请在 person 中填写本人标识。";
            Err(coded(ErrorCode::NotFound, message))
        }
    }
}

/// 被拒绝的操作的一页。One page of what was refused.
#[derive(SimpleObject)]
struct RefusedAttemptConnection {
    /// 各条。What is on the page.
    nodes: Vec<Shown>,
    /// 后面是否还有。Whether more come after this page.
    has_next_page: bool,
    /// 本页最后一条的游标。The cursor of the last one on the page; null where the page is empty.
    end_cursor: Option<String>,
}

/// 被拒绝的一次操作，短时间内多次相同的合为一条。Something that was refused; the same within moments is told once.
#[derive(SimpleObject)]
#[graphql(name = "RefusedAttempt")]
struct Shown {
    /// 标识。Its name.
    id: ID,
    /// 第一次的时间。When it was tried first.
    since: Instant,
    /// 最后一次的时间。When it was tried last.
    at: Instant,
    /// 次数。How often.
    times: u32,
    /// 人员；没有登录的、名册中没有的为空。Who; null where nobody had signed in, and for one who is not in the directory.
    person: Option<Person>,
    /// 岗位；没有登录的为空。In which role; null where nobody had signed in.
    role: Option<Word<Role>>,
    /// 单位；没有登录的、名册中没有的为空。For which unit; null likewise.
    unit: Option<Unit>,
    /// 登录时填写的登录名，没有这个登录名的为空。The login that somebody typed, where there is such a login.
    login: Option<String>,
    /// 网络地址；不详的为空。From which address; null where it is not known.
    address: Option<String>,
    /// 做什么：事项（mutation 的名称）、查询（query）、订阅（subscription），或者请求的路径。
    ///
    /// What: a mutation by its name, a `query`, a `subscription`, or the path of a request.
    tried: String,
    /// 对什么：隐患或者文书的标识；没有的为空。On what, by its id.
    subject: Option<String>,
    /// 拒绝的代码。Why it was refused: the codes of refusals and of errors.
    codes: Vec<String>,
    /// 最后一次请求的编号，即答复的 `x-request-id`，凭此查找运行日志。The id of the last request, by which the log has it.
    request_id: String,
}

impl Shown {
    fn of(attempt: Attempt, office: &Office) -> Self {
        let actor = attempt.actor;
        let person = actor.as_ref().map(|actor| actor.person);
        Self {
            id: ID(attempt.id.to_string()),
            since: Instant(attempt.since),
            at: Instant(attempt.at),
            times: attempt.times,
            person: person.and_then(|person| Person::find(office, person)),
            role: actor.as_ref().map(|actor| Word(actor.role)),
            unit: actor.and_then(|actor| Unit::find(office, actor.unit)),
            login: attempt.login.map(|login| login.to_string()),
            address: attempt.address,
            tried: attempt.tried,
            subject: attempt.subject,
            codes: attempt.codes,
            request_id: attempt.request,
        }
    }
}
