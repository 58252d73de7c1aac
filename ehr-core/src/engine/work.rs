//! Blocks under construction: built here, mined outside.

use super::chain::ChainError;
use super::io::{LedgerEvent, Output, WorkId};
use super::machine::Engine;
use super::refused::Refused;
use crate::block::{Block, Header, Seal, WorkTemplate};
use crate::consensus::bft::Certificate;
use crate::consensus::propose_time;
use crate::primitives::{AccountId, TxId};
use crate::store::LedgerRead;
use crate::tx::Tx;
use crate::validate::{self, Base, Built, Template};

/// Work that was started.
#[derive(Clone, Debug)]
pub(super) struct Work {
    id: WorkId,
    header: Header,
    txs: Vec<Tx>,
}

impl Engine {
    /// Builds a block on the tip from waiting transactions. Those that could not be valid on the tip itself leave
    /// the pool; those that only lose to another in this block wait until that one is mined.
    pub(super) fn produce(&mut self, disk: &dyn LedgerRead, proposer: AccountId) -> Result<(), Refused> {
        let rules = self.need_work("mining a block")?;
        self.stop_work();
        let seal = Seal::Work { bits: rules.target_after(&self.best.header.proof()), nonce: 0 };
        let built = self.build(disk, proposer, seal, None)?;
        let header = built.block.header().clone();
        let txs = built.txs.iter().filter_map(|id| self.pool.get(id).cloned()).collect();
        let Some(template) = WorkTemplate::new(&header) else { return Err(Refused::Work) };
        self.works = self.works.saturating_add(1);
        let id = WorkId(self.works);
        self.work = Some(Work { id, header, txs });
        self.out.push(Output::StartWork { work: id, template });
        Ok(())
    }

    /// Builds a block on the tip from waiting transactions and lets those go that could not be valid on it.
    pub(super) fn build(
        &mut self,
        disk: &dyn LedgerRead,
        proposer: AccountId,
        seal: Seal,
        last_commit: Option<Certificate>,
    ) -> Result<Built, Refused> {
        let view = self.out.over(disk);
        let time = propose_time(self.now, self.best.header.time);
        let base = Base { header: &self.best.header, total: self.best.weight };
        let template = Template { time, proposer, seal, last_commit };
        let mut candidates = self.pool.candidates();
        let built =
            validate::build_cached(&self.spec, &base, &view, &template, &mut candidates, &self.signatures);
        drop(candidates);
        let built = built.map_err(ChainError::from)?;
        let hopeless = |id: &TxId| {
            let tx = self.pool.get(id)?;
            let refused = validate::admit(&self.spec, &view, &self.best.header, self.now, tx).err()?;
            (!refused.is_transient()).then_some(*id)
        };
        let refused = built.rejected.iter().filter(|r| !r.error.is_transient());
        let hopeless: Vec<TxId> = refused.filter_map(|r| hopeless(&r.id)).collect();
        for id in hopeless {
            self.pool.remove(&id);
            self.event(LedgerEvent::TxDropped(id));
        }
        Ok(built)
    }

    /// Puts the nonce in and takes the block as any other. If the store does not answer, the work stays: the same
    /// nonce may be given again.
    pub(super) fn work_found(
        &mut self,
        disk: &dyn LedgerRead,
        work: WorkId,
        nonce: u64,
    ) -> Result<(), Refused> {
        let found = self.work.take_if(|w| w.id == work).ok_or(Refused::Work)?;
        let Seal::Work { bits, .. } = found.header.seal else { return Err(Refused::Work) };
        let header = Header { seal: Seal::Work { bits, nonce }, ..found.header.clone() };
        if !bits.is_met_by(&header.id()) {
            self.work = Some(found);
            return Err(Refused::Work);
        }
        let block = Block::assemble(header, found.txs.iter().map(Tx::bytes))?;
        let block = block.check(&self.spec).map_err(ChainError::from)?;
        let done = self.take_own(disk, block);
        if done.as_ref().is_err_and(Refused::is_unread) {
            self.work = Some(found);
        }
        done
    }

    pub(super) fn stop_work(&mut self) {
        if let Some(work) = self.work.take() {
            self.out.push(Output::StopWork { work: work.id });
        }
    }
}
