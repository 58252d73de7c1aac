//! The `ehr` command.

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    ehr_node::cli::quiet_panics();
    ehr_node::cli::Cli::parse().run()
}
