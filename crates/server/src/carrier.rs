//! What carries operations to the schema, however they came: who asks, what he may ask, how long it may take.

use crate::config::{Introspection, Requests};
use crate::metrics::Metrics;
use crate::places::Places;
use crate::reception::Visit;
use crate::served::Served;
use crate::serving::UnderWay;
use async_graphql::{Request, Response, ServerError, Value, Variables};
use axum::http::StatusCode;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument;
use xiaohao_graphql::{
    Admitted, Attendant, Door, ErrorCode, Glance, Kind, Owner, PROVIDER_AWAY, PublicView,
    RENEWAL_REUSED, RefusedAttempt, SESSION_OVER, Untold,
};
use xiaohao_ledger::{FaultKind, Told};

/// A GraphQL request, however it came: one operation; arrays of operations are not taken.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Posed<V> {
    pub(crate) query: String,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: Option<V>,
}

pub(crate) type JsonObject = serde_json::Map<String, serde_json::Value>;

impl Posed<JsonObject> {
    pub(crate) fn into_request(self) -> Request {
        let variables = Variables::from_json(self.variables.unwrap_or_default().into());
        let request = Request::new(self.query).variables(variables);
        match self.operation_name {
            Some(name) => request.operation_name(name),
            None => request,
        }
    }
}

/// Who asks, with the token that says so.
#[derive(Clone)]
pub(crate) struct Asking {
    pub(crate) admitted: Admitted,
    token: String,
}

/// Why an operation is not carried to the schema at all.
#[derive(Debug)]
pub(crate) struct NotCarried {
    pub(crate) status: StatusCode,
    pub(crate) code: ErrorCode,
    pub(crate) message: String,
    /// After how many seconds the same may be sent again, where that is all that is in the way.
    pub(crate) again_after: Option<u64>,
}

impl NotCarried {
    pub(crate) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            code,
            message,
            again_after: None,
        }
    }

    /// Too much came from where this comes from.
    pub(crate) fn too_many(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(1);
        let message = format!("这个网络地址未登录的请求过于频繁，请{seconds}秒后再试。");
        Self {
            again_after: Some(seconds),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                ErrorCode::TooManyRequests,
                message,
            )
        }
    }

    /// The same as an answer, where there is no status to say it by.
    pub(crate) fn into_response(self) -> Response {
        let mut error = ServerError::new(self.message, None);
        self.code.mark(&mut error);
        if let (Some(extensions), Some(seconds)) = (&mut error.extensions, self.again_after) {
            extensions.set("retryAfterSeconds", seconds);
        }
        Response::from_errors(vec![error])
    }
}

/// What carries operations to the schema.
#[derive(Clone)]
pub(crate) struct Carrier {
    pub(crate) served: Served,
    pub(crate) requests: Requests,
    pub(crate) under_way: UnderWay,
    pub(crate) metrics: Metrics,
    places: Places,
}

impl Carrier {
    pub(crate) fn new(
        served: Served,
        requests: Requests,
        under_way: UnderWay,
        metrics: Metrics,
    ) -> Self {
        let places = Places::new(requests.subscriptions);
        Self {
            served,
            requests,
            under_way,
            metrics,
            places,
        }
    }

    /// Who asks with this token; nobody, where there is none.
    ///
    /// # Errors
    /// Where the token is not good, or is not known to be.
    pub(crate) async fn who(
        &self,
        token: Option<&str>,
        visit: &Visit,
    ) -> Result<Option<Asking>, NotCarried> {
        who(&self.served, token, visit).await
    }

