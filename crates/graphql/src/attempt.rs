//! What somebody tried and was refused: kept beside the ledger, and read by whoever supervises the office.

use crate::connection::{Edge, Items, PageInfo, Paging};
use crate::directory::{Person, Unit};
use crate::error::{ErrorCode, coded, fault};
use crate::input::Instant;
use crate::limits::of_page;
use crate::office::{Asked, Office, asked_by_no_program};
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use async_trait::async_trait;
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::Role;
use xiaohao_core::upkeep::ACTS_ON_THE_LEDGER;
use xiaohao_core::values::PersonId;
use xiaohao_ledger::read::{Page, Stretch};
use xiaohao_ledger::{Attempt, Fault, Sees, Whose};

/// Where refused attempts are kept.
#[async_trait]
pub trait Attempts: Send + Sync {
    /// A page of them, the latest first; where somebody is named, of what he tried and what was tried as him.
    ///
    /// # Errors
    /// [`Fault`].
    async fn attempts(
        &self,
        of: Option<&Whose>,
        stretch: &Stretch<Uuid>,
    ) -> Result<Page<Attempt, Uuid>, Fault>;

    /// How many there are.
    ///
    /// # Errors
    /// [`Fault`].
    async fn count_attempts(&self, of: Option<&Whose>) -> Result<u64, Fault>;
}

/// How many are on a page, where nobody says so, and the most.
const USUAL: u32 = 50;
const MOST: u32 = 200;

/// Queries about refused attempts.
#[derive(Default)]
pub(crate) struct AttemptQuery;

#[Object]
impl AttemptQuery {
    /// 被拒绝的操作，最近的在前：本人的，以及他人以本人登录名登录、冒用本人登录的；或者由工作专班和县安委办审批人查看全部人员的。至少保存六个月。
    ///
    /// What was tried and refused, the latest first: what one tried oneself and what others tried as oneself, or as 工作专班 or the
    /// approver of the office that of everybody. Kept for six months at least.
    #[graphql(complexity = "of_page(first.or(last).or(Some(50)), None, child_complexity)")]
    async fn refused_attempts(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "哪个人员的，包括他人以其登录名尝试的；不填的为全部，包括没有登录的。Whose, what others tried as him among it; of everybody by default, those who have not signed in among them."
        )]
        person: Option<ID>,
        #[graphql(
            desc = "向后取多少条，1至200，默认50。How many to take forward, from 1 to 200; 50 by default."
        )]
        first: Option<i32>,
        #[graphql(desc = "从这个游标之后取。Take those after this cursor.")] after: Option<String>,
        #[graphql(desc = "向前取多少条，1至200。How many to take backward, from 1 to 200.")]
        last: Option<i32>,
        #[graphql(desc = "从这个游标之前取。Take those before this cursor.")] before: Option<
            String,
        >,
    ) -> Result<RefusedAttemptConnection> {
        let asked = asked_by_no_program(ctx)?;
        let of = whose(&asked, person)?;
        let paging = Paging {
            first,
            after,
            last,
            before,
        };
        let stretch = paging.stretch(USUAL, MOST, |text| Uuid::parse_str(text).ok())?;
        let attempts = ctx.data::<Arc<dyn Attempts>>()?;
        let page = attempts
            .attempts(of.as_ref(), &stretch)
            .await
            .map_err(fault)?;
        let page_info = PageInfo::of(&page);
        let shown =
            |(id, attempt): (Uuid, Attempt)| (id.to_string(), Shown::of(attempt, asked.office));
        Ok(RefusedAttemptConnection {
            items: Items::new(page.items.into_iter().map(shown)),
            page_info,
            of,
        })
    }
}

/// Whose attempts somebody may see: his own, and whoever supervises the office those of everybody.
///
/// # Errors
/// `NOT_FOUND`, whether or not there is such a person.
fn whose(asked: &Asked<'_>, person: Option<ID>) -> Result<Option<Whose>> {
    let Asked {
        office,
        actor,
        scope,
        ..
    } = asked;
    let supervises = matches!(actor.role, ACTS_ON_THE_LEDGER | Role::Auditor);
    let sees_all = supervises && scope.sees() == Sees::Everything;
    let person = person.map(|person| PersonId::parse(&person)).transpose();
    match person {
        Ok(person) if sees_all || person == Some(actor.person) => {
            let directory = office.directory();
            let login = |id| directory.person(id).map(|person| person.login.clone());
            Ok(person.map(|person| Whose {
                person,
                login: login(person),
            }))
        }
        Ok(_) | Err(_) => {
            let message = "没有这类记录，或者您无权查看；查看本人的，请在 person 中填写本人标识。";
            Err(coded(ErrorCode::NotFound, message))
        }
    }
}

