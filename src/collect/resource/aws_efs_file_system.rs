//! A file system of EFS: whether it is encrypted.

use super::{Kind, Parts, as_it_is, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const API: &str = "Amazon EFS API reference, CreateFileSystem";

const KNOWN: &[Known] = &[is("encrypted", "false", API), is("key", "none", API)];

/// AWS EFS file system.
pub(super) static KIND: Kind = Kind {
    id: "aws_efs_file_system",
    title: "AWS EFS file system",
    notes: "`encrypted`, `key`. From CloudFormation, Terraform, and `aws efs describe-file-systems`.",
    known: KNOWN,
    sources: &[
        source(Dialect::CloudFormation, "AWS::EFS::FileSystem", &[], &[("encrypted", "Encrypted"), ("key", "KmsKeyId")]),
        source(Dialect::Terraform, "aws_efs_file_system", &[], &[("encrypted", "encrypted"), ("key", "kms_key_id")]),
        source(Dialect::Aws, "FileSystems", &["FileSystemId"], &[("encrypted", "Encrypted"), ("key", "KmsKeyId")]),
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
