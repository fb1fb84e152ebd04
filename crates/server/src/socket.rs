//! Operations over a WebSocket, by the `graphql-transport-ws` protocol. Whoever connects says who he is in `connection_init`,
//! as `{"authorization": "Bearer …"}` or, where he can, in that header of the request; nobody converses who has not signed in.

use crate::carrier::{Asking, Carrier, NotCarried, bearer, code_of, found_by};
use crate::reception::Visit;
use async_graphql::http::ClientMessage;
use async_graphql::{Data, Executor, Request, Response as Answer, futures_util::stream::BoxStream};
use async_graphql_axum::{GraphQLProtocol, GraphQLWebSocket};
use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use futures_util::{SinkExt, StreamExt};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout, timeout_at};
use tokio_util::sync::PollSender;
use tracing::Instrument;

const PROTOCOL: &str = "graphql-transport-ws";

/// How many operations one conversation may have under way, so that nobody takes the places of all others.
const AT_ONCE: usize = 100;

/// How long whoever has connected may take to say who he is.
const INTRODUCTION: Duration = Duration::from_secs(10);

/// How often one asks whether the other side is still there, and how long it may say nothing at all.
const TICK: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_mins(1);

/// How long one waits for the other side to hang up too.
const FAREWELL: Duration = Duration::from_secs(2);

/// What the protocol closes a conversation with.
mod code {
    pub(super) const MALFORMED: u16 = 4400;
    pub(super) const UNAUTHORIZED: u16 = 4401;
    pub(super) const FORBIDDEN: u16 = 4403;
    pub(super) const NO_INTRODUCTION: u16 = 4408;
    pub(super) const SUBSCRIBED_ALREADY: u16 = 4409;
}

/// Whether a request asks for a conversation.
pub(crate) fn is_asked(parts: &Parts) -> bool {
    parts.headers.contains_key(header::SEC_WEBSOCKET_PROTOCOL)
}

/// Answers a request that asks for a conversation, and converses.
pub(crate) async fn upgraded(mut parts: Parts, carrier: Carrier, visit: Arc<Visit>) -> Response {
    let offered = parts.headers.get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let offered = offered.iter().filter_map(|value| value.to_str().ok());
    if !offered
        .flat_map(|value| value.split(','))
        .any(|name| name.trim() == PROTOCOL)
    {
        let message =
            format!("this server speaks {PROTOCOL} over WebSocket, and no other protocol\n");
        return (StatusCode::BAD_REQUEST, message).into_response();
    }
    // Of what the client offers, only this is spoken.
    let spoken = HeaderValue::from_static(PROTOCOL);
    parts.headers.insert(header::SEC_WEBSOCKET_PROTOCOL, spoken);
    let authorization = parts.headers.get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| Some(value.to_str().ok()?.to_owned()));
    let protocol = match GraphQLProtocol::from_request_parts(&mut parts, &()).await {
        Ok(protocol) => protocol,
        Err(status) => return status.into_response(),
    };
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    let most = 2 * carrier.requests.body_bytes;
    // To whoever serves, the connection is over with this answer: the farewell is waited for as what is under way.
    let under_way = carrier.under_way.tasks.token();
    let asker = Party { carrier, visit };
    let converse = move |socket| {
        let conversation = async move {
            converse(socket, protocol, asker, authorization).await;
            drop(under_way);
        };
        conversation.in_current_span()
    };
    // Of what is somewhat too large one is told; what is larger still is not even taken.
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(most)
        .max_frame_size(most)
        .on_upgrade(converse)
}

