//! `PostgreSQL`: `postgresql.conf` with what it includes and `postgresql.auto.conf`, and exports of `pg_settings`. Values come out as
//! `pg_settings` has them. It must not judge values, and it reads only what the caller hands in for an include.

use super::exports;
use super::known::{self, Known, is, unset, varies};
use super::{Claim, Config, Included, Probe, ReadError, text};
use crate::model::node::{Entry, Fold, Kind, Node, Setting};
use std::collections::BTreeMap;

/// The reader.
pub(super) struct PostgresqlReader;

/// The reader, for the registry.
pub(super) static CONFIG: PostgresqlReader = PostgresqlReader;

const SSL: &str = "PostgreSQL documentation, 20.3.3 SSL";
const AUTH: &str = "PostgreSQL documentation, 20.3.2 Authentication";
const CONNECT: &str = "PostgreSQL documentation, 20.3.1 Connection Settings";
const LOG: &str = "PostgreSQL documentation, 20.8 Error Reporting and Logging";
const PRELOAD: &str = "PostgreSQL documentation, 20.11.3 Shared Library Preloading";
const WAL: &str = "PostgreSQL documentation, 20.5 Write Ahead Log";
const PGAUDIT: &str = "pgAudit README, Settings";

/// What the server does when a key is absent.
const DEFAULTS: &[Known] = &[
    is("archive_mode", "off", WAL),
    is("authentication_timeout", "60", AUTH),
    is("fsync", "on", WAL),
    is("listen_addresses", "localhost", CONNECT),
    is("log_connections", "off", LOG),
    is("log_destination", "stderr", LOG),
    is("log_disconnections", "off", LOG),
    is("log_duration", "off", LOG),
    is("log_file_mode", "0600", LOG),
    is("log_hostname", "off", LOG),
    varies("log_line_prefix", &[("before 10", ""), ("since 10", "%m [%p] ")], LOG),
    is("log_min_duration_statement", "-1", LOG),
    is("log_min_error_statement", "error", LOG),
    is("log_parameter_max_length", "-1", LOG),
    is("log_parameter_max_length_on_error", "0", LOG),
    is("log_statement", "none", LOG),
    is("logging_collector", "off", LOG),
    varies("password_encryption", &[("before 14", "md5"), ("since 14", "scram-sha-256")], AUTH),
    is("pgaudit.log", "none", PGAUDIT),
    is("pgaudit.log_parameter", "off", PGAUDIT),
    is("port", "5432", CONNECT),
    is("row_security", "on", "PostgreSQL documentation, 20.11 Client Connection Defaults"),
    is("shared_preload_libraries", "", PRELOAD),
    is("ssl", "off", SSL),
    unset("ssl_ca_file", SSL),
    is("ssl_cert_file", "server.crt", SSL),
    is("ssl_ciphers", "HIGH:MEDIUM:+3DES:!aNULL", SSL),
    unset("ssl_crl_file", SSL),
    is("ssl_key_file", "server.key", SSL),
    varies("ssl_min_protocol_version", &[("before 13", "TLSv1"), ("since 13", "TLSv1.2")], SSL),
    is("ssl_prefer_server_ciphers", "on", SSL),
    is("unix_socket_permissions", "0777", CONNECT),
];

/// Keys that tell its files from others.
const TELLING: &[&str] = &[
    "archive_command",
    "archive_mode",
    "checkpoint_timeout",
    "data_directory",
    "default_text_search_config",
    "dynamic_shared_memory_type",
    "effective_cache_size",
    "hba_file",
    "hot_standby",
    "ident_file",
    "lc_messages",
    "listen_addresses",
    "log_connections",
    "log_disconnections",
    "log_line_prefix",
    "log_min_duration_statement",
    "log_statement",
    "log_timezone",
    "logging_collector",
    "maintenance_work_mem",
    "max_connections",
    "max_wal_senders",
    "max_wal_size",
    "password_encryption",
    "primary_conninfo",
    "shared_buffers",
    "shared_preload_libraries",
    "ssl_cert_file",
    "ssl_ciphers",
    "ssl_key_file",
    "ssl_min_protocol_version",
    "stats_temp_directory",
    "unix_socket_directories",
    "wal_level",
    "work_mem",
];

