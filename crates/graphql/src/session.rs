//! Signing in: by a login and a password for a token that is soon over and can be renewed. Who acts, and in which post, is
//! in the token; no input says it.

use crate::attendant::{Demand, RefusedAttempt, address, admitted, attendant};
use crate::directory::{Person, Post, Unit};
use crate::error::{ErrorCode, again_after, bad_input, coded, fault};
use crate::input::Instant;
use crate::limits::of_page;
use crate::locksmith::Secrets;
use crate::office::{Admitted, Asked, Office, asked, asked_at_a_desk, asked_in_person};
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use xiaohao_core::directory::{self, Login};
use xiaohao_core::upkeep::ACTS_ON_THE_LEDGER;
use xiaohao_core::values::{HazardId, Line, PersonId, UnitId};
use xiaohao_core::{Actor, Role};
use xiaohao_ledger::Fault;

/// Lets people in.
#[async_trait]
pub trait Door: Send + Sync {
    /// Opens a session for whoever knows the password of a login, in the post that he names; in the only or first one
    /// that he holds today where he names none.
    ///
    /// # Errors
    /// [`Shut`].
    async fn sign_in(
        &self,
        secrets: Secrets<'_>,
        post: PostAsked,
        device: Option<Device>,
    ) -> Result<Opened, Shut>;

    /// Goes on with the session whose renewal token this is. It is good once, and once more while nobody has come with what it
    /// gave; after that the session ends, because one of two who have it has stolen it.
    ///
    /// # Errors
    /// [`Shut`].
    async fn renew(&self, renewal: &str) -> Result<Opened, Shut>;

    /// Who sends something with this token; nobody where it is over, was renewed, or never was one, and where the person no
    /// longer holds the post.
    ///
    /// # Errors
    /// [`Untold`].
    async fn who(&self, token: &str) -> Result<Option<Admitted>, Untold>;

    /// Ends the session of a token.
    ///
    /// # Errors
    /// [`Shut::SignedInElsewhere`] where it is of no session of ours, and [`Shut::Fault`].
    async fn sign_out(&self, token: &str) -> Result<(), Shut>;

    /// The sessions of somebody that are not over, the latest first; whoever asks does so with this token.
    ///
    /// # Errors
    /// [`Fault`].
    async fn sessions(&self, of: PersonId, token: &str) -> Result<Vec<Open>, Fault>;

    /// Ends a session of somebody; the answer is whether there was one.
    ///
    /// # Errors
    /// [`Fault`].
    async fn end(&self, of: PersonId, session: Uuid) -> Result<bool, Fault>;

    /// Ends every session of somebody but that of this token; the answer is how many.
    ///
    /// # Errors
    /// [`Fault`].
    async fn end_all(&self, of: PersonId, token: &str) -> Result<u64, Fault>;
}

/// What somebody calls the machine on which he signs in.
pub type Device = Line<100>;

/// A session as it is listed: nobody is let in by anything in it.
#[derive(Clone, Debug)]
pub struct Open {
    /// By which it is ended.
    pub id: Uuid,
    /// Who, in which post.
    pub actor: Actor,
    /// On what.
    pub device: Option<Device>,
    /// The one hazard that may be handled in it, where a link opened it.
    pub hazard: Option<HazardId>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was renewed last.
    pub renewed_at: DateTime<Utc>,
    /// Until when it can be renewed.
    pub renewable_until: DateTime<Utc>,
    /// Whether it is that of whoever asks.
    pub is_own: bool,
}

/// In which of his posts somebody wants to act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostAsked {
    /// The role, if he names one.
    pub role: Option<Role>,
    /// The unit, if he names one.
    pub unit: Option<UnitId>,
}

impl PostAsked {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// `BAD_USER_INPUT` where that is no unit.
    pub(crate) fn read(role: Option<Word<Role>>, unit: Option<ID>) -> Result<Self> {
        let unit = unit.map(|id| UnitId::parse(&id)).transpose();
        let unit = unit.map_err(|invalid| bad_input(["unit"], invalid))?;
        Ok(Self {
            role: role.map(|role| role.0),
            unit,
        })
    }
}

