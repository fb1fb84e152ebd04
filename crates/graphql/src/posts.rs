//! 岗位变动: the acts by which posts change hands, what has changed, and what is left to do for whoever takes over.

use crate::connection::{bad_page, cursor_unknown};
use crate::directory::{Person, Unit};
use crate::erasure::{LedgerActInput, TheLedger};
use crate::error::{bad_input, fault};
use crate::guard::{Sent, Submitted, submit};
use crate::hazard::{Hazard, HazardDuty, LedgerEntry};
use crate::input::{Arguments, Date, DateInput, Said, inputs, taken};
use crate::limits::{length, of_page};
use crate::office::{Asked, asked, asked_by_no_program};
use crate::refusal::Refusal;
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use xiaohao_core::duties::duties;
use xiaohao_core::posts as core;
use xiaohao_core::posts::{
    Appoint, ChangePosts, EndPosts, HandOver, Newcomer, PostName, PostsChanged,
};
use xiaohao_core::upkeep::UpkeepCommand;
use xiaohao_core::values::PersonId;
use xiaohao_core::{Actor, Role, Status};
use xiaohao_ledger::read::{Cursor, HazardFilter, HazardOrder, PageAsk};
use xiaohao_ledger::{Deed, Line, Position, Scope, Sees};

inputs! {
    /// 岗位。A post: a role in a unit.
    PostNameInput => PostName {
        /// 岗位。The role.
        role: Word<Role>,
        /// 单位。The unit.
        unit: ID,
    }

    /// 新到岗的人员，名册中还没有的。Somebody who is not in the directory yet.
    NewcomerInput => Newcomer {
        /// 登录名，2至40个小写字母、数字、点、连字符或下划线。His login.
        login: String,
        /// 姓名，用于打印。His name, as it is printed.
        name: String,
        /// 同名说明：与名册中的人员同名、确为另一个人的，写明如何区分；不得写入姓名、电话等个人信息。
        ///
        /// Where somebody in the directory is called the same, or looks as if he were: that he is another person, and how they are told apart. Nobody is named in it.
        namesake: Option<String>,
    }

    /// 任职的内容。Who takes a post.
    AppointToPostInput => Appoint {
        /// 人员；新到岗的，由客户端生成新的标识。Who; for a newcomer an id that the client makes.
        person: ID,
        /// 新到岗的人员填写，已在名册中的不填。For a newcomer alone.
        newcomer: Option<NewcomerInput>,
        /// 岗位。The post.
        post: PostNameInput,
        /// 任职日期，最早为今天。The first day, from today on.
        from: DateInput,
        /// 离任日期，已经确定的填写。The last day, where it is known already.
        until: Option<DateInput>,
        /// 理由，写明任职文件的名称和文号；不得写入姓名、电话等个人信息。Why, with the document; nobody is named in it.
        reason: String,
    }

    /// 免职（离任）的内容。Whose posts end.
    EndPostsInput => EndPosts {
        /// 人员。Whose.
        person: ID,
        /// 岗位；空表为当日和今天担任的全部岗位，都没有的，为此后将要担任的全部岗位。Which; an empty list means all that he holds on that day and today or, where he holds none, all that begin later.
        posts: Vec<PostNameInput>,
        /// 离任日期，即任职的最后一天；填昨天的立即生效，当日起不能办理；所填岗位在此后才开始的（例如今天误任的），视为从未担任。The last day; with yesterday he is out at once, and a post that begins later (one that was given today by mistake) is taken back as never held.
        last_on: DateInput,
        /// 允许县安委办经办人、审批人或者县安委会签发人的岗位暂时无人担任。Whether it is meant so where nobody holds such a post then.
        leaves_vacant: bool,
        /// 理由，写明免职文件的名称和文号；不得写入姓名、电话等个人信息。Why, with the document; nobody is named in it.
        reason: String,
    }

    /// 交接的内容。Whose posts go to whom.
    HandOverPostsInput => HandOver {
        /// 移交人。Whose.
        from: ID,
        /// 接手人，须已在名册中。To whom; he is in the directory.
        to: ID,
        /// 岗位；空表为移交人的全部岗位。Which; an empty list means all of them.
        posts: Vec<PostNameInput>,
        /// 交接日期：接手人任职的第一天，最早为今天；移交人前一天离任。The first day of the other, from today on.
        on: DateInput,
        /// 理由，写明交接文件的名称和文号；不得写入姓名、电话等个人信息。Why, with the document; nobody is named in it.
        reason: String,
    }
}

