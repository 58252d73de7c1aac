//! Nonces of drafts that were not submitted yet.

use super::machine::Core;
use ehr_core::primitives::AccountId;
use std::collections::{BTreeMap, BTreeSet};

/// Drafts of one payer whose nonces are remembered; some drafts are never submitted.
const MAX_DRAFTS: usize = 1024;
/// Payers that are remembered.
const MAX_PAYERS: usize = 4096;

#[derive(Default)]
pub(super) struct Drafted(BTreeMap<AccountId, BTreeSet<u64>>);

impl Drafted {
    /// Takes a nonce; `false` if a draft has it.
    pub(super) fn take(&mut self, payer: AccountId, nonce: u64) -> bool {
        if self.0.len() >= MAX_PAYERS && !self.0.contains_key(&payer) {
            self.0.pop_first();
        }
        let nonces = self.0.entry(payer).or_default();
        if nonces.len() >= MAX_DRAFTS {
            nonces.pop_first();
        }
        nonces.insert(nonce)
    }

    fn of(&self, payer: AccountId) -> impl Iterator<Item = u64> {
        self.0.get(&payer).into_iter().flatten().copied()
    }
}

impl Core {
    /// Nonces of the payer's transactions that wait or were drafted.
    pub(super) fn nonces_in_use(&self, payer: AccountId) -> Vec<u64> {
        let waiting = self.engine.pool().candidates().map(|tx| tx.body());
        let waiting = waiting.filter(|body| body.fee_payer == payer).map(|body| body.nonce);
        waiting.chain(self.drafted.of(payer)).collect()
    }
}
