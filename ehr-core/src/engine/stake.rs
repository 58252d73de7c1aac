//! The engine of a chain of stake: it builds and judges proposals and takes what validators decided (rules EN-14 to
//! EN-16). The voting itself is not here.

use super::chain::{self, Best, ChainError, Moved, Taken};
use super::entry::{BlockStatus, TIP_KEY, TipEntry, block_at, certificate_of};
use super::machine::Engine;
use super::refused::Refused;
use crate::block::{Block, Checked, Seal};
use crate::codec::Wire;
use crate::consensus::bft::{Certificate, SignedVote};
use crate::consensus::{Consensus, ProofOfWork};
use crate::planted::planted;
use crate::primitives::{AccountId, BlockId, Height, Timestamp};
use crate::state::{Sets, validator_sets};
use crate::store::{ChangeSet, LedgerRead, ReadError, Table};
use crate::validate::{self, Base, BlockError};

/// Blocks judged on one tip whose effects are remembered; one that is decided is among the last ones.
const MAX_JUDGED: usize = 2;

/// A block that is valid on the tip, and what it changes.
pub(super) struct Judged {
    id: BlockId,
    changes: ChangeSet,
}

impl Engine {
    /// Whether validators decide the blocks of this chain.
    pub const fn is_stake(&self) -> bool {
        matches!(self.spec.consensus(), Consensus::Stake(_))
    }

    /// The validator sets round the best block; none under proof of work.
    ///
    /// # Errors
    /// The store did not answer, or holds what is no validator set.
    pub fn sets(&self, disk: &dyn LedgerRead) -> Result<Option<Sets>, ReadError> {
        validator_sets(&self.out.over(disk))
    }

    /// Builds a block on the tip, first proposed in `round`, from waiting transactions. Nothing is decided by it. Of `late`,
    /// votes of any kind and place, precommits for the tip go into its certificate: who signed after the quorum was there
    /// is not absent (rule SK-14).
    ///
    /// # Errors
    /// Blocks are sealed by work here; or the store did not answer, or lacks the certificate of the tip.
    pub fn propose(
        &mut self,
        now: Timestamp,
        disk: &dyn LedgerRead,
        proposer: AccountId,
        round: u32,
        late: &[SignedVote],
    ) -> Result<Vec<u8>, Refused> {
        self.ready(now, disk)?;
        self.need_stake("proposing a block")?;
        let tip = &self.best;
        let last_commit = match tip.header.height {
            Height::ZERO => None,
            _ => {
                let missing = || ReadError::Corrupt { what: format!("no certificate of block {}", tip.id) };
                let known = certificate_of(&self.out.over(disk), &tip.id)?.ok_or_else(missing)?;
                let sets = self.sets(disk)?.ok_or_else(missing)?;
                let all = known.with_late(&self.spec.chain_id(), &sets.last, late);
                Some(all.map_err(ChainError::Certificate)?)
            }
        };
        let built = self.build(disk, proposer, Seal::Stake { round }, last_commit)?;
        Ok(built.block.bytes().to_vec())
    }

    /// Whether a validator may vote for a block: it is valid on the tip, and its time is not too far ahead of `now`
    /// (rule BF-28).
    ///
    /// # Errors
    /// What is wrong with it. If that is its time alone, the same block may be good later
    /// ([`SealError::is_transient`](crate::consensus::SealError::is_transient)).
    pub fn check_proposal(
        &mut self,
        now: Timestamp,
        disk: &dyn LedgerRead,
        bytes: &[u8],
    ) -> Result<(), Refused> {
        self.ready(now, disk)?;
        self.need_stake("checking a proposal")?;
        let latest = self.now;
        self.judge(disk, bytes, latest).map(drop)
    }

    /// Whether a block that validators have decided is valid on the tip, whatever its time says.
    ///
    /// # Errors
    /// What is wrong with it. That more than two thirds of the power decided it is a contradiction.
    pub fn check_decided(
        &mut self,
        now: Timestamp,
        disk: &dyn LedgerRead,
        bytes: &[u8],
    ) -> Result<(), Refused> {
        self.ready(now, disk)?;
        self.need_stake("checking a decided block")?;
        self.judge(disk, bytes, Timestamp::MAX).map(drop)
    }

