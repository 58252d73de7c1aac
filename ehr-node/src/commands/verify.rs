//! `ehr verify`.

use crate::cli::{Exit, VerifyArgs};
use crate::ui::{Mode, Screen};
use std::process::ExitCode;

/// Runs the command.
pub fn run(_args: VerifyArgs, mode: Mode) -> ExitCode {
    Screen::new(mode).error("the `verify` command is not wired yet");
    Exit::Failed.into()
}
