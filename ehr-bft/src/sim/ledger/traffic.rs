//! Transactions of the run: what a clinic does, and stake that comes and goes.

use super::liar::LIAR;
use super::members::{Members, PATIENTS, STAKE};
use crate::sim::rng::Rng;
use ehr_core::policy::Subject;
use ehr_core::primitives::{GrantId, Height};
use ehr_core::tx::Tx;
use std::collections::VecDeque;

/// Makes one transaction after another.
pub(super) struct Traffic {
    setup: VecDeque<Tx>,
    records: usize,
    /// With their patient; those that were revoked stay, so that somebody tries to use them.
    grants: Vec<(usize, GrantId)>,
    stake_changes: bool,
}

/// Label of a record. Patients take turns.
fn label(record: usize) -> String {
    format!("record {record}")
}

impl Traffic {
    pub(super) fn new(members: &mut Members, stake_changes: bool) -> Self {
        Self { setup: members.setup(Height(1)).into(), records: 0, grants: Vec::new(), stake_changes }
    }

    /// The next transaction. Some are refused: who was slashed cannot come back at once, and what was revoked permits
    /// nothing.
    pub(super) fn next(&mut self, members: &mut Members, rng: &mut Rng, at: Height) -> Tx {
        if let Some(tx) = self.setup.pop_front() {
            return tx;
        }
        members.clinic.height = at;
        let any = rng.range((0, members.staked.people.len() as u64 - 1)) as usize;
        // The liar stays below a third.
        let honest = any.max(LIAR + 1);
        let clinic = &mut members.clinic;
        let chosen = rng.next() as usize % self.grants.len().max(1);
        match (rng.range((0, 11)), self.grants.get(chosen).copied()) {
            (0, _) if self.stake_changes => members.staked.stake_tx(honest, rng.range((100, STAKE / 10))),
            (1, _) if self.stake_changes => members.staked.unstake_tx(honest, rng.range((1, STAKE / 20))),
            (2, _) if self.stake_changes => members.staked.unjail_tx(any),
            (3 | 4, _) => {
                let patient = any % PATIENTS;
                let terms = clinic.read_terms(patient, Subject::Account { id: clinic.doctor_b.id });
                let tx = clinic.grant(terms);
                self.grants.push((patient, GrantId::from(tx.id())));
                tx
            }
            (5, Some((patient, grant))) => clinic.revoke(clinic.patients[patient].id, grant),
            (6..=8, Some((patient, grant))) if self.records >= PATIENTS => {
                let receipt = clinic.receipt(grant, &label(patient));
                clinic.release(receipt)
            }
            _ => {
                let record = self.records;
                self.records += 1;
                clinic.create_record(record % PATIENTS, &label(record))
            }
        }
    }
}
