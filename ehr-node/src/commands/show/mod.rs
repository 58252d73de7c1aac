//! `ehr show`: the chain, a block, a transaction or a record, from a ledger folder, changing nothing in it.

mod chain;
mod error;
mod evidence;
mod fields;
mod ledger;
mod payload;
mod record;
mod tx;
mod validators;

use self::error::ShowError;
use self::ledger::Ledger;
use super::folders;
use crate::cli::{Exit, Show, ShowArgs};
use crate::ui::{Mode, Screen};
use serde_json::Value;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: ShowArgs, mode: Mode) -> ExitCode {
    let screen = Screen::new(mode);
    let exit = match show(args, &screen) {
        Ok(document) if screen.end(&document) => Exit::Success,
        Ok(_) => Exit::Failed,
        Err(error) => {
            screen.error(&error.to_string());
            Exit::Failed
        }
    };
    exit.into()
}

/// Prints what was asked for and gives the same as a document.
fn show(args: ShowArgs, screen: &Screen) -> Result<Value, ShowError> {
    let folders = folders::ledgers(&args.dir)?;
    let Some((first, others)) = folders.split_first() else { return Ok(Value::Null) };
    let ledger = Ledger::open(first)?;
    if !others.is_empty() {
        screen.note(&format!("{}, the first of {} ledgers here", first.display(), folders.len()));
    }
    match args.what.unwrap_or(Show::Chain) {
        Show::Chain => chain::chain(&ledger, screen),
        Show::Block { block } => chain::block(&ledger, &block, screen),
        Show::Tx { id } => tx::tx(&ledger, &id, screen),
        Show::Record { id } => record::record(&ledger, &id, screen),
        Show::Validators => validators::validators(&ledger, screen),
        Show::Evidence => evidence::evidence(&ledger, screen),
    }
}