/// Keys whose values hold passwords, or may: never kept.
const SECRET: &[&str] = &["primary_conninfo", "ssl_passphrase_command", "archive_command", "restore_command"];

/// Booleans by their types in `pg_settings`.
const BOOLEANS: &str = " allow_in_place_tablespaces allow_system_table_mods array_nulls autovacuum bonjour check_function_bodies \
    data_sync_retry db_user_namespace debug_pretty_print debug_print_parse debug_print_plan debug_print_rewritten \
    default_transaction_deferrable default_transaction_read_only enable_async_append enable_bitmapscan enable_gathermerge \
    enable_hashagg enable_hashjoin enable_incremental_sort enable_indexonlyscan enable_indexscan enable_material enable_memoize \
    enable_mergejoin enable_nestloop enable_parallel_append enable_parallel_hash enable_partition_pruning \
    enable_partitionwise_aggregate enable_partitionwise_join enable_seqscan enable_sort enable_tidscan escape_string_warning \
    exit_on_error fsync full_page_writes geqo hot_standby hot_standby_feedback ignore_checksum_failure ignore_system_indexes jit \
    jit_expressions krb_caseins_users lo_compat_privileges log_checkpoints log_connections log_disconnections log_duration \
    log_executor_stats log_hostname log_lock_waits log_parser_stats log_planner_stats log_recovery_conflict_waits \
    log_replication_commands log_statement_stats log_truncate_on_rotation logging_collector parallel_leader_participation \
    pgaudit.log_catalog pgaudit.log_client pgaudit.log_parameter pgaudit.log_relation pgaudit.log_rows pgaudit.log_statement \
    quote_all_identifiers recovery_target_inclusive remove_temp_files_after_crash restart_after_crash row_security ssl \
    ssl_passphrase_command_supports_reload ssl_prefer_server_ciphers standard_conforming_strings synchronize_seqscans \
    syslog_sequence_numbers syslog_split_messages track_activities track_commit_timestamp track_counts track_io_timing \
    track_wal_io_timing transform_null_equals update_process_title wal_init_zero wal_log_hints wal_receiver_create_temp_slot \
    wal_recycle ";

/// Whole numbers by their unit: its name, and the keys.
const NUMBERS: &[(&str, &str)] = &[
    ("octal", " data_directory_mode log_file_mode unix_socket_permissions "),
    (
        "",
        " autovacuum_max_workers max_connections max_files_per_process max_locks_per_transaction max_prepared_transactions \
          max_replication_slots max_wal_senders max_worker_processes max_parallel_workers port superuser_reserved_connections \
          reserved_connections tcp_keepalives_count effective_io_concurrency commit_delay default_statistics_target ",
    ),
    (
        "8kB",
        " backend_flush_after bgwriter_flush_after checkpoint_flush_after effective_cache_size min_parallel_index_scan_size \
             min_parallel_table_scan_size shared_buffers temp_buffers wal_buffers wal_writer_flush_after ",
    ),
    ("B", " log_parameter_max_length log_parameter_max_length_on_error track_activity_query_size wal_decode_buffer_size "),
    ("MB", " max_slot_wal_keep_size max_wal_size min_dynamic_shared_memory min_wal_size wal_keep_size "),
    (
        "kB",
        " autovacuum_work_mem gin_pending_list_limit huge_page_size log_rotation_size log_temp_files logical_decoding_work_mem \
            maintenance_work_mem max_stack_depth temp_file_limit wal_skip_threshold work_mem ",
    ),
    ("min", " log_rotation_age old_snapshot_threshold "),
    (
        "ms",
        " bgwriter_delay client_connection_check_interval deadlock_timeout idle_in_transaction_session_timeout \
            idle_session_timeout lock_timeout log_autovacuum_min_duration log_min_duration_sample log_min_duration_statement \
            log_startup_progress_interval max_standby_archive_delay max_standby_streaming_delay recovery_min_apply_delay \
            statement_timeout tcp_user_timeout wal_receiver_timeout wal_retrieve_retry_interval wal_sender_timeout \
            wal_writer_delay ",
    ),
    (
        "s",
        " archive_timeout authentication_timeout autovacuum_naptime checkpoint_timeout checkpoint_warning post_auth_delay \
           pre_auth_delay tcp_keepalives_idle tcp_keepalives_interval wal_receiver_status_interval ",
    ),
];

