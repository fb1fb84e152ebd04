//! A client of GraphQL over HTTP whose connections stay open.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Mutex;
use tokio::net::TcpStream;

/// What a client reads of an answer: not more than it looks at, for the clients work on the processors of the program.
#[derive(Deserialize)]
struct Told<T> {
    errors: Option<Value>,
    data: T,
}

/// Whoever asks.
pub(super) struct Asking {
    at: SocketAddr,
    /// Those on which nobody waits for an answer.
    connections: Mutex<Vec<SendRequest<Body>>>,
}

impl Asking {
    /// Of a program that listens there, under `/graphql`.
    pub(super) fn of(at: SocketAddr) -> Self {
        Self {
            at,
            connections: Mutex::default(),
        }
    }

    /// What the program answers, where nothing may go wrong; an empty token is not sent.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        token: &str,
        query: &str,
        variables: Value,
    ) -> T {
        let free = self.connections.lock().unwrap().pop();
        let mut connection = match free {
            Some(connection) => connection,
            None => self.connect().await,
        };
        let body = json!({ "query": query, "variables": variables }).to_string();
        let mut request = Request::post("/graphql")
            .header(HOST, self.at.to_string())
            .header(CONTENT_TYPE, "application/json");
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        let answer = connection.send_request(request).await.unwrap();
        let body: Bytes = to_bytes(Body::new(answer.into_body()), usize::MAX)
            .await
            .unwrap();
        connection.ready().await.unwrap();
        self.connections.lock().unwrap().push(connection);
        let told: Told<Option<T>> = serde_json::from_slice(&body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&body)));
        assert_eq!(told.errors, None, "{query}");
        told.data.unwrap()
    }

    async fn connect(&self) -> SendRequest<Body> {
        let stream = TcpStream::connect(self.at).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        sender
    }
}