/// Acts by which posts change hands.
#[derive(Default)]
pub(crate) struct PostsMutation;

#[Object]
impl PostsMutation {
    /// 任职：从某日起担任一个岗位，新到岗的人员同时列入名册；由县安委办审批人办理，不能办理本人的。
    ///
    /// Somebody takes a post from a day on. For the approver of the office alone, and for nobody by his own hand.
    async fn appoint_to_post(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办理凭据。What guards the act.")] act: LedgerActInput,
        #[graphql(desc = "内容。Who takes which post.")] input: AppointToPostInput,
    ) -> Result<PostsPayload> {
        changed(
            ctx,
            act,
            |at| taken::<Appoint>(at, input),
            ChangePosts::Appoint,
        )
        .await
    }

    /// 免职（离任）：某人的岗位在某日结束，此前的签字和记录不变；由县安委办审批人办理，不能办理本人的。
    ///
    /// Posts of somebody end with a day; what he signed stays his. For the approver of the office alone.
    async fn end_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办理凭据。What guards the act.")] act: LedgerActInput,
        #[graphql(desc = "内容。Whose posts end, and when.")] input: EndPostsInput,
    ) -> Result<PostsPayload> {
        changed(
            ctx,
            act,
            |at| taken::<EndPosts>(at, input),
            ChangePosts::End,
        )
        .await
    }

    /// 交接：某人的岗位从某日起由另一人担任，未办结的事项随岗位移交，已经签署的仍属移交人；由县安委办审批人办理，不能办理本人的。
    ///
    /// Posts go from one person to another: what is still to be done goes with the post, what was signed stays with who signed it.
    async fn hand_over_posts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "办理凭据。What guards the act.")] act: LedgerActInput,
        #[graphql(desc = "内容。Which posts go to whom.")] input: HandOverPostsInput,
    ) -> Result<PostsPayload> {
        changed(
            ctx,
            act,
            |at| taken::<HandOver>(at, input),
            ChangePosts::HandOver,
        )
        .await
    }
}

async fn changed<T>(
    ctx: &Context<'_>,
    act: LedgerActInput,
    says: impl FnOnce(&[String]) -> Said<T>,
    made: fn(T) -> ChangePosts,
) -> Result<PostsPayload> {
    let arguments = Arguments::default();
    let says = says(&arguments.input);
    let deed = |_: TheLedger, says: Option<T>| {
        says.map(|says| Deed::Ledger {
            command: UpkeepCommand::ChangePosts(Box::new(made(says))),
        })
    };
    let sent = Sent {
        mutation: ctx.field().name(),
        arguments: &arguments,
    };
    let came = submit(ctx, sent, act, says, deed).await?;
    Ok(PostsPayload::of(came))
}

/// 办理结果。What came of a change of posts.
#[derive(SimpleObject)]
struct PostsPayload {
    /// 记入台账的记录；未办理的为空。The entry; null where it was refused.
    entry: Option<LedgerEntry>,
    /// 变动的岗位，其中有移交清单；未办理的为空。What has changed, with what is left to do; null where it was refused.
    change: Option<PostsChange>,
    /// 是否为重发的请求。Whether this request was done before.
    replayed: bool,
    /// 未办理的全部理由。Every reason why it was not done.
    user_errors: Vec<Refusal>,
}

impl PostsPayload {
    fn of(came: Submitted) -> Self {
        match came {
            Submitted::Done { answer, replayed } => {
                let line = answer.lines.first();
                Self {
                    entry: line.map(LedgerEntry::of),
                    change: line.and_then(PostsChange::of),
                    replayed,
                    user_errors: Vec::new(),
                }
            }
            Submitted::Refused { reasons, .. } => Self {
                entry: None,
                change: None,
                replayed: false,
                user_errors: reasons,
            },
        }
    }
}

/// Queries about changes of posts.
#[derive(Default)]
pub(crate) struct PostsQuery;

/// The most changes that one asks for at once.
const CHANGES_MAX: u32 = 100;