/// A session that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What every request is sent with.
    pub token: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// What the session is renewed with, once.
    pub renewal: String,
    /// Until when it can be.
    pub renewable_until: DateTime<Utc>,
    /// Who acts, in which role, for which unit.
    pub actor: Actor,
    /// The one hazard that may be handled, where a link opened it.
    pub hazard: Option<HazardId>,
}

/// Why somebody is not let in.
#[derive(Clone, Debug)]
pub enum Shut {
    /// There is no such login, or it has another password; which of the two is not said.
    WrongSecret,
    /// Wrong passwords came too often; whoever it is waits so long.
    TooManyTries(Duration),
    /// So many ask to be let in at once that this one comes again so long after.
    Busy(Duration),
    /// The password is right, and the code of the second factor is missing.
    CodeNeeded,
    /// The code of the second factor is wrong, or was taken before.
    WrongCode,
    /// There is a second factor already.
    SecondFactorKept,
    /// So many devices are enrolled already, or about to be.
    DevicesTooMany(u32),
    /// There is no such key, or no such code for one, any more.
    NoSuchKey,
    /// It is a platform, which comes in by a key alone.
    KeyNeeded,
    /// There is no such link, or it opens nothing any more.
    NoSuchLink,
    /// The new password cannot be one; why not.
    PasswordUnfit(String),
    /// The person does not hold that post today.
    NoSuchPost,
    /// The session is over and cannot be renewed.
    SessionOver,
    /// The renewal token was used before, by this client or by another; the session has ended.
    RenewalReused(Owner),
    /// The token is one of the county's identity provider, which alone ends what it has begun.
    SignedInElsewhere,
    /// The ledger could not be asked.
    Fault(Fault),
}

/// Whose session it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The person, in his post.
    pub actor: Actor,
    /// By which login.
    pub login: Login,
}

/// Why it is not told who sends something, where more is to be said than that he is nobody.
#[derive(Clone, Debug)]
pub enum Untold {
    /// The session has ended because its renewal was used twice.
    RenewalReused(Owner),
    /// The token is one of the county's identity provider that is not good, or says that it is.
    NotVouched {
        /// Why not, as the office reads it; whoever brings it is not told.
        why: &'static str,
        /// As whom it would let in, where there is such a login.
        login: Option<Login>,
    },
    /// The keys of the county's identity provider are not known, and it cannot be asked for them.
    ProviderAway,
    /// The ledger could not be asked.
    Fault(Fault),
}

/// What whoever brings a token is told that cannot be looked at.
pub const PROVIDER_AWAY: &str =
    "暂时无法向县统一身份认证平台核验令牌，请稍后重试；急需办理的，请以登录名和密码登录。";

/// What whoever comes with a session is told that has ended because its renewal was used twice.
pub const RENEWAL_REUSED: &str = "这次登录的续期凭据被用了两次，可能有他人在使用，为安全起见已经退出。请重新登录；不是本人操作的，请马上修改密码。";

/// What whoever brings a token is told that is over, or never was one.
pub const SESSION_OVER: &str = "登录已经过期，请续期或者重新登录。";

