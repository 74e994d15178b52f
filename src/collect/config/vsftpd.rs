//! vsftpd: `key=value` lines, the last of which is in force, and what the server does by itself.
//! It must not judge values, and it opens no file that a setting names (`user_config_dir` and the like stay settings).

use std::collections::HashMap;

use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Kind, Node, Setting};

/// The reader.
pub(super) struct VsftpdReader;

/// The reader, for the registry.
pub(super) static CONFIG: VsftpdReader = VsftpdReader;

const MAN: &str = "vsftpd.conf(5)";

/// What the manual documents. Keys of one version only (`ssl_tlsv1_2` …) are left out: their absence says nothing.
const KNOWN: &[Known] = &[
    is("accept_timeout", "60", MAN),
    is("allow_anon_ssl", "NO", MAN),
    is("anon_max_rate", "0", MAN),
    is("anon_mkdir_write_enable", "NO", MAN),
    is("anon_other_write_enable", "NO", MAN),
    unset("anon_root", MAN),
    is("anon_umask", "077", MAN),
    is("anon_upload_enable", "NO", MAN),
    is("anon_world_readable_only", "YES", MAN),
    varies("anonymous_enable", &[("as released", "YES"), ("Debian's package", "NO")], MAN),
    is("ascii_download_enable", "NO", MAN),
    is("ascii_upload_enable", "NO", MAN),
    is("async_abor_enable", "NO", MAN),
    is("background", "NO", MAN),
    is("banned_email_file", "/etc/vsftpd.banned_emails", MAN),
    unset("banner_file", MAN),
    unset("ca_certs_file", MAN),
    is("check_shell", "YES", MAN),
    is("chmod_enable", "YES", MAN),
    is("chown_upload_mode", "0600", MAN),
    is("chown_uploads", "NO", MAN),
    is("chown_username", "root", MAN),
    is("chroot_list_enable", "NO", MAN),
    is("chroot_list_file", "/etc/vsftpd.chroot_list", MAN),
    is("chroot_local_user", "NO", MAN),
    unset("cmds_allowed", MAN),
    unset("cmds_denied", MAN),
    is("connect_from_port_20", "NO", MAN),
    is("connect_timeout", "60", MAN),
    is("data_connection_timeout", "300", MAN),
    is("debug_ssl", "NO", MAN),
    is("delay_failed_login", "1", MAN),
    is("delay_successful_login", "0", MAN),
    is("delete_failed_uploads", "NO", MAN),
    is("deny_email_enable", "NO", MAN),
    unset("deny_file", MAN),
    is("dirlist_enable", "YES", MAN),
    is("dirmessage_enable", "NO", MAN),
    is("download_enable", "YES", MAN),
    unset("download_file", MAN),
    unset("dsa_cert_file", MAN),
    unset("dsa_private_key_file", MAN),
    is("dual_log_enable", "NO", MAN),
    is("email_password_file", "/etc/vsftpd.email_passwords", MAN),
    is("file_open_mode", "0666", MAN),
    is("force_anon_data_ssl", "NO", MAN),
    is("force_anon_logins_ssl", "NO", MAN),
    is("force_dot_files", "NO", MAN),
    is("force_local_data_ssl", "YES", MAN),
    is("force_local_logins_ssl", "YES", MAN),
    is("ftp_data_port", "20", MAN),
    is("ftp_username", "ftp", MAN),
    unset("ftpd_banner", MAN),
    is("guest_enable", "NO", MAN),
    is("guest_username", "ftp", MAN),
    unset("hide_file", MAN),
    is("hide_ids", "NO", MAN),
    is("idle_session_timeout", "300", MAN),
    is("implicit_ssl", "NO", MAN),
    varies("listen", &[("before 3.0.0", "NO"), ("since 3.0.0", "YES")], MAN),
    unset("listen_address", MAN),
    unset("listen_address6", MAN),
    is("listen_ipv6", "NO", MAN),
    is("listen_port", "21", MAN),
    is("local_enable", "NO", MAN),
    is("local_max_rate", "0", MAN),
    unset("local_root", MAN),
    is("local_umask", "077", MAN),
    is("lock_upload_files", "YES", MAN),
    is("log_ftp_protocol", "NO", MAN),
    is("ls_recurse_enable", "NO", MAN),
    is("max_clients", "0", MAN),
    is("max_login_fails", "3", MAN),
    is("max_per_ip", "0", MAN),
    is("mdtm_write", "YES", MAN),
    is("message_file", ".message", MAN),
    is("no_anon_password", "NO", MAN),
    is("no_log_lock", "NO", MAN),
    is("nopriv_user", "nobody", MAN),
    is("one_process_model", "NO", MAN),
    is("pam_service_name", "vsftpd", MAN),
    is("passwd_chroot_enable", "NO", MAN),
    is("pasv_addr_resolve", "NO", MAN),
    unset("pasv_address", MAN),
    is("pasv_enable", "YES", MAN),
    is("pasv_max_port", "0", MAN),
    is("pasv_min_port", "0", MAN),
    is("pasv_promiscuous", "NO", MAN),
    is("port_enable", "YES", MAN),
    is("port_promiscuous", "NO", MAN),
    is("require_cert", "NO", MAN),
    is("require_ssl_reuse", "YES", MAN),
    is("rsa_cert_file", "/usr/share/ssl/certs/vsftpd.pem", MAN),
    unset("rsa_private_key_file", MAN),
    is("run_as_launching_user", "NO", MAN),
    is("secure_chroot_dir", "/var/run/vsftpd/empty", MAN),
    is("secure_email_list_enable", "NO", MAN),
    is("session_support", "NO", MAN),
    is("setproctitle_enable", "NO", MAN),
    is("ssl_ciphers", "DES-CBC3-SHA", MAN),
    is("ssl_enable", "NO", MAN),
    is("ssl_request_cert", "YES", MAN),
    is("ssl_sslv2", "NO", MAN),
    is("ssl_sslv3", "NO", MAN),
    is("ssl_tlsv1", "YES", MAN),
    is("strict_ssl_read_eof", "NO", MAN),
    is("strict_ssl_write_shutdown", "NO", MAN),
    is("syslog_enable", "NO", MAN),
    is("tcp_wrappers", "NO", MAN),
    is("text_userdb_names", "NO", MAN),
    is("tilde_user_enable", "NO", MAN),
    is("trans_chunk_size", "0", MAN),
    unset("upload_file", MAN),
    is("use_localtime", "NO", MAN),
    is("use_sendfile", "YES", MAN),
    unset("user_config_dir", MAN),
    unset("user_sub_token", MAN),
    is("userlist_deny", "YES", MAN),
    is("userlist_enable", "NO", MAN),
    is("userlist_file", "/etc/vsftpd.user_list", MAN),
    is("validate_cert", "NO", MAN),
    is("virtual_use_local_privs", "NO", MAN),
    is("vsftpd_log_file", "/var/log/vsftpd.log", MAN),
    is("write_enable", "NO", MAN),
    is("xferlog_enable", "NO", MAN),
    is("xferlog_file", "/var/log/xferlog", MAN),
    is("xferlog_std_format", "NO", MAN),
];

