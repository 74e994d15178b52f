//! A trail of `CloudTrail`: what it writes down, and whether anybody could change it afterwards.

use super::{BY_NAME, Kind, Parts, Source, as_it_is, nothing, source};
use crate::collect::config::known::{Known, is};
use crate::collect::config::thing::Dialect;

const API: &str = "AWS CloudTrail API reference, CreateTrail";

const KNOWN: &[Known] = &[
    is("global_events", "true", API),
    is("key", "none", API),
    is("logging", "true", API),
    is("multi_region", "false", API),
    is("validation", "false", API),
];

/// AWS `CloudTrail` trail.
pub(super) static KIND: Kind = Kind {
    id: "aws_cloudtrail",
    title: "AWS CloudTrail trail",
    notes: "`multi_region`, `logging`, `validation` (of log files), `key`, `global_events`. From CloudFormation, Terraform, and `aws cloudtrail describe-trails` and `get-trail-status` (the file is called after the trail; without it nobody can say whether it logs).",
    known: KNOWN,
    sources: &[
        source(
            Dialect::CloudFormation,
            "AWS::CloudTrail::Trail",
            &["TrailName"],
            &[
                ("multi_region", "IsMultiRegionTrail"),
                ("logging", "IsLogging"),
                ("validation", "EnableLogFileValidation"),
                ("key", "KMSKeyId"),
                ("global_events", "IncludeGlobalServiceEvents"),
            ],
        ),
        source(
            Dialect::Terraform,
            "aws_cloudtrail",
            &["name"],
            &[
                ("multi_region", "is_multi_region_trail"),
                ("logging", "enable_logging"),
                ("validation", "enable_log_file_validation"),
                ("key", "kms_key_id"),
                ("global_events", "include_global_service_events"),
            ],
        ),
        source(
            Dialect::Aws,
            "trailList",
            &["Name"],
            &[
                ("multi_region", "IsMultiRegionTrail"),
                ("validation", "LogFileValidationEnabled"),
                ("key", "KmsKeyId"),
                ("global_events", "IncludeGlobalServiceEvents"),
            ],
        ),
        Source {
            dialect: Dialect::Aws,
            of: "IsLogging",
            names: &[],
            part_of: BY_NAME,
            map: &[("logging", "IsLogging")],
            more: nothing,
        },
    ],
    parts: Parts::Add,
    settle: as_it_is,
};