    /// Carries an operation out that is answered once.
    ///
    /// # Errors
    /// [`NotCarried`].
    pub(crate) async fn answer(
        &self,
        asking: Option<Asking>,
        request: Request,
        glance: &Glance,
        visit: &Arc<Visit>,
    ) -> Result<Response, NotCarried> {
        let request = match self.admitted(asking, request, glance, visit) {
            Ok(request) => request,
            Err(refused) => return Ok(refused.into_response()),
        };
        let api = self.served.api.clone();
        let execution = async move { api.execute(request).await };
        let execution = self.under_way.tasks.spawn(execution.in_current_span());
        let executed = if glance.only_reads {
            // Given up when its time is over, and when the client has gone away: nobody would end it then.
            let execution = AbortOnDropHandle::new(execution);
            let Ok(executed) = timeout(self.requests.time, execution).await else {
                let seconds = self.requests.time.as_secs();
                let message = format!("查询超过{seconds}秒没有完成，请缩小查询范围后重试。");
                return Err(NotCarried::new(
                    StatusCode::GATEWAY_TIMEOUT,
                    ErrorCode::Timeout,
                    message,
                ));
            };
            executed
        } else {
            // Carried out to its end, whether or not the client still listens.
            execution.await
        };
        executed.map_err(|error| {
            tracing::error!(%error, "a request ended in a defect");
            let status = StatusCode::INTERNAL_SERVER_ERROR;
            NotCarried::new(
                status,
                ErrorCode::Fault(FaultKind::Internal),
                "服务器内部错误，请稍后重试。",
            )
        })
    }

    /// Carries an operation out that may be answered again and again: a subscription, until the server stops. Any other is
    /// answered once.
    pub(crate) fn answers(
        &self,
        asking: Option<Asking>,
        request: Request,
        glance: Glance,
        visit: &Arc<Visit>,
    ) -> BoxStream<'static, Response> {
        if glance.kind != Kind::Subscription {
            let (carrier, visit) = (self.clone(), Arc::clone(visit));
            let once = async move {
                let answered = carrier.answer(asking, request, &glance, &visit).await;
                answered.unwrap_or_else(NotCarried::into_response)
            };
            return stream::once(once.in_current_span()).boxed();
        }
        match self.subscribed(asking, request, &glance, visit) {
            Ok(answers) => answers.boxed(),
            Err(refused) => stream::once(async { refused.into_response() }).boxed(),
        }
    }

    fn subscribed(
        &self,
        asking: Option<Asking>,
        request: Request,
        glance: &Glance,
        visit: &Arc<Visit>,
    ) -> Result<impl Stream<Item = Response> + use<>, NotCarried> {
        let person = asking.as_ref().map(|asking| asking.admitted.actor.person);
        let request = self.admitted(asking, request, glance, visit)?;
        let Some(place) = self.places.take(person) else {
            let message = "同时订阅的太多，请关闭不再需要的订阅，或者稍后再试；需要的话，请系统管理员调高 limits.subscriptions。";
            let status = StatusCode::SERVICE_UNAVAILABLE;
            return Err(NotCarried::new(
                status,
                ErrorCode::TooManySubscriptions,
                message,
            ));
        };
        let counted = self.metrics.subscribed();
        let answers = self.served.api.execute_stream(request);
        let stopping = self.under_way.stopping.clone().cancelled_owned();
        Ok(answers.take_until(stopping).map(move |answer| {
            // Both are held as long as somebody listens.
            let _ = (&place, &counted);
            answer
        }))
    }

    /// An operation as this person sends it.
    ///
    /// # Errors
    /// Where he may not ask it.
    fn admitted(
        &self,
        asking: Option<Asking>,
        request: Request,
        glance: &Glance,
        visit: &Arc<Visit>,
    ) -> Result<Request, NotCarried> {
        let may_introspect = match self.requests.introspection {
            Introspection::Everyone => true,
            Introspection::SignedIn => asking.is_some(),
            Introspection::Off => false,
        };
        if glance.introspects && !may_introspect {
            return Err(no_introspection(self.requests.introspection));
        }
        let request = match asking {
            None => request,
            Some(Asking { admitted, token }) => {
                self.served.office.asked_as(admitted, &token, request)
            }
        };
        let request = if self.requests.public_view {
            request.data(PublicView)
        } else {
            request
        };
        let attendant: Arc<dyn Attendant> = Arc::clone(visit) as _;
        Ok(request.data(attendant))
    }
}

