//! Writes what the built-in policies ask of configurations, as `src/policy/asks.txt` keeps it:
//! `cargo run --example asks > asks.txt && mv asks.txt src/policy/asks.txt`. It changes nothing itself.
#![allow(clippy::print_stdout, reason = "it is a program that prints")]

fn main() {
    for (product, keys) in provost::policy::asks::of_builtin(&provost::audit::Words::default().vocabulary()) {
        for key in keys {
            println!("{product}\t{key}");
        }
    }
}
