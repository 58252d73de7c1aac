//! What the story adds up to.

use super::tamper::Tampering;
use crate::commands::verify::Report;
use crate::ui::{Screen, bytes, count, duration};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long one chapter took.
#[derive(Serialize)]
pub(super) struct Phase {
    name: &'static str,
    milliseconds: u64,
}

/// Measures chapters.
pub(super) struct Phases {
    began: Instant,
    last: Instant,
    pub(super) done: Vec<Phase>,
}

impl Phases {
    pub(super) fn start() -> Self {
        let now = Instant::now();
        Self { began: now, last: now, done: Vec::new() }
    }

    /// A chapter ends; the next one begins.
    pub(super) fn end(&mut self, name: &'static str) {
        self.done.push(Phase { name, milliseconds: milliseconds(self.last.elapsed()) });
        self.last = Instant::now();
    }

    pub(super) fn total(&self) -> u64 {
        milliseconds(self.began.elapsed())
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What was shown to work, counted.
#[derive(Default, Serialize)]
pub(super) struct Shown {
    /// Versions the patients opened themselves and found equal to the input.
    pub(super) opened_by_patients: u64,
    /// Versions hospital B opened under the grant and found equal to the input.
    pub(super) opened_under_grant: u64,
    /// Attempts that were refused, as they must be: what and why.
    pub(super) refused: Vec<Refused>,
}

/// An attempt that must fail, and did.
#[derive(Serialize)]
pub(super) struct Refused {
    pub(super) what: &'static str,
    pub(super) why: String,
}

/// The document of `--json`, and the table.
#[derive(Serialize)]
pub(super) struct Summary {
    pub(super) success: bool,
    pub(super) bundles: usize,
    pub(super) bundles_without_patient: usize,
    /// Entries about no patient, which are not stored: how many of each type.
    pub(super) not_stored: BTreeMap<String, usize>,
    /// What was left out of the input, each with its reason.
    pub(super) left_out: Vec<String>,
    pub(super) hospitals: usize,
    pub(super) doctors: usize,
    pub(super) patients: usize,
    pub(super) records: usize,
    pub(super) versions: usize,
    pub(super) blocks: u64,
    pub(super) transactions: u64,
    pub(super) bytes_on_chain: u64,
    pub(super) bytes_off_chain: u64,
    pub(super) input_bytes: u64,
    pub(super) shown: Shown,
    pub(super) verified: Vec<Report>,
    pub(super) tampering: Vec<Tampering>,
    pub(super) phases: Vec<Phase>,
    pub(super) milliseconds: u64,
    /// The folder that was kept.
    pub(super) ledger: Option<PathBuf>,
}

impl Summary {
    /// The closing table.
    pub(super) fn table(&self, screen: &Screen) {
        let number = |n: usize| count(u64::try_from(n).unwrap_or(u64::MAX));
        let mut rows = vec![
            ("hospitals", number(self.hospitals)),
            ("doctors", number(self.doctors)),
            ("patients", number(self.patients)),
            ("records", number(self.records)),
            ("record versions", number(self.versions)),
            ("blocks", count(self.blocks)),
            ("transactions", count(self.transactions)),
            ("bytes of input", bytes(self.input_bytes)),
            ("bytes on chain", bytes(self.bytes_on_chain)),
            ("bytes off chain", bytes(self.bytes_off_chain)),
            ("entries about no patient", number(self.not_stored.values().sum())),
            ("input left out", number(self.left_out.len())),
        ];
        let time = |ms| duration(Duration::from_millis(ms));
        rows.extend(self.phases.iter().map(|phase| (phase.name, time(phase.milliseconds))));
        rows.push(("time in all", time(self.milliseconds)));
        let rows: Vec<Vec<String>> =
            rows.into_iter().map(|(what, value)| vec![what.to_owned(), value]).collect();
        screen.table("Summary", &[], &rows);
    }
}
