//! What came of a run.

use ehr_core::consensus::bft::VoteKind;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// An offence: validator, height, round, and the kind of vote or none for a proposal.
pub type Slot = (usize, u64, u32, Option<VoteKind>);

/// What came of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Events handled.
    pub events: u64,
    /// Virtual time, milliseconds.
    pub virtual_ms: u64,
    /// Decisions above round 0, over all validators.
    pub late_rounds: u64,
    /// Highest round decided in.
    pub max_round: u32,
    /// Machines that crashed.
    pub crashes: u64,
    /// Logs that were cut back to whole records after a crash.
    pub torn: u64,
    /// Decided blocks that were sent to validators behind.
    pub served: u64,
    /// Writes to logs.
    pub writes: u64,
    /// Frames sent.
    pub frames: u64,
    /// Messages not signed because the sign-protection record forbade it.
    pub abstained: u64,
    /// Peers that honest validators disconnected.
    pub disconnected: BTreeMap<usize, u64>,
    /// Conflicting pairs that were signed.
    pub offences: BTreeSet<Slot>,
    /// Those of which some honest validator held both at once, in memory or in its log; all were delivered.
    pub provable: BTreeSet<Slot>,
    /// Those that honest validators delivered evidence of.
    pub evidence: BTreeSet<Slot>,
    /// Evidence against validators that are not supposed to misbehave.
    pub accused: BTreeSet<Slot>,
    /// Blocks decided, by maker.
    pub makers: BTreeMap<usize, u64>,
    /// When the validator of [`Scenario::joins`](super::Scenario) started and had all blocks decided then, virtual
    /// milliseconds.
    pub joined_ms: Option<(u64, u64)>,
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
    /// What had come of it.
    pub report: Box<Report>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}: {}", self.seed, self.what)
    }
}