/// Keys that nothing but vsftpd has.
const TELLING: &[&str] = &[
    "allow_writeable_chroot",
    "anon_mkdir_write_enable",
    "anon_upload_enable",
    "anonymous_enable",
    "chroot_local_user",
    "connect_from_port_20",
    "force_local_data_ssl",
    "force_local_logins_ssl",
    "local_umask",
    "pasv_enable",
    "pasv_max_port",
    "pasv_min_port",
    "userlist_deny",
    "userlist_enable",
    "xferlog_enable",
    "xferlog_std_format",
];

impl Config for VsftpdReader {
    fn id(&self) -> &'static str {
        "vsftpd"
    }

    fn title(&self) -> &'static str {
        "vsftpd (file transfer by FTP)"
    }

    fn notes(&self) -> &'static str {
        "Keys are those of vsftpd.conf(5), written exactly so. The last value of a key is in force; switches are given as YES or NO, \
         numbers that begin with 0 are octal, as vsftpd takes them. A key with a blank before its `=`, and a value that is no YES or \
         NO where one is needed, stop vsftpd: nobody can say what is in force then. Settings for single users (user_config_dir) are \
         not looked at. `@confined` is yes where every local user stays in a folder of their own; a list of those who do not is not read."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if probe.name == "vsftpd.conf" {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut known, mut telling) = (0, 0, 0);
        for line in text::meaningful(probe, &['#']).take(400) {
            let Some((key, _)) = line.split_once('=') else { return Claim::No };
            let key = key.trim();
            all += 1;
            known += usize::from(KNOWN.iter().any(|row| row.key == key) || TELLING.contains(&key));
            telling += usize::from(TELLING.contains(&key));
        }
        if telling >= 2 && known * 2 > all { Claim::Product } else { Claim::No }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let mut root = Vec::new();
        for (number, line) in text::lines(text::clean(source)?) {
            let body = line.trim_start();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let start = line.len() - body.len();
            let (key, value) = body.split_once('=').unwrap_or((body.trim_end(), ""));
            let telling = !key.is_empty() && key.trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !telling {
                return Err(text::error("a line that is no `key=value`", number));
            }
            let node = text::value(value.to_owned(), number, text::column(line, start + key.len() + 1));
            root.push(Entry { key: key.to_owned(), line: number, column: text::column(line, start), node });
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key}={value}"
    }

    fn effective(&self, root: &Node, _: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut settings: Vec<Setting> = Vec::new();
        let mut at: HashMap<&str, usize> = HashMap::new();
        for entry in root.entries() {
            let key = entry.key.trim_end();
            let mut setting = Setting { key: key.to_owned(), ..Setting::of(entry) };
            if key.len() < entry.key.len() {
                setting.unknown = Some("a blank stands before the `=`: vsftpd does not start with that".to_owned());
            }
            if is_switch(key)
                && let Kind::Text(value) = &mut setting.value.kind
            {
                match &*value.to_ascii_uppercase() {
                    "YES" | "TRUE" | "1" => "YES".clone_into(value),
                    "NO" | "FALSE" | "0" => "NO".clone_into(value),
                    _ => setting.unknown = Some("it is neither YES nor NO: vsftpd does not start with that".to_owned()),
                }
            }
            if let Kind::Text(value) = &mut setting.value.kind {
                *value = value.trim().to_owned();
            }
            if let Some(known) = at.get(key).and_then(|index| settings.get_mut(*index)) {
                *known = setting;
            } else {
                at.insert(key, settings.len());
                settings.push(setting);
            }
        }
        known::fill(&mut settings, KNOWN, self.fold(), "");
        settings.push(confined(&settings));
        Some(settings)
    }
}

