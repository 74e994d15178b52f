//! How values are written in policies and configurations: durations, sizes, booleans, versions, networks. Pure reading of
//! text, shared by the policy checker (is this operand well formed?) and the assessment (what does it compare to?).

use std::net::IpAddr;

/// Seconds of `30d`, `12h`, `1y`, `6 months`, `P30D`, `90m`. A month is 30 days, a year 365. A bare number is not a duration.
pub fn duration(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(iso) = text.strip_prefix(['P', 'p']) {
        return iso_duration(iso);
    }
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let number: i64 = number.parse().ok()?;
    let unit = match unit.trim().to_ascii_lowercase().as_str() {
        "s" | "sec" | "secs" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        "mo" | "month" | "months" => 2_592_000,
        "y" | "year" | "years" => 31_536_000,
        _ => return None,
    };
    number.checked_mul(unit)
}

fn iso_duration(text: &str) -> Option<i64> {
    let (mut total, mut number, mut time, mut any) = (0_i64, None::<i64>, false, false);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            number = Some(number.unwrap_or(0).checked_mul(10)?.checked_add(digit.into())?);
            continue;
        }
        if c.eq_ignore_ascii_case(&'t') {
            time = true;
            continue;
        }
        let unit = match (c.to_ascii_uppercase(), time) {
            ('Y', false) => 31_536_000,
            ('M', false) => 2_592_000,
            ('W', false) => 604_800,
            ('D', false) => 86_400,
            ('H', true) => 3_600,
            ('M', true) => 60,
            ('S', true) => 1,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
        any = true;
    }
    (any && number.is_none()).then_some(total)
}

/// Bytes of `10MB`, `4 KiB`, `512kB`, `1G`. Decimal for `kB MB GB TB`, binary for `KiB` and bare `K M G T`. A bare number is not a size.
pub fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at_checked(split)?;
    let number: u64 = number.parse().ok()?;
    let unit: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "b" | "byte" | "bytes" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        _ => return None,
    };
    number.checked_mul(unit)
}

/// `yes on true 1 enabled` and `no off false 0 disabled`, in any case.
pub fn boolean(text: &str) -> Option<bool> {
    const YES: [&str; 6] = ["yes", "on", "true", "1", "enabled", "enable"];
    const NO: [&str; 6] = ["no", "off", "false", "0", "disabled", "disable"];
    let text = text.trim();
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&YES) { Some(true) } else { is(&NO).then_some(false) }
}

/// A plain number.
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let shape = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E');
    if text.is_empty() || !text.chars().all(shape) {
        return None;
    }
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// The parts of a version: `8.0.28`, `v1.2`, `TLSv1.2`, `TLS1_2`, `SSLv3`, `1.2.3-rc1` (the suffix does not count). SSL sorts below TLS.
pub fn version(text: &str) -> Option<Vec<u64>> {
    let text = text.trim().to_ascii_lowercase();
    let (family, rest) = if let Some(rest) = text.strip_prefix("tls") {
        (Some(1), rest)
    } else if let Some(rest) = text.strip_prefix("ssl") {
        (Some(0), rest)
    } else {
        (None, text.as_str())
    };
    let rest = rest.trim_start_matches(['v', ' ', '-', '_']);
    let core = rest.split(['-', '+', '~', ' ']).next()?;
    let mut parts: Vec<u64> = Vec::new();
    for part in core.split(['.', '_']) {
        parts.push(part.parse().ok()?);
    }
    match family {
        // `TLSv1` is 1.0
        Some(family) => {
            parts.resize(2, 0);
            parts.insert(0, family);
        }
        None if parts.len() < 2 && !text.starts_with('v') => return None,
        None => {}
    }
    Some(parts)
}

/// An address with the length of its prefix: `10.0.0.0/8`, `::1`.
pub fn network(text: &str) -> Option<(IpAddr, u8)> {
    let text = text.trim();
    let (address, prefix) = match text.split_once('/') {
        Some((address, prefix)) => (address, Some(prefix.parse::<u8>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(most);
    (prefix <= most).then_some((address, prefix))
}

/// Whether one network lies inside another.
pub fn network_within(inner: (IpAddr, u8), outer: (IpAddr, u8)) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(v4) => (u128::from(u32::from(v4)) << 96, 32_u8),
        IpAddr::V6(v6) => (u128::from(v6), 128),
    };
    let ((a, a_most), (b, b_most)) = (bits(inner.0), bits(outer.0));
    let shift = 128_u32.saturating_sub(outer.1.into());
    a_most == b_most && inner.1 >= outer.1 && (a ^ b).checked_shr(shift).unwrap_or(0) == 0
}

/// The elements of a value that is a list in one text: separated by commas or, where there is none, by blanks.
pub fn elements(text: &str) -> Vec<String> {
    let pieces: Vec<&str> = if text.contains(',') { text.split(',').collect() } else { text.split_whitespace().collect() };
    pieces.into_iter().map(|piece| piece.trim().to_owned()).filter(|piece| !piece.is_empty()).collect()
}

/// Bytes as hexadecimal text.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(duration("30d"), Some(2_592_000));
        assert_eq!(duration("12 hours"), Some(43_200));
        assert_eq!(duration("P1Y2M"), Some(31_536_000 + 2 * 2_592_000));
        assert_eq!(duration("PT90S"), Some(90));
        for bad in ["30", "d", "", "30 parsecs", "P", "P3", "99999999999999999999d"] {
            assert_eq!(duration(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_and_numbers() {
        assert_eq!(size("10MB"), Some(10_000_000));
        assert_eq!(size("4 KiB"), Some(4096));
        assert_eq!(size("10"), None);
        assert_eq!(number("1e3"), Some(1000.0));
        assert_eq!(number("inf"), None);
        assert_eq!(number("nan"), None);
    }

    #[test]
    fn versions() {
        assert!(version("TLSv1.2") > version("TLSv1.1"));
        assert!(version("TLSv1.2") > version("TLSv1"));
        assert!(version("TLSv1") > version("SSLv3"));
        assert!(version("8.0.28") > version("8.0.3"));
        assert_eq!(version("8"), None);
        assert_eq!(version("yes"), None);
    }

    #[test]
    fn networks() {
        let net = |text| network(text).unwrap_or_else(|| panic!("{text}"));
        assert!(network_within(net("10.1.2.3"), net("10.0.0.0/8")));
        assert!(!network_within(net("11.1.2.3"), net("10.0.0.0/8")));
        assert!(!network_within(net("10.0.0.0/7"), net("10.0.0.0/8")));
        assert!(network_within(net("1.2.3.4"), net("0.0.0.0/0")));
        assert!(!network_within(net("::1"), net("0.0.0.0/0")));
        assert!(network("300.1.1.1").is_none());
    }
}
