//! A machine: a disk that survives and a replica that does not.

use super::members::Members;
use super::scenario::Scenario;
use crate::Memo;
use crate::replica::{Replica, ReplicaConfig, ReplicaKeys, StartError};
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::engine::BatchId;
use ehr_core::primitives::{Height, Timestamp};
use ehr_core::state::testkit::bytes32;
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, MemoryStore, Table};
use ehr_core::tx::KeyId;
use std::sync::Arc;

/// A machine.
#[derive(Default)]
pub struct Machine {
    /// What runs on it, if it is up.
    pub replica: Option<Replica>,
    /// What is on its disk.
    pub disk: MemoryStore,
    pub(super) unsynced: Option<(BatchId, Arc<ChangeSet>)>,
    /// Counts restarts, so that what was meant for the process before is dropped.
    pub(super) life: u64,
    pub(super) wake: Option<u64>,
    pub(super) cut_off: bool,
    /// It gave up a height, so it may abstain.
    pub may_abstain: bool,
    /// How far its clock is behind, milliseconds.
    pub behind_ms: u64,
    /// Height it was at when it started.
    pub(super) since: Height,
}

impl Machine {
    /// Starts the replica of member `index`.
    pub(super) fn boot(
        &mut self,
        index: usize,
        members: &Members,
        scenario: &Scenario,
        memo: Memo,
        now: Timestamp,
    ) -> Result<(), StartError> {
        let spec = members.run_spec();
        let key = |what: &str| SoftwareSigner::from_seed(&bytes32(&format!("institution {index}/{what}")));
        let config = ReplicaConfig {
            timeouts: scenario.timeouts,
            idle_ms: scenario.idle_ms,
            memo,
            ..ReplicaConfig::new(members.staked.id(index), spec.params())
        };
        let keys = ReplicaKeys {
            votes: Box::new(key("validator")),
            account: Some((KeyId(0), Box::new(key("device")))),
        };
        let replica = Replica::recover(spec, config, keys, &self.disk, now)?;
        self.since = replica.engine().best().header.height.plus(1);
        self.replica = Some(replica);
        Ok(())
    }

    /// The write under way is on disk.
    pub(super) fn sync(&mut self) -> Option<BatchId> {
        let (batch, changes) = self.unsynced.take()?;
        self.disk.commit(&changes).expect("memory takes everything");
        Some(batch)
    }

    /// Loses what runs and what was not synced; a store keeps all of a write or nothing.
    pub(super) fn crash(&mut self, kept: bool) {
        if kept {
            self.sync();
        }
        (self.unsynced, self.replica, self.wake) = (None, None, None);
        self.life += 1;
    }

    /// Loses the validator's log and record: a planted mistake.
    pub(super) fn forget_signatures(&mut self) {
        let rows = self.disk.range(Table::Consensus, b"", b"", usize::MAX).expect("memory answers");
        let mut changes = ChangeSet::new();
        rows.iter().for_each(|(key, _)| changes.delete(Table::Consensus, key));
        self.disk.commit(&changes).expect("memory takes everything");
    }

    /// Whether a write is under way.
    pub fn is_writing(&self) -> bool {
        self.unsynced.is_some()
    }

    /// Height of the tip; what was decided and not written is part of it.
    pub fn height(&self) -> u64 {
        self.replica.as_ref().map_or(0, |replica| replica.engine().best().header.height.0)
    }
}
