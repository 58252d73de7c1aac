//! Evidence becomes a transaction: signed by the validator's own account, kept until a block has it (rule BF-33).

use super::Replica;
use super::io::Output;
use super::saved::{forget, keep};
use ehr_core::codec::{EncodeError, Wire};
use ehr_core::consensus::bft::Evidence;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::signature::{SignError, Signer};
use ehr_core::engine::{Input, Refused};
use ehr_core::primitives::{AccountId, Hash32, Height, TxId};
use ehr_core::state::{Account, StateRead, StateView};
use ehr_core::store::{ChangeSet, LedgerRead, ReadError};
use ehr_core::tx::{KeyId, Payload, ReportEvidence, SignatureEntry, TX_VERSION, Tx, TxBody};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Evidence kept at a time; of more, the first is enough to put a validator out.
const MAX_KEPT: usize = 1_024;
/// Blocks that a report may wait for; it is made anew after that.
const VALID_BLOCKS: u64 = 100;

/// Evidence that is not on the chain yet.
pub(super) struct Reports {
    account: AccountId,
    signer: Option<(KeyId, Box<dyn Signer + Send>)>,
    /// Blocks after which an offence is too old.
    age: u64,
    waiting: BTreeMap<Hash32, Waiting>,
}

struct Waiting {
    evidence: Evidence,
    report: Option<TxId>,
}

/// A report that could not be made.
enum Unmade {
    /// Store or signer did not answer: try again.
    Yet,
    /// There is no account to report it with.
    Ever,
}

impl From<ReadError> for Unmade {
    fn from(_: ReadError) -> Self {
        Self::Yet
    }
}
impl From<SignError> for Unmade {
    fn from(_: SignError) -> Self {
        Self::Yet
    }
}
impl From<EncodeError> for Unmade {
    fn from(_: EncodeError) -> Self {
        Self::Ever
    }
}

impl Reports {
    pub(super) fn new(
        account: AccountId,
        signer: Option<(KeyId, Box<dyn Signer + Send>)>,
        age: u64,
        kept: BTreeMap<Hash32, Evidence>,
    ) -> Self {
        let waiting = kept.into_iter().map(|(hash, evidence)| (hash, Waiting { evidence, report: None }));
        Self { account, signer, age, waiting: waiting.collect() }
    }
}

impl Replica {
    /// A validator was convicted here.
    pub(super) fn convict(&mut self, disk: &dyn LedgerRead, evidence: Evidence) {
        let hash = sha256(&evidence.to_bytes().unwrap_or_default());
        if self.reports.waiting.contains_key(&hash) {
            return;
        }
        if self.reports.signer.is_none() || self.reports.waiting.len() >= MAX_KEPT {
            let evidence = Box::new(evidence);
            return self.out.push(Output::Convicted { evidence, report: None });
        }
        self.reports.waiting.insert(hash, Waiting { evidence: evidence.clone(), report: None });
        let mut changes = ChangeSet::new();
        keep(&mut changes, &evidence);
        self.out.persist(Arc::new(changes));
        self.report(disk);
        let report = self.reports.waiting.get(&hash).and_then(|waiting| waiting.report);
        self.out.push(Output::Convicted { evidence: Box::new(evidence), report });
    }

    /// Reports what waits and is in no block and no pool, and forgets what is done with.
    pub(super) fn report(&mut self, disk: &dyn LedgerRead) {
        let next = self.engine.best().header.height.plus(1);
        let waiting: Vec<(Hash32, Evidence, Option<TxId>)> = self
            .reports
            .waiting
            .iter()
            .map(|(hash, waiting)| (*hash, waiting.evidence.clone(), waiting.report))
            .collect();
        let mut done = ChangeSet::new();
        for (hash, evidence, report) in waiting {
            // An offence of the future can be reported when its height has come.
            let early = evidence.height() > next;
            if early || report.is_some_and(|tx| self.engine.pool().contains(&tx)) {
                continue;
            }
            if evidence.height().plus(self.reports.age) < next
                || !self.report_one(disk, hash, &evidence, next)
            {
                self.reports.waiting.remove(&hash);
                forget(&mut done, &evidence);
            }
        }
        if !done.is_empty() {
            self.out.persist(Arc::new(done));
        }
    }

    /// Offers a report to the pool; whether to try again if no block takes it.
    fn report_one(&mut self, disk: &dyn LedgerRead, hash: Hash32, evidence: &Evidence, next: Height) -> bool {
        let tx = match self.make_report(disk, evidence, next) {
            Ok(tx) => tx,
            Err(Unmade::Yet) => return true,
            Err(Unmade::Ever) => return false,
        };
        let offered = self.feed(disk, Input::Submit { bytes: tx.bytes().to_vec() });
        self.relay(disk);
        match offered {
            Ok(()) => {
                if let Some(waiting) = self.reports.waiting.get_mut(&hash) {
                    waiting.report = Some(tx.id());
                }
                true
            }
            // Among others: it was punished already.
            Err(Refused::Tx(error)) => error.is_transient(),
            Err(_) => true,
        }
    }

    fn make_report(&self, disk: &dyn LedgerRead, evidence: &Evidence, next: Height) -> Result<Tx, Unmade> {
        let reporter = self.reports.account;
        let (key, signer) = self.reports.signer.as_ref().ok_or(Unmade::Ever)?;
        let view = self.view(disk);
        let account = StateView::new(&view).get::<Account>(&reporter)?.ok_or(Unmade::Ever)?;
        let waiting = self.engine.pool().highest_nonce(&reporter).unwrap_or_default();
        let spec = self.engine.spec();
        let body = TxBody {
            version: TX_VERSION,
            chain_id: spec.chain_id(),
            shard: spec.shard(),
            fee_payer: reporter,
            nonce: account.nonces.last.max(waiting).saturating_add(1),
            fee: spec.params().min_fee,
            valid_from: next,
            valid_until: next.plus(VALID_BLOCKS),
            payload: Payload::ReportEvidence {
                report: ReportEvidence { reporter, evidence: evidence.clone() },
            },
        };
        let signature = signer.sign(Domain::Tx, &body.to_bytes()?)?;
        Ok(Tx::assemble(body, vec![SignatureEntry { account: reporter, key: *key, signature }])?)
    }
}
