//! Apache httpd: directives and sections with positions, and what is in force for the server, its virtual hosts and their folders.
//! It must not judge values, and it reads only what the caller hands in for an `Include`.

mod force;
mod options;
mod redirect;
pub(super) mod sections;

use super::known::{Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Fold, Node, Setting};

/// The reader.
pub(super) struct ApacheReader;

/// The reader, for the registry.
pub(super) static CONFIG: ApacheReader = ApacheReader;

const CORE: &str = "Apache 2.4 manual, core";
const TLS: &str = "Apache 2.4 manual, mod_ssl";

/// Directives whose absence is judged for the server and each virtual host.
const KNOWN: &[Known] = &[
    is("AllowEncodedSlashes", "Off", CORE),
    is("ContentDigest", "Off", CORE),
    unset("CustomLog", "Apache 2.4 manual, mod_log_config"),
    is("ErrorLog", "logs/error_log", CORE),
    is("FileETag", "MTime Size", CORE),
    is("HostnameLookups", "Off", CORE),
    is("KeepAlive", "On", CORE),
    is("KeepAliveTimeout", "5", CORE),
    varies("LimitRequestBody", &[("before 2.4.54", "0"), ("since 2.4.54", "1073741824")], CORE),
    is("LimitRequestFields", "100", CORE),
    is("LimitRequestFieldSize", "8190", CORE),
    is("LimitRequestLine", "8190", CORE),
    is("LimitXMLRequestBody", "1000000", CORE),
    is("LogLevel", "warn", CORE),
    is("MaxKeepAliveRequests", "100", CORE),
    is("RewriteEngine", "off", "Apache 2.4 manual, mod_rewrite"),
    is("ServerSignature", "Off", CORE),
    is("Timeout", "60", CORE),
    unset("TransferLog", "Apache 2.4 manual, mod_log_config"),
    is("UseCanonicalName", "Off", CORE),
    is("SSLEngine", "off", TLS),
    // of the whole server
    is("ServerTokens", "Full", CORE),
    is("TraceEnable", "on", CORE),
    unset("Listen", CORE),
    unset("User", CORE),
    unset("Group", CORE),
    // where TLS is spoken
    unset("SSLCertificateFile", TLS),
    unset("SSLCertificateKeyFile", TLS),
    unset("SSLCipherSuite", TLS),
    is("SSLCompression", "off", TLS),
    is("SSLHonorCipherOrder", "off", TLS),
    is("SSLInsecureRenegotiation", "off", TLS),
    varies(
        "SSLProtocol",
        &[
            ("before 2.4.17", "SSLv3 TLSv1 TLSv1.1 TLSv1.2"),
            ("OpenSSL before 1.1.1", "TLSv1 TLSv1.1 TLSv1.2"),
            ("since 2.4.37", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
        ],
        TLS,
    ),
    is("SSLSessionTickets", "on", TLS),
    is("SSLStrictSNIVHostCheck", "off", TLS),
    is("SSLUseStapling", "off", TLS),
    is("SSLVerifyClient", "none", TLS),
    is("SSLVerifyDepth", "1", TLS),
    // of folders
    unset("Options", CORE),
    unset("AllowOverride", CORE),
    unset("Require", "Apache 2.4 manual, mod_authz_core"),
];

/// Directives that tell a configuration of Apache from other files.
const TELLING: &[&str] = &[
    "customlog",
    "documentroot",
    "serverroot",
    "loadmodule",
    "sslengine",
    "sslprotocol",
    "sslcertificatefile",
    "servertokens",
    "serversignature",
    "allowoverride",
    "includeoptional",
    "traceenable",
    "rewriteengine",
    "scriptalias",
    "directoryindex",
    "keepalivetimeout",
];

impl Config for ApacheReader {
    fn id(&self) -> &'static str {
        "apache"
    }

    fn title(&self) -> &'static str {
        "Apache httpd"
    }

    fn notes(&self) -> &'static str {
        "Keys are directives and compare without case. The main server's settings have no context; a virtual host has those of \
         `VirtualHost <addresses> (<ServerName>)`, with what the main server gives where it does not say it itself. Folders and \
         places are `Directory <path>`, `Location <path>` and so on, behind their host; Options are merged from the folders above, \
         signs and all, and SSLProtocol is given as the versions it leaves on. Includes are read where they stand, relative to \
         ServerRoot or /etc/apache2. Where LoadModule is seen, an IfModule counts if the module was loaded or is part of every \
         server; where it is not, it counts. What stands in IfDefine or IfFile is unknown, and so is what a site's file without its \
         server does not say. Each host also has `@tls` (on, off), `@serves_plain_http` (yes where it neither speaks TLS nor \
         only sends visitors on to https: a RewriteRule counts with its RewriteConds and the rules before it), `@access_log` (yes, no) and, with TLS, `@hsts` (seconds). `.htaccess` is read alone. \
         `@incomplete` is set where includes go too deep or a macro is used."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        let named = matches!(probe.name, "httpd.conf" | "apache2.conf" | ".htaccess" | "httpd-vhosts.conf" | "httpd-ssl.conf");
        let kept = ["apache2/", "httpd/conf", "apache/conf"].iter().any(|part| probe.path.contains(part));
        let folder = kept
            && (matches!(probe.extension, "conf" | "load") || (probe.extension.is_empty() && probe.path.contains("/sites-")));
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut sections, mut telling, mut odd) = (0, 0, 0, 0);
        for line in text::meaningful(probe, &['#']).take(1000) {
            let word = line.split([' ', '\t', '>']).next().unwrap_or_default().to_ascii_lowercase();
            all += 1;
            match word.strip_prefix('<') {
                // ProFTPD's
                Some("global" | "anonymous") => return Claim::No,
                Some(
                    "virtualhost" | "directory" | "directorymatch" | "location" | "locationmatch" | "ifmodule" | "ifversion",
                ) => {
                    sections += 1;
                }
                Some(name) => {
                    odd += usize::from(
                        !name.starts_with('/')
                            && !matches!(
                                name,
                                "files"
                                    | "filesmatch"
                                    | "limit"
                                    | "limitexcept"
                                    | "requireall"
                                    | "requireany"
                                    | "requirenone"
                                    | "ifdefine"
                                    | "proxy"
                                    | "if"
                                    | "else"
                                    | "elseif"
                                    | "iffile"
                                    | "macro"
                                    | "proxymatch"
                            ),
                    );
                }
                None => {
                    if matches!(
                        &*word,
                        "servertype" | "defaultroot" | "tlsengine" | "tlsrequired" | "requirevalidshell" | "sftpengine"
                    ) {
                        return Claim::No;
                    }
                    telling += usize::from(TELLING.contains(&&*word) && line.len() > word.len());
                    odd += usize::from(line.ends_with([';', '{', '}']) || line.contains('=') && !line.contains([' ', '\t']));
                }
            }
        }
        let sure = (sections > 0 && telling > 0) || telling >= 3;
        if odd * 4 > all {
            Claim::No
        } else if named || folder || (sure && odd * 10 <= all) {
            Claim::Product
        } else {
            Claim::No
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        sections::read(source)
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        KNOWN
    }

    fn form(&self) -> &'static str {
        "{key} {value}"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        Some(force::in_force(root, include))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(path: &str, head: &str) -> Claim {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
        CONFIG.claims(&Probe::new(path, &name, extension, head, true))
    }

    #[test]
    fn claims_by_name_place_and_content() {
        assert_eq!(claim("etc/apache2/apache2.conf", ""), Claim::Product);
        assert_eq!(claim("etc/httpd/conf.d/ssl.conf", "Listen 443 https\n"), Claim::Product);
        assert_eq!(claim("portal.txt", "<VirtualHost *:80>\nDocumentRoot /srv\n</VirtualHost>\n"), Claim::Product);
        assert_eq!(claim("proftpd.conf", "ServerType standalone\n<Directory />\nUmask 022\n</Directory>\n"), Claim::No);
        assert_eq!(claim("a.txt", "<Directory>\n<person>x</person>\n</Directory>\n"), Claim::No);
        assert_eq!(claim("site.conf", "server {\n listen 80;\n}\n"), Claim::No);
    }
}