/// Converses until one side hangs up, or the server stops.
async fn converse(
    socket: WebSocket,
    protocol: GraphQLProtocol,
    party: Party,
    authorization: Option<String>,
) {
    let stopping = party.carrier.under_way.stopping.clone();
    let (mut out, heard) = socket.split();
    let (say, mut to_say) = mpsc::channel(16);
    let subscribed = Subscribed::default();
    let hearing = Arc::new(tokio::sync::Mutex::new(Hearing {
        heard,
        most: party.carrier.requests.body_bytes,
        introduce_by: Some(Instant::now() + INTRODUCTION),
        subscribed: subscribed.clone(),
    }));
    let heard = Box::pin(messages(Arc::clone(&hearing), say.clone()));
    let introduced = party.clone();
    let machine = GraphQLWebSocket::new_with_pair(PollSender::new(say), heard, party, protocol)
        .on_connection_init(move |payload| introduced.introduce(payload, authorization))
        .serve();
    let speaking = async {
        let mut ticks = interval(TICK);
        let mut refused = Refused::new(subscribed.clone());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let message = tokio::select! {
                biased;
                () = stopping.cancelled() => closing(close_code::RESTART, "stopping"),
                message = to_say.recv() => match message {
                    Some(message) => match refused.as_specified(message) {
                        Some(message) => message,
                        None => continue,
                    },
                    None => break,
                },
                _ = ticks.tick() => Message::Ping(Vec::new().into()),
            };
            let is_last = matches!(message, Message::Close(_));
            if out.send(message).await.is_err() || is_last {
                break;
            }
        }
        drop(out.close().await);
    };
    tokio::pin!(speaking);
    tokio::select! {
        // What it said last is still to be sent.
        () = machine => drop(timeout(FAREWELL, speaking).await),
        () = &mut speaking => {}
    }
    hearing.lock().await.farewell().await;
}

fn closing(code: u16, reason: &'static str) -> Message {
    let reason = reason.into();
    Message::Close(Some(CloseFrame { code, reason }))
}

/// The operations that were refused as a whole, until the engine says of each that it is complete: with the error it is over.
struct Refused {
    ids: HashSet<String>,
    subscribed: Subscribed,
}

/// An answer as the engine says it.
#[derive(serde::Deserialize)]
struct Next {
    id: String,
    payload: serde_json::Map<String, serde_json::Value>,
}

impl Refused {
    fn new(subscribed: Subscribed) -> Self {
        Self {
            ids: HashSet::new(),
            subscribed,
        }
    }

    /// What the protocol says in place of what the engine says; nothing where it says nothing.
    fn as_specified(&mut self, message: Message) -> Option<Message> {
        match message {
            Message::Close(Some(CloseFrame { code, reason })) => {
                let code = match code {
                    // Of what can be read, it closes so only when an introduction is refused.
                    close_code::PROTOCOL => code::FORBIDDEN,
                    close_code::ERROR => code::UNAUTHORIZED,
                    other => other,
                };
                Some(Message::Close(Some(CloseFrame { code, reason })))
            }
            Message::Text(text) => {
                let Ok(Said { kind, id: Some(id) }) = serde_json::from_str(&text) else {
                    return Some(Message::Text(text));
                };
                match kind.as_str() {
                    "complete" => {
                        self.subscribed.forget(&id);
                        (!self.ids.remove(&id)).then_some(Message::Text(text))
                    }
                    "next" => Some(Message::Text(self.answer(text))),
                    _ => Some(Message::Text(text)),
                }
            }
            other @ (Message::Binary(_)
            | Message::Ping(_)
            | Message::Pong(_)
            | Message::Close(_)) => Some(other),
        }
    }

    /// An answer, or an error where none of it was carried out: then it has no data, and what is wrong with it is wrong with none of
    /// its fields.
    fn answer(&mut self, text: Utf8Bytes) -> Utf8Bytes {
        // Most answers have data, and are not read.
        if !text.contains(r#""data":null"#) {
            return text;
        }
        let Ok(Next { id, mut payload }) = serde_json::from_str(&text) else {
            return text;
        };
        let is_refused = |errors: &Vec<serde_json::Value>| {
            errors.iter().all(|error| error.get("path").is_none())
        };
        let errors = payload.remove("errors");
        match (payload.get("data"), errors) {
            (Some(serde_json::Value::Null) | None, Some(serde_json::Value::Array(errors)))
                if is_refused(&errors) =>
            {
                let error = serde_json::json!({ "type": "error", "id": id, "payload": errors });
                self.ids.insert(id);
                error.to_string().into()
            }
            _ => text,
        }
    }
}

/// The operations of a conversation that are not complete, by their ids.
#[derive(Clone, Default)]
struct Subscribed(Arc<Mutex<HashSet<String>>>);

