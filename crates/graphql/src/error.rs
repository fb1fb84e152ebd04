//! Errors at the top of an answer: nothing could be answered, or not to this person. What an act is refused for is data,
//! not an error.
//!
//! An error is sent with a code of [`ErrorCode`] or not at all, and `docs/errors.md` is made from the same list: a code
//! that is not documented does not compile.

use async_graphql::{Error, ErrorExtensions, ServerError, Value};
use std::fmt::Display;
use xiaohao_ledger::{Fault, FaultKind, Told};

/// Whether the same request may succeed when it is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// Not as it is: something in it must be changed first.
    Changed,
    /// As it is, a little later.
    Later,
    /// As it is, once somebody has repaired the system.
    Repaired,
}

macro_rules! error_codes {
    ($(
        $(#[doc = $english:literal])+
        $Code:ident $code:literal $statuses:tt $again:ident: $chinese:literal; $next:literal; $next_english:literal
    )*) => {
        /// The code of an error, in `errors[].extensions.code`; never renamed, never used again for something else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ErrorCode {
            $($(#[doc = $english])+ $Code,)*
            /// The ledger could not answer.
            Fault(FaultKind),
        }

        impl ErrorCode {
            /// Every code: those of the request first, then the faults of the system.
            pub fn all() -> impl Iterator<Item = Self> {
                let faults = FaultKind::ALL.iter().copied().map(Self::Fault);
                [$(Self::$Code),*].into_iter().chain(faults)
            }

            /// The code as it is sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$Code => $code,)*
                    Self::Fault(kind) => kind.code(),
                }
            }

            /// The HTTP statuses with which it may come.
            #[must_use]
            pub const fn statuses(self) -> &'static [u16] {
                match self {
                    $(Self::$Code => &$statuses,)*
                    Self::Fault(FaultKind::Internal) => &[200, 500, 503],
                    Self::Fault(_) => &[200, 503],
                }
            }

            /// When it comes, in Chinese, without a full stop.
            #[must_use]
            pub const fn chinese(self) -> &'static str {
                match self {
                    $(Self::$Code => $chinese,)*
                    Self::Fault(kind) => kind.condition(),
                }
            }

            /// When it comes, in English.
            #[must_use]
            pub const fn english(self) -> &'static str {
                match self {
                    $(Self::$Code => concat!($($english),+).trim_ascii(),)*
                    Self::Fault(kind) => kind.condition_in_english(),
                }
            }

            /// Whether to send the same again.
            #[must_use]
            pub const fn again(self) -> Again {
                match self {
                    $(Self::$Code => Again::$again,)*
                    Self::Fault(kind) if kind.is_passing() => Again::Later,
                    Self::Fault(_) => Again::Repaired,
                }
            }

            /// What to do next, in Chinese and in English.
            #[must_use]
            pub const fn next_step(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$Code => ($next, $next_english),)*
                    Self::Fault(kind) if kind.is_passing() => (
                        "稍后用同一操作编号（`requestId`）重新提交，不会重复办理。",
                        "Send it again a little later, with the same request id; it has one effect.",
                    ),
                    Self::Fault(FaultKind::Internal) => (
                        "凭答复的 `x-request-id` 联系系统管理员；排除后用同一操作编号（`requestId`）重新提交，不会重复办理。",
                        "Tell the administrator the `x-request-id` of the answer, by which the log has it; then send it again \
                         with the same request id.",
                    ),
                    Self::Fault(_) => (
                        "联系系统管理员；排除后用同一操作编号（`requestId`）重新提交，不会重复办理。",
                        "Tell the administrator; once it is repaired, send it again with the same request id.",
                    ),
                }
            }
        }
    };
}

