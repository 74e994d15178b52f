//! Object stores: S3 and what speaks as it does, Azure Blob, Google Cloud Storage. A prefix is read as a folder, an object as a file. The
//! store may lie, never end, or have keys that no file system has: each object is an entry of its own, and what cannot be had is a gap.
//! Credentials come from whoever calls; none is in a message, nor is anything that a server answered.

mod keys;
mod wire;

use super::{Fetched, Remote};
use crate::collect::walk::{Entry, EntryKind, TargetError};
use crate::detect::mask;
use crate::model::evidence::{Gap, GapKind};
use futures_util::StreamExt;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::client::{HttpError, HttpErrorKind};
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::list::{PaginatedListOptions, PaginatedListStore};
use object_store::{BackoffConfig, GetOptions, GetRange, ObjectMeta, ObjectStore, RetryConfig};
use std::collections::HashMap;
use std::io::{Error, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use wire::{Connector, Signer, Wire};

/// Objects that are listed.
const MOST_OBJECTS: usize = 5_000_000;
/// Pages without an object that a store may give.
const MOST_EMPTY: usize = 100;
/// How long a page of a listing may take, all tries together.
const PAGE: Duration = Duration::from_mins(3);
/// How long an object may take, whatever its size, ...
const OBJECT: Duration = Duration::from_mins(2);
/// ... and bytes a second that a larger one must reach.
const SLOWEST: u64 = 100_000;
/// Times that a request is made again, ...
const RETRIES: usize = 4;
/// ... and for how long.
const RETRIED: Duration = Duration::from_mins(1);

/// What can be listed page by page, and read.
trait Store: ObjectStore + PaginatedListStore {}
impl<T: ObjectStore + PaginatedListStore> Store for T {}

/// A prefix of a bucket.
pub struct Objects {
    /// As it is shown.
    name: String,
    bucket: String,
    prefix: String,
    store: Box<dyn Store>,
    runtime: tokio::runtime::Runtime,
    /// Whether the prefix is an object's key.
    single: AtomicBool,
    /// What objects were when they were listed, by their keys.
    tags: Mutex<HashMap<u64, Box<str>>>,
}

impl std::fmt::Debug for Objects {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Objects").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The beginning of the names of settings that belong to a kind of store; `None` if there is no such store.
pub fn settings(scheme: &str) -> Option<&'static str> {
    match scheme {
        "s3" => Some("AWS_"),
        "az" => Some("AZURE_"),
        "gs" => Some("GOOGLE_"),
        _ => None,
    }
}

impl Objects {
    /// What lies below `scheme://bucket/prefix`, with the settings that the provider documents as variables of the environment.
    ///
    /// # Errors
    /// A sentence, where the address or the settings cannot be used.
    pub fn open(address: &str, settings: &[(String, String)]) -> Result<Self, String> {
        let (scheme, rest) = address.split_once("://").ok_or("it is no address")?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |c: char| c.is_ascii_alphanumeric() || ['.', '-', '_', '$'].contains(&c);
        if bucket.is_empty() || !bucket.chars().all(plain) {
            return Err("its first part is no name of a bucket; credentials are given by the environment".to_owned());
        }
        // who has installed another one meant it
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let store = build(scheme, bucket, settings)?;
        Ok(Self {
            name: mask::clean(address.trim_end_matches('/')),
            bucket: format!("{scheme}://{bucket}"),
            prefix: prefix.to_owned(),
            store,
            runtime,
            single: AtomicBool::new(false),
            tags: Mutex::default(),
        })
    }

    /// Everything below a prefix that ends with `/` or is empty.
    async fn below(&self, prefix: &str) -> Result<Vec<Entry>, TargetError> {
        let mut entries = Vec::new();
        let mut tags = HashMap::new();
        let (mut token, mut empty) = (None, 0);
        let broken = loop {
            let page = match self.page(prefix, token.clone()).await {
                Ok(page) => page,
                Err(reason) if entries.is_empty() => {
                    return Err(TargetError::Unreadable { path: self.name.clone(), reason });
                }
                Err(reason) => break Some((GapKind::Unreadable, format!("the listing broke off: {reason}"))),
            };
            empty = if page.0.is_empty() { empty + 1 } else { 0 };
            for object in page.0 {
                entries.extend(self.entry(prefix, &object, &mut tags));
            }
            if page.1.is_none() {
                break None;
            }
            if page.1 == token || empty > MOST_EMPTY {
                break Some((GapKind::Unreadable, "the store gives the same pages again and again".to_owned()));
            }
            if entries.len() >= MOST_OBJECTS {
                break Some((GapKind::Limit, format!("more than {MOST_OBJECTS} objects: the others were not listed")));
            }
            token = page.1;
        };
        if let Some((kind, reason)) = broken {
            entries.push(Entry::named(PathBuf::from("?"), EntryKind::Unlisted(kind, reason.into())));
        }
        *self.tags.lock().unwrap_or_else(PoisonError::into_inner) = tags;
        Ok(entries)
    }

    async fn page(&self, prefix: &str, page_token: Option<String>) -> Result<(Vec<ObjectMeta>, Option<String>), String> {
        let options = PaginatedListOptions { page_token, ..PaginatedListOptions::default() };
        let prefix = Some(prefix).filter(|prefix| !prefix.is_empty());
        let page = tokio::time::timeout(PAGE, self.store.list_paginated(prefix, options)).await;
        let page = page.map_err(|_| "the store takes too long".to_owned())?.map_err(|error| reason(&error))?;
        Ok((page.result.objects, page.page_token.filter(|token| !token.is_empty())))
    }

    /// An object as an entry; nothing for what stands for a folder.
    fn entry(&self, prefix: &str, object: &ObjectMeta, tags: &mut HashMap<u64, Box<str>>) -> Option<Entry> {
        let key = keys::key(&object.location);
        if key.ends_with('/') && object.size == 0 {
            return None;
        }
        let Some(path) = key.strip_prefix(prefix) else {
            let reason = "the store named an object that was not asked for".to_owned();
            return Some(Entry::named(PathBuf::from(key), EntryKind::Unlisted(GapKind::Unreadable, reason.into())));
        };
        let path = if path.is_empty() { "/" } else { path };
        if key.split('/').any(|part| part == "." || part == "..") {
            let reason = "its key has a part `.` or `..`, which no address can hold: it was not fetched".to_owned();
            return Some(Entry::named(PathBuf::from(path), EntryKind::Unlisted(GapKind::Unreadable, reason.into())));
        }
        let stamp = object.e_tag.as_ref().map_or(0, |tag| {
            let seconds = object.last_modified.timestamp().to_le_bytes();
            let facts = [self.bucket.as_bytes(), tag.as_bytes(), &object.size.to_le_bytes(), &seconds];
            short(&facts.join(&0))
        });
        if let Some(tag) = &object.e_tag {
            tags.insert(short(key.as_bytes()), tag.as_str().into());
        }
        let (size, modified) = (object.size, object.last_modified.timestamp());
        Some(Entry { size, modified, stamp, ..Entry::named(PathBuf::from(path), EntryKind::File) })
    }

    async fn all(&self) -> Result<Vec<Entry>, TargetError> {
        let unreadable = |reason| TargetError::Unreadable { path: self.name.clone(), reason };
        let folder = if self.prefix.is_empty() || self.prefix.ends_with('/') {
            self.prefix.clone()
        } else {
            // an object of that very key is what was named
            let page = self.page(&self.prefix, None).await.map_err(unreadable)?;
            let folder = format!("{}/", self.prefix);
            if let Some(object) = page.0.into_iter().find(|object| keys::key(&object.location) == self.prefix) {
                let beside = self.page(&folder, None).await.map_err(unreadable)?;
                return Ok(self.one(&object, !beside.0.is_empty()));
            }
            folder
        };
        let entries = self.below(&folder).await?;
        if entries.is_empty() { Err(TargetError::Missing(self.name.clone())) } else { Ok(entries) }
    }

    /// The object that was named, and whether there are others of whose keys its own is the beginning.
    fn one(&self, object: &ObjectMeta, others: bool) -> Vec<Entry> {
        let mut tags = HashMap::new();
        let above = self.prefix.rsplit_once('/').map_or(0, |(folder, _)| folder.len() + 1);
        let mut entries: Vec<Entry> = self.entry(self.prefix.get(..above).unwrap_or(""), object, &mut tags).into_iter().collect();
        *self.tags.lock().unwrap_or_else(PoisonError::into_inner) = tags;
        self.single.store(true, Ordering::Relaxed);
        if others {
            let reason = "there are objects below it, too: audit them as a target of its own, with a slash at the end".to_owned();
            entries.push(Entry::named(PathBuf::from("?"), EntryKind::Unlisted(GapKind::NotAFile, reason.into())));
        }
        entries
    }

    /// The key of an entry.
    fn key(&self, entry: &Entry) -> String {
        if self.single() {
            return self.prefix.clone();
        }
        let path = entry.path.to_string_lossy();
        let path = if path == "/" { "" } else { &path };
        if self.prefix.is_empty() || self.prefix.ends_with('/') {
            format!("{}{path}", self.prefix)
        } else {
            format!("{}/{path}", self.prefix)
        }
    }

    async fn read(&self, entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        let key = self.key(entry);
        let tag = self.tags.lock().unwrap_or_else(PoisonError::into_inner).get(&short(key.as_bytes())).map(ToString::to_string);
        let mut more = entry.size > limit;
        let range = more.then_some(GetRange::Bounded(0..limit));
        let options = GetOptions { if_match: tag, range, ..GetOptions::default() };
        let begun = Instant::now();
        let stopped = |error: object_store::Error| Error::other(reason(&error));
        let got = tokio::time::timeout(OBJECT, self.store.get_opts(&keys::location(&key), options)).await;
        let got = got.map_err(|_| Error::new(ErrorKind::TimedOut, "the store takes too long"))?.map_err(stopped)?;
        let mut stream = got.into_stream();
        let mut written = 0_u64;
        while let Some(piece) = stream.next().await {
            let piece = piece.map_err(stopped)?;
            let room = usize::try_from(limit - written).unwrap_or(usize::MAX);
            more |= piece.len() > room;
            let piece = piece.get(..room.min(piece.len())).unwrap_or(&piece);
            into.write_all(piece)?;
            written += piece.len() as u64;
            if more && written == limit {
                break;
            }
            if begun.elapsed() > OBJECT + Duration::from_secs(written / SLOWEST) {
                return Err(Error::new(ErrorKind::TimedOut, "the store takes too long"));
            }
        }
        let mut gaps = Vec::new();
        if !more && written != entry.size {
            let reason = format!("it was listed with {} bytes and has {written}: it was changed meanwhile", entry.size);
            gaps.push(Gap { at: String::new(), kind: GapKind::Unreadable, reason });
        }
        Ok(Fetched { more, gaps })
    }
}

impl Remote for Objects {
    fn list(&self) -> Result<Vec<Entry>, TargetError> {
        self.runtime.block_on(self.all())
    }

    fn fetch(&self, entry: &Entry, limit: u64, into: &mut dyn Write) -> std::io::Result<Fetched> {
        self.runtime.block_on(self.read(entry, limit, into))
    }

    fn single(&self) -> bool {
        self.single.load(Ordering::Relaxed)
    }
}

fn short(bytes: &[u8]) -> u64 {
    blake3::hash(bytes).as_bytes().first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

/// The store of an address.
fn build(scheme: &str, bucket: &str, settings: &[(String, String)]) -> Result<Box<dyn Store>, String> {
    let retry = RetryConfig { backoff: BackoffConfig::default(), max_retries: RETRIES, retry_timeout: RETRIED };
    let wire = Arc::new(Wire::new(scheme == "az"));
    let connector = Connector(Arc::clone(&wire));
    let given = || settings.iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
    let unusable = |error: object_store::Error| {
        let which = self::settings(scheme).unwrap_or_default();
        format!("the variables {which}… of the environment: {}", unfit(&error.to_string()))
    };
    match scheme {
        "s3" => {
            let mut builder = AmazonS3Builder::new();
            for (name, value) in given() {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let region = builder.get_config_value(&AmazonS3ConfigKey::Region).unwrap_or_else(|| "us-east-1".to_owned());
            let builder = builder.with_bucket_name(bucket).with_retry(retry).with_http_connector(connector);
            let store = builder.build().map_err(unusable)?;
            wire.signed_by(Signer::Aws(Arc::clone(store.credentials()), region));
            Ok(Box::new(store))
        }
        "az" => {
            let mut builder = MicrosoftAzureBuilder::new();
            for (name, value) in given() {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let account = builder.get_config_value(&AzureConfigKey::AccountName).unwrap_or_else(|| "devstoreaccount1".to_owned());
            let builder = builder.with_container_name(bucket).with_retry(retry).with_http_connector(connector);
            let store = builder.build().map_err(unusable)?;
            wire.signed_by(Signer::Azure(Arc::clone(store.credentials()), account));
            Ok(Box::new(store))
        }
        "gs" => {
            let mut builder = GoogleCloudStorageBuilder::new();
            for (name, value) in given() {
                if let Ok(key) = name.parse() {
                    builder = builder.with_config(key, value);
                }
            }
            let builder = builder.with_bucket_name(bucket).with_retry(retry).with_http_connector(connector);
            Ok(Box::new(builder.build().map_err(unusable)?))
        }
        _ => Err("no object store is called so".to_owned()),
    }
}

/// Why settings cannot be used. The client's own words may quote a value, or a piece of one, and that is somebody's password as often as not.
fn unfit(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if says(&["must be specified", "missing "]) {
        "one of them is missing"
    } else if says(&["boolean"]) {
        "one that should be `true` or `false` is not"
    } else if says(&["service account", "credentials"]) {
        "the account, or the file it names, cannot be read"
    } else if says(&["url", "endpoint", "address"]) {
        "an address in one of them cannot be read"
    } else {
        "one of them cannot be used"
    }
}

/// Why a store did not give something. Its own words are not shown: it may say anything.
fn reason(error: &object_store::Error) -> String {
    use object_store::Error as Store;
    let said = match error {
        Store::NotFound { .. } => "the store says that it is not there",
        Store::Precondition { .. } | Store::NotModified { .. } => "it was changed after it was listed",
        Store::PermissionDenied { .. } => {
            "the store does not allow it: the credentials have no right to it, or it lies in an archive class"
        }
        Store::Unauthenticated { .. } => "the store does not know the credentials",
        other => return unsaid(other),
    };
    said.to_owned()
}

/// What the causes of an error tell.
fn unsaid(error: &object_store::Error) -> String {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(one) = cause {
        if let Some(http) = one.downcast_ref::<HttpError>() {
            let said = match http.kind() {
                HttpErrorKind::Connect => "there is no connection to the store",
                HttpErrorKind::Timeout => "the store takes too long",
                HttpErrorKind::Interrupted | HttpErrorKind::Request => "the connection broke off",
                HttpErrorKind::Decode => "the store's answer is none",
                _ => "the store cannot be talked to",
            };
            return said.to_owned();
        }
        cause = one.source();
    }
    let text = error.to_string();
    // of what a store answers its code is shown, and none of its words
    let code = text.split_once("status code: ").and_then(|(_, rest)| rest.get(..3)?.parse::<u16>().ok());
    match code {
        Some(404) => return "the store says that it is not there (404)".to_owned(),
        Some(403) => {
            return "the store refuses it: the credentials have no right to it, or it lies in an archive class (403)".to_owned();
        }
        Some(401) => return "the store refuses the credentials (401)".to_owned(),
        Some(code @ 300..=399) => return format!("the store sends elsewhere ({code}): not followed; is the region right?"),
        Some(code) => return format!("the store answers with an error ({code})"),
        None => {}
    }
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let said = if says(&["Credential", "credential", "token", "metadata"]) {
        "there are no credentials that could be used"
    } else if says(&["redirect", "Redirect"]) {
        "the store sends elsewhere: not followed; is the region right?"
    } else if says(&["Error getting list response", "invalid list response", "Invalid list response", "invalid path"]) {
        "the store's answer is no listing"
    } else {
        "the store answers with an error"
    };
    said.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A value that does not fit may be a password, or hold one.
    #[test]
    fn no_setting_is_quoted() {
        let mut refused = 0;
        for (address, name, value) in [
            ("gs://b", "GOOGLE_SERVICE_ACCOUNT_KEY", "\"hunter2 in a text\""),
            ("gs://b", "GOOGLE_SERVICE_ACCOUNT_KEY", "{\"private_key\": {\"hunter2\": 1}, \"hunter2\": 2"),
            ("s3://b", "AWS_ALLOW_HTTP", "hunter2"),
            ("s3://b", "AWS_S3_EXPRESS", "hunter2"),
            ("s3://b", "AWS_PROXY_URL", "http://ada:hunter2@ho st:x"),
            ("az://b", "AZURE_STORAGE_ACCOUNT_KEY", "hunter2=="),
            ("az://b", "AZURE_STORAGE_SAS_TOKEN", "sv=hunter2&%zz"),
            ("az://b", "AZURE_STORAGE_ENDPOINT", "::hunter2::"),
        ] {
            if let Err(reason) = Objects::open(address, &[(name.to_owned(), value.to_owned())]) {
                assert!(!reason.contains("hunter2") && reason.contains("of the environment: "), "{name}: {reason}");
                refused += 1;
            }
        }
        assert!(refused > 0, "the client takes anything");
    }
}