/// Words by key. Where a list has `on`, the other words for yes and no are taken as well.
const WORDS: &[(&str, &str)] = &[
    (" archive_mode ", "always on off"),
    (" backslash_quote ", "safe_encoding on off"),
    (" compute_query_id ", "auto regress on off"),
    (" huge_pages recovery_prefetch ", "off on try"),
    (" log_error_verbosity ", "terse default verbose"),
    (
        " log_min_error_statement log_min_messages ",
        "debug5 debug4 debug3 debug2 debug1 info notice warning error log fatal panic",
    ),
    (" log_statement ", "none ddl mod all"),
    (" password_encryption ", "md5 scram-sha-256"),
    (" ssl_max_protocol_version ssl_min_protocol_version ", "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3"),
    (" synchronous_commit ", "local remote_write remote_apply on off"),
    (" wal_compression ", "pglz lz4 zstd on off"),
    (" wal_level ", "minimal replica logical"),
];

const INCLUDE_DEPTH: usize = 10;
const MOST_DOCUMENTS: usize = 4096;

impl Config for PostgresqlReader {
    fn id(&self) -> &'static str {
        "postgresql"
    }

    fn title(&self) -> &'static str {
        "PostgreSQL server (postgresql.conf)"
    }

    fn notes(&self) -> &'static str {
        "Keys compare without case; the last value is in force. Includes are read where they stand, postgresql.auto.conf (ALTER SYSTEM) \
         wins over all. Values are given as pg_settings has them: on and off, numbers in the key's own unit (log_rotation_age in \
         minutes, log_min_duration_statement in milliseconds). Exports of pg_settings and SHOW ALL (psql aligned, unaligned, CSV) \
         are read as well; what such an export does not list is not known. Commands and connections with passwords are not kept."
    }

    fn claims(&self, probe: &Probe<'_>) -> Claim {
        if matches!(probe.name, "postgresql.conf" | "postgresql.auto.conf") {
            return Claim::Product;
        }
        if is_export(probe.head) {
            return Claim::Product;
        }
        if text::foreign(probe.extension) {
            return Claim::No;
        }
        let (mut all, mut telling, mut own) = (0, 0, 0);
        for line in text::meaningful(probe, &['#']).take(400) {
            if line.starts_with('[') || line.ends_with(['{', '}', ';']) {
                return Claim::No;
            }
            all += 1;
            let key = line.split(['=', ' ', '\t']).next().unwrap_or_default().to_ascii_lowercase();
            let known = TELLING.contains(&key.as_str()) || key.starts_with("pgaudit.");
            telling += usize::from(known);
            own += usize::from(known || (key.contains('_') && is_own(&key)));
        }
        let drop_in = probe.path.contains("postgresql/") && probe.path.contains("conf.d/") && probe.extension == "conf";
        // a drop-in in whatever folder: at least half of its lines are the server's own
        let drop_in = drop_in || (probe.path.contains("conf.d/") && probe.extension == "conf" && own > 0 && own * 2 >= all);
        let named = probe.name.contains("postgres") && !probe.name.contains("hba") && telling >= 1;
        if telling * 4 > all && (telling >= 3 || named) || (drop_in && (all == 0 || own >= 1 || self.read(probe.head).is_ok())) {
            Claim::Product
        } else {
            Claim::No
        }
    }

    fn read(&self, source: &str) -> Result<Node, ReadError> {
        let source = text::clean(source)?;
        if is_export(source) {
            let read = exports::pairs(source, &["name"], &["setting"]);
            let mut node = read.ok_or_else(|| text::error("an export of settings without its columns", 1))?;
            if let Kind::Map(entries) = &mut node.kind {
                entries.iter_mut().for_each(hide);
            }
            return Ok(node);
        }
        let mut root = Vec::new();
        for (number, line) in text::lines(source) {
            if number <= 3 && line.starts_with('#') && line.contains("ALTER SYSTEM command") {
                root.push(exports::mark("@auto"));
            }
            if let Some(mut entry) = directive(line, number)? {
                hide(&mut entry);
                root.push(entry);
            }
        }
        Ok(Node::new(Kind::Map(root), 1, 1))
    }

    fn fold(&self) -> Fold {
        Fold::Case
    }

    fn known(&self) -> &'static [Known] {
        DEFAULTS
    }

    fn form(&self) -> &'static str {
        "{key} = '{value}'"
    }

    fn effective(&self, root: &Node, include: &dyn Fn(&str) -> Included) -> Option<Vec<Setting>> {
        let mut force = Force { include, settings: BTreeMap::new(), stack: Vec::new(), documents: 0, cut: None };
        force.walk(root.entries(), "", None);
        let own = |key| root.get(key).is_some();
        if !own("@export") && !own("@auto") {
            force.auto();
        }
        let mut settings: Vec<Setting> = force.settings.into_values().collect();
        settings.iter_mut().for_each(canonical);
        settings.sort_by_key(|setting| (setting.artifact, setting.line));
        settings.extend(force.cut);
        // what only ALTER SYSTEM wrote says nothing of the rest
        if !own("@auto") {
            known::fill(&mut settings, DEFAULTS, Fold::Case, "");
        }
        if own("@export") {
            exports::unlisted(&mut settings);
        }
        Some(settings)
    }
}

