//! `ehr demo`.

use crate::cli::{DemoArgs, Exit};
use crate::ui::{Mode, Screen};
use std::process::ExitCode;

/// Runs the command.
pub fn run(_args: DemoArgs, mode: Mode) -> ExitCode {
    Screen::new(mode).error("the `demo` command is not wired yet");
    Exit::Failed.into()
}
