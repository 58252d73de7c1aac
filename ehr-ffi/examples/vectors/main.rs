//! Answers every golden vector through the public functions of `ehr_ffi::toolbox` (`docs/vectors.md`).
//!
//! `cargo run -p ehr-ffi --example vectors [FOLDER]`; the default folder is `vectors/` of this repository.

#[path = "../../tests/vectors/mod.rs"]
mod runner;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors")));
    let report = runner::run(&folder);
    print!("{report}");
    ExitCode::from(report.exit_code())
}
