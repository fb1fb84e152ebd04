//! Passwords, second factors and keys, as people change them for themselves.

use crate::attendant::{Demand, address, admitted};
use crate::error::{bad_input, fault};
use crate::input::Instant;
use crate::limits::of_page;
use crate::locksmith::{Key, KeyMade, Locksmith, Secrets};
use crate::office::{asked_at_a_desk, asked_in_person};
use crate::session::{
    Device, Door, PostAsked, SESSION_OVER, SessionPayload, known, shut, still_in, whose,
};
use crate::vocabulary::Word;
use async_graphql::{Context, ID, Object, Result, SimpleObject};
use std::sync::Arc;
use uuid::Uuid;
use xiaohao_core::Role;

fn locksmith<'a>(ctx: &'a Context<'_>) -> Result<&'a Arc<dyn Locksmith>> {
    ctx.data::<Arc<dyn Locksmith>>()
}

/// Changing the ways in.
#[derive(Default)]
pub(crate) struct WaysInMutation;

#[Object]
impl WaysInMutation {
    /// 修改密码，8至128个字符。该登录名的全部登录和设备随即退出，须以新密码重新登录、重新登记设备。
    ///
    /// Changes a password, of 8 to 128 characters. Every session of the login and every key of its devices end.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "原密码。The present password.")] password: String,
        #[graphql(desc = "新密码。The new one.")] new_password: String,
        #[graphql(
            desc = "二次验证码或者恢复码；没有开通二次验证的不填。The code of the second factor, or a recovery code, where there is one."
        )]
        code: Option<String>,
    ) -> Result<bool> {
        let secrets = Secrets {
            login: &login,
            password: &password,
            code: code.as_deref(),
            from: address(ctx),
        };
        admitted(ctx, Demand::SignIn)?;
        let changed = locksmith(ctx)?
            .change_password(secrets, &new_password)
            .await;
        changed.map_err(|why| shut(ctx, why, known(ctx, &login)))?;
        Ok(true)
    }

    /// 开通二次验证的第一步：取得密钥，录入手机上的验证器；以其验证码确认后生效。
    ///
    /// The first step to a second factor (TOTP, RFC 6238): its secret, for an authenticator. It is asked for once it is confirmed.
    async fn begin_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "密码。The password.")] password: String,
    ) -> Result<SecondFactorPayload> {
        admitted(ctx, Demand::SignIn)?;
        let made = locksmith(ctx)?;
        let made = made
            .begin_second_factor(Secrets {
                from: address(ctx),
                ..Secrets::of(&login, &password)
            })
            .await;
        let made = made.map_err(|why| shut(ctx, why, known(ctx, &login)))?;
        Ok(SecondFactorPayload {
            secret: made.secret,
            uri: made.uri,
        })
    }

    /// 开通二次验证的第二步：以验证器显示的验证码确认。答复为恢复码，每个只能使用一次，只显示这一次，请抄下妥善保管；该登录名的全部登录随即退出。
    ///
    /// The second step: confirms it by one of its codes. Answers recovery codes, each good once and never shown again. Every session
    /// of the login ends.
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "密码。The password.")] password: String,
        #[graphql(desc = "验证器显示的六位验证码。The six digits that the authenticator shows.")]
        code: String,
    ) -> Result<Vec<String>> {
        let secrets = Secrets {
            login: &login,
            password: &password,
            code: Some(&code),
            from: address(ctx),
        };
        admitted(ctx, Demand::SignIn)?;
        let confirmed = locksmith(ctx)?.confirm_second_factor(secrets).await;
        confirmed.map_err(|why| shut(ctx, why, known(ctx, &login)))
    }

    /// 停用二次验证；没有开通的为 false。手机和恢复码都丢失的，请系统管理员停用。
    ///
    /// Asks for the second factor no more; false where none was asked for.
    async fn end_second_factor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登录名。The login.")] login: String,
        #[graphql(desc = "密码。The password.")] password: String,
        #[graphql(desc = "验证码或者恢复码。A code, or a recovery code.")] code: String,
    ) -> Result<bool> {
        let secrets = Secrets {
            login: &login,
            password: &password,
            code: Some(&code),
            from: address(ctx),
        };
        admitted(ctx, Demand::SignIn)?;
        let ended = locksmith(ctx)?.end_second_factor(secrets).await;
        ended.map_err(|why| shut(ctx, why, known(ctx, &login)))
    }

    /// 登记设备：在已经登录的电脑上取得一次性登记码，十分钟内在平板上以 redeemDeviceCode 换取设备凭据。只能登记本人的设备，最多十台；登记码的发放记入台账。
    ///
    /// Enrols a device of one's own, of which one has ten at most: a code, good once and for ten minutes, for which `redeemDeviceCode` gives the
    /// device a key that lasts. The ledger says that it was issued.
    async fn enrol_device(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "设备名称，供本人在列表中辨认。What the device is called, by which one tells it apart."
        )]
        name: String,
    ) -> Result<EnrolmentPayload> {
        let asked = asked_at_a_desk(ctx, "登记设备")?;
        let name = Device::new(&name).map_err(|invalid| bad_input(["name"], invalid))?;
        let enrolled = locksmith(ctx)?.enrol(asked.actor, name).await;
        let enrolled = enrolled.map_err(|why| shut(ctx, why, None))?;
        // Whoever was thrown out meanwhile is not told it; the password that did so had no code to end yet.
        let door = ctx.data::<Arc<dyn Door>>()?;
        still_in(door.as_ref(), ctx.data_opt(), SESSION_OVER).await?;
        Ok(EnrolmentPayload {
            code: enrolled.code,
            expires_at: Instant(enrolled.expires_at),
        })
    }

    /// 以一次性登记码换取设备凭据。凭据只显示这一次，由设备保存，登录时用 signInByKey；凭据的发放记入台账。
    ///
    /// Gives a device its key, which is shown this once and kept by the device; it signs in with `signInByKey`. The ledger says that it
    /// was issued.
    async fn redeem_device_code(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "登记码；字母不分大小写，连字符可以不填。The code.")] code: String,
    ) -> Result<KeyPayload> {
        admitted(ctx, Demand::SignIn)?;
        let made = locksmith(ctx)?.redeem(&code).await;
        Ok(KeyPayload::of(made.map_err(|why| shut(ctx, why, None))?))
    }

    /// 以设备或者服务账号的凭据登录，所得 token 与密码登录的用法相同。
    ///
    /// Signs in with the key of a device or of a program; the token is used as any other.
    async fn sign_in_by_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "凭据。The key.")] key: String,
        #[graphql(
            desc = "以哪个岗位登录；兼任多个岗位的可以指定，不指定的为名册中最前的一个。The role, for who holds several; the first of his posts by default."
        )]
        role: Option<Word<Role>>,
        #[graphql(desc = "以哪个单位的岗位登录。The unit, likewise.")] unit: Option<ID>,
    ) -> Result<SessionPayload> {
        let post = PostAsked::read(role, unit)?;
        admitted(ctx, Demand::SignIn)?;
        let opened = locksmith(ctx)?.sign_in_by_key(&key, post).await;
        SessionPayload::of(opened.map_err(|why| shut(ctx, why, None))?, ctx)
    }

    /// 打开办理链接：以收到的凭据登录，只能查看和办理所指的这条隐患。所得 token 与密码登录的用法相同，到期、收回即失效。
    ///
    /// Opens a link: a session in which one sees and handles the one hazard that it is for, until the link is over or taken back.
    async fn open_link(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "办理链接的凭据，即发放时的 linkSecret。What opens it, as it was said when it was handed out."
        )]
        secret: String,
    ) -> Result<SessionPayload> {
        admitted(ctx, Demand::SignIn)?;
        let opened = locksmith(ctx)?.open_link(&secret).await;
        SessionPayload::of(opened.map_err(|why| shut(ctx, why, None))?, ctx)
    }

    /// 注销凭据：本人的，或者由县安委办审批人注销其他人员的；以它登录的随即退出，注销记入台账。没有这个凭据的为 false。审批人注销办理链接的凭据，即在隐患上收回这个链接。以设备凭据登录的不能办理。
    ///
    /// Ends a key: one's own, or as the approver of the office that of anybody; every session that it opened ends, and the ledger says
    /// so. As the approver ends the key of a link, the link is taken back on its hazard. Not from a device.
    async fn end_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "凭据的标识。The key, by its id.")] id: ID,
        #[graphql(desc = "哪个人员的，不填的为本人。Whose; one's own by default.")] person: Option<
            ID,
        >,
    ) -> Result<bool> {
        let asked = asked_at_a_desk(ctx, "注销凭据")?;
        let of = whose(&asked, person)?;
        let Ok(key) = Uuid::parse_str(&id) else {
            return Ok(false);
        };
        let ended = locksmith(ctx)?.end_key(asked.actor, of, key);
        ended.await.map_err(fault)
    }
}