/// Who asks with this token; nobody, where there is none.
///
/// # Errors
/// Where the token is not good, or is not known to be.
pub(crate) async fn who(
    served: &Served,
    token: Option<&str>,
    visit: &Visit,
) -> Result<Option<Asking>, NotCarried> {
    let counted = || visit.is_of_a_stranger().map_err(NotCarried::too_many);
    let Some(token) = token else {
        counted()?;
        return Ok(None);
    };
    match served.gate.who(token).await {
        Ok(Some(admitted)) => {
            visit.is_of(&admitted.actor);
            let token = token.to_owned();
            Ok(Some(Asking { admitted, token }))
        }
        Ok(None) => {
            counted()?;
            Err(over())
        }
        Err(Untold::NotVouched { why, login }) => {
            counted()?;
            visit.is_refused(RefusedAttempt {
                login,
                ..RefusedAttempt::once("", vec![ErrorCode::SessionOver.code(), why])
            });
            Err(over())
        }
        Err(Untold::RenewalReused(Owner { actor, login })) => {
            counted()?;
            let code = ErrorCode::RenewalReused;
            visit.is_refused(RefusedAttempt {
                of: Some(actor),
                login: Some(login),
                ..RefusedAttempt::once("", vec![code.code()])
            });
            Err(NotCarried::new(
                StatusCode::UNAUTHORIZED,
                code,
                RENEWAL_REUSED,
            ))
        }
        Err(Untold::ProviderAway) => {
            // Whether he is somebody is not known: he counts as a stranger, or anybody could come so often.
            counted()?;
            Err(NotCarried::new(
                StatusCode::SERVICE_UNAVAILABLE,
                ErrorCode::IdentityProviderAway,
                PROVIDER_AWAY,
            ))
        }
        Err(Untold::Fault(fault)) => {
            tracing::error!(error = %Told(&fault), "it cannot be told who asks");
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Err(NotCarried::new(
                status,
                ErrorCode::from(&fault),
                fault.message(),
            ))
        }
    }
}

/// What whoever brings a token hears that is not good, whatever is wrong with it.
fn over() -> NotCarried {
    let status = StatusCode::UNAUTHORIZED;
    NotCarried::new(status, ErrorCode::SessionOver, SESSION_OVER)
}

/// The token that an `authorization` says, where it says one.
pub(crate) fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then_some(token.trim())
}

/// An answer whose internal errors, of which the client learns no more, tell under which id they are found in the log.
pub(crate) fn found_by(id: &str, mut response: Response) -> Response {
    for error in &mut response.errors {
        if let Some(extensions) = &mut error.extensions
            && extensions.get("code") == Some(&Value::from(FaultKind::Internal.code()))
        {
            extensions.set("requestId", id);
        }
    }
    response
}

/// The code of the first error; empty where there is none.
pub(crate) fn code_of(response: &Response) -> String {
    let error = response.errors.first();
    match error.and_then(|error| error.extensions.as_ref()?.get("code")) {
        Some(Value::String(code)) => code.clone(),
        Some(_) | None => String::new(),
    }
}

/// Whether an operation was refused before it ran. What goes wrong while it runs has a place in the answer, its path.
pub(crate) fn never_ran(response: &Response) -> bool {
    response.is_err() && response.errors.iter().all(|error| error.path.is_empty())
}

/// An answer as JSON. That to an operation that never ran has no `data` at all, where one that failed has `null`.
///
/// # Errors
/// Where it cannot be written, which is a defect.
pub(crate) fn written(response: &Response) -> serde_json::Result<Vec<u8>> {
    if !never_ran(response) {
        return serde_json::to_vec(response);
    }
    let mut body = serde_json::to_value(response)?;
    if let Some(fields) = body.as_object_mut() {
        fields.remove("data");
    }
    serde_json::to_vec(&body)
}

fn no_introspection(set: Introspection) -> NotCarried {
    let message = match set {
        Introspection::SignedIn | Introspection::Everyone => {
            "接口结构须登录后查询，请先登录（signIn）再查询 __schema 或者 __type。"
        }
        Introspection::Off => "本系统没有开放接口结构查询，请向系统管理员索取 schema.graphql。",
    };
    let status = StatusCode::BAD_REQUEST;
    NotCarried::new(status, ErrorCode::IntrospectionDisabled, message)
}
