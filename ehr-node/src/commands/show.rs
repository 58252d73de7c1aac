//! `ehr show`.

use crate::cli::{Exit, ShowArgs};
use crate::ui::{Mode, Screen};
use std::process::ExitCode;

/// Runs the command.
pub fn run(_args: ShowArgs, mode: Mode) -> ExitCode {
    Screen::new(mode).error("the `show` command is not wired yet");
    Exit::Failed.into()
}