/// Queries about the ways in.
#[derive(Default)]
pub(crate) struct WaysInQuery;

#[Object]
impl WaysInQuery {
    /// 尚未过期的凭据，最近的在前：本人的，或者由县安委办审批人查看其他人员的。
    ///
    /// The keys that are not over, the latest first: one's own, or as the approver of the office those of anybody.
    #[graphql(complexity = "of_page(None, None, child_complexity)")]
    async fn keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "哪个人员的，不填的为本人。Whose; one's own by default.")] person: Option<
            ID,
        >,
    ) -> Result<Vec<AccessKey>> {
        let of = whose(&asked_in_person(ctx)?, person)?;
        let keys = locksmith(ctx)?.keys(of).await.map_err(fault)?;
        Ok(keys.into_iter().map(AccessKey::of).collect())
    }

    /// 本人是否开通二次验证，还剩几个恢复码；没有开通的为空。
    ///
    /// How many recovery codes are left to whoever asks; null where no second factor is asked for.
    async fn recovery_codes_left(&self, ctx: &Context<'_>) -> Result<Option<u32>> {
        let person = asked_in_person(ctx)?.actor.person;
        locksmith(ctx)?.recovery_codes(person).await.map_err(fault)
    }
}

/// 二次验证的密钥。A second factor that is not confirmed yet.
#[derive(SimpleObject)]
struct SecondFactorPayload {
    /// 密钥（Base32），供手工录入。What its codes are computed from, in base 32, to be typed.
    secret: String,
    /// otpauth 地址，供制作二维码扫描录入。The same as an address, to be shown as a QR code.
    uri: String,
}