error_codes! {
    // ── The request ──
    /// The body, or the query string, is no GraphQL request.
    RequestMalformed "REQUEST_MALFORMED" [400] Changed: "请求正文或者网址参数不是正确的 GraphQL 请求，或者没有传完";
        "正文应为 JSON 对象，`query` 为文本，`variables` 为对象；一次一个操作。";
        "Send one JSON object: `query` a text, `variables` an object; one operation at a time."
    /// The body is not `application/json` in UTF-8.
    UnsupportedMediaType "UNSUPPORTED_MEDIA_TYPE" [415] Changed: "请求正文不是 UTF-8 编码的 application/json";
        "改用 `content-type: application/json`。"; "Send it as `content-type: application/json`."
    /// The body is larger than the server takes.
    RequestTooLarge "REQUEST_TOO_LARGE" [413] Changed: "请求正文超过上限";
        "分次提交；照片和文件另行上传。"; "Send it in parts; photos and files are uploaded on their own."
    /// Something other than a query was sent by GET, or an address was asked by a method that it does not take.
    MethodNotAllowed "METHOD_NOT_ALLOWED" [405] Changed: "以 GET 提交了办理事项或者订阅，或者网址不接受所用的方法";
        "办理事项改用 POST；其他网址按答复的 `allow` 所列方法提交。"; "Send acts by POST; elsewhere use a method that `allow` in the answer names."
    /// The body did not come in time (408), or a query took too long (504).
    Timeout "TIMEOUT" [408, 504] Later: "请求正文没有按时传完（408），或者查询没有按时完成（504）";
        "检查网络；缩小查询范围后重试。"; "Look at the network; ask for less at a time."
    /// A subscription was sent in a way by which nothing can be pushed.
    SubscriptionNeedsStream "SUBSCRIPTION_NEEDS_STREAM" [406] Changed: "以不能推送的方式提交了订阅";
        "改用 WebSocket（graphql-transport-ws），或者提交时注明 `accept: text/event-stream`。";
        "Use WebSocket (graphql-transport-ws), or say `accept: text/event-stream`."
    /// As many subscribe already as may at once.
    TooManySubscriptions "TOO_MANY_SUBSCRIPTIONS" [200] Later: "同时订阅的已达上限";
        "稍后再订阅；经常如此的，请系统管理员调高 `limits.subscriptions`。";
        "Subscribe a little later; where it happens often, the administrator raises `limits.subscriptions`."

    // ── The query ──
    /// The text of the query is longer than allowed.
    QueryTooLong "QUERY_TOO_LONG" [200, 400] Changed: "查询文本超过上限";
        "分成几次查询。"; "Ask in several queries."
    /// Fields or brackets are nested deeper than allowed.
    QueryTooDeep "QUERY_TOO_DEEP" [200, 400] Changed: "字段或者括号嵌套超过上限";
        "减少嵌套。"; "Nest less."
    /// The text of the query cannot be parsed.
    QueryMalformed "QUERY_MALFORMED" [200, 400] Changed: "查询文本不合 GraphQL 语法";
        "按 `message` 改正。"; "Correct it as the `message` says."
    /// Fragments spread one another in a circle.
    FragmentCycle "FRAGMENT_CYCLE" [200, 400] Changed: "片段循环引用";
        "去掉循环。"; "Break the circle."
    /// Too many fields, aliases or directives, or too long pages of too many fields.
    QueryTooCostly "QUERY_TOO_COSTLY" [200, 400] Changed: "字段、别名或者指令过多，或者每页条数与字段数之积超过上限";
        "减少每页条数或者少选字段，分次查询；复杂度超过上限的，`extensions.cost` 说明复杂度及上限。";
        "Ask for shorter pages or fewer fields, in several queries; where the complexity is too high, `extensions.cost` tells it and \
         the most."
    /// The query does not fit the schema, or its variables do not.
    QueryInvalid "QUERY_INVALID" [200, 400] Changed: "查询或者变量与接口结构不符";
        "对照 schema.graphql 改正。"; "Correct it by schema.graphql."
    /// The schema may not be asked about, or only by whoever has signed in.
    IntrospectionDisabled "INTROSPECTION_DISABLED" [200, 400] Changed: "没有开放接口结构查询，或者须登录后查询";
        "先登录；没有开放的，向系统管理员索取 schema.graphql。"; "Sign in; where it is off for all, ask the administrator for schema.graphql."
    /// An argument has a value that it cannot have.
    BadUserInput "BAD_USER_INPUT" [200, 400] Changed: "参数的值不正确";
        "按 `message` 改正所指的参数。"; "Correct the argument that the `message` names."
    /// The cursor is not of this list.
    CursorUnknown "CURSOR_UNKNOWN" [200] Changed: "游标不属于本列表";
        "从第一页重新开始。"; "Start again from the first page."
    /// The ledger has not come as far as somebody has read it.
    LedgerShorter "LEDGER_SHORTER" [200] Repaired: "台账没有所说的那么多条记录，可能恢复了旧备份";
        "停止同步，保留已读到的记录，请系统管理员核对台账（`ledger verify --checkpoint`）。";
        "Stop, keep what was read, and have the administrator verify the ledger against a checkpoint that others have kept."
    /// There is no such hazard or file, or none that this person may see; or nothing is served under the address.
    NotFound "NOT_FOUND" [200, 404] Changed: "没有这个隐患或者文件，或者无权查看；或者没有这个网址";
        "核对标识和网址；须以有权查看的岗位登录。"; "Check the id and the address; sign in in a post that may see it."
    /// The stock of the period that a circular is to print does not balance.
    StockOutOfBalance "STOCK_OUT_OF_BALANCE" [200] Repaired: "通报所列期间的存量增减不平，不能公布";
        "核对统计期间；仍然不平的，联系系统管理员核对台账（`rebuild --check`）。";
        "Check the period; if it is right, the administrator must check the ledger (`rebuild --check`)."

    /// The county shows nothing to the public.
    PublicViewOff "PUBLIC_VIEW_OFF" [200] Changed: "本县没有开放公开查询";
        "登录后查询，或者向县安委办查询；须开放的，请系统管理员设置 `public_view`。";
        "Sign in, or ask the office; the administrator switches it on with `public_view`."

    // ── Who asks ──
    /// Nobody has signed in.
    Unauthenticated "UNAUTHENTICATED" [200, 401] Changed: "没有登录";
        "先登录（`signIn`），以 `Authorization: Bearer …` 携带 token。";
        "Sign in (`signIn`) and send the token as `Authorization: Bearer …`."
    /// The token or the session is over, was renewed, or never was one.
    SessionOver "SESSION_OVER" [200, 401] Changed: "登录已经过期、已经续期或者退出";
        "续期（`renewSession`）或者重新登录。"; "Renew the session (`renewSession`), or sign in again."
    /// The session has ended because its renewal was used twice: by its owner, and by somebody who has stolen it.
    RenewalReused "RENEWAL_REUSED" [200, 401] Changed: "续期凭据被用了两次，可能有他人在使用这次登录，已经退出";
        "重新登录；不是本人操作的，马上修改密码（`changePassword`），并查看拒绝记录（`refusedAttempts`）。";
        "Sign in again; whoever did not use it twice changes the password at once (`changePassword`) and looks at what was refused (`refusedAttempts`)."
    /// The login or the password is wrong; which of the two is not said.
    SignInFailed "SIGN_IN_FAILED" [200] Changed: "登录名或者密码不正确";
        "核对后重新输入。"; "Check both and type them again."
    /// Wrong passwords came too often.
    TooManyTries "TOO_MANY_TRIES" [200] Later: "密码多次输入错误";
        "等到 `message` 所说的秒数过去。"; "Wait for the seconds that the `message` tells."
    /// So many requests, acts or costly answers came from one person or one address, or so many passwords from all at once, that it has to wait.
    TooManyRequests "TOO_MANY_REQUESTS" [200, 429] Later: "同一人员或者同一地址的请求过于频繁，或者同时登录的人太多";
        "等到 `message` 和 `extensions.retryAfterSeconds` 所说的秒数过去，再以同一操作编号（`requestId`）提交。";
        "Wait for the seconds that `extensions.retryAfterSeconds` and the header `retry-after` tell, then send the same again, with the same request id."
    /// The password is right, and a second factor is asked for.
    SecondFactorNeeded "SECOND_FACTOR_NEEDED" [200] Changed: "这个登录名开通了二次验证，没有填写验证码";
        "以验证器显示的六位验证码（或者一个恢复码）填写 `code`，重新登录。";
        "Sign in again with `code`: the six digits that the authenticator shows, or a recovery code."
    /// The code of the second factor is wrong, or was taken before.
    SecondFactorWrong "SECOND_FACTOR_WRONG" [200] Changed: "验证码不正确、已经用过或者已经过期";
        "核对手机时间，等下一个验证码；手机丢失的用恢复码，恢复码也丢失的请系统管理员停用二次验证。";
        "Set the clock of the phone, and take the next code; who has lost it takes a recovery code, or asks the administrator."
    /// There is a second factor already.
    SecondFactorKept "SECOND_FACTOR_KEPT" [200] Changed: "这个登录名已经开通二次验证";
        "更换验证器的，先停用（`endSecondFactor`）再开通。"; "To change it, end it first (`endSecondFactor`)."
    /// The key, the code for one, or the link is over, was used or taken back, or never was one.
    KeyUnknown "KEY_UNKNOWN" [200] Changed: "凭据、登记码或者办理链接不正确、已经用过、过期、注销或者收回";
        "在电脑上重新登记设备（`enrolDevice`）；服务账号的，请系统管理员重新发放；办理链接，请发放的单位重新发放。";
        "Enrol the device again (`enrolDevice`); for a program the administrator issues another key; whoever handed out a link hands out another."
    /// As many devices are enrolled as one may have.
    DevicesTooMany "DEVICES_TOO_MANY" [200] Changed: "登记的设备已达上限";
        "注销不用的设备（`endKey`）；没有用过的登记码十分钟后失效。";
        "End devices that are used no more (`endKey`); a code that was not used is over after ten minutes."
    /// What is asked is more than the key lets one do that opened the session.
    KeyLimited "KEY_LIMITED" [200, 403] Changed: "凭据不能办理这一事项";
        "以登录名和密码登录后办理；服务账号须增加事项的，请系统管理员重新发放凭据。";
        "Sign in with login and password; for a program the administrator issues a key that may."
    /// The login is that of a platform, which comes in by a key that was issued to it, and by no password.
    KeyNeeded "KEY_NEEDED" [200] Changed: "监管平台账号不以密码登录";
        "请系统管理员发放凭据（`xiaohao key issue`），以 `signInByKey` 登录。";
        "Have the administrator issue a key (`xiaohao key issue`), and sign in with `signInByKey`."
    /// The new password cannot be one.
    PasswordUnfit "PASSWORD_UNFIT" [200] Changed: "新密码不合要求";
        "按 `message` 另选一个。"; "Choose another, as the `message` says."
    /// The person does not hold that post today.
    PostNotHeld "POST_NOT_HELD" [200] Changed: "今天没有担任所选的岗位";
        "改选其他岗位；岗位有误的，联系县安委办审批人。"; "Choose another post; if the posts are wrong, tell the approver of the office."
    /// The token is one of the county's identity provider, which alone ends what it has begun.
    SignedInElsewhere "SIGNED_IN_ELSEWHERE" [200] Changed: "是通过县统一身份认证登录的，本系统没有可以退出的登录";
        "在统一身份认证平台退出；已签发的令牌到期后自动失效。";
        "Sign out at the county's identity provider; a token that was issued is over when it expires."
    /// The keys of the county's identity provider are not known, and it cannot be asked for them.
    IdentityProviderAway "IDENTITY_PROVIDER_AWAY" [200, 503] Later: "暂时无法向县统一身份认证平台核验令牌";
        "稍后重试；急需办理的，以登录名和密码登录（`signIn`）。";
        "Try again a little later; where it cannot wait, sign in with login and password (`signIn`)."

    // ── Files ──
    /// The bytes have another SHA-256 than the address says.
    DigestMismatch "DIGEST_MISMATCH" [422] Changed: "收到的文件的 SHA-256 与网址中的不一致";
        "核对摘要后重新上传。"; "Check the digest and upload the file again."
    /// Nothing is in the file.
    FileEmpty "FILE_EMPTY" [400] Changed: "文件是空的";
        "核对原文件能否打开，重新选择后再上传。"; "See whether the original can be opened, and choose it again."
    /// The file is larger than the server keeps.
    FileTooLarge "FILE_TOO_LARGE" [413] Changed: "文件超过上限";
        "压缩后再上传。"; "Make it smaller and upload it again."
    /// The file did not come to its end.
    UploadBrokenOff "UPLOAD_BROKEN_OFF" [400, 408] Later: "文件没有传完";
        "重新上传；分段上传的，从断开处接着传。"; "Upload it again, or go on from where it broke off where it is sent in parts."
    /// The part does not begin where the file has come to, or another request is at it.
    UploadElsewhere "UPLOAD_ELSEWHERE" [409] Later: "文件收到的位置与所述的起点不一致，或者正在由另一个请求上传";
        "以 HEAD 查询已收到多少字节，从那里接着传。"; "Ask by HEAD how many bytes have come, and go on from there."
}

