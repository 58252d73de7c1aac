//! Executes what became final again, and remembers what must be punished.

use super::members::Members;
use crate::Message;
use crate::log::Entry;
use crate::replica::{Replica, saved};
use crate::sim::node::whole_entries;
use ehr_core::block::{Block, ChainSpec, Checked, Header};
use ehr_core::codec::Wire;
use ehr_core::consensus::bft::{Evidence, SignedProposal, SignedVote, ValidatorSet};
use ehr_core::consensus::{SealRules, Weight};
use ehr_core::engine::{TIP_KEY, TipEntry, block_at, certificate_of};
use ehr_core::primitives::{AccountId, BlockId, Height, TxId};
use ehr_core::state::{Offence, OffenceId, StakeEntry, StateRead, StateView, validator_sets};
use ehr_core::store::{LedgerRead, LedgerStore, MemoryStore, Table};
use ehr_core::validate::{self, Base};
use std::collections::{BTreeMap, BTreeSet};

/// What one machine has been told of one slot by the liar.
#[derive(Default)]
struct Told {
    votes: Vec<SignedVote>,
    proposals: Vec<SignedProposal>,
}

impl Told {
    /// Whether two of them contradict each other.
    fn convicts(&self) -> bool {
        let votes = self.votes.windows(2).any(|two| two[0].vote.block != two[1].vote.block);
        votes || self.proposals.windows(2).any(|two| two[0].proposal != two[1].proposal)
    }
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
    /// Who decides each height, as far as known.
    sets: BTreeMap<Height, ValidatorSet>,
    missed: BTreeMap<AccountId, u64>,
    told: BTreeMap<(usize, Vec<u8>), Told>,
    /// Offences that a machine was shown both messages of.
    provable: BTreeMap<(usize, Vec<u8>), OffenceId>,
}

impl Observer {
    pub(super) fn new(members: &Members) -> Self {
        let spec = members.spec();
        let mut store = MemoryStore::new();
        store.commit(spec.changes()).expect("memory takes everything");
        let header = spec.block().header().clone();
        let ids = BTreeMap::from([(Height::ZERO, spec.block().id())]);
        let mut observer = Self {
            spec,
            store,
            header,
            total: Weight::ZERO,
            ids,
            final_txs: BTreeSet::new(),
            sets: BTreeMap::new(),
            missed: BTreeMap::new(),
            told: BTreeMap::new(),
            provable: BTreeMap::new(),
        };
        observer.note_sets();
        observer
    }