/// One page of what was refused.
struct RefusedAttemptConnection {
    items: Items<Shown>,
    page_info: PageInfo,
    of: Option<Whose>,
}

/// 被拒绝的操作的一页。One page of what was refused.
#[Object]
impl RefusedAttemptConnection {
    /// 各条及其游标。What is on the page, each with its cursor.
    async fn edges(&self) -> Vec<Edge<Shown>> {
        self.items.edges()
    }

    /// 各条。What is on the page.
    async fn nodes(&self) -> Vec<Arc<Shown>> {
        self.items.nodes()
    }

    /// 前后页。Where the page stands in its list.
    async fn page_info(&self) -> &PageInfo {
        &self.page_info
    }

    /// 总数；只在查询时才统计。How many there are; counted only when it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<u64> {
        let attempts = ctx.data::<Arc<dyn Attempts>>()?;
        attempts
            .count_attempts(self.of.as_ref())
            .await
            .map_err(fault)
    }

    /// 后面是否还有。Whether more come after this page.
    #[graphql(
        deprecation = "改用 pageInfo，2027年12月1日起不再提供。Use pageInfo; goes on 2027-12-01."
    )]
    async fn has_next_page(&self) -> bool {
        self.page_info.has_next_page
    }

    /// 本页最后一条的游标。The cursor of the last one on the page; null where the page is empty.
    #[graphql(
        deprecation = "改用 pageInfo，2027年12月1日起不再提供。Use pageInfo; goes on 2027-12-01."
    )]
    async fn end_cursor(&self) -> Option<&str> {
        self.page_info.end_cursor.as_deref()
    }
}

/// 被拒绝的一次操作，短时间内多次相同的合为一条。Something that was refused; the same within moments is told once.
#[derive(SimpleObject)]
#[graphql(name = "RefusedAttempt")]
pub(crate) struct Shown {
    /// 标识。Its name.
    id: ID,
    /// 第一次的时间。When it was tried first.
    since: Instant,
    /// 最后一次的时间。When it was tried last.
    at: Instant,
    /// 次数；一次查找多个标识的，为没有查到的个数。How often; where several ids were looked up at once, how many of them were not found.
    times: u32,
    /// 人员；续期凭据被用了两次的，为这次登录的本人；没有登录的、名册中没有的为空。
    ///
    /// Who; where a renewal was used twice, whose session it was; null where nobody had signed in, and for one who is not in the
    /// directory.
    person: Option<Person>,
    /// 岗位；没有登录的为空。In which role; null where nobody had signed in.
    role: Option<Word<Role>>,
    /// 单位；没有登录的、名册中没有的为空。For which unit; null likewise.
    unit: Option<Unit>,
    /// 自称的登录名：登录时填写的，或者统一身份认证令牌所写的，没有核实是不是本人；没有这个登录名的为空。
    ///
    /// As whom somebody wanted to be let in: the login that he typed or that his token claims, which nobody has shown to be his; null
    /// where there is no such login.
    login: Option<String>,
    /// 网络地址；不详的为空。From which address; null where it is not known.
    address: Option<String>,
    /// 做什么：事项（mutation 的名称）、查询（query）、订阅（subscription），或者请求的路径。
    ///
    /// What: a mutation by its name, a `query`, a `subscription`, or the path of a request.
    tried: String,
    /// 对什么：隐患、文书、文件的标识或者编号，多个的为第一个；没有的为空。On what, by its id or number; of several the first.
    subject: Option<String>,
    /// 拒绝的代码；统一身份认证令牌不被接受的，另有 TOKEN_ 开头的原因，见 docs/operations.md。
    ///
    /// Why it was refused: the codes of refusals and of errors; of a token of the identity provider also what was wrong with it,
    /// which begins with `TOKEN_` (docs/operations.md).
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
