//! Patients and their doctor at work, and a model of who may read what.

use super::report::Report;
use super::rng::SimRng;
use crate::block::ChainSpec;
use crate::codec::Wire;
use crate::consensus::{CompactTarget, ConsensusParams, DifficultyRule};
use crate::engine::Engine;
use crate::policy::{AccessQuery, Actions, Purposes, ResourceChain, Subject};
use crate::primitives::{GrantId, Height, Timestamp, TxId};
use crate::state::testkit::Consortium;
use crate::state::{Params, Record, StateRead, StateView, explain_grant};
use crate::store::{LedgerRead, Table};
use crate::tx::{Payload, ReleaseReceipt, Revoke, RevokeTarget, Tx};
use crate::validate::TxPlace;
use core::num::NonZeroU64;
use std::collections::{BTreeMap, BTreeSet};

/// Patients in a run; each is one client.
const PATIENTS: usize = 3;
/// After how long a client asks again.
const RETRY_MS: u64 = 40_000;

/// A grant as the model knows it.
struct ModelGrant {
    patient: usize,
    id: GrantId,
    revoke: Option<TxId>,
}

/// A transaction a client waits for.
struct Pending {
    tx: Tx,
    since: u64,
}

/// All clients.
pub(super) struct Clients {
    kit: Consortium,
    setup: Vec<Tx>,
    pending: BTreeMap<usize, Pending>,
    records: BTreeMap<usize, u32>,
    grants: Vec<ModelGrant>,
    sent: BTreeSet<TxId>,
    receipts: Vec<Tx>,
    rng: SimRng,
}

impl Clients {
    pub(super) fn new(seed: u64) -> Self {
        const SPACING: NonZeroU64 = NonZeroU64::new(10_000).unwrap();
        const HALF_LIFE: NonZeroU64 = NonZeroU64::new(120_000).unwrap();
        let params = Params {
            min_fee: 0,
            consensus: ConsensusParams::work(DifficultyRule::Asert {
                anchor: CompactTarget::leading_zero_nibbles(1).unwrap_or(CompactTarget::EASIEST),
                spacing_ms: SPACING,
                half_life_ms: HALF_LIFE,
            }),
            spacing_ms: SPACING.get(),
            ..Params::default()
        };
        let mut kit = Consortium::with_params(PATIENTS, params);
        let setup = kit.setup();
        Self {
            kit,
            setup,
            pending: BTreeMap::new(),
            records: BTreeMap::new(),
            grants: Vec::new(),
            sent: BTreeSet::new(),
            receipts: Vec::new(),
            rng: SimRng::new(seed, 3),
        }
    }

    pub(super) const fn len(&self) -> usize {
        PATIENTS
    }

    pub(super) fn spec(&self) -> ChainSpec {
        self.kit.spec()
    }

    /// Transactions clients made.
    pub(super) fn submitted(&self) -> impl Iterator<Item = &TxId> {
        self.sent.iter()
    }

    /// What a client sends to the node it reached: nothing, something again, or something new. The first thing
    /// anybody sends is what the consortium needs to work at all.
    pub(super) fn act(&mut self, client: usize, now: u64, engine: &Engine, disk: &dyn LedgerRead) -> Vec<Tx> {
        let view = engine.view(disk);
        let missing: Vec<Tx> = self.setup.iter().filter(|tx| !on_chain(&view, &tx.id())).cloned().collect();
        if !missing.is_empty() {
            return missing;
        }
        if let Some(p) = self.pending.get_mut(&client) {
            if !on_chain(&view, &p.tx.id()) {
                if now - p.since < RETRY_MS {
                    return Vec::new();
                }
                p.since = now;
                return vec![p.tx.clone()];
            }
            self.pending.remove(&client);
        }
        self.kit.height = engine.best().header.height;
        let Some(payload) = self.choose(client, &view) else { return Vec::new() };
        let patient = self.kit.patients[client].id;
        let mut signers = vec![patient];
        if matches!(
            payload,
            Payload::RecordCreate { .. } | Payload::VersionAppend { .. } | Payload::ReleaseReceipt { .. }
        ) {
            signers.push(self.kit.doctor_a.id);
        }
        let grants = matches!(payload, Payload::Grant { .. });
        let revokes = match &payload {
            Payload::Revoke { revoke: Revoke { target: RevokeTarget::Grant { id }, .. } } => Some(*id),
            _ => None,
        };
        let body = self.kit.body_paid_by(patient, payload);
        let tx = self.kit.sign(body, &signers);
        self.sent.insert(tx.id());
        if grants {
            self.grants.push(ModelGrant { patient: client, id: GrantId::from(tx.id()), revoke: None });
        }
        if let Some(grant) = revokes.and_then(|id| self.grants.iter_mut().find(|g| g.id == id)) {
            grant.revoke = Some(tx.id());
        }
        if matches!(tx.body().payload, Payload::ReleaseReceipt { .. }) {
            self.receipts.push(tx.clone());
        }
        self.pending.insert(client, Pending { tx: tx.clone(), since: now });
        vec![tx]
    }