    /// Takes a block that its certificate proves. One that is final already is taken again without effect.
    pub(super) fn take_decided(
        &mut self,
        disk: &dyn LedgerRead,
        bytes: &[u8],
        certificate: &Certificate,
    ) -> Result<(), Refused> {
        self.need_stake("taking a decided block")?;
        let Certificate { height, block: id, .. } = *certificate;
        let block = Block::decode(bytes)?;
        if (block.header().height, block.id()) != (height, id) {
            return Err(ChainError::OtherCertificate { height, block: id }.into());
        }
        if height <= self.best.header.height {
            let found = block_at(&self.out.over(disk), height)?;
            let found =
                found.ok_or_else(|| ReadError::Corrupt { what: format!("no block at height {height}") })?;
            return if found == id { Ok(()) } else { Err(ChainError::Final { height, id: found }.into()) };
        }
        if block.header().prev != self.best.id {
            return Err(ChainError::Orphan(block.header().prev).into());
        }
        let missing = || ReadError::Corrupt { what: "the state holds no validator sets".to_owned() };
        let sets = self.sets(disk)?.ok_or_else(missing)?;
        if !planted!(self.spec, SKIP_CERTIFICATES) {
            let verified = certificate.verify(&self.spec.chain_id(), &sets.current);
            verified.map_err(ChainError::Certificate)?;
        }
        let block = self.judge(disk, bytes, Timestamp::MAX)?;
        let Some(at) = self.judged.iter().position(|judged| judged.id == id) else { return Ok(()) };
        let changes = self.judged.swap_remove(at).changes;
        let taken = self.connected(&block, certificate, changes)?;
        // A final block has passed every rule.
        let _ = self.taken(disk, taken);
        Ok(())
    }

    /// Executes a block on the tip, unless that was done, and remembers what it changes.
    fn judge(
        &mut self,
        disk: &dyn LedgerRead,
        bytes: &[u8],
        latest: Timestamp,
    ) -> Result<Block<Checked>, Refused> {
        let block = Block::decode(bytes)?.check(&self.spec).map_err(ChainError::from)?;
        let best = &self.best;
        chain::check_link(&self.spec, block.header(), &best.header, best.weight, latest)
            .map_err(ChainError::from)?;
        if self.judged.iter().any(|judged| judged.id == block.id()) {
            return Ok(block);
        }
        let base = Base { header: &best.header, total: best.weight };
        let view = self.out.over(disk);
        let executed = validate::execute_cached(&self.spec, &base, &view, &block, &self.signatures);
        let executed = executed.map_err(|error: BlockError| match chain::unread(&error) {
            Some(unread) => Refused::Store(unread),
            None => ChainError::Body(error).into(),
        })?;
        if self.judged.len() >= MAX_JUDGED {
            self.judged.remove(0);
        }
        self.judged.push(Judged { id: block.id(), changes: executed.changes });
        Ok(block)
    }

    /// Everything that making a judged block the tip writes.
    fn connected(
        &self,
        block: &Block<Checked>,
        certificate: &Certificate,
        mut changes: ChangeSet,
    ) -> Result<Taken, ChainError> {
        let (id, header, from) = (block.id(), block.header(), &self.best);
        let weight = chain::check_link(&self.spec, header, &from.header, from.weight, Timestamp::MAX)?;
        chain::put_entry(&mut changes, &id, header, weight, BlockStatus::Connected)?;
        changes.put(Table::Bodies, id.as_ref(), block.bytes().to_vec());
        changes.put(Table::Heights, &header.height.0.to_be_bytes(), id.0.to_vec());
        changes.put(Table::Certificates, id.as_ref(), certificate.to_bytes()?);
        changes.put(Table::Meta, TIP_KEY, TipEntry { id, height: header.height }.to_bytes()?);
        let moved = Moved {
            from: from.id,
            to: Best { id, header: header.clone(), weight },
            undone: Vec::new(),
            undone_blocks: 0,
            connected: vec![(header.height, block.shared_txs())],
        };
        Ok(Taken { changes, moved: Some(moved), invalid: None })
    }

    fn need_stake(&self, what: &'static str) -> Result<(), Refused> {
        if self.is_stake() { Ok(()) } else { Err(Refused::OtherConsensus { what, by: "work" }) }
    }

    /// The rules of work, for what makes sense under them only.
    pub(super) fn need_work(&self, what: &'static str) -> Result<ProofOfWork, Refused> {
        match self.spec.consensus() {
            Consensus::Work(rules) => Ok(*rules),
            Consensus::Stake(_) => Err(Refused::OtherConsensus { what, by: "votes of validators" }),
        }
    }
}