    fn note_sets(&mut self) {
        if let Ok(Some(sets)) = validator_sets(&self.store) {
            self.sets.insert(self.height().plus(1), sets.current);
            self.sets.insert(self.height().plus(2), sets.next);
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
        let view = replica.view(disk);
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
        self.total =
            self.total.checked_add(self.spec.consensus().weight(block.proof())).expect("short chain");
        self.header = block.header().clone();
        self.ids.insert(self.header.height, block.id());
        self.note_missed(&block);
        self.final_txs.extend(block.txs().iter().map(|tx| tx.id()));
        self.note_sets();
        Ok(())
    }

    fn note_missed(&mut self, block: &Block<Checked>) {
        let below = self.sets.get(&block.header().height.minus(1));
        let Some((certificate, set)) = block.last_commit().zip(below) else { return };
        let signers = certificate.signers(set).expect("it was verified");
        for one in set.iter().filter(|one| signers.iter().all(|(signer, _)| signer.account != one.account)) {
            *self.missed.entry(one.account).or_default() += 1;
        }
    }

    /// A machine that has watched since height `since` is given a frame of the liar. What it was given both messages of,
    /// it can prove.
    pub(super) fn delivers(&mut self, to: usize, since: Height, replica: &Replica, bytes: &[u8]) {
        let Some((1, rest)) = bytes.split_first() else { return };
        let (at, round) = (replica.validator().height(), replica.validator().round());
        // What a validator takes: of heights it watches, from their validators, not of far rounds (rule BF-23).
        let watched = |height: Height, of_round: u32, who: &AccountId| {
            let known = self.sets.get(&height).is_some_and(|set| set.get(who).is_some());
            let near = match height {
                _ if height == at => of_round <= round + 10,
                _ if height > at => of_round <= 10,
                _ => true,
            };
            known && near && since <= height && height <= at.plus(1)
        };
        match Message::from_bytes(rest) {
            Ok(Message::Vote(vote)) => {
                let said = vote.vote;
                if !watched(said.height, said.round, &said.validator) {
                    return;
                }
                let id = OffenceId::of(&Evidence::votes(vote, vote));
                let told = self.told.entry((to, id.as_ref().to_vec())).or_default();
                told.votes.push(vote);
                if told.convicts() {
                    self.provable.insert((to, id.as_ref().to_vec()), id);
                }
            }
            Ok(Message::Proposal { proposal, .. }) => {
                let said = proposal.proposal;
                if !watched(said.height, said.round, &said.proposer) {
                    return;
                }
                let id = OffenceId::of(&Evidence::proposals(proposal, proposal));
                let told = self.told.entry((to, id.as_ref().to_vec())).or_default();
                told.proposals.push(proposal);
                if told.convicts() {
                    self.provable.insert((to, id.as_ref().to_vec()), id);
                }
            }
            _ => {}
        }
    }

    /// A machine forgets what it was given, but for what is on its disk: evidence, and the log of the height it is at.
    pub(super) fn crashed(&mut self, machine: usize, disk: &dyn LedgerRead) {
        let tip = disk.get(Table::Meta, TIP_KEY).expect("memory answers");
        let tip = tip.map(|bytes| TipEntry::from_bytes(&bytes).expect("a tip").height);
        let (_, saved) = saved::LogTable::read(disk).expect("memory answers");
        let mut logged = whole_entries(&saved.log);
        // A log of a height that is decided is not read back.
        if !matches!(logged.first(), Some(Entry::Begin(begin)) if Some(begin.height) == tip.map(|tip| tip.plus(1)))
        {
            logged.clear();
        }
        for ((_, _), told) in self.told.iter_mut().filter(|((to, _), _)| *to == machine) {
            told.votes.retain(|vote| logged.contains(&Entry::Vote(*vote)));
            told.proposals.retain(|proposal| logged.contains(&Entry::Proposal(*proposal)));
        }
        let kept = saved::kept(disk).unwrap_or_default();
        let kept: Vec<OffenceId> = kept.values().map(OffenceId::of).collect();
        let told = &self.told;
        self.provable.retain(|slot, id| {
            slot.0 != machine || kept.contains(id) || told.get(slot).is_some_and(Told::convicts)
        });
    }

    /// Offences that could be proven.
    pub fn proven(&self) -> usize {
        self.provable.keys().map(|(_, slot)| slot).collect::<BTreeSet<_>>().len()
    }

    /// Offences that could be proven and cost nothing so far: machine, height, round, kind.
    pub fn unpunished(&self) -> Vec<String> {
        let view = StateView::new(&self.store);
        let punished = |id: &&OffenceId| view.get::<Offence>(id).is_ok_and(|found| found.is_some());
        let left = self.provable.iter().filter(|(_, id)| !punished(id));
        let name = |((machine, _), id): (&(usize, Vec<u8>), &OffenceId)| {
            let (_, place) = id.as_ref().split_at(32);
            format!("machine {machine}: {place:?}")
        };
        left.map(name).collect()
    }

    /// Final blocks whose certificate of the block below lacks an account that had a vote on that.
    pub fn missed_by(&self, account: &AccountId) -> u64 {
        self.missed.get(account).copied().unwrap_or_default()
    }

    /// What an account has bonded, and whether it is jailed.
    pub fn stake_of(&self, account: &AccountId) -> (u64, bool) {
        let entry = StateView::new(&self.store).get::<StakeEntry>(account).expect("memory answers");
        entry.map_or((0, false), |stake| (stake.bonded, stake.jailed_until.is_some()))
    }

    /// Power of an account in the set that decides the next height.
    pub fn power_of(&self, account: &AccountId) -> u64 {
        let sets = validator_sets(&self.store).ok().flatten();
        sets.map_or(0, |sets| sets.current.power_of(account))
    }
}