/// Whether the server has a setting of that name.
fn is_own(key: &str) -> bool {
    let wanted = format!(" {key} ");
    BOOLEANS.contains(&wanted)
        || NUMBERS.iter().any(|row| row.1.contains(&wanted))
        || WORDS.iter().any(|row| row.0.contains(&wanted))
        || DEFAULTS.iter().any(|known| known.key == key)
}

/// Characters that are looked at for a table.
const LOOK: usize = 16_384;

/// Whether a text is a table of settings.
fn is_export(head: &str) -> bool {
    let head = text::unmarked(head);
    let first = text::split(head).find(|line| !line.trim().is_empty()).unwrap_or_default();
    let has = |name: &str| first.split(['|', ',', '\t']).any(|cell| cell.trim().trim_matches('"').eq_ignore_ascii_case(name));
    if !has("name") || !has("setting") {
        return false;
    }
    let end = if head.len() <= LOOK { None } else { head.char_indices().nth(LOOK) };
    let head = head.get(..end.map_or(head.len(), |row| row.0)).unwrap_or_default();
    text::split(head).skip(1).any(|line| {
        let cell = line.split(['|', ',', '\t']).next().unwrap_or_default().trim().trim_matches('"');
        TELLING.contains(&cell) || matches!(cell, "ssl" | "allow_system_table_mods" | "archive_cleanup_command" | "autovacuum")
    })
}

/// A value that may hold a password is not kept.
fn hide(entry: &mut Entry) {
    let text = entry.node.scalar().unwrap_or_default();
    if SECRET.contains(&entry.key.to_ascii_lowercase().as_str()) && !text.is_empty() {
        entry.node.kind = Kind::Masked("(not kept)".to_owned());
    }
}

