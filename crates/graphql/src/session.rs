//! Signing in: by a login and a password for a token that is soon over and can be renewed. Who acts, and in which post, is
//! in the token; no input says it.

use crate::directory::{Person, Post, Unit};
use crate::error::{ErrorCode, coded, fault};
use crate::office::{Asked, Office, asked};
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use xiaohao_core::values::UnitId;
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
    async fn sign_in(&self, login: &str, password: &str, post: PostAsked) -> Result<Opened, Shut>;

    /// Opens a session in the place of one whose renewal token this is; the token is good once.
    ///
    /// # Errors
    /// [`Shut`].
    async fn renew(&self, renewal: &str) -> Result<Opened, Shut>;

    /// Who sends something with this token; nobody where it is over, was renewed, or never was one, and where the person no
    /// longer holds the post.
    ///
    /// # Errors
    /// [`Fault`].
    async fn who(&self, token: &str) -> Result<Option<Actor>, Fault>;

    /// Ends the session of a token.
    ///
    /// # Errors
    /// [`Fault`].
    async fn sign_out(&self, token: &str) -> Result<(), Fault>;
}

/// In which of his posts somebody wants to act.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PostAsked {
    /// The role, if he names one.
    pub role: Option<Role>,
    /// The unit, if he names one.
    pub unit: Option<UnitId>,
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
}

/// Why somebody is not let in.
#[derive(Clone, Debug)]
pub enum Shut {
    /// There is no such login, or it has another password; which of the two is not said.
    WrongSecret,
    /// Wrong passwords came too often; whoever it is waits so long.
    TooManyTries(Duration),
    /// The person does not hold that post today.
    NoSuchPost,
    /// The session is over and cannot be renewed.
    SessionOver,
    /// The ledger could not be asked.
    Fault(Fault),
}

impl From<Fault> for Shut {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

fn shut(why: Shut) -> async_graphql::Error {
    match why {
        Shut::WrongSecret => coded(
            ErrorCode::SignInFailed,
            "登录名或密码不正确，请核对后重新输入。",
        ),
        Shut::TooManyTries(wait) => coded(
            ErrorCode::TooManyTries,
            format!("密码多次输入错误，请{}秒后再试。", wait.as_secs().max(1)),
        ),
        Shut::NoSuchPost => coded(
            ErrorCode::PostNotHeld,
            "您今天没有担任这个岗位，请改选其他岗位；岗位有误的，请联系系统管理员。",
        ),
        Shut::SessionOver => coded(ErrorCode::SessionOver, "登录已经过期，请重新登录。"),
        Shut::Fault(told) => fault(told),
    }
}

/// Signing in and out.
#[derive(Default)]
pub(crate) struct SessionMutation;

#[Object]
impl SessionMutation {
    /// 登录。以 `Authorization: Bearer …` 携带所得 token 即可办理。
    ///
    /// Signs in. Send the token with every request as `Authorization: Bearer …`.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "密码。The password.")] password: String,
        #[graphql(
            desc = "以哪个岗位登录；兼任多个岗位的可以指定。The role, for who holds several."
        )]
        role: Option<Word<Role>>,
        #[graphql(desc = "以哪个单位的岗位登录。The unit, likewise.")] unit: Option<ID>,
    ) -> Result<SessionPayload> {
        let unit =
            match unit {
                None => None,
                Some(id) => Some(UnitId::parse(&id).map_err(|invalid| {
                    coded(ErrorCode::BadUserInput, format!("unit：{invalid}"))
                })?),
            };
        let post = PostAsked {
            role: role.map(|role| role.0),
            unit,
        };
        let door = ctx.data::<Arc<dyn Door>>()?;
        let opened = door.sign_in(&login, &password, post).await;
        SessionPayload::of(opened.map_err(shut)?, ctx)
    }

    /// 续期：在到期前后以 renewal 换取新的 token，原 token 随即失效。
    ///
    /// Renews a session: a new token for the renewal token, which is good once; the old token ends.
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
        SessionPayload::of(opened.map_err(shut)?, ctx)
    }

    /// 退出登录。Signs out: the token of this request ends.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<bool> {
        asked(ctx)?;
        let door = ctx.data::<Arc<dyn Door>>()?;
        if let Some(Token(token)) = ctx.data_opt::<Token>() {
            door.sign_out(token).await.map_err(fault)?;
        }
        Ok(true)
    }
}

/// The token with which a request was sent.
#[derive(Clone)]
pub(crate) struct Token(pub(crate) String);

/// 登录结果。A session.
#[derive(SimpleObject)]
struct SessionPayload {
    /// 令牌。What every request is sent with.
    token: String,
    /// 令牌有效期至。Until when the token is good.
    expires_at: DateTime<Utc>,
    /// 续期凭据，只能使用一次。What the session is renewed with, once.
    renewal: String,
    /// 可续期至。Until when the session can be renewed.
    renewable_until: DateTime<Utc>,
    /// 登录人。Who has signed in, and in which post.
    viewer: Viewer,
}

impl SessionPayload {
    fn of(opened: Opened, ctx: &Context<'_>) -> Result<Self> {
        Ok(Self {
            token: opened.token,
            expires_at: opened.expires_at,
            renewal: opened.renewal,
            renewable_until: opened.renewable_until,
            viewer: Viewer::of(&opened.actor, ctx.data::<Office>()?),
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
        let Ok(Asked { office, actor, .. }) = asked(ctx) else {
            return Ok(None);
        };
        Ok(Some(Viewer::of(actor, office)))
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
    /// 今天担任的全部岗位。Every post that he holds today.
    posts: Vec<Post>,
}

impl Viewer {
    fn of(actor: &Actor, office: &Office) -> Self {
        let person = office.directory.person(actor.person);
        let posts = person.map(|person| person.posts_on(office.today()));
        Self {
            person: person.map(Person::of),
            role: Word(actor.role),
            unit: Unit::find(office, actor.unit),
            posts: posts
                .into_iter()
                .flatten()
                .map(|post| Post::of(post, office))
                .collect(),
        }
    }
}
