//! The blocks of the current height: bodies, the host's verdicts, and who waits for one.

use ehr_core::primitives::{AccountId, BlockId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Blocks kept of one round: the proposer's, and one more that convicts it.
const PER_ROUND: usize = 2;

/// Where a block was proposed, or that a certificate came for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) round: u32,
    pub(crate) proposer: AccountId,
    /// It came with its certificate.
    pub(crate) decided: bool,
}

#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) bytes: Arc<[u8]>,
    /// What the host said, if it did.
    pub(crate) verdict: Option<bool>,
    /// The host was asked, and whether it was told that the block is decided.
    pub(crate) asked: Option<bool>,
    /// The log has the bytes.
    pub(crate) logged: bool,
    waiting: BTreeSet<Place>,
}

#[derive(Debug, Default)]
pub(crate) struct Blocks {
    bodies: BTreeMap<BlockId, Body>,
    rounds: BTreeMap<u32, BTreeSet<BlockId>>,
    /// Built here, by round: proposed again after a crash.
    pub(crate) built: BTreeMap<u32, BlockId>,
}

impl Blocks {
    pub(crate) fn get(&self, block: &BlockId) -> Option<&Body> {
        self.bodies.get(block)
    }

    pub(crate) fn get_mut(&mut self, block: &BlockId) -> Option<&mut Body> {
        self.bodies.get_mut(block)
    }

    /// Keeps a block of a round, unless the round has enough of them.
    pub(crate) fn keep_proposed(&mut self, block: BlockId, round: u32, bytes: Vec<u8>) -> bool {
        let of_round = self.rounds.entry(round).or_default();
        if !of_round.contains(&block) && of_round.len() >= PER_ROUND {
            return false;
        }
        of_round.insert(block);
        self.keep(block, bytes.into());
        true
    }

    pub(crate) fn keep(&mut self, block: BlockId, bytes: Arc<[u8]>) -> &mut Body {
        self.bodies.entry(block).or_insert_with(|| Body {
            bytes,
            verdict: None,
            asked: None,
            logged: false,
            waiting: BTreeSet::new(),
        })
    }

    pub(crate) fn wait(&mut self, block: &BlockId, place: Place) {
        if let Some(body) = self.bodies.get_mut(block) {
            body.waiting.insert(place);
        }
    }

    /// Takes the host's verdict: the first counts. Who waited for it.
    pub(crate) fn judge(&mut self, block: &BlockId, valid: bool) -> BTreeSet<Place> {
        let Some(body) = self.bodies.get_mut(block) else { return BTreeSet::new() };
        body.verdict.get_or_insert(valid);
        core::mem::take(&mut body.waiting)
    }
}
