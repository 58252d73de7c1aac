//! Executes what became final again, and remembers what must be punished.

use super::members::Members;
use crate::Message;
use crate::replica::Replica;
use ehr_core::block::{Block, ChainSpec, Header};
use ehr_core::consensus::bft::{Evidence, SignedProposal, SignedVote};
use ehr_core::consensus::{SealRules, Weight};
use ehr_core::engine::{block_at, certificate_of};
use ehr_core::primitives::{AccountId, BlockId, Height, TxId};
use ehr_core::state::{Offence, OffenceId, StateRead, StateView, validator_sets};
use ehr_core::store::{LedgerRead, LedgerStore, MemoryStore, Table};
use ehr_core::validate::{self, Base};
use std::collections::{BTreeMap, BTreeSet};

/// What one machine has been told of one slot by the liar.
#[derive(Default)]
struct Told {
    votes: Vec<SignedVote>,
    proposals: Vec<SignedProposal>,
}

/// Sees everything.
pub struct Observer {
    spec: ChainSpec,
    /// The ledger of final blocks.
    pub store: MemoryStore,
    header: Header,
    total: Weight,
    ids: BTreeMap<Height, BlockId>,
    /// Transactions in final blocks.
    pub final_txs: BTreeSet<TxId>,
    told: BTreeMap<(usize, Vec<u8>), Told>,
    /// Offences that some machine could prove.
    pub provable: BTreeMap<Vec<u8>, OffenceId>,
}

impl Observer {
    pub(super) fn new(members: &Members) -> Self {
        let spec = members.spec();
        let mut store = MemoryStore::new();
        store.commit(spec.changes()).expect("memory takes everything");
        let header = spec.block().header().clone();
        let ids = BTreeMap::from([(Height::ZERO, spec.block().id())]);
        Self {
            spec,
            store,
            header,
            total: Weight::ZERO,
            ids,
            final_txs: BTreeSet::new(),
            told: BTreeMap::new(),
            provable: BTreeMap::new(),
        }
    }

    /// Height of the highest final block.
    pub fn height(&self) -> Height {
        self.header.height
    }

    /// A machine tells that a block is final.
    pub(super) fn is_final(
        &mut self,
        replica: &Replica,
        disk: &dyn LedgerRead,
        height: Height,
        id: BlockId,
    ) -> Result<(), String> {
        let view = replica.engine().view(disk);
        while self.height() < height {
            let next = self.height().plus(1);
            let found = block_at(&view, next).map_err(|e| e.to_string())?;
            let found = found.ok_or_else(|| format!("tells of height {height} and has no block {next}"))?;
            let bytes = view.get(Table::Bodies, found.as_ref()).map_err(|e| e.to_string())?;
            self.execute(&bytes.ok_or("a final block is not stored")?)?;
        }
        match self.ids.get(&height) {
            Some(known) if *known == id => {}
            known => return Err(format!("fork at height {height}: {id} is final here, {known:?} elsewhere")),
        }
        let certificate = certificate_of(&view, &id).map_err(|e| e.to_string())?;
        let certificate = certificate.ok_or("a final block has no certificate")?;
        if height == self.height() {
            let sets = validator_sets(&self.store).map_err(|e| e.to_string())?.ok_or("no sets")?;
            certificate
                .verify(&self.spec.chain_id(), &sets.last)
                .map_err(|e| format!("final block {id} of height {height}: {e}"))?;
        }
        Ok(())
    }

    fn execute(&mut self, bytes: &[u8]) -> Result<(), String> {
        let block = Block::decode(bytes).map_err(|e| e.to_string())?;
        let block = block.check(&self.spec).map_err(|e| format!("a final block is not valid: {e}"))?;
        let base = Base { header: &self.header, total: self.total };
        let executed = validate::execute(&self.spec, &base, &self.store, &block);
        let executed = executed.map_err(|e| format!("a final block is not valid: {e}"))?;
        self.store.commit(&executed.changes).expect("memory takes everything");
        self.total = self.total.checked_add(self.spec.consensus().weight(block.proof())).expect("short chain");
        self.header = block.header().clone();
        self.ids.insert(self.header.height, block.id());
        self.final_txs.extend(block.txs().iter().map(|tx| tx.id()));
        Ok(())
    }

    /// A machine is given a frame of the liar. What it was given both messages of, it can prove.
    pub(super) fn delivers(&mut self, to: usize, bytes: &[u8]) {
        let Some((1, rest)) = bytes.split_first() else { return };
        match Message::from_bytes(rest) {
            Ok(Message::Vote(vote)) => {
                let id = OffenceId::of(&Evidence::votes(vote, vote));
                let told = self.told.entry((to, id.as_ref().to_vec())).or_default();
                told.votes.push(vote);
                if told.votes.iter().any(|other| other.vote.block != vote.vote.block) {
                    self.provable.insert(id.as_ref().to_vec(), id);
                }
            }
            Ok(Message::Proposal { proposal, .. }) => {
                let id = OffenceId::of(&Evidence::proposals(proposal, proposal));
                let told = self.told.entry((to, id.as_ref().to_vec())).or_default();
                told.proposals.push(proposal);
                if told.proposals.iter().any(|other| other.proposal != proposal.proposal) {
                    self.provable.insert(id.as_ref().to_vec(), id);
                }
            }
            _ => {}
        }
    }

    /// A machine forgets what it was given.
    pub(super) fn crashed(&mut self, machine: usize) {
        self.told.retain(|(to, _), _| *to != machine);
    }

    /// Offences that could be proven and cost nothing so far.
    pub fn unpunished(&self) -> usize {
        let view = StateView::new(&self.store);
        let punished =
            |id: &&OffenceId| view.get::<Offence>(id).is_ok_and(|found| found.is_some());
        self.provable.values().filter(|id| !punished(id)).count()
    }

    /// Power of an account in the set that decides the next height.
    pub fn power_of(&self, account: &AccountId) -> u64 {
        let sets = validator_sets(&self.store).ok().flatten();
        sets.map_or(0, |sets| sets.current.power_of(account))
    }
}
