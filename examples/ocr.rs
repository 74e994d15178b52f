//! Prints what optical reading makes of pictures and scanned PDFs, and how long it took: for measuring it against known text
//! (`benches/ocr.py`). Not for deliveries: it prints what it reads, which `provost` never does.
//!
//! ```sh
//! cargo run --release --features ocr --example ocr -- MODELS FILE...
//! ```
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use provost::collect::ocr::{ModelFiles, Ocr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(models) = arguments.next() else {
        eprintln!("usage: ocr MODELS FILE...");
        return ExitCode::from(2);
    };
    let ocr = match ModelFiles::read(Path::new(&models)).and_then(Ocr::new) {
        Ok(ocr) => ocr,
        Err(reason) => {
            eprintln!("{models}: {reason}");
            return ExitCode::from(2);
        }
    };
    for file in arguments {
        let begun = Instant::now();
        let read = std::fs::read(&file).map_err(|error| error.to_string()).and_then(|bytes| ocr.text(&bytes));
        println!("== {file} {:.2} s", begun.elapsed().as_secs_f64());
        match read {
            Ok(lines) => lines.iter().for_each(|line| println!("{line}")),
            Err(reason) => eprintln!("{file}: {reason}"),
        }
    }
    ExitCode::SUCCESS
}
