//! `provost worker`: examines artifacts for a coordinator. Started by the program itself, or by anything that pipes lines.

use super::{Failure, PASSED};

/// Runs it.
pub(crate) fn run() -> Result<u8, Failure> {
    // a panic must not print what it was about: only that it happened; the coordinator sees the death
    std::panic::set_hook(Box::new(|_| {}));
    let (input, output) = (std::io::stdin().lock(), std::io::stdout().lock());
    crate::collect::worker::run(input, output).map_err(|reason| Failure::Usage(reason, None))?;
    Ok(PASSED)
}
