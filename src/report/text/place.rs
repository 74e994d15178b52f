//! Where something is, as other programs want it: relative to where the audit was started, and never out of it.

use super::escape::line;
use crate::model::assessment::{Assessment, CHANGED, Location};

/// The parts of a path that lead down: none that is empty, leads up or names a drive.
fn down(path: &str) -> Vec<String> {
    let path = line(path).replace('\\', "/");
    let kept = path.split('/').filter(|part| !part.is_empty() && *part != ".");
    kept.map(|part| if part == ".." { "__".to_owned() } else { part.to_owned() }).collect()
}

/// The target's folder as seen from where the audit was started; `None` if it was given as an absolute path or one that leads up.
fn base(assessment: &Assessment) -> Option<Vec<String>> {
    // what else is said of the target is no place
    let target = assessment.target.split(CHANGED).next().unwrap_or_default().trim();
    let drive = target.get(1..2) == Some(":");
    let fits = !drive && !target.starts_with(['/', '\\']) && !target.split(['/', '\\']).any(|part| part == "..");
    fits.then(|| down(target))
}

/// A path for readers that know the repository: below the target where that is relative, `.` for everything.
pub(crate) fn path(assessment: &Assessment, location: &Location) -> String {
    let mut parts = base(assessment).unwrap_or_default();
    parts.extend(down(&location.artifact));
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// The target's folder as the end of a relative reference, `""` if there is none.
pub(crate) fn base_uri(assessment: &Assessment) -> String {
    let parts = base(assessment).unwrap_or_default();
    parts.iter().map(|part| encode(part) + "/").collect()
}

/// A path in the delivery as a relative reference (RFC 3986): every byte that is not unreserved is percent-encoded.
pub(crate) fn uri(artifact: &str) -> String {
    let parts: Vec<String> = down(artifact).iter().map(|part| encode(part)).collect();
    if parts.is_empty() {
        return "./".to_owned();
    }
    let folder = if artifact.ends_with('/') { "/" } else { "" };
    parts.join("/") + folder
}

/// A name as a part of a URI: every byte that needs it is percent-encoded.
pub fn encode(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    for byte in part.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'!') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A place in words, on one line.
pub(crate) fn words(location: &Location) -> String {
    let mut out = line(&location.to_string());
    if let Some(key) = location.key.as_deref().filter(|key| !key.is_empty()) {
        out.push_str(&format!(" ({})", line(key)));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_never_leaves_the_delivery() {
        assert_eq!(uri("../../etc/pass wd"), "__/__/etc/pass%20wd");
        assert_eq!(uri("/abs//x"), "abs/x");
        assert_eq!(uri("C:\\x"), "C%3A/x");
        assert_eq!(uri("a.zip!/b é.csv"), "a.zip!/b%20%C3%A9.csv");
        assert_eq!(uri(""), "./");
        assert_eq!(uri("folder/"), "folder/");
    }
}