/// One line: nothing, or a name with its value.
fn directive(line: &str, number: u32) -> Result<Option<Entry>, ReadError> {
    let body = line.trim();
    if body.is_empty() || body.starts_with('#') {
        return Ok(None);
    }
    let start = line.len() - line.trim_start().len();
    let end = body.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$'))).unwrap_or(body.len());
    let (key, rest) = body.split_at(end);
    if !key.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return Err(text::error("a line does not start with a name", number));
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let place = text::column(line, start + body.len() - rest.len());
    let (value, after) = if let Some(quoted) = rest.strip_prefix('\'') {
        unquote(quoted).ok_or_else(|| text::error("a quote without its end", number))?
    } else {
        let end = rest.find(|c: char| c.is_whitespace() || c == '#').unwrap_or(rest.len());
        (rest.get(..end).unwrap_or_default().to_owned(), rest.get(end..).unwrap_or_default())
    };
    let after = after.trim_start();
    if rest.is_empty() || rest.starts_with('#') || !(after.is_empty() || after.starts_with('#')) {
        return Err(text::error("a name needs one value", number));
    }
    let node = Node::text(value, number, place);
    Ok(Some(Entry { key: key.to_owned(), line: number, column: text::column(line, start), node }))
}

/// A quoted value and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if chars.next_if(|next| next.1 == '\'').is_some() => out.push('\''),
            '\'' => return Some((out, text.get(at + 1..)?)),
            '\\' => match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' => out.push('\r'),
                'b' => out.push('\u{8}'),
                'f' => out.push('\u{c}'),
                first @ '0'..='7' => {
                    let mut code = first.to_digit(8)?;
                    for _ in 0..2 {
                        let Some(digit) = chars.next_if(|next| next.1.is_digit(8)) else { break };
                        code = code * 8 + digit.1.to_digit(8)?;
                    }
                    out.push(char::from_u32(code & 0xFF)?);
                }
                other => out.push(other),
            },
            other => out.push(other),
        }
    }
    None
}

/// The walk that finds what is in force.
struct Force<'a> {
    include: &'a dyn Fn(&str) -> Included,
    /// The last value of each key.
    settings: BTreeMap<String, Setting>,
    stack: Vec<u32>,
    documents: usize,
    /// Where the walk had to stop.
    cut: Option<Setting>,
}

impl Force<'_> {
    fn walk(&mut self, entries: &[Entry], folder: &str, artifact: Option<u32>) {
        for entry in entries.iter().filter(|entry| !entry.key.starts_with('@')) {
            let key = entry.key.to_ascii_lowercase();
            let optional = key == "include_if_exists";
            if !optional && key != "include" && key != "include_dir" {
                self.settings.insert(key, Setting { artifact, ..Setting::of(entry) });
                continue;
            }
            let Some(path) = entry.node.scalar() else {
                (self.include)(&text::masked_include(&entry.node).unwrap_or_default());
                self.stop(entry, artifact);
                continue;
            };
            let path = path.trim_end_matches('/');
            let path = if path.starts_with('/') { path.to_owned() } else { format!("/{folder}{path}") };
            let path = if key == "include_dir" { format!("{path}/*.conf") } else { path };
            self.bring(&path, optional, entry, artifact);
        }
    }

    fn stop(&mut self, entry: &Entry, artifact: Option<u32>) {
        let setting = Setting { artifact, key: "@incomplete".to_owned(), ..exports::valued(entry, "yes") };
        self.cut.get_or_insert(setting);
    }

    fn bring(&mut self, path: &str, optional: bool, entry: &Entry, artifact: Option<u32>) {
        if self.stack.len() >= INCLUDE_DEPTH || self.documents >= MOST_DOCUMENTS {
            self.stop(entry, artifact);
            return;
        }
        let folder = path.trim_start_matches('/').rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let glob = if optional { format!("?{path}") } else { path.to_owned() };
        for (number, document) in (self.include)(&glob).documents {
            self.documents += 1;
            if self.documents > MOST_DOCUMENTS || self.stack.contains(&number) {
                self.stop(entry, artifact);
                continue;
            }
            self.stack.push(number);
            self.walk(document.entries(), &folder, Some(number));
            self.stack.pop();
        }
    }

    /// What ALTER SYSTEM wrote: beside the file, or in the data directory.
    fn auto(&mut self) {
        let directory = self.settings.get("data_directory").and_then(|setting| setting.value.scalar()).map(str::to_owned);
        let mut documents = (self.include)("?/postgresql.auto.conf").documents;
        if let (true, Some(directory)) = (documents.is_empty(), directory) {
            documents = (self.include)(&format!("?/{}/postgresql.auto.conf", directory.trim_matches('/'))).documents;
        }
        if let Some((number, document)) = documents.first() {
            self.walk(document.entries(), "", Some(*number));
        }
    }
}