impl From<Fault> for Untold {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Fault> for Shut {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// What a client is told of it, wherever it comes up.
pub(crate) fn untold(why: Untold) -> async_graphql::Error {
    match why {
        Untold::RenewalReused(_) => coded(ErrorCode::RenewalReused, RENEWAL_REUSED),
        Untold::NotVouched { .. } => coded(ErrorCode::SessionOver, SESSION_OVER),
        Untold::ProviderAway => coded(ErrorCode::IdentityProviderAway, PROVIDER_AWAY),
        Untold::Fault(told) => fault(told),
    }
}

/// Goes on where a token still lets in; where there was none, nothing could end. Where it has ended, this is told.
///
/// # Errors
/// `SESSION_OVER` where it has ended meanwhile.
pub(crate) async fn still_in(door: &dyn Door, token: Option<&Token>, over: &str) -> Result<()> {
    let Some(Token(token)) = token else {
        return Ok(());
    };
    let who = door.who(token).await.map_err(untold)?;
    who.map(drop)
        .ok_or_else(|| coded(ErrorCode::SessionOver, over))
}

/// Tells somebody why he is not let in, and whoever attends that he was not.
pub(crate) fn shut(ctx: &Context<'_>, why: Shut, login: Option<Login>) -> async_graphql::Error {
    let owner = if let Shut::RenewalReused(owner) = &why {
        Some(owner.clone())
    } else {
        None
    };
    let (code, error) = told_of(why);
    if let (Some(code), Some(attendant)) = (code, attendant(ctx)) {
        let (of, own) = owner.map(|owner| (owner.actor, owner.login)).unzip();
        attendant.refused(RefusedAttempt {
            of,
            login: own.or(login),
            ..RefusedAttempt::once(ctx.field().name(), vec![code.code()])
        });
    }
    error
}

/// The login, where there is such a one: what is no login may be a password in the wrong field.
pub(crate) fn known(ctx: &Context<'_>, login: &str) -> Option<Login> {
    let login = Login::parse(login).ok()?;
    let people = &ctx.data::<Office>().ok()?.directory();
    let known = people.people().iter().find(|person| person.login == login);
    known.map(|person| person.login.clone())
}

/// The error that tells it, with its code where it is nobody's fault but his.
fn told_of(why: Shut) -> (Option<ErrorCode>, async_graphql::Error) {
    let (code, message) = match why {
        Shut::WrongSecret => (
            ErrorCode::SignInFailed,
            "登录名或密码不正确，请核对后重新输入。".to_owned(),
        ),
        Shut::TooManyTries(wait) => {
            let seconds = wait.as_secs().max(1);
            let message = format!("密码多次输入错误，请{seconds}秒后再试。");
            let code = ErrorCode::TooManyTries;
            return (Some(code), again_after(code, message, seconds));
        }
        Shut::Busy(wait) => {
            let seconds = wait.as_secs().max(1);
            let message = format!("同时登录的人太多，请{seconds}秒后再试。");
            let code = ErrorCode::TooManyRequests;
            return (Some(code), again_after(code, message, seconds));
        }
        Shut::CodeNeeded => (
            ErrorCode::SecondFactorNeeded,
            "请填写二次验证的验证码：验证器显示的六位数字；手机丢失的，填写一个恢复码。".to_owned(),
        ),
        Shut::WrongCode => (
            ErrorCode::SecondFactorWrong,
            "验证码不正确、已经用过或者已经过期，请核对手机时间，等下一个验证码再试；手机丢失的，填写一个恢复码。".to_owned(),
        ),
        Shut::SecondFactorKept => (
            ErrorCode::SecondFactorKept,
            "这个登录名已经开通二次验证；更换验证器的，请先停用再开通。".to_owned(),
        ),
        Shut::DevicesTooMany(most) => (
            ErrorCode::DevicesTooMany,
            format!("您已经登记了{most}台设备（没有用过的登记码也算一台，十分钟后失效），请先注销不用的设备（endKey），再登记新的。"),
        ),
        Shut::NoSuchKey => (
            ErrorCode::KeyUnknown,
            "凭据或者登记码不正确、已经用过、过期或者注销，请重新登记设备；服务账号的，请系统管理员重新发放。".to_owned(),
        ),
        Shut::KeyNeeded => (
            ErrorCode::KeyNeeded,
            "监管平台账号只能以凭据登录（signInByKey）；没有凭据的，请系统管理员以 xiaohao key issue 发放。".to_owned(),
        ),
        Shut::NoSuchLink => (
            ErrorCode::KeyUnknown,
            "办理链接不完整、已经过期或者收回，或者这条隐患已改由其他单位整改、已经销号；仍需办理的，请联系发放链接的单位重新发放。".to_owned(),
        ),
        Shut::PasswordUnfit(why) => (ErrorCode::PasswordUnfit, why),
        Shut::NoSuchPost => (
            ErrorCode::PostNotHeld,
            "您今天没有担任这个岗位，请改选其他岗位；岗位有误的，请联系县安委办审批人。".to_owned(),
        ),
        Shut::SessionOver => (
            ErrorCode::SessionOver,
            "登录已经过期，请重新登录。".to_owned(),
        ),
        Shut::RenewalReused(_) => (ErrorCode::RenewalReused, RENEWAL_REUSED.to_owned()),
        Shut::SignedInElsewhere => (
            ErrorCode::SignedInElsewhere,
            "您是通过县统一身份认证登录的，本系统没有可以退出的登录。请在统一身份认证平台退出，已签发的令牌到期后自动失效。"
                .to_owned(),
        ),
        Shut::Fault(told) => return (None, fault(told)),
    };
    (Some(code), coded(code, message))
}

/// Whose sessions somebody lists or ends: his own, and for the approver of the office those of anybody.
///
/// # Errors
/// `NOT_FOUND`, whether or not there is such a person.
pub(crate) fn whose(asked: &Asked<'_>, person: Option<ID>) -> Result<PersonId> {
    let Asked { office, actor, .. } = asked;
    let Some(person) = person else {
        return Ok(actor.person);
    };
    let own_office = office.ledger.county().office;
    let may = actor.role == ACTS_ON_THE_LEDGER && actor.unit == own_office;
    let found = PersonId::parse(&person).ok();
    let found =
        found.filter(|id| *id == actor.person || (may && office.directory().person(*id).is_some()));
    found.ok_or_else(|| {
        coded(
            ErrorCode::NotFound,
            "没有这个人员，或者您无权查看其登录情况。",
        )
    })
}

/// Signing in and out.
#[derive(Default)]
pub(crate) struct SessionMutation;

#[Object]
impl SessionMutation {
    /// 登录。以 `Authorization: Bearer …` 携带所得 token 即可办理。
    ///
    /// Signs in. Send the token with every request as `Authorization: Bearer …`.
    #[expect(
        clippy::too_many_arguments,
        reason = "they are the arguments of the mutation, each of which a client names"
    )]
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "密码。The password.")] password: String,
        #[graphql(
            desc = "以哪个岗位登录；兼任多个岗位的可以指定，不指定的为名册中最前的一个。The role, for who holds several; the first of his posts by default."
        )]
        role: Option<Word<Role>>,
        #[graphql(desc = "以哪个单位的岗位登录。The unit, likewise.")] unit: Option<ID>,
        #[graphql(
            desc = "设备名称，供本人在登录列表中辨认。What this machine is called, by which the list of sessions tells them apart."
        )]
        device: Option<String>,
        #[graphql(
            desc = "二次验证码或者恢复码；没有开通二次验证的不填。The code of the second factor, or a recovery code, where there is one."
        )]
        code: Option<String>,
    ) -> Result<SessionPayload> {
        let post = PostAsked::read(role, unit)?;
        let door = ctx.data::<Arc<dyn Door>>()?;
        let device = device.filter(|device| !device.trim().is_empty());
        let device = device.map(|device| Device::new(&device)).transpose();
        let device = device.map_err(|invalid| bad_input(["device"], invalid))?;
        admitted(ctx, Demand::SignIn)?;
        let secrets = Secrets {
            login: &login,
            password: &password,
            code: code.as_deref(),
            from: address(ctx),
        };
        let opened = door.sign_in(secrets, post, device).await;
        let opened = opened.map_err(|why| shut(ctx, why, known(ctx, &login)))?;
        SessionPayload::of(opened, ctx)
    }

    /// 续期：在到期前后以 renewal 换取新的 token，原 token 随即失效。没有收到答复的，可以用原 renewal 再续一次；新的 token 使用以后，
    /// 原 renewal 再次出现即视为被盗，这次登录随即退出，此后双方都答复 `RENEWAL_REUSED`。
    ///
    /// Renews a session: a new token for the renewal token, which is good once; the old token ends. Where the answer was lost, the
    /// same may be sent again. Once somebody has come with the new token, one who brings the old renewal ends the session, and
    /// both are answered `RENEWAL_REUSED`.
    async fn renew_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "登录或者上次续期所得的 renewal。The renewal token from signing in or from the last renewal; good once."
        )]
        renewal: String,
    ) -> Result<SessionPayload> {
        let door = ctx.data::<Arc<dyn Door>>()?;
        let opened = door.renew(&renewal).await;
        SessionPayload::of(opened.map_err(|why| shut(ctx, why, None))?, ctx)
    }

    /// 退出登录。通过县统一身份认证登录的，在该平台退出。
    ///
    /// Signs out: the token of this request ends. One of the county's identity provider is ended there.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<bool> {
        asked(ctx)?;
        let door = ctx.data::<Arc<dyn Door>>()?;
        if let Some(Token(token)) = ctx.data_opt::<Token>() {
            let ended = door.sign_out(token).await;
            ended.map_err(|why| shut(ctx, why, None))?;
        }
        Ok(true)
    }

    /// 退出一次登录：本人的，或者由县安委办审批人退出其他人员的；没有这次登录的为 false。令牌和续期凭据随即失效。以设备凭据登录的不能办理。
    ///
    /// Ends a session: one's own, or as the approver of the office that of anybody. Its tokens are good for nothing from then on.
    /// Not from a device: whoever steals one throws nobody out.
    async fn end_session(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录的标识。The session, by its id.")] id: ID,
        #[graphql(desc = "哪个人员的，不填的为本人。Whose; one's own by default.")] person: Option<
            ID,
        >,
    ) -> Result<bool> {
        let of = whose(&asked_at_a_desk(ctx, "退出其他登录")?, person)?;
        let Ok(session) = Uuid::parse_str(&id) else {
            return Ok(false);
        };
        let door = ctx.data::<Arc<dyn Door>>()?;
        door.end(of, session).await.map_err(fault)
    }

    /// 退出全部登录，正在使用的这次除外；答复为退出的次数。县统一身份认证此前签发的令牌同时失效，不计入次数。设备丢失、密码泄露的，先修改密码。
    /// 以设备凭据登录的不能办理。
    ///
    /// Ends every session of one's own, or as the approver of the office of anybody, but for the one in use; tells how many. What the
    /// identity provider has issued until now is over too, and is not counted. Not from a device.
    async fn end_sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个人员的，不填的为本人。Whose; one's own by default.")] person: Option<
            ID,
        >,
    ) -> Result<u64> {
        let of = whose(&asked_at_a_desk(ctx, "退出其他登录")?, person)?;
        let door = ctx.data::<Arc<dyn Door>>()?;
        let token = ctx.data_opt::<Token>().map_or("", |Token(token)| token);
        door.end_all(of, token).await.map_err(fault)
    }
}