impl ErrorCode {
    /// Gives an error this code.
    pub fn mark(self, error: &mut ServerError) {
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("code", Value::from(self.code()));
    }
}

impl From<&Fault> for ErrorCode {
    fn from(fault: &Fault) -> Self {
        Self::Fault(fault.kind())
    }
}

/// An error with its code.
pub(crate) fn coded(code: ErrorCode, message: impl Into<String>) -> Error {
    Error::new(message).extend_with(|_, extensions| extensions.set("code", code.code()))
}

/// An argument, by the way to it, has a value that it cannot have; which way that is, stands in the sentence and beside it.
pub(crate) fn bad_input<S: Into<String>>(
    field: impl IntoIterator<Item = S>,
    message: impl Display,
) -> Error {
    let field: Vec<String> = field.into_iter().map(Into::into).collect();
    let message = format!("{}：{message}", field.join("."));
    coded(ErrorCode::BadUserInput, message)
        .extend_with(|_, extensions| extensions.set("field", field))
}

/// An error after which the same may be sent again once so many seconds have passed.
pub(crate) fn again_after(code: ErrorCode, message: impl Into<String>, seconds: u64) -> Error {
    coded(code, message).extend_with(|_, extensions| extensions.set("retryAfterSeconds", seconds))
}

/// Nobody has signed in.
pub(crate) fn unauthenticated() -> Error {
    coded(ErrorCode::Unauthenticated, "请先登录。")
}

/// The ledger could not answer. Its causes are for the log, not for the client.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
pub(crate) fn fault(fault: Fault) -> Error {
    tracing::error!(error = %Told(&fault), code = fault.code(), "the ledger could not answer");
    coded(ErrorCode::from(&fault), fault.message())
}
