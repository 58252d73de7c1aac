//! What came of a run.

use std::fmt;

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Events handled.
    pub events: u64,
    /// Virtual time, milliseconds.
    pub virtual_ms: u64,
    /// Final blocks.
    pub heights: u64,
    /// Transactions in them.
    pub txs: u64,
    /// Machines that crashed.
    pub crashes: u64,
    /// Machines that were cut off.
    pub cuts: u64,
    /// Transactions that were refused when they were submitted.
    pub refused: u64,
    /// Offences that somebody could prove; all were punished.
    pub offences: u64,
    /// Convictions that replicas told of.
    pub convictions: u64,
    /// Hash over every event: two runs with one seed have the same.
    pub trace: String,
}

/// A run that broke a promise.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Run this again.
    pub seed: u64,
    /// What broke.
    pub what: String,
    /// Whether it is only that nothing goes on.
    pub stuck: bool,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.what)
    }
}
