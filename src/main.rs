//! The street door: arguments in, exit code out.

fn main() -> std::process::ExitCode {
    provost::cli::run(std::env::args_os())
}
