//! From where a request comes: the address of whoever has connected, or, where that is a proxy that one trusts, the one that
//! the proxy says.

use axum::extract::{ConnectInfo, Request};
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Whoever has connected.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// The proxies whose word is taken for where a request comes from; nobody else's is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[IpNet]>);

impl Proxies {
    /// Reads addresses and networks with a comma between two, as `127.0.0.1, 10.1.0.0/16`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let named = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        let network = |one: &str| {
            let alone = || one.parse::<IpAddr>().ok().map(IpNet::from);
            one.parse().ok().or_else(alone)
        };
        named.map(network).collect::<Option<_>>().map(Self)
    }

    /// Whether it is the address of one of them.
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| network.contains(&address))
    }

    /// From where a request comes; none where nobody knows, as in a test without connections.
    pub(crate) fn origin(&self, request: &Request) -> Option<IpAddr> {
        let connected = request.extensions().get::<ConnectInfo<Peer>>()?;
        let connected = connected.0.0.ip();
        if !self.trusts(connected) {
            return Some(connected.to_canonical());
        }
        Some(
            self.said(request.headers())
                .unwrap_or(connected)
                .to_canonical(),
        )
    }

    /// What the proxies say: each adds whom it was asked by, so that the last one who is no proxy is the client. What stands
    /// before him he may have written himself, in whichever letters; so what is no address ends it, and none is taken from before.
    fn said(&self, headers: &HeaderMap) -> Option<IpAddr> {
        let lines = headers.get_all(X_FORWARDED_FOR).iter().rev();
        let said = lines.flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        let addresses = said.map_while(|one| address(str::from_utf8(one).ok()?.trim()));
        let mut clients = addresses.filter(|address| !self.trusts(*address));
        clients.next()
    }
}

/// An address, which some write with a port, or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let with_port = || Some(text.parse::<SocketAddr>().ok()?.ip());
    let in_brackets = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    text.parse().ok().or_else(with_port).or_else(in_brackets)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;

    fn check(proxies: &str, connected: &str, said: &[&str], origin: &str) {
        let mut request = Request::new(Body::empty());
        let connected: SocketAddr = connected.parse().unwrap();
        request
            .extensions_mut()
            .insert(ConnectInfo(Peer(connected)));
        for line in said {
            let line = line.as_bytes().try_into().unwrap();
            request.headers_mut().append(X_FORWARDED_FOR, line);
        }
        let proxies = Proxies::parse(proxies).unwrap();
        assert_eq!(
            proxies.origin(&request),
            Some(origin.parse().unwrap()),
            "{said:?} by {connected}"
        );
    }

    #[test]
    fn nobodys_word_is_taken_but_that_of_a_trusted_proxy() {
        check("", "10.0.0.9:1", &["1.1.1.1"], "10.0.0.9");
        check("10.0.0.8", "10.0.0.9:1", &["1.1.1.1"], "10.0.0.9");
        check("10.0.0.0/24", "10.0.0.9:1", &["1.1.1.1"], "1.1.1.1");
        check("::1", "[::1]:1", &["2001:db8::7"], "2001:db8::7");
        check(
            "10.0.0.9",
            "[::ffff:10.0.0.9]:1",
            &["1.1.1.1:4711"],
            "1.1.1.1",
        );
        check("10.0.0.9", "10.0.0.9:1", &[], "10.0.0.9");
        check("10.0.0.9", "10.0.0.9:1", &["no address"], "10.0.0.9");
    }

    #[test]
    fn what_a_client_writes_himself_is_not_believed() {
        let forged = "9.9.9.9, 8.8.8.8, 1.1.1.1";
        check("10.0.0.9", "10.0.0.9:1", &[forged], "1.1.1.1");
        check("10.0.0.9", "10.0.0.9:1", &["9.9.9.9", "1.1.1.1"], "1.1.1.1");
        // A row of proxies, each of them trusted.
        let through = "9.9.9.9, 1.1.1.1, 10.0.0.8";
        check("10.0.0.8/31", "10.0.0.9:1", &[through], "1.1.1.1");
        check("10.0.0.9", "10.0.0.9:1", &["ä, 1.1.1.1"], "1.1.1.1");
    }

    #[test]
    fn before_what_is_no_address_nobody_is_believed() {
        let from_nobody = "9.9.9.9, unknown";
        check("10.0.0.9", "10.0.0.9:1", &[from_nobody], "10.0.0.9");
        check(
            "10.0.0.8/31",
            "10.0.0.9:1",
            &["9.9.9.9, unknown, 10.0.0.8"],
            "10.0.0.9",
        );
        check(
            "10.0.0.9",
            "10.0.0.9:1",
            &["9.9.9.9", "unknown"],
            "10.0.0.9",
        );
        check("10.0.0.9", "10.0.0.9:1", &["9.9.9.9, ä"], "10.0.0.9");
    }

    #[test]
    fn what_is_no_network_is_not_taken_for_one() {
        assert_eq!(Proxies::parse("10.0.0.0/99"), None);
        assert_eq!(Proxies::parse("proxy.example"), None);
        assert_eq!(Proxies::parse(""), Some(Proxies::default()));
    }
}