#[Object]
impl PostsQuery {
    /// 岗位变动的历次记录，最近的在前，可以限于某人；限可以查看全县台账的岗位，其他岗位得到空表。
    ///
    /// The changes of posts, the latest first, all or those of one person: for whoever sees the whole ledger, and nothing for others.
    #[graphql(complexity = "of_page(Some(first), None, child_complexity)")]
    async fn post_changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "人员，不填为全部。Of whom; of everybody by default.")] person: Option<ID>,
        #[graphql(desc = "一次取多少条，1至100。How many.", default = 20)] first: i32,
        #[graphql(desc = "只取此位置之前的，用于续查。Those before this place alone, to go on.")]
        before: Option<u64>,
    ) -> Result<Vec<PostsChange>> {
        let Asked { office, scope, .. } = asked_by_no_program(ctx)?;
        let most = length(first, CHANGES_MAX)?;
        let of =
            person.map(|id| PersonId::parse(&id).map_err(|invalid| bad_input(["person"], invalid)));
        let of = of.transpose()?;
        let before = before.map(Position::new);
        let reader = &office.reader;
        let lines = reader.changes_of_posts(&scope, of, before, most).await;
        let lines = lines.map_err(fault)?;
        Ok(lines.iter().filter_map(PostsChange::of).collect())
    }
}

/// 一次岗位变动。One change of posts.
#[derive(SimpleObject)]
struct PostsChange {
    /// 记录在全县台账中的位置。The place of its entry in the county's ledger.
    position: u64,
    /// 办理日期。The legal date of the act.
    occurred_on: Date,
    /// 变动方式。How the posts changed hands.
    change: Word<core::PostsChange>,
    /// 列入名册的新到岗人员。Who is new in the directory with it.
    joined: Option<Person>,
    /// 同名说明：新到岗的人员与名册中的人员同名，确为另一个人。That who is new is another person than somebody who is called the same.
    namesake: Option<String>,
    /// 结束的岗位，各附移交清单。The posts that ended, each with what is left to do in it.
    ended: Vec<PostEnded>,
    /// 开始的岗位。The posts that began.
    begun: Vec<PostBegun>,
    /// 是否确认有关岗位暂时空缺。Whether it was said that a post is left vacant without which the county cannot work.
    leaves_vacant: bool,
    /// 理由。Why.
    reason: String,
}

impl PostsChange {
    fn of(line: &Line) -> Option<Self> {
        let PostsChanged {
            change,
            joined,
            namesake,
            ended,
            begun,
            leaves_vacant,
            reason,
        } = line.record.posts_changed()?;
        let taken_by = |ended: &core::PostEnded| {
            let same = |one: &&core::PostBegun| (one.role, one.unit) == (ended.role, ended.unit);
            begun.iter().find(same).map(|begun| begun.person)
        };
        Some(Self {
            position: line.position.get(),
            occurred_on: Date(line.record.stamp().occurred_on),
            change: Word(*change),
            joined: joined.as_ref().map(Person::of),
            namesake: namesake.as_ref().map(ToString::to_string),
            ended: ended
                .iter()
                .map(|one| PostEnded {
                    ended: *one,
                    taken_by: taken_by(one),
                })
                .collect(),
            begun: begun.iter().copied().map(PostBegun).collect(),
            leaves_vacant: *leaves_vacant,
            reason: reason.to_string(),
        })
    }
}

/// A post that began.
struct PostBegun(core::PostBegun);

/// 开始的岗位。A post that began.
#[Object]
impl PostBegun {
    /// 人员；名册中没有的为空。Who holds it; null for one who is not in the directory.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(Person::find(asked(ctx)?.office, self.0.person))
    }

    /// 岗位。The role.
    async fn role(&self) -> Word<Role> {
        Word(self.0.role)
    }

    /// 单位。The unit; null for one that is not in the directory.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        Ok(Unit::find(asked(ctx)?.office, self.0.unit))
    }

    /// 任职日期。The first day.
    async fn from(&self) -> Date {
        Date(self.0.from)
    }

    /// 离任日期，已经确定的。The last day, where it was known already.
    async fn until(&self) -> Option<Date> {
        self.0.until.map(Date)
    }
}

/// A post that ended, and who has taken it over.
struct PostEnded {
    ended: core::PostEnded,
    taken_by: Option<PersonId>,
}

/// The most hazards that are looked through for one page.
const HAZARDS_MAX: u32 = 100;

