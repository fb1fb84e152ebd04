//! An identity provider: a server with a real socket that publishes keys, and whoever signs with them, as well or as badly as
//! a test wants.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex};
use xiaohao_server::oidc::{Algorithms, Issuer as Named, Longest, Trusted};

/// For whom tokens are, unless a test says otherwise.
pub const AUDIENCE: &str = "https://xiaohao.example.gov.cn";

/// Bytes as they stand in a token.
pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token of these parts, with this signature.
pub fn token(header: &Value, claims: &Value, sign: impl Fn(&[u8]) -> Vec<u8>) -> String {
    let said = format!(
        "{}.{}",
        encoded(header.to_string()),
        encoded(claims.to_string())
    );
    let signature = encoded(sign(said.as_bytes()));
    format!("{said}.{signature}")
}

/// A key to sign with, under a name.
#[derive(Debug)]
pub struct Key {
    /// By which it is published.
    pub name: &'static str,
    pair: Pair,
}

#[derive(Debug)]
enum Pair {
    Es256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// On the curve P-256.
    pub fn es256(name: &'static str) -> Self {
        let (way, chance) = (&ECDSA_P256_SHA256_FIXED_SIGNING, SystemRandom::new());
        let made = EcdsaKeyPair::generate_pkcs8(way, &chance).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &chance).unwrap();
        let pair = Pair::Es256(pair);
        Self { name, pair }
    }

    /// On the curve of Edwards.
    pub fn ed25519(name: &'static str) -> Self {
        let made = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        let pair = Pair::Ed25519(Ed25519KeyPair::from_pkcs8(made.as_ref()).unwrap());
        Self { name, pair }
    }

    /// The algorithm by which it signs.
    pub fn algorithm(&self) -> &'static str {
        match self.pair {
            Pair::Es256(_) => "ES256",
            Pair::Ed25519(_) => "EdDSA",
        }
    }

    /// The public half, as it is.
    pub fn public(&self) -> &[u8] {
        match &self.pair {
            Pair::Es256(pair) => pair.public_key().as_ref(),
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
        }
    }

    /// The public half, as it is published.
    pub fn published(&self) -> Value {
        let public = self.public();
        match self.pair {
            Pair::Es256(_) => json!({
                "kty": "EC", "crv": "P-256", "kid": self.name, "use": "sig", "alg": "ES256",
                "x": encoded(&public[1..33]), "y": encoded(&public[33..]),
            }),
            Pair::Ed25519(_) => json!({
                "kty": "OKP", "crv": "Ed25519", "kid": self.name, "use": "sig", "x": encoded(public),
            }),
        }
    }

    /// Its signature under a message.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match &self.pair {
            Pair::Es256(pair) => {
                let signed = pair.sign(&SystemRandom::new(), message).unwrap();
                signed.as_ref().to_vec()
            }
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
        }
    }

    /// What stands at the head of its tokens.
    pub fn header(&self) -> Value {
        json!({ "alg": self.algorithm(), "typ": "at+jwt", "kid": self.name })
    }

    /// A token that says this.
    pub fn token(&self, claims: &Value) -> String {
        token(&self.header(), claims, |message| self.sign(message))
    }
}

/// How an issuer answers.
#[derive(Clone, Debug, Default)]
struct Answers {
    keys: Value,
    discovery: Value,
    is_away: bool,
    status: u16,
}

/// An issuer that can be asked.
#[derive(Clone, Debug)]
pub struct Issuer {
    port: u16,
    answers: Arc<Mutex<Answers>>,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Issuer {
    /// One that publishes these keys.
    pub fn publishing(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let issuer = Self {
            port,
            answers: Arc::default(),
            asked: Arc::default(),
        };
        let url = issuer.url();
        issuer.says_of_itself(json!({ "issuer": url, "jwks_uri": format!("{url}/jwks") }));
        issuer.answers_with(200);
        issuer.publishes(keys);
        let own = issuer.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                own.answer(stream);
            }
        });
        issuer
    }

    /// By which it is known.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// That its tokens are believed, as a configuration would say.
    pub fn trusted(&self) -> Trusted {
        Trusted {
            longest: Longest::parse("120").unwrap(),
            issuer: Named::parse(&self.url()).unwrap(),
            audience: AUDIENCE.to_owned(),
            jwks_url: None,
            algorithms: Algorithms::parse("RS256,ES256,EdDSA").unwrap(),
            login_claim: "preferred_username".to_owned(),
            role_claim: Some("xiaohao_role".to_owned()),
            unit_claim: Some("xiaohao_unit".to_owned()),
        }
    }

    /// Publishes these keys, and no others, from now on.
    pub fn publishes(&self, keys: &[&Key]) {
        let keys: Vec<Value> = keys.iter().map(|key| key.published()).collect();
        self.publishes_as_it_is(json!({ "keys": keys }));
    }

    /// Publishes this in place of keys.
    pub fn publishes_as_it_is(&self, keys: Value) {
        self.answers.lock().unwrap().keys = keys;
    }

    /// Tells this of itself.
    pub fn says_of_itself(&self, discovery: Value) {
        self.answers.lock().unwrap().discovery = discovery;
    }

    /// Answers with this status from now on.
    pub fn answers_with(&self, status: u16) {
        self.answers.lock().unwrap().status = status;
    }

    /// Hangs up on whoever asks, or does so no longer.
    pub fn is_away(&self, is_away: bool) {
        self.answers.lock().unwrap().is_away = is_away;
    }

    /// What it was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    /// How often it was asked for its keys.
    pub fn asked_for_keys(&self) -> usize {
        let asked = self.asked();
        asked.iter().filter(|path| *path == "/jwks").count()
    }

    fn answer(&self, mut stream: std::net::TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut first = String::new();
        drop(reader.read_line(&mut first));
        let mut line = String::new();
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            line.clear();
        }
        let path = first.split(' ').nth(1).unwrap_or_default();
        self.asked.lock().unwrap().push(path.to_owned());
        let answers = self.answers.lock().unwrap().clone();
        if answers.is_away {
            return;
        }
        let body = match path {
            "/jwks" => answers.keys.to_string(),
            "/.well-known/openid-configuration" => answers.discovery.to_string(),
            _ => "{}".to_owned(),
        };
        let head = format!(
            "HTTP/1.1 {} Whatever\r\nlocation: {}/jwks\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            answers.status,
            self.url(),
            body.len()
        );
        drop(stream.write_all(&[head.as_bytes(), body.as_bytes()].concat()));
    }
}