/// The token with which a request was sent.
#[derive(Clone)]
pub(crate) struct Token(pub(crate) String);

/// 登录结果。A session.
#[derive(SimpleObject)]
pub(crate) struct SessionPayload {
    /// 令牌。What every request is sent with.
    token: String,
    /// 令牌有效期至。Until when the token is good.
    expires_at: Instant,
    /// 续期凭据，只能使用一次。What the session is renewed with, once.
    renewal: String,
    /// 可续期至。Until when the session can be renewed.
    renewable_until: Instant,
    /// 登录人。Who has signed in, and in which post.
    viewer: Viewer,
}

impl SessionPayload {
    pub(crate) fn of(opened: Opened, ctx: &Context<'_>) -> Result<Self> {
        Ok(Self {
            token: opened.token,
            expires_at: Instant(opened.expires_at),
            renewal: opened.renewal,
            renewable_until: Instant(opened.renewable_until),
            viewer: Viewer::of(&opened.actor, opened.hazard, ctx.data::<Office>()?),
        })
    }
}

/// Queries about who asks.
#[derive(Default)]
pub(crate) struct SessionQuery;

#[Object]
impl SessionQuery {
    /// 当前登录人；没有登录的为空。Who asks; null for somebody who has not signed in.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>> {
        let Ok(Asked {
            office, actor, by, ..
        }) = asked(ctx)
        else {
            return Ok(None);
        };
        let hazard = by.through().map(|through| through.hazard);
        Ok(Some(Viewer::of(actor, hazard, office)))
    }

    /// 尚未过期的登录，最近的在前：本人的，或者由县安委办审批人查看其他人员的。
    ///
    /// The sessions that are not over, the latest first: one's own, or as the approver of the office those of anybody.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个人员的，不填的为本人。Whose; one's own by default.")] person: Option<
            ID,
        >,
    ) -> Result<Vec<OpenSession>> {
        let asked = asked_in_person(ctx)?;
        let of = whose(&asked, person)?;
        let door = ctx.data::<Arc<dyn Door>>()?;
        let token = ctx.data_opt::<Token>().map_or("", |Token(token)| token);
        let open = door.sessions(of, token).await.map_err(fault)?.into_iter();
        Ok(open
            .map(|open| OpenSession::of(open, asked.office))
            .collect())
    }
}