/// Whether local users stay in their folders. With `chroot_list_enable` a list names those who do not, or the only ones who do.
fn confined(all: &[Setting]) -> Setting {
    let of = |key: &str| all.iter().find(|setting| setting.key == key);
    let on = |key: &str| of(key).and_then(|setting| setting.value.scalar()) == Some("YES");
    let place = ["chroot_local_user", "chroot_list_enable", "local_enable"].into_iter().filter_map(of).find(|row| !row.default);
    let (line, column) = place.map_or((0, 0), |row| (row.line, row.column));
    let doubt = ["chroot_local_user", "chroot_list_enable", "local_enable", "guest_enable"]
        .into_iter()
        .filter_map(of)
        .find_map(|row| row.unknown.clone());
    let local = on("local_enable") || on("guest_enable");
    let yes = !local || on("chroot_local_user");
    let listed = local && on("chroot_list_enable");
    let list = "a list (chroot_list_file) turns it round for those who stand in it".to_owned();
    let entry = Entry { key: "@confined".into(), line, column, node: Node::text(if yes { "yes" } else { "no" }, line, column) };
    let unknown = doubt.or((listed && yes).then_some(list));
    Setting { default: line == 0 && unknown.is_none(), unknown, ..Setting::of(&entry) }
}

/// Whether a key takes YES or NO.
fn is_switch(key: &str) -> bool {
    KNOWN.iter().any(|row| row.key == key && matches!(row.absent, known::Absent::Is("YES" | "NO") | known::Absent::Varies(_)))
        || matches!(key, "allow_writeable_chroot" | "isolate" | "isolate_network" | "seccomp_sandbox" | "utf8_filesystem")
        || key.starts_with("ssl_tlsv1")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn the_last_value_wins_and_what_stops_the_server_is_unknown() {
        let root =
            CONFIG.read("# c\nssl_enable=YES\nssl_enable=no\nlocal_umask=077\nwrite_enable =YES\nlocal_enable=maybe\n").unwrap();
        let settings = CONFIG.effective(&root, &|_| Included { documents: Vec::new(), missing: true }).unwrap();
        let of = |key: &str| {
            let found: Vec<_> = settings.iter().filter(|s| s.key == key).collect();
            assert_eq!(found.len(), 1, "{key}");
            let setting = found.first().unwrap();
            (setting.value.scalar().unwrap_or("?").to_owned(), setting.line, setting.unknown.is_some())
        };
        assert_eq!(of("ssl_enable"), ("NO".into(), 3, false));
        assert_eq!(of("local_umask"), ("077".into(), 4, false));
        assert_eq!(of("write_enable"), ("YES".into(), 5, true));
        assert_eq!(of("local_enable"), ("maybe".into(), 6, true));
        assert_eq!(of("anonymous_enable"), ("NO".into(), 0, true));
        assert_eq!(CONFIG.read("a=b\n[x]\n").map_err(|error| error.line), Err(2));
    }

    #[test]
    fn claims_by_name_and_content() {
        assert_eq!(claim("etc/vsftpd.conf", ""), Claim::Product);
        assert_eq!(claim("ftp.txt", "anonymous_enable=NO\nlocal_umask=022\n"), Claim::Product);
        assert_eq!(claim("app.env", "ssl_enable=YES\nlisten=NO\n"), Claim::No);
        assert_eq!(claim("notes.txt", "we set anonymous_enable=NO\nand more\n"), Claim::No);
    }
}