/// Gives a setting the spelling of `pg_settings`.
fn canonical(setting: &mut Setting) {
    let key = setting.key.to_ascii_lowercase();
    setting.key = DEFAULTS.iter().find(|known| known.key == key).map_or(key.clone(), |known| known.key.to_owned());
    let Some(written) = setting.value.scalar().map(str::to_owned) else { return };
    match spell(&key, &written) {
        Some(value) => setting.value.kind = Kind::Text(value),
        None => setting.unknown = Some("PostgreSQL does not take this value in every version".to_owned()),
    }
}

/// The value as `pg_settings` has it; nothing where no version in use takes it.
fn spell(key: &str, written: &str) -> Option<String> {
    let wanted = format!(" {key} ");
    if BOOLEANS.contains(&wanted) {
        // since 18 `log_connections` takes a list of stages as well
        let list = key == "log_connections" && !written.is_empty() && truth(written).is_none();
        return if list { Some(written.to_lowercase()) } else { Some(on_off(truth(written)?)) };
    }
    if let Some((unit, _)) = NUMBERS.iter().find(|row| row.1.contains(&wanted)) {
        return number(written, unit);
    }
    if let Some((_, words)) = WORDS.iter().find(|row| row.0.contains(&wanted)) {
        let lower = written.to_lowercase();
        let word = words.split(' ').find(|word| word.to_lowercase() == lower).map(str::to_owned).or(match &*lower {
            "true" | "yes" | "1" if words.contains(" on") => Some("on".to_owned()),
            "false" | "no" | "0" if words.contains("off") => Some("off".to_owned()),
            "debug" if words.contains("debug2") => Some("debug2".to_owned()),
            _ => None,
        })?;
        return Some(if key == "wal_compression" && word == "on" { "pglz".to_owned() } else { word });
    }
    Some(written.to_owned())
}

fn on_off(value: bool) -> String {
    if value { "on" } else { "off" }.to_owned()
}

/// A boolean: its words may be cut as long as they are plain.
fn truth(written: &str) -> Option<bool> {
    let lower = written.to_ascii_lowercase();
    let cut = |word: &str| !lower.is_empty() && word.starts_with(&lower);
    match &*lower {
        "1" | "on" => Some(true),
        "0" | "of" | "off" => Some(false),
        _ if cut("true") || cut("yes") => Some(true),
        _ if cut("false") || cut("no") => Some(false),
        _ => None,
    }
}

/// A whole number in a unit, from a number with or without one.
fn number(written: &str, unit: &str) -> Option<String> {
    let text = written.trim();
    let (sign, digits) = text.strip_prefix('-').map_or((1.0, text.strip_prefix('+').unwrap_or(text)), |rest| (-1.0, rest));
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (value, own) = if let Some(hex) = hex {
        let end = hex.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(hex.len());
        let (hex, own) = hex.split_at(end);
        (i64::from_str_radix(hex, 16).ok()? as f64, own)
    } else {
        let end = digits.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(digits.len());
        let (mut whole, mut own) = digits.split_at(end);
        let power = own.strip_prefix(['e', 'E']).map_or("", |rest| rest.trim_start_matches(['+', '-']));
        if power.starts_with(|c: char| c.is_ascii_digit()) {
            let end = own.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
            (whole, own) = digits.split_at(whole.len() + end);
        }
        let octal = whole.len() > 1 && whole.starts_with('0') && whole.bytes().all(|byte| byte.is_ascii_digit());
        let value = if octal { i64::from_str_radix(whole, 8).ok()? as f64 } else { whole.parse::<f64>().ok()? };
        (value, own)
    };
    let value = in_unit(sign * value, own.trim(), unit)?.round_ties_even();
    Some(
        if unit == "octal" { format!("{:04o}", value as i64) } else { format!("{value:.0}") }
            .replace("-0", if value == 0.0 { "0" } else { "-0" }),
    )
}