impl Subscribed {
    fn with<T>(&self, f: impl FnOnce(&mut HashSet<String>) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Forgets an operation that is complete.
    fn forget(&self, id: &str) {
        self.with(|ids| ids.remove(id));
    }
}

/// What is looked at of a message.
#[derive(serde::Deserialize)]
struct Said {
    #[serde(rename = "type")]
    kind: String,
    id: Option<String>,
}

/// The other side, as it is listened to.
struct Hearing<S> {
    heard: S,
    /// The bytes of a message.
    most: usize,
    /// Until when it may say who it is, whatever else it says meanwhile; none once it has.
    introduce_by: Option<Instant>,
    subscribed: Subscribed,
}

/// Why a conversation ends that the other side did not end.
type Breach = (u16, &'static str);

impl<S: Stream<Item = Result<Message, axum::Error>> + Unpin> Hearing<S> {
    /// The next message; none once the other side has hung up.
    async fn next(&mut self) -> Result<Option<Message>, Breach> {
        let silent = Instant::now() + SILENCE;
        let next = timeout_at(self.introduce_by.unwrap_or(silent), self.heard.next()).await;
        let message = match next {
            Ok(Some(Ok(message))) => message,
            Ok(None | Some(Err(_))) => return Ok(None),
            Err(_) if self.introduce_by.is_none() => return Ok(None),
            Err(_) => return Err((code::NO_INTRODUCTION, "Connection initialisation timeout")),
        };
        let text = match &message {
            Message::Text(text) => text.as_bytes(),
            Message::Binary(bytes) => bytes,
            Message::Close(_) => return Ok(None),
            Message::Ping(_) | Message::Pong(_) => return Ok(Some(message)),
        };
        if text.len() > self.most {
            return Err((close_code::SIZE, "Message too big"));
        }
        let said = serde_json::from_slice::<ClientMessage>(text)
            .and_then(|_| serde_json::from_slice::<Said>(text));
        let Some(said) = said.ok().filter(|said| said.id.as_deref() != Some("")) else {
            return Err((code::MALFORMED, "Invalid message"));
        };
        match said.kind.as_str() {
            "connection_init" => self.introduce_by = None,
            "subscribe" | "complete" | "ping" | "pong" => {}
            // The engine knows older protocols too, by whose words nothing would be counted here.
            _ => return Err((code::MALFORMED, "Invalid message")),
        }
        if let ("subscribe", Some(id)) = (said.kind.as_str(), said.id) {
            let (is_new, under_way) = self.subscribed.with(|ids| (ids.insert(id), ids.len()));
            if !is_new {
                return Err((code::SUBSCRIBED_ALREADY, "Subscriber already exists"));
            }
            if under_way > AT_ONCE {
                return Err((close_code::POLICY, "Too many operations at once"));
            }
        }
        Ok(Some(message))
    }

    /// Listens until the other side has hung up too, but not for long: what is not read takes with it what was said last.
    async fn farewell(&mut self) {
        let hung_up = async { while let Some(Ok(_)) = self.heard.next().await {} };
        drop(timeout(FAREWELL, hung_up).await);
    }
}

/// The messages of the other side, up to its end or to what the protocol does not allow; of that it is told.
fn messages<S: Stream<Item = Result<Message, axum::Error>> + Unpin>(
    hearing: Arc<tokio::sync::Mutex<Hearing<S>>>,
    say: mpsc::Sender<Message>,
) -> impl Stream<Item = Result<Message, axum::Error>> {
    stream::unfold((hearing, say), async |(hearing, say)| {
        let next = hearing.lock().await.next().await;
        match next {
            Ok(message) => Some((Ok(message?), (hearing, say))),
            Err((code, reason)) => {
                drop(say.send(closing(code, reason)).await);
                None
            }
        }
    })
}

/// Who converses, once he has said so; as the engine's machine of the protocol sees it.
#[derive(Clone)]
struct Party {
    carrier: Carrier,
    /// The request with which the conversation began.
    visit: Arc<Visit>,
}

/// The token of a conversation.
struct Bearer(String);

impl Party {
    /// Whoever says who he is: in the payload, else in the header.
    ///
    /// # Errors
    /// Where nobody is named, or the token is not good.
    async fn introduce(
        self,
        payload: serde_json::Value,
        authorization: Option<String>,
    ) -> async_graphql::Result<Data> {
        let said = payload.as_object().and_then(|said| {
            let mut entries = said.iter();
            entries.find(|(key, _)| key.eq_ignore_ascii_case("authorization"))
        });
        let said = said
            .and_then(|(_, value)| value.as_str())
            .or(authorization.as_deref());
        let Some(token) = said.and_then(bearer) else {
            return Err("sign in first, and say {\"authorization\": \"Bearer …\"}".into());
        };
        let visit = self.visit.again();
        match self.carrier.who(Some(token), &visit).await {
            Ok(_) => {
                let mut data = Data::default();
                data.insert(Bearer(token.to_owned()));
                Ok(data)
            }
            Err(refused) => {
                visit.answered(refused.code.code());
                Err(refused.code.code().into())
            }
        }
    }

    /// The token is asked about for each operation: it may be over.
    async fn asking(
        &self,
        data: Option<&Data>,
        visit: &Visit,
    ) -> Result<Option<Asking>, NotCarried> {
        let bearer = data.and_then(|data| data.get(&std::any::TypeId::of::<Bearer>()));
        let bearer = bearer.and_then(|bearer| bearer.downcast_ref::<Bearer>());
        self.carrier
            .who(bearer.map(|Bearer(token)| token.as_str()), visit)
            .await
    }
}

impl Executor for Party {
    async fn execute(&self, request: Request) -> Answer {
        let mut answers = self.execute_stream(request, None);
        answers.next().await.unwrap_or_default()
    }

    fn execute_stream(
        &self,
        mut request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Answer> {
        let party = self.clone();
        let glance = party.carrier.served.api.glance(&mut request);
        let answers = async move {
            let visit = party.visit.again();
            visit.asks(&glance);
            let operation = visit.operation();
            tracing::info!(operation, kind = ?glance.kind, "asked over a WebSocket");
            let answers = match party.asking(session_data.as_deref(), &visit).await {
                Ok(asking) => party.carrier.answers(asking, request, glance, &visit),
                Err(refused) => stream::once(async { refused.into_response() }).boxed(),
            };
            answers
                .inspect(move |answer| visit.answered(&code_of(answer)))
                .boxed()
        };
        let id = self.visit.id.clone();
        let answers = stream::once(answers.in_current_span()).flatten();
        answers.map(move |answer| found_by(&id, answer)).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hearing<S>(heard: S) -> Hearing<S> {
        Hearing {
            heard,
            most: 1_000,
            introduce_by: Some(Instant::now() + INTRODUCTION),
            subscribed: Subscribed::default(),
        }
    }

    /// Somebody who says this every second, and never hangs up.
    fn every_second(
        says: impl Fn() -> Message,
    ) -> impl Stream<Item = Result<Message, axum::Error>> {
        stream::unfold(says, async |says| {
            tokio::time::sleep(Duration::from_secs(1)).await;
            Some((Ok(says()), says))
        })
    }

    async fn ends_with<S>(hearing: &mut Hearing<S>) -> Option<Breach>
    where
        S: Stream<Item = Result<Message, axum::Error>> + Unpin,
    {
        loop {
            match hearing.next().await {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(breach) => return Some(breach),
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_say_who_he_is_may_not_stay_whatever_else_he_says() {
        let begun = Instant::now();
        let mut silent = hearing(stream::pending());
        let (code, _) = ends_with(&mut silent).await.unwrap();
        assert_eq!((code, begun.elapsed()), (4408, INTRODUCTION));

        for says in [
            Message::Ping(Vec::new().into()),
            Message::Text(r#"{"type":"ping"}"#.into()),
        ] {
            let begun = Instant::now();
            let mut talks = hearing(Box::pin(every_second(move || says.clone())));
            let (code, _) = ends_with(&mut talks).await.unwrap();
            assert_eq!((code, begun.elapsed()), (4408, INTRODUCTION));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_has_said_who_he_is_may_be_silent_for_longer() {
        let begun = Instant::now();
        let init = Message::Text(r#"{"type":"connection_init"}"#.into());
        let mut known = hearing(stream::iter([Ok(init)]).chain(stream::pending()));
        assert_eq!(ends_with(&mut known).await, None);
        assert_eq!(begun.elapsed(), SILENCE);
    }
}
