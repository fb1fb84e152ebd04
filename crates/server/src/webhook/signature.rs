//! The signature of a message, as Standard Webhooks 1.0 says it: HMAC-SHA256 over id, time and body.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// A secret that is shared with a receiver.
#[derive(Clone)]
pub(super) struct Secret(Hmac<Sha256>);

/// A text that is no secret. The text itself is never shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a secret is whsec_ and from 24 to 64 bytes as base64; make one with: echo whsec_$(head -c 32 /dev/urandom | base64)"
)]
pub struct NoSecret;

impl Secret {
    /// Reads a secret.
    pub(super) fn parse(text: &str) -> Result<Self, NoSecret> {
        let key = text.trim().strip_prefix("whsec_").ok_or(NoSecret)?;
        let key = BASE64_STANDARD.decode(key).map_err(|_| NoSecret)?;
        if !(24..=64).contains(&key.len()) {
            return Err(NoSecret);
        }
        Hmac::new_from_slice(&key).map(Self).map_err(|_| NoSecret)
    }

    fn sign(&self, id: &str, at: i64, body: &[u8]) -> String {
        let head = format!("{id}.{at}.");
        let mac = self.0.clone().chain_update(head).chain_update(body);
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The header `webhook-signature`: one signature for each secret, so that a receiver may change his at any time.
pub(super) fn signatures(secrets: &[Secret], id: &str, at: i64, body: &[u8]) -> String {
    let signed: Vec<_> = secrets.iter().map(|own| own.sign(id, at, body)).collect();
    signed.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLISHED: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    #[test]
    fn the_published_message_has_the_published_signature() {
        let secret = Secret::parse(PUBLISHED).unwrap();
        let (id, at) = ("msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", 1_649_367_553);
        let body = br#"{"email":"test@example.com","username":"test_user"}"#;
        assert_eq!(
            signatures(&[secret], id, at, body),
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw="
        );
    }

    #[test]
    fn each_secret_signs() {
        let other = format!("whsec_{}", BASE64_STANDARD.encode([7; 32]));
        let secrets = [PUBLISHED, &other].map(|text| Secret::parse(text).unwrap());
        let both = signatures(&secrets, "431123-1", 1, b"{}");
        let each = secrets.map(|own| signatures(&[own], "431123-1", 1, b"{}"));
        assert_eq!(both, each.join(" "));
        assert_ne!(each[0], each[1]);
    }

    #[test]
    fn what_is_too_short_too_long_or_of_another_form_is_no_secret() {
        let of = |bytes: usize| format!("whsec_{}", BASE64_STANDARD.encode(vec![7; bytes]));
        let is_secret = |text: &str| Secret::parse(text).is_ok();
        assert!(is_secret(&of(24)) && is_secret(&of(64)) && is_secret(&format!("{}\n", of(32))));
        for text in [
            of(23),
            of(65),
            of(32).replace("whsec_", ""),
            "whsec_*".into(),
            String::new(),
        ] {
            assert!(!is_secret(&text), "{text}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let shown = format!("{:?}", Secret::parse(PUBLISHED).unwrap());
        assert_eq!(shown, "Secret(…)");
    }
}