/// Units from the smallest: how many of the base each is.
const BYTES: &[(&str, f64)] =
    &[("B", 1.0), ("kB", 1024.0), ("MB", 1_048_576.0), ("GB", 1_073_741_824.0), ("TB", 1_099_511_627_776.0)];
const TIMES: &[(&str, f64)] =
    &[("us", 0.001), ("ms", 1.0), ("s", 1000.0), ("min", 60_000.0), ("h", 3_600_000.0), ("d", 86_400_000.0)];

fn in_unit(value: f64, own: &str, unit: &str) -> Option<f64> {
    if own.is_empty() {
        return Some(value);
    }
    let (table, base) = match unit {
        "8kB" => (BYTES, 8192.0),
        "B" | "kB" | "MB" => (BYTES, BYTES.iter().find(|row| row.0 == unit)?.1),
        "ms" | "s" | "min" => (TIMES, TIMES.iter().find(|row| row.0 == unit)?.1),
        _ => return None,
    };
    let at = table.iter().position(|row| row.0 == own)?;
    let mut out = value * table.get(at)?.1 / base;
    // a fraction is rounded to the next smaller unit
    if let (true, Some((_, smaller))) = (value.fract() != 0.0, at.checked_sub(1).and_then(|below| table.get(below))) {
        out = (out * base / smaller).round_ties_even() * smaller / base;
    }
    Some(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may end here")]
mod tests {
    use super::*;

    #[test]
    fn values_are_spelt_as_the_server_does() {
        let rows = [
            ("ssl", "TRUE", Some("on")),
            ("ssl", "of", Some("off")),
            ("ssl", "o", None),
            ("shared_buffers", "128MB", Some("16384")),
            ("shared_buffers", "16384", Some("16384")),
            ("log_min_duration_statement", "1.5s", Some("1500")),
            ("log_min_duration_statement", "-1", Some("-1")),
            ("log_rotation_age", "1d", Some("1440")),
            ("authentication_timeout", "1min", Some("60")),
            ("unix_socket_permissions", "0770", Some("0770")),
            ("log_file_mode", "416", Some("0640")),
            ("log_statement", "ALL", Some("all")),
            ("password_encryption", "on", None),
            ("huge_pages", "yes", Some("on")),
            ("work_mem", "4 MB", Some("4096")),
            ("work_mem", "4mb", None),
        ];
        for (key, written, wanted) in rows {
            assert_eq!(spell(key, written).as_deref(), wanted, "{key} = {written}");
        }
    }

    #[test]
    fn lines_are_read_as_the_server_reads_them() {
        let one = |line: &str| directive(line, 1).unwrap().map(|entry| (entry.key, entry.node.scalar().unwrap().to_owned()));
        assert_eq!(one("ssl on # c"), Some(("ssl".into(), "on".into())));
        assert_eq!(one("log_line_prefix='%m \\'x'' # ' # c"), Some(("log_line_prefix".into(), "%m 'x' # ".into())));
        assert_eq!(one("a.b = 1#c"), Some(("a.b".into(), "1".into())));
        for wrong in ["ssl", "ssl = 'on", "ssl = on off", "= on", "[x]"] {
            assert!(directive(wrong, 1).is_err(), "{wrong}");
        }
    }
}
