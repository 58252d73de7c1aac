//! What a run went through, and how it failed if it did.

use core::fmt;

/// Dangers met and work done in one run; sums over many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Events handled.
    pub steps: u64,
    /// Blocks mined.
    pub mined: u64,
    /// Height every node agreed on at the end.
    pub height: u64,
    /// Transactions submitted by clients.
    pub submitted: u64,
    /// Of those, on the chain at the end.
    pub on_chain: u64,
    /// Reorganisations, and the deepest.
    pub reorgs: u64,
    /// Blocks undone by the deepest reorganisation.
    pub deepest: u64,
    /// Nodes crashed.
    pub crashes: u64,
    /// Crashes that took back a write under way.
    pub lost_writes: u64,
    /// Writes that failed.
    pub failed_writes: u64,
    /// Partitions.
    pub partitions: u64,
    /// Frames lost.
    pub lost_frames: u64,
    /// Bad blocks offered by the misbehaving node.
    pub bad_blocks: u64,
    /// Peers disconnected for misbehaving.
    pub disconnects: u64,
    /// Decisions checked against the model of grants and revocations.
    pub decisions: u64,
    /// Of those, refused because a revocation was on the chain.
    pub revoked: u64,
}

impl Report {
    /// Adds another run.
    pub fn add(&mut self, o: &Self) {
        self.steps += o.steps;
        self.mined += o.mined;
        self.height += o.height;
        self.submitted += o.submitted;
        self.on_chain += o.on_chain;
        self.reorgs += o.reorgs;
        self.deepest = self.deepest.max(o.deepest);
        self.crashes += o.crashes;
        self.lost_writes += o.lost_writes;
        self.failed_writes += o.failed_writes;
        self.partitions += o.partitions;
        self.lost_frames += o.lost_frames;
        self.bad_blocks += o.bad_blocks;
        self.disconnects += o.disconnects;
        self.decisions += o.decisions;
        self.revoked += o.revoked;
    }

    /// Dangers that many runs together should have met and did not.
    pub fn not_met(&self) -> Vec<&'static str> {
        [
            (self.reorgs, "reorganisation"),
            (self.crashes, "crash"),
            (self.lost_writes, "crash that lost a write"),
            (self.failed_writes, "failed write"),
            (self.partitions, "partition"),
            (self.lost_frames, "lost frame"),
            (self.bad_blocks, "bad block"),
            (self.disconnects, "disconnected peer"),
            (self.revoked, "decision after a revocation"),
        ]
        .into_iter()
        .filter(|(n, _)| *n == 0)
        .map(|(_, name)| name)
        .collect()
    }
}

/// A broken invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Replays the run.
    pub seed: u64,
    /// Simulated time, milliseconds from the start.
    pub at: u64,
    /// Events handled before.
    pub step: u64,
    /// What was found.
    pub what: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "seed {}, step {}, {} ms: {}", self.seed, self.step, self.at, self.what)
    }
}
