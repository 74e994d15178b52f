//! Which networks and names mean everybody, however they are written. It must not know any product.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Names without a dot behind which no more than one house stands.
const OWN: &[&str] = &[
    "corp",
    "example",
    "home",
    "internal",
    "intern",
    "intra",
    "intranet",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "private",
    "test",
];

/// Whether a network is so wide that most of it belongs to strangers: wider than any network that is kept for private use. Half of all
/// addresses counts as well, for the other half is a second line. `mask` is what stands beside the address, where something does.
pub fn wide(address: &str, mask: Option<&str>) -> bool {
    let address = address.trim();
    let (base, mask) = match address.split_once('/') {
        Some((base, mask)) => (base, Some(mask)),
        None => (address, mask),
    };
    let Some(mask) = mask else { return false };
    let Some(base) = self::address(base.trim()) else { return false };
    let bits = match mask.trim().parse::<u8>() {
        Ok(bits) => bits,
        Err(_) => match self::address(mask.trim()) {
            Some(IpAddr::V4(mask)) => u8::try_from(u32::from(mask).leading_ones()).unwrap_or(32),
            Some(IpAddr::V6(mask)) => u8::try_from(u128::from(mask).leading_ones()).unwrap_or(128),
            None => return false,
        },
    };
    wide_prefix(base, bits)
}

/// The same of an address and the length of its prefix.
pub fn wide_prefix(base: IpAddr, bits: u8) -> bool {
    match base {
        IpAddr::V4(_) => bits < 8,
        // fc00::/7 is for private use; IPv4 has its place below ::ffff:0:0/96
        IpAddr::V6(base) => {
            let private = base.octets().first().is_some_and(|first| *first & 0xfe == 0xfc) && bits >= 7;
            let mapped = base.to_ipv4_mapped().is_some() && (96..104).contains(&bits);
            (bits < 16 && !private && base.octets().first() != Some(&0xfe)) || mapped
        }
    }
}

/// An address, IPv4 also as the C library takes it (`0`, `10.1`): of that no more than that it is one.
fn address(text: &str) -> Option<IpAddr> {
    let short = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse::<IpAddr>().ok().or(short.then_some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)))
}

/// Whether a pattern of names (`*`, `*.com`, `.org`) takes the machines of strangers.
pub fn names_all(pattern: &str) -> bool {
    let pattern = pattern.trim();
    if !pattern.starts_with('.') && !pattern.contains(['*', '?']) {
        return false;
    }
    if pattern.parse::<Ipv6Addr>().is_ok() {
        return false;
    }
    let fixed: Vec<&str> =
        pattern.split('.').filter(|label| !label.is_empty() && !label.chars().all(|c| "*?[]!-".contains(c))).collect();
    match fixed.as_slice() {
        [] => true,
        // of a whole country or kind of body
        [one] => pattern.contains('.') && one.chars().all(char::is_alphabetic) && !OWN.contains(&&*one.to_ascii_lowercase()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_however_it_is_written() {
        for network in [
            "0.0.0.0/0",
            "::/0",
            "0/0",
            "0.0.0.0/0.0.0.0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "64.0.0.0/2",
            "0000::/00",
            "2000::/3",
            "::ffff:0.0.0.0/96",
        ] {
            assert!(wide(network, None), "{network}");
        }
        assert!(wide("0.0.0.0", Some("0.0.0.0")) && wide("::", Some("::")));
        for network in [
            "10.0.0.0/8",
            "10.1.0.0/16",
            "10/8",
            "192.0.2.1",
            "fc00::/7",
            "fd00::/8",
            "2001:db8::/32",
            "",
            "/0",
            "fe80::/10",
            "10.0.0.0/255.0.0.0",
        ] {
            assert!(!wide(network, None), "{network}");
        }
        for names in ["*", "?*", "*.*", "*.com", ".org", "?"] {
            assert!(names_all(names), "{names}");
        }
        for names in ["*.cards.example.org", "host", "host?", "*.local", ".example.org", "192.0.2.*", "@group"] {
            assert!(!names_all(names), "{names}");
        }
    }
}
