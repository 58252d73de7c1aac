//! What a verification found.

use crate::primitives::{AccountId, BlockId, ChainId, Hash32, Height, RecordId, VersionNo};
use serde::Serialize;

/// Problems that are told in full; more are counted.
const MAX_PROBLEMS: usize = 20;

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Height of the block, where it is about one.
    pub height: Option<Height>,
    /// The block's id, as far as known.
    pub block: Option<BlockId>,
    /// The record, where it is about one.
    pub record: Option<RecordId>,
    /// The record's version.
    pub version: Option<VersionNo>,
    /// What is wrong.
    pub what: String,
}

impl Problem {
    /// About the ledger as a whole.
    pub fn general(what: impl Into<String>) -> Self {
        Self { height: None, block: None, record: None, version: None, what: what.into() }
    }

    /// About a block.
    pub fn block(height: Height, block: Option<BlockId>, what: impl ToString) -> Self {
        Self { height: Some(height), block, ..Self::general(what.to_string()) }
    }

    /// Where, in words.
    pub fn place(&self) -> String {
        let mut place = Vec::new();
        if let Some(record) = self.record {
            let version = self.version.map(|version| format!(" version {version}")).unwrap_or_default();
            place.push(format!("record {record}{version}"));
        }
        match (self.height, self.block) {
            (Some(height), Some(id)) => place.push(format!("block {height} ({id})")),
            (Some(height), None) => place.push(format!("block {height}")),
            _ => {}
        }
        if place.is_empty() { "the ledger".to_owned() } else { place.join(", ") }
    }
}

/// What was checked, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The chain; compare it with the one you were told.
    pub chain: Option<ChainId>,
    /// The institution that keeps it, whose bodies were expected; if none is known, every body was.
    pub operator: Option<AccountId>,
    /// Height of the newest block.
    pub height: Height,
    /// The newest block.
    pub tip: Option<BlockId>,
    /// State root after it, as computed again; none if it could not be.
    pub state_root: Option<Hash32>,
    /// Blocks, genesis among them.
    pub blocks: u64,
    /// Transactions.
    pub transactions: u64,
    /// Record versions, proposals among them.
    pub versions: u64,
    /// State entries compared.
    pub state_entries: u64,
    /// Bodies, manifests and wraps that are there and whole.
    pub bodies: u64,
    /// Bodies that other institutions keep.
    pub bodies_elsewhere: u64,
    /// What is wrong, in chain order.
    pub problems: Vec<Problem>,
    /// Problems beyond those told.
    pub more_problems: u64,
}

impl Default for Report {
    fn default() -> Self {
        Self::new()
    }
}

impl Report {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self {
            chain: None,
            operator: None,
            height: Height::ZERO,
            tip: None,
            state_root: None,
            blocks: 0,
            transactions: 0,
            versions: 0,
            state_entries: 0,
            bodies: 0,
            bodies_elsewhere: 0,
            problems: Vec::new(),
            more_problems: 0,
        }
    }

    /// The report on a ledger that could not be checked, and why.
    pub fn unchecked(why: &impl ToString) -> Self {
        let mut report = Self::new();
        report.add(Problem::general(why.to_string()));
        report
    }

    /// Notes a problem: the first ones in full, more are counted.
    pub fn add(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.more_problems = self.more_problems.saturating_add(1);
        }
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }
}
