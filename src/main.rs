//! The street door: arguments in, exit code out.

/// Freed memory is wiped: what held a found value does not keep it.
#[global_allocator]
static WIPED: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> std::process::ExitCode {
    provost::cli::run(std::env::args_os())
}
