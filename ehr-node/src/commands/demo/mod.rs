//! `ehr demo`: the whole story, on two hospitals in one process. Each chapter checks what it claims, and the story
//! stops at the first claim that does not hold.

mod council;
mod error;
mod hospital;
mod ingest;
mod input;
mod measure;
mod mining;
mod offline;
mod opening;
mod patient;
mod place;
mod revoking;
mod sharing;
mod story;
mod summary;
mod tamper;
mod world;

use self::error::DemoError;
use self::place::Place;
use self::summary::{Phases, Summary};
use self::world::Sealing;
use crate::cli::{DemoArgs, Exit};
use crate::ui::{Mode, Screen};
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: DemoArgs, mode: Mode) -> ExitCode {
    let screen = Screen::new(mode);
    let exit = match play(args, &screen) {
        Ok(summary) => {
            summary.table(&screen);
            match screen.end(&summary) {
                false => Exit::Failed,
                true if summary.left_out.is_empty() => Exit::Success,
                true => Exit::InputProblems,
            }
        }
        Err(error) => {
            screen.error(&error.to_string());
            Exit::Failed
        }
    };
    exit.into()
}

fn play(args: DemoArgs, screen: &Screen) -> Result<Summary, DemoError> {
    let phases = Phases::start();
    let input = input::read(&args, screen)?;
    let sealing = Sealing::of(&args);
    let place = Place::new(args.keep)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    runtime.map_err(DemoError::Runtime)?.block_on(story::tell(screen, &place, sealing, input, phases))
}
