//! What stands in a cell in place of a value: a variable, a yes or no, the place where the value is. It must not know of columns or classes.

/// What stands in a column in place of a value: a template's variable.
pub(super) fn is_reference(cell: &str) -> bool {
    (cell.starts_with("${") || cell.starts_with("{{")) && cell.ends_with('}')
}

/// Yes or no: it says that there is a value elsewhere.
pub(super) fn is_flag(cell: &str) -> bool {
    ["y", "n", "yes", "no", "true", "false"].iter().any(|flag| flag.eq_ignore_ascii_case(cell))
}

/// What is no secret in a column of them: a path, below a variable or from the root, the services that are asked for it, or the version of
/// a package that has the word in its name.
pub(super) fn is_place(cell: &str) -> bool {
    const ROOTS: [&str; 8] = ["/etc/", "/usr/", "/var/", "/run/", "/opt/", "/home/", "/srv/", "/root/"];
    const SERVICES: [&str; 10] = ["files", "compat", "systemd", "sss", "ldap", "nis", "db", "dns", "winbind", "extrausers"];
    let variable = cell.strip_prefix('$').and_then(|rest| rest.split_once('/')).is_some_and(|(name, _)| {
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    });
    let mut words = cell.split_whitespace();
    let first = words.next().unwrap_or("");
    let version = cell.trim_start_matches(['^', '~', '=', '>', '<', ' ']);
    let version = version.matches('.').count() == 2 && version.chars().all(|c| c.is_ascii_digit() || c == '.');
    variable
        || version
        || ROOTS.iter().any(|root| cell.starts_with(root))
        || first == "files" && words.all(|word| SERVICES.contains(&word))
}
