//! IP addresses of both versions; documentation, loopback and unspecified ones are test data, version numbers are none.

use super::{Validator, Validity};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The validator.
pub(super) static VALIDATOR: Validator = Validator {
    id: "ip_address",
    title: "IPv4 or IPv6, perhaps with the length of a prefix; not what looks like a version number",
    source: "RFC 5737 and 3849 documentation ranges, RFC 6890 special ranges",
    valid: &["10.20.30.40", "10.0.0.0", "192.168.1.10", "fe80::1", "2a00:1450:4009:0:0:0:0:200e", "::1/128", "10.20.30.0/24"],
    invalid: &[
        "1.2.3.4",
        "33.0.0.0",
        "255.255.255.0",
        "256.1.1.1",
        "10.20.30",
        "add::face",
        "12:34:56",
        "10.20.30.040",
        "10.20.30.40/33",
        "10.20.30.40/x",
        "aa:bb:cc:dd:ee:ff",
        "51:40:11:65:75:16:68:85",
        "",
    ],
    check,
};

fn check(candidate: &[u8]) -> Validity {
    let Ok(text) = std::str::from_utf8(candidate) else { return Validity::Invalid };
    // the length of a network's prefix
    let (text, prefix) = match text.trim().split_once('/') {
        Some((text, prefix)) => (text, prefix.parse::<u8>().ok()),
        None => (text.trim(), Some(0)),
    };
    match (text.parse(), prefix) {
        (Ok(IpAddr::V4(address)), Some(0..=32)) => v4(address),
        (Ok(IpAddr::V6(address)), Some(0..=128)) => v6(address, text.as_bytes()),
        _ => Validity::Invalid,
    }
}

fn v4(address: Ipv4Addr) -> Validity {
    if address.is_unspecified() || address.is_loopback() || address.is_broadcast() || address.is_documentation() {
        Validity::TestData
    } else if address.octets().iter().all(|part| *part < 10) || matches!(address.octets(), [11..=255, 0, 0, 0] | [255, ..]) {
        // a version number, the mask of a network
        Validity::Invalid
    } else {
        Validity::Valid
    }
}

fn v6(address: Ipv6Addr, written: &[u8]) -> Validity {
    if address.is_unspecified() || address.is_loopback() || matches!(address.segments(), [0x2001, 0xdb8, ..]) {
        Validity::TestData
    } else if written.split(|byte| *byte == b':').all(|group| (1..=2).contains(&group.len())) {
        // eight bytes of a key's fingerprint
        Validity::Invalid
    } else if written.iter().any(u8::is_ascii_digit) {
        Validity::Valid
    } else {
        // Rust and C++ paths such as add::face are made of hexadecimal letters
        Validity::Invalid
    }
}
