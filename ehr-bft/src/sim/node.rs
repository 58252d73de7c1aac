//! A machine: its disk, which survives, and its validator, which does not.

use super::block;
use super::rng::Rng;
use super::scenario::Scenario;
use crate::log::{self, Entry, LogError};
use crate::{BatchId, Bft, Config, HeightStart, LogWrite, Memo, RecoverError, Saved};
use ehr_core::consensus::bft::Certificate;
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::primitives::{AccountId, BlockId, ChainId, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

pub(super) const CHAIN: ChainId = ChainId([0xc4; 32]);

pub(super) struct Node {
    pub(super) bft: Option<Bft>,
    pub(super) signer: SoftwareSigner,
    /// Counts restarts, so that what was meant for the process before is dropped.
    pub(super) life: u64,
    /// Height it was at when it started: nothing below is watched.
    pub(super) since: u64,
    pub(super) wake: Option<u64>,
    /// Decided blocks, from height 1.
    pub(super) chain: Vec<(BlockId, Arc<[u8]>, Certificate)>,
    pub(super) saved: Saved,
    /// Writes under way.
    pub(super) unsynced: VecDeque<(BatchId, LogWrite)>,
}

pub(super) fn account(node: usize) -> AccountId {
    AccountId(sha256(&[b"account".as_slice(), &[node as u8]].concat()).0)
}

pub(super) fn signer(node: usize) -> SoftwareSigner {
    SoftwareSigner::from_seed(&sha256(&[b"key".as_slice(), &[node as u8]].concat()).0)
}

/// What a log holds, but for a record that a crash cut.
pub(super) fn whole_entries(log: &[u8]) -> Vec<Entry> {
    match log::read(log) {
        Err(LogError::Torn { keep }) => whole_entries(&log[..keep]),
        read => read.map(|(entries, _)| entries).unwrap_or_default(),
    }
}

impl Node {
    pub(super) fn new(node: usize) -> Self {
        Self {
            bft: None,
            signer: signer(node),
            life: 0,
            since: 0,
            wake: None,
            chain: Vec::new(),
            saved: Saved::default(),
            unsynced: VecDeque::new(),
        }
    }

    pub(super) fn tip(&self) -> BlockId {
        self.chain.last().map_or(BlockId::ZERO, |(id, ..)| *id)
    }

    pub(super) fn write(&mut self, write: &LogWrite) {
        if write.start_over {
            self.saved.log.clear();
        }
        self.saved.log.extend(&write.append);
        if let Some(guard) = &write.guard {
            self.saved.guard = Some(guard.clone());
        }
    }

    /// The machine loses what was not synced, but for a piece of the first write.
    pub(super) fn crash(&mut self, rng: &mut Rng) {
        self.bft = None;
        self.wake = None;
        self.life += 1;
        let unsynced = std::mem::take(&mut self.unsynced);
        if let Some((_, write)) = unsynced.front().filter(|_| rng.permille(500)) {
            let cut = rng.range((0, write.append.len() as u64)) as usize;
            let piece = LogWrite { append: write.append[..cut].to_vec(), guard: None, ..write.clone() };
            self.write(&piece);
        }
    }

    /// Starts the validator, doing what a torn log asks for. Whether it was torn.
    pub(super) fn boot(
        &mut self,
        node: usize,
        start: HeightStart,
        scenario: &Scenario,
        memo: Memo,
        now: Timestamp,
    ) -> Result<bool, RecoverError> {
        let config = Config {
            chain: CHAIN,
            account: account(node),
            block_id: block::id,
            timeouts: scenario.timeouts,
            evidence_heights: scenario.evidence_heights,
            catch_up_after_ms: 100,
            catch_up_retry_ms: 500,
        };
        let boot = |saved: &Saved| {
            Bft::recover(config.clone(), Box::new(signer(node)), memo.clone(), start.clone(), saved, now)
        };
        let (bft, torn) = match boot(&self.saved) {
            Err(RecoverError::Log(LogError::Torn { keep })) => {
                self.saved.log.truncate(keep);
                (boot(&self.saved)?, true)
            }
            other => (other?, false),
        };
        self.since = bft.height().0;
        self.bft = Some(bft);
        Ok(torn)
    }
}