    fn choose(&mut self, client: usize, view: &dyn LedgerRead) -> Option<Payload> {
        let made = self.records.get(&client).copied().unwrap_or(0);
        let label = format!("patient {client} record {made}");
        let live = self.grants.iter().rev().find(|g| g.patient == client && g.revoke.is_none());
        let granted = live.map(|g| g.id).filter(|g| on_chain(view, &TxId(g.0)));
        match self.rng.below(10) {
            0..=2 if live.is_none() => {
                let subject = Subject::Account { id: self.kit.doctor_b.id };
                Some(Payload::Grant { grant: self.kit.read_terms(client, subject) })
            }
            0..=2 => {
                let id = granted?;
                let revoke = Revoke { target: RevokeTarget::Grant { id }, rotate: Vec::new() };
                Some(Payload::Revoke { revoke })
            }
            3..=4 if made > 0 => {
                let grant = granted?;
                let receipt: ReleaseReceipt = self.kit.receipt(grant, &label);
                on_state::<Record>(view, &receipt.record)?;
                Some(Payload::ReleaseReceipt { receipt })
            }
            5..=6 if made > 0 => {
                let record = on_state::<Record>(view, &self.kit.record(&label))?;
                let version = record.head.0 + 1;
                Some(Payload::VersionAppend {
                    append: self.kit.version_append(&label, version, record.head_tx),
                })
            }
            _ => {
                let next = made + 1;
                self.records.insert(client, next);
                let label = format!("patient {client} record {next}");
                Some(Payload::RecordCreate { create: self.kit.record_create(client, &label) })
            }
        }
    }

    /// Invariant 6: on every node, after a revocation on its chain the evaluator refuses; before it, and after
    /// the grant, it permits.
    pub(super) fn check(
        &self,
        engine: &Engine,
        disk: &dyn LedgerRead,
        report: &mut Report,
    ) -> Result<(), String> {
        let view = engine.view(disk);
        if self.setup.iter().any(|tx| !on_chain(&view, &tx.id())) {
            return Ok(());
        }
        let state = StateView::new(&view);
        let time = engine.best().header.time;
        for grant in &self.grants {
            if !on_chain(&view, &TxId(grant.id.0)) {
                continue;
            }
            let revoked = grant.revoke.is_some_and(|tx| on_chain(&view, &tx));
            let query = self.query(grant.patient);
            let decision = explain_grant(&state, &query, grant.id, time).map_err(|e| e.to_string())?;
            report.decisions += 1;
            report.revoked += u64::from(revoked);
            if decision.is_permit() == revoked {
                return Err(format!(
                    "grant {} is {}, and the decision is: {decision}",
                    grant.id,
                    if revoked { "revoked" } else { "live" }
                ));
            }
        }
        Ok(())
    }

    fn query(&self, patient: usize) -> AccessQuery {
        AccessQuery {
            subject: self.kit.doctor_b.id,
            acting_for: Some(self.kit.hospital_b.id),
            action: Actions::READ,
            purpose: Purposes::TREAT,
            resource: ResourceChain {
                account: self.kit.patients[patient].id,
                scope: Some(self.kit.scope(patient)),
                record: None,
                version: None,
                section: None,
            },
        }
    }

    /// A transaction with a signature that is not its signer's.
    pub(super) fn forge(&mut self) -> Tx {
        let n = self.rng.below(u64::MAX);
        let create = self.kit.record_create(0, &format!("forged {n}"));
        let (payer, doctor) = (self.kit.patients[0].id, self.kit.doctor_a.id);
        let mut body = self.kit.body_paid_by(payer, Payload::RecordCreate { create });
        body.nonce += 1_000; // a nonce no honest client is near, and none is used up
        let good = self.kit.sign(body.clone(), &[payer, doctor]);
        let mut signatures = good.signatures().to_vec();
        for entry in &mut signatures {
            entry.signature.0[3] ^= 0x40;
        }
        Tx::assemble(body, signatures).unwrap_or(good)
    }

    /// A release receipt that was mined: applying it again would count a use twice.
    pub(super) fn used_receipt(&self, view: &dyn LedgerRead) -> Option<&Tx> {
        self.receipts.iter().find(|tx| on_chain(view, &tx.id()))
    }

    /// Height of a mined transaction.
    pub(super) fn height_of(view: &dyn LedgerRead, tx: &TxId) -> Option<Height> {
        let bytes = view.get(Table::TxIndex, tx.as_ref()).ok()??;
        TxPlace::from_bytes(&bytes).ok().map(|place| place.height)
    }

    /// Time of genesis.
    pub(super) const fn start(&self) -> Timestamp {
        self.kit.genesis.time
    }
}

fn on_chain(view: &dyn LedgerRead, tx: &TxId) -> bool {
    matches!(view.get(Table::TxIndex, tx.as_ref()), Ok(Some(_)))
}

fn on_state<E: crate::state::Entry + Clone>(view: &dyn LedgerRead, id: &E::Id) -> Option<E> {
    StateView::new(view).get::<E>(id).ok().flatten().map(|e| E::clone(&e))
}
