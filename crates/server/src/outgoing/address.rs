//! Of what kind an address is to which one would connect. Whoever can write a name into the configuration, or answer for one
//! in the DNS, must not reach by way of this server what only this server can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// What kind of address it is, as far as whoever sends something is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Anybody's on the internet.
    Public,
    /// This machine's, or of a network of one's own: for receivers of whom the operator says so.
    Private,
    /// Nobody's who takes messages: link-local, where clouds tell their secrets, multicast, reserved, examples.
    Nobody,
}

impl Reach {
    /// The kind of an address. An IPv4 address that is written as IPv6 is what it is.
    pub(crate) fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => of_v4(address),
            IpAddr::V6(address) => of_v6(address),
        }
    }
}

/// By the special-purpose registry of IANA (RFC 6890 and its successors). `100.100.100.200`, where Alibaba Cloud tells its
/// secrets, lies in the range that carriers share.
fn of_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [100, 100, 100, 200]
        | [0 | 224..=255, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Nobody,
        [10 | 127, ..] | [172, 16..=31, ..] | [192, 168, ..] | [100, 64..=127, ..] => {
            Reach::Private
        }
        _ => Reach::Public,
    }
}

/// Only `2000::/3` is handed out to anybody; within it some is reserved, and 6to4 and Teredo hold an IPv4 address.
/// `fd00:ec2::254`, where Amazon tells its secrets, lies in the range that is anybody's own.
fn of_v6(address: Ipv6Addr) -> Reach {
    match address.segments() {
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254]
        | [0x2001, 0..=0x01ff | 0x0db8, ..]
        | [0x2002, ..]
        | [0x3fff, 0..=0x0fff, ..] => Reach::Nobody,
        [0, 0, 0, 0, 0, 0, 0, 1] | [0xfc00..=0xfdff, ..] => Reach::Private,
        [0x2000..=0x3fff, ..] => Reach::Public,
        _ => Reach::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(reach: Reach, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(Reach::of(address.parse().unwrap()), reach, "{address}");
        }
    }

    #[test]
    fn what_is_handed_out_is_public() {
        check(
            Reach::Public,
            &[
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.1",
                "100.63.255.255",
                "100.128.0.1",
                "126.255.255.255",
                "128.0.0.1",
                "169.253.255.255",
                "169.255.0.1",
                "172.15.255.255",
                "172.32.0.1",
                "192.167.255.255",
                "192.169.0.1",
                "198.17.0.1",
                "198.20.0.1",
                "223.255.255.255",
                "2400:3200::1",
                "2606:4700::1111",
                "::ffff:1.1.1.1",
            ],
        );
    }

    #[test]
    fn what_is_this_machines_or_ones_own_is_private() {
        check(
            Reach::Private,
            &[
                "127.0.0.1",
                "127.255.255.255",
                "10.0.0.1",
                "10.255.255.255",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "100.127.255.255",
                "::1",
                "fc00::1",
                "fdff::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3",
            ],
        );
    }

    #[test]
    fn what_takes_no_messages_is_nobodys() {
        check(
            Reach::Nobody,
            &[
                // Unspecified, link-local with the secrets of clouds, multicast, broadcast.
                "0.0.0.0",
                "0.1.2.3",
                "169.254.169.254",
                "169.254.0.23",
                "100.100.100.200",
                "fd00:ec2::254",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "fe80::1",
                "fec0::1",
                "ff02::1",
                // Examples, benchmarks, translations of IPv4.
                "192.0.2.1",
                "198.51.100.1",
                "203.0.113.1",
                "192.0.0.1",
                "192.88.99.1",
                "198.18.0.1",
                "2001:db8::1",
                "3fff::1",
                "2002:7f00:1::",
                "2001::1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::a00:1",
                "::127.0.0.1",
                "100::1",
                "::ffff:169.254.169.254",
            ],
        );
    }
}