/// 一次登录。A session that is not over.
#[derive(SimpleObject)]
struct OpenSession {
    /// 标识，凭此退出；不能用来登录。By which it is ended; nobody is let in by it.
    id: ID,
    /// 岗位。The role in which he signed in.
    role: Word<Role>,
    /// 单位；名册中没有的为空。The unit; null for one that is not in the directory.
    unit: Option<Unit>,
    /// 设备名称；登录时没有填写的为空。What the machine was called; null where nothing was said.
    device: Option<String>,
    /// 以办理链接登录的，为所办理的隐患；其他登录为空。The one hazard that a link let him handle; null for any other session.
    hazard_id: Option<ID>,
    /// 登录时间。When it was opened.
    opened_at: Instant,
    /// 最近续期时间；没有续期的为登录时间。When it was renewed last; at first, when it was opened.
    renewed_at: Instant,
    /// 可续期至。Until when it can be renewed.
    renewable_until: Instant,
    /// 是否就是正在使用的这次。Whether it is the one in use.
    is_current: bool,
}

impl OpenSession {
    fn of(open: Open, office: &Office) -> Self {
        Self {
            id: ID(open.id.to_string()),
            role: Word(open.actor.role),
            unit: Unit::find(office, open.actor.unit),
            device: open.device.map(|device| device.to_string()),
            hazard_id: open.hazard.map(|hazard| ID(hazard.to_string())),
            opened_at: Instant(open.opened_at),
            renewed_at: Instant(open.renewed_at),
            renewable_until: Instant(open.renewable_until),
            is_current: open.is_own,
        }
    }
}

