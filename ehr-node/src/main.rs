//! The `ehr` command.

use clap::Parser as _;
use std::process::ExitCode;

/// Executing blocks makes many small values: a tenth of the time is the allocator's, half of it with this one
/// (`docs/benchmarks.md`).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ehr_node::cli::quiet_panics();
    ehr_node::temporary::remove_on_interrupt();
    ehr_node::cli::Cli::parse().run()
}
