//! `ehr verify`: everything a ledger folder says is computed again from its genesis.

mod chain;
mod error;
mod keeper;
mod report;
mod scratch;

pub use chain::verify;
pub use error::VerifyError;
pub use report::{Problem, Report};

use super::folders;
use crate::cli::{Exit, VerifyArgs};
use crate::ui::{Mode, Screen, count};
use ehr_core::primitives::ChainId;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs the command.
pub fn run(args: VerifyArgs, mode: Mode) -> ExitCode {
    let screen = Screen::new(mode);
    let exit = match folders::ledgers(&args.dir) {
        Ok(dirs) => {
            // A ledger that could not be checked does not hide what was found about the others.
            let check = |dir: &PathBuf| verify(dir, &screen).unwrap_or_else(|e| Report::unchecked(dir, &e));
            let reports: Vec<Report> = dirs.iter().map(check).collect();
            reports.iter().for_each(|report| tell(&screen, report));
            let chains: BTreeSet<ChainId> = reports.iter().filter_map(|report| report.chain).collect();
            if chains.len() > 1 {
                screen.note(&format!(
                    "these ledgers are of {} different chains: compare their ids",
                    chains.len()
                ));
            }
            let sound = reports.iter().all(|report| report.is_sound());
            let document = serde_json::json!({ "sound": sound, "ledgers": reports });
            if screen.end(&document) && sound { Exit::Success } else { Exit::Failed }
        }
        Err(error) => {
            screen.error(&error.to_string());
            Exit::Failed
        }
    };
    exit.into()
}

/// A report for people.
pub(super) fn tell(screen: &Screen, report: &Report) {
    match (report.chain, report.tip) {
        (Some(chain), Some(tip)) => {
            let (folder, height) = (report.ledger.display(), report.height);
            screen.note(&format!("{folder}: chain {chain}, height {height}, tip {tip}"));
            match report.operator {
                Some(operator) => screen.note(&format!("{folder}: kept by {operator}")),
                None => screen.note(&format!(
                    "{folder}: kept by an unknown institution, node.json is missing or wrong: every body is expected"
                )),
            }
            contents(screen, report);
        }
        _ => screen.note(&format!("{}: not checked", report.ledger.display())),
    }
    for problem in &report.problems {
        screen.note(&format!("WRONG {}: {}", problem.place(), problem.what));
    }
    if report.more_problems > 0 {
        screen.note(&format!("and {} more problems", count(report.more_problems)));
    }
}

/// What was checked of a ledger that opened.
fn contents(screen: &Screen, report: &Report) {
    screen.note(&format!(
        "{}: {} blocks, {} transactions, {} record versions, {} state entries, {} bodies{}",
        report.ledger.display(),
        count(report.blocks),
        count(report.transactions),
        count(report.versions),
        count(report.state_entries),
        count(report.bodies),
        if report.is_sound() { ": sound" } else { "" }
    ));
    if report.bodies_elsewhere > 0 {
        screen.note(&format!("{} bodies are kept by other institutions", count(report.bodies_elsewhere)));
    }
}
