//! What two directives of Apache come to: `Options` with its signs, merged from folder to folder, and `SSLProtocol`.
//! It must not judge the result.

const INDEXES: u8 = 1;
const INCLUDES: u8 = 2;
const WITH_EXEC: u8 = 4;
const SYM_LINKS: u8 = 8;
const EXEC_CGI: u8 = 16;
const SYM_OWNER: u8 = 32;
const MULTI_VIEWS: u8 = 64;
const ALL: u8 = INDEXES | INCLUDES | WITH_EXEC | SYM_LINKS | EXEC_CGI;

/// The options of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Options {
    on: u8,
    add: u8,
    remove: u8,
    /// Only signs were written: what holds above goes on holding.
    relative: bool,
}

impl Options {
    /// What the server starts from.
    pub(super) const START: Self = Self { on: SYM_LINKS, add: 0, remove: 0, relative: true };
    /// Nothing that a section above could have set.
    pub(super) const NONE: Self = Self { on: 0, add: 0, remove: 0, relative: false };
    /// All that a section above could have set.
    pub(super) const MOST: Self = Self { on: ALL | SYM_OWNER | MULTI_VIEWS, add: 0, remove: 0, relative: false };
    /// A section that writes nothing yet.
    const EMPTY: Self = Self { on: 0, add: 0, remove: 0, relative: true };

    /// The lines of one section, in their order. `None` where Apache would refuse them.
    pub(super) fn of<'a>(lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut own = Self::EMPTY;
        for line in lines {
            let (mut signed, mut whole) = (false, false);
            for (index, word) in line.split_ascii_whitespace().enumerate() {
                let name = word.trim_start_matches(['+', '-']);
                let sign = if name.len() == word.len() { None } else { word.chars().next() };
                let bits = bits(name)?;
                match sign {
                    Some(_) if !signed && index > 0 && !whole => return None,
                    None if signed => return None,
                    None if index == 0 => own = Self { on: 0, relative: false, ..own },
                    _ => {}
                }
                signed |= sign.is_some();
                whole |= sign.is_none() && matches!(&*name.to_ascii_lowercase(), "all" | "none");
                match sign {
                    Some('-') => {
                        (own.remove, own.add, own.on) = (own.remove | bits, own.add & !bits, own.on & !bits);
                    }
                    Some(_) => (own.add, own.remove, own.on) = (own.add | bits, own.remove & !bits, own.on | bits),
                    None => own.on |= bits,
                }
            }
        }
        Some(own)
    }

    /// Whether it depends on what holds above.
    pub(super) fn is_relative(self) -> bool {
        self.relative
    }

    /// What holds in a section that stands in this one.
    pub(super) fn merged(self, inner: Self) -> Self {
        if !inner.relative {
            return inner;
        }
        let add = (self.add & !inner.remove) | inner.add;
        let remove = (self.remove & !inner.add) | inner.remove;
        let mut on = (self.on & !remove) | add;
        if self.on & WITH_EXEC != 0 && inner.add & INCLUDES != 0 && inner.add & WITH_EXEC == 0 {
            on &= !WITH_EXEC;
        }
        Self { on, add, remove, relative: self.relative }
    }

    /// As Apache spells it.
    pub(super) fn words(self) -> String {
        let includes = if self.on & WITH_EXEC == 0 { "IncludesNOEXEC" } else { "Includes" };
        let names = [
            (INDEXES, "Indexes"),
            (INCLUDES, includes),
            (SYM_LINKS, "FollowSymLinks"),
            (SYM_OWNER, "SymLinksIfOwnerMatch"),
            (EXEC_CGI, "ExecCGI"),
            (MULTI_VIEWS, "MultiViews"),
        ];
        let on: Vec<&str> = names.iter().filter(|row| self.on & row.0 != 0).map(|row| row.1).collect();
        if on.is_empty() { "None".to_owned() } else { on.join(" ") }
    }
}