/// 登录人。Who asks, in the post in which he signed in.
#[derive(SimpleObject)]
struct Viewer {
    /// 人员；名册中没有的为空。The person; null for one who is not in the directory.
    person: Option<Person>,
    /// 岗位。The role in which he acts.
    role: Word<Role>,
    /// 单位；名册中没有的为空。The unit; null for one that is not in the directory.
    unit: Option<Unit>,
    /// 今天担任的全部岗位；以办理链接登录的，只有办理所用的岗位。Every post that he holds today; through a link the one in which he acts.
    posts: Vec<Post>,
    /// 以办理链接登录的，为只能办理的这条隐患；其他登录为空。The one hazard that may be handled, where a link let him in.
    hazard_id: Option<ID>,
}

impl Viewer {
    fn of(actor: &Actor, hazard: Option<HazardId>, office: &Office) -> Self {
        let directory = office.directory();
        let person = directory.person(actor.person);
        let acts_in = |post: &&directory::Post| post.role == actor.role && post.unit == actor.unit;
        let posts = person.map(|person| {
            let posts = person.posts_on(office.today());
            posts.filter(move |post| hazard.is_none() || acts_in(post))
        });
        Self {
            person: person.map(Person::of),
            role: Word(actor.role),
            unit: Unit::find(office, actor.unit),
            posts: posts
                .into_iter()
                .flatten()
                .map(|post| Post::of(post, office))
                .collect(),
            hazard_id: hazard.map(|hazard| ID(hazard.to_string())),
        }
    }
}