/// 结束的岗位。A post that ended.
#[Object]
impl PostEnded {
    /// 人员；名册中没有的为空。Who held it; null for one who is not in the directory.
    async fn person(&self, ctx: &Context<'_>) -> Result<Option<Person>> {
        Ok(Person::find(asked(ctx)?.office, self.ended.person))
    }

    /// 岗位。The role.
    async fn role(&self) -> Word<Role> {
        Word(self.ended.role)
    }

    /// 单位。The unit; null for one that is not in the directory.
    async fn unit(&self, ctx: &Context<'_>) -> Result<Option<Unit>> {
        Ok(Unit::find(asked(ctx)?.office, self.ended.unit))
    }

    /// 离任日期。The last day.
    async fn until(&self) -> Date {
        Date(self.ended.until)
    }

    /// 移交清单：这个岗位今天尚未办结的事项，哪处隐患、办理什么、何时之前；按隐患从新到旧逐页查看，一页查看若干处隐患。
    ///
    /// What is left to do in this post, as of today: what, on which hazard, by when. A page looks through so many hazards, the newest
    /// first, of those that are shown to this post.
    #[graphql(complexity = "of_page(Some(first), None, child_complexity)")]
    async fn open_duties(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "一页查看多少处隐患，1至100。How many hazards a page looks through.",
            default = 20
        )]
        first: i32,
        #[graphql(desc = "上一页的 readTo，不填从头查看。Where the page before ended.")]
        after: Option<String>,
    ) -> Result<OpenDuties> {
        let Asked { office, scope, .. } = asked(ctx)?;
        let size = length(first, HAZARDS_MAX)?;
        if scope.sees() != Sees::Everything {
            return Ok(OpenDuties::default());
        }
        let after = after.map(|text| Cursor::parse(HazardOrder::NEWEST, &text));
        let after = after.transpose().map_err(|_| cursor_unknown())?;
        let page = PageAsk::first(size, after, HazardOrder::NEWEST);
        let page = page.map_err(|bad| bad_page("first", bad))?;
        let county = office.ledger.county();
        let whose = Actor {
            person: self.taken_by.unwrap_or(self.ended.person),
            role: self.ended.role,
            unit: self.ended.unit,
        };
        let shown = Scope::of(&whose, &county);
        let on_the_list = Status::ALL.iter().filter(|status| !status.is_off_list());
        let filter = HazardFilter {
            statuses: Some(on_the_list.copied().collect()),
            ..HazardFilter::default()
        };
        let met = office.reader.hazards(&shown, &filter, &page);
        let met = met.await.map_err(fault)?;
        let ids: Vec<_> = met.items.iter().map(|(_, row)| row.id).collect();
        let files = office.reader.files(&shown, &ids).await.map_err(fault)?;
        let today = office.today();
        let read_to = met.items.last().map(|(cursor, _)| cursor.to_string());
        let mut open = Vec::new();
        for (_, row) in met.items {
            let Some(hazard) = files.get(&row.id) else {
                continue;
            };
            let due = duties(hazard, &county, today);
            let own = due
                .iter()
                .filter(|duty| duty.falls_to(&whose, hazard, &county));
            let own: Vec<_> = own.map(|duty| HazardDuty::of(duty, today)).collect();
            if !own.is_empty() {
                let hazard = Hazard::listed(row);
                let duties = own;
                open.push(HazardLeft { hazard, duties });
            }
        }
        Ok(OpenDuties {
            hazards: open,
            read_to,
            may_have_more: met.has_next,
        })
    }
}

/// 移交清单的一页。A page of what is left to do.
#[derive(SimpleObject, Default)]
struct OpenDuties {
    /// 有待办事项的隐患。The hazards on which something is left to do.
    hazards: Vec<HazardLeft>,
    /// 已查看到的位置，下次从这里续查；没有查看到隐患的为空。How far was looked; go on from here.
    read_to: Option<String>,
    /// 后面是否还有隐患未查看。Whether there are more hazards to look through.
    may_have_more: bool,
}

/// 一处隐患的待办事项。What is left to do on one hazard.
#[derive(SimpleObject)]
struct HazardLeft {
    /// 隐患。The hazard.
    hazard: Hazard,
    /// 待办事项，最早到期的在前。What is due, the earliest first.
    duties: Vec<HazardDuty>,
}