fn bits(name: &str) -> Option<u8> {
    Some(match &*name.to_ascii_lowercase() {
        "indexes" => INDEXES,
        "includes" => INCLUDES | WITH_EXEC,
        "includesnoexec" => INCLUDES,
        "followsymlinks" => SYM_LINKS,
        "symlinksifownermatch" => SYM_OWNER,
        "execcgi" => EXEC_CGI,
        "multiviews" => MULTI_VIEWS,
        "runscripts" => MULTI_VIEWS | EXEC_CGI,
        "none" => 0,
        "all" => ALL,
        _ => return None,
    })
}

/// The versions of TLS that `SSLProtocol` leaves on, the oldest first; a word without a sign puts all before it aside. The second
/// list is what it comes to where `OpenSSL` has no `SSLv3`. `None` where Apache would refuse it.
pub(super) fn protocols(value: &str) -> Option<(String, String)> {
    const NAMES: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
    let mut on = [false; 5];
    for word in value.split_ascii_whitespace() {
        let name = word.trim_start_matches(['+', '-']);
        let all = name.eq_ignore_ascii_case("all");
        let signed = name.len() < word.len();
        if !all && name.eq_ignore_ascii_case("SSLv2") && word.starts_with('-') {
            continue;
        }
        if !all && !NAMES.iter().any(|other| other.eq_ignore_ascii_case(name)) {
            return None;
        }
        for (slot, other) in on.iter_mut().zip(NAMES) {
            let meant = all || other.eq_ignore_ascii_case(name);
            *slot = if meant { !word.starts_with('-') } else { *slot && signed };
        }
    }
    let list = |from: usize| {
        let names: Vec<&str> = on.iter().zip(NAMES).skip(from).filter(|row| *row.0).map(|row| row.1).collect();
        names.join(" ")
    };
    Some((list(0), list(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lines: &[&str]) -> Option<Options> {
        Options::of(lines.iter().copied())
    }

    #[test]
    fn options_merge_by_their_signs() {
        let words = |sections: &[&[&str]]| {
            let all = sections.iter().map(|lines| of(lines)).collect::<Option<Vec<_>>>()?;
            Some(all.into_iter().fold(Options::START, Options::merged).words())
        };
        assert_eq!(words(&[]).as_deref(), Some("FollowSymLinks"));
        assert_eq!(words(&[&["Indexes FollowSymLinks"], &["-Indexes"]]).as_deref(), Some("FollowSymLinks"));
        assert_eq!(words(&[&["Indexes"], &["+Includes"]]).as_deref(), Some("Indexes Includes"));
        assert_eq!(words(&[&["+Indexes"]]).as_deref(), Some("Indexes FollowSymLinks"));
        assert_eq!(words(&[&["Indexes"], &["Includes"]]).as_deref(), Some("Includes"));
        assert_eq!(words(&[&["None"], &["All"]]).as_deref(), Some("Indexes Includes FollowSymLinks ExecCGI"));
        assert_eq!(words(&[&["-Indexes"], &["+Indexes"]]).as_deref(), Some("Indexes FollowSymLinks"));
        assert_eq!(words(&[&["Includes"], &["+IncludesNOEXEC"]]).as_deref(), Some("IncludesNOEXEC"));
        assert_eq!(words(&[&["Indexes +Includes"]]), None);
        assert_eq!(words(&[&["None +Indexes"]]).as_deref(), Some("Indexes"));
        assert_eq!(words(&[&["Nonsense"]]), None);
    }

    #[test]
    fn a_protocol_without_a_sign_puts_those_before_it_aside() {
        let on = |value| protocols(value).map(|row| row.0);
        assert_eq!(on("TLSv1.2 TLSv1.3").as_deref(), Some("TLSv1.3"));
        assert_eq!(on("-all +TLSv1.2 +TLSv1.3").as_deref(), Some("TLSv1.2 TLSv1.3"));
        assert_eq!(on("all -SSLv3 -TLSv1 -TLSv1.1").as_deref(), Some("TLSv1.2 TLSv1.3"));
        assert_eq!(on("all -SSLv2 -tlsv1").as_deref(), Some("SSLv3 TLSv1.1 TLSv1.2 TLSv1.3"));
        assert_eq!(protocols("all -TLSv1 -TLSv1.1").map(|row| row.1).as_deref(), Some("TLSv1.2 TLSv1.3"));
        assert_eq!(on("TLSv9"), None);
    }
}
