//! The one integration binary. Behaviour goes through the public door: the program, or the library as its users see it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may end where something is wrong")]

mod against;
mod alarms;
mod architecture;
mod binary_books;
mod cache;
mod ci_files;
mod classes;
mod cli;
mod comparisons;
mod conditions;
mod config_cases;
mod configs;
mod confinement;
mod containers;
mod databases;
mod defaults;
mod detect;
mod determinism;
mod disks;
mod disks_odd;
mod docs;
mod documents;
mod faults;
mod forgotten;
mod formats;
mod formats_of_fields;
mod found;
mod hidden;
mod hidden_pages;
mod hidden_prose;
mod hostile;
mod html;
mod interrupted;
mod leak;
mod leak_settings;
mod machine_reports;
mod made;
mod made_disks;
mod members;
mod objects;
mod ocr;
mod packed;
mod page_text;
mod passwords;
mod pdf;
mod people;
mod pictures;
mod pieces;
#[cfg(target_os = "linux")]
mod plants;
mod policies;
mod policy_errors;
mod prose;
mod protocol;
mod quiet;
mod reduction;
mod registries;
mod render;
mod report_pdf;
mod retention;
mod review;
mod rich_text;
mod roster_columns;
mod said;
mod score;
mod shards;
mod signatures;
mod since;
mod sources;
mod spreadsheets;
mod support;
mod tailoring;
mod verdicts;
mod working_life;

#[path = "../../fuzz/src/harness/mod.rs"]
mod harness;

#[path = "../../examples/synth.rs"]
mod synth;

#[path = "../../examples/alarms/look_alikes.rs"]
mod look_alikes;

#[path = "../../examples/rosters/measure.rs"]
mod rosters;
