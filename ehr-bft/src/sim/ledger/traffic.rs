//! Transactions of the run: what a clinic does, and stake that comes and goes.

use super::members::{Members, STAKE};
use crate::sim::rng::Rng;
use ehr_core::primitives::Height;
use ehr_core::tx::Tx;
use std::collections::VecDeque;

/// Makes one transaction after another.
pub(super) struct Traffic {
    setup: VecDeque<Tx>,
    records: u64,
    stake_changes: bool,
}

impl Traffic {
    pub(super) fn new(members: &mut Members, stake_changes: bool) -> Self {
        Self { setup: members.setup(Height(1)).into(), records: 0, stake_changes }
    }

    /// The next transaction. Some are refused: whoever is jailed cannot come back at once.
    pub(super) fn next(&mut self, members: &mut Members, rng: &mut Rng, at: Height) -> Tx {
        if let Some(tx) = self.setup.pop_front() {
            return tx;
        }
        members.clinic.height = at;
        let any = rng.range((0, members.staked.people.len() as u64 - 1)) as usize;
        // The liar stays below a third.
        let honest = any.max(super::liar::LIAR + 1);
        match rng.range((0, 9)) {
            0 if self.stake_changes => members.staked.stake_tx(honest, rng.range((100, STAKE / 10))),
            1 if self.stake_changes => members.staked.unstake_tx(honest, rng.range((1, STAKE / 20))),
            2 if self.stake_changes => members.staked.unjail_tx(any),
            _ => {
                self.records += 1;
                let label = format!("record {}", self.records);
                members.clinic.create_record(self.records as usize % super::members::PATIENTS, &label)
            }
        }
    }
}
