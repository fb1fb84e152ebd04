//! The address of somebody who speaks HTTP, as it is written in a configuration.

use axum::http::Uri;
use axum::http::uri::Scheme;
use serde::Deserialize;
use std::fmt;
use tokio_rustls::rustls::pki_types::ServerName;

/// The address of somebody who speaks HTTP. Its path may be known to nobody else, and is not shown.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Target {
    /// Whom the certificate must name; none where there is no TLS.
    pub(crate) certified: Option<ServerName<'static>>,
    /// What is looked up: a name, or an address without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What the header `host` says.
    pub(crate) authority: String,
    pub(crate) path: String,
}

impl Target {
    /// It taken apart; none where it is no address of an HTTP server in ASCII, or holds a user or a password.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let uri: Uri = text.parse().ok()?;
        let is_tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(_) | None => return None,
        };
        let authority = uri.authority()?.as_str();
        let host = uri
            .host()
            .filter(|host| !host.is_empty() && !authority.contains('@'))?;
        let host = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let certified = if is_tls {
            Some(ServerName::try_from(host.clone()).ok()?)
        } else {
            None
        };
        Some(Self {
            certified,
            host,
            port: uri.port_u16().unwrap_or(if is_tls { 443 } else { 80 }),
            authority: authority.to_owned(),
            path: uri
                .path_and_query()
                .map_or("/", |path| path.as_str())
                .to_owned(),
        })
    }
}

impl TryFrom<String> for Target {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).ok_or(
            "an address begins with https:// or http://, and has a host in ASCII and neither user nor password",
        )
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.certified.is_some() {
            "https"
        } else {
            "http"
        };
        write!(f, "{scheme}://{}", self.authority)
    }
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}/…")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(text: &str) -> Option<(String, String, u16, String)> {
        let target = Target::parse(text)?;
        Some((target.to_string(), target.host, target.port, target.path))
    }

    #[test]
    fn an_address_is_taken_apart() {
        let parts = |shown: &str, host: &str, port, path: &str| {
            Some((shown.to_owned(), host.to_owned(), port, path.to_owned()))
        };
        assert_eq!(
            target("https://p.example.cn/hook?t=1"),
            parts("https://p.example.cn", "p.example.cn", 443, "/hook?t=1")
        );
        assert_eq!(
            target("http://10.0.0.1:8080"),
            parts("http://10.0.0.1:8080", "10.0.0.1", 8080, "/")
        );
        assert_eq!(
            target("https://[::1]/x"),
            parts("https://[::1]", "::1", 443, "/x")
        );
    }

    #[test]
    fn what_is_no_address_is_not_taken() {
        for text in [
            "",
            "p.example.cn",
            "/hook",
            "ftp://p.example.cn/",
            "file:///etc/passwd",
            "gopher://h/",
            "https://",
            "https://u:p@p.example.cn/",
            "http://u@h/",
            "https://平台.cn/",
            "https://a b/",
        ] {
            assert!(target(text).is_none(), "{text}");
        }
    }
}
