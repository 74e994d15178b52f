//! Measures how rosters are read: makes them up, lets Provost read each by itself, and prints how many people it counted exactly and
//! how many columns it gave the right class. It must not print a value of a cell.
//!
//! ```sh
//! cargo run --example rosters -- [--count 400] [--seed 7] [--misses 40] [--out FOLDER]
//! ```
//!
//! With `--out` the rosters are written into a folder, too.
#![allow(clippy::print_stdout, reason = "a table for whoever runs it")]

#[path = "measure.rs"]
mod measure;

use measure::{Failure, make};
use std::path::Path;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (mut count, mut seed, mut misses, mut out) = (400, 7, 40, None);
    for pair in arguments.chunks(2) {
        match pair {
            [name, value] if name == "--count" => count = value.parse()?,
            [name, value] if name == "--seed" => seed = value.parse()?,
            [name, value] if name == "--misses" => misses = value.parse()?,
            [name, value] if name == "--out" => out = Some(value.as_str()),
            _ => return Err("usage: rosters [--count N] [--seed N] [--misses N] [--out FOLDER]".into()),
        }
    }
    if let Some(folder) = out {
        std::fs::create_dir_all(folder)?;
        for roster in make::rosters(seed, count) {
            std::fs::write(Path::new(folder).join(&roster.file), &roster.bytes)?;
        }
    }
    let outcome = measure::measure(make::rosters(seed, count))?;
    println!("{}", outcome.table());
    println!("{}", outcome.misses(misses));
    Ok(())
}