/// 登记码。A code for which a device gets a key.
#[derive(SimpleObject)]
struct EnrolmentPayload {
    /// 登记码，只能使用一次。The code, good once.
    code: String,
    /// 有效期至。Until when it is good.
    expires_at: Instant,
}

/// 新的设备凭据。A key as it is said, once.
#[derive(SimpleObject)]
struct KeyPayload {
    /// 凭据，只显示这一次。What lets in; it is never shown again.
    key: String,
    /// 标识，凭此注销。By which it is listed and ended.
    id: ID,
    /// 有效期至。Until when it is good.
    expires_at: Instant,
}

impl KeyPayload {
    fn of(made: KeyMade) -> Self {
        Self {
            key: made.key,
            id: ID(made.id.to_string()),
            expires_at: Instant(made.expires_at),
        }
    }
}

/// 凭据。A key that is not over.
#[derive(SimpleObject)]
struct AccessKey {
    /// 标识，凭此注销；不能用来登录。By which it is ended; nobody is let in by it.
    id: ID,
    /// 是否为服务账号的凭据；否则为设备的。Whether it is of a program, and not of a device.
    is_of_service: bool,
    /// 办理链接的凭据，为所办理的隐患；其他凭据为空。The one hazard that a link lets him handle; null for any other key.
    hazard_id: Option<ID>,
    /// 名称。What it is called.
    name: String,
    /// 只能办理的事项（mutation 的名称）；不限的为空。The mutations that it may send; null where it may send all that the post allows.
    acts: Option<Vec<String>>,
    /// 发放时间。When it was made.
    made_at: Instant,
    /// 有效期至。Until when it is good.
    expires_at: Instant,
    /// 最近一次登录的时间；没有用过的为空。When somebody was let in by it last; null where nobody was.
    used_at: Option<Instant>,
}

impl AccessKey {
    fn of(key: Key) -> Self {
        Self {
            id: ID(key.id.to_string()),
            is_of_service: key.is_of_service,
            hazard_id: key.hazard.map(|hazard| ID(hazard.to_string())),
            name: key.name.to_string(),
            acts: key.acts,
            made_at: Instant(key.made_at),
            expires_at: Instant(key.expires_at),
            used_at: key.used_at.map(Instant),
        }
    }
}
