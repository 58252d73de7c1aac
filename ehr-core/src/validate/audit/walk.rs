//! The walk from genesis to the tip.

use super::beginning::beginning;
use super::bodies::Bodies;
use super::report::{Problem, Report};
use super::tables;
use crate::block::{Block, ChainSpec, Checked, Header};
use crate::consensus::{Consensus, Parent, SealRules as _, Weight};
use crate::crypto::signature::{Helpers, SignatureCache};
use crate::engine::{BlockEntry, TipEntry, block_at, block_entry, certificate_of};
use crate::merkle::sparse;
use crate::primitives::{AccountId, BlockId, Height, Timestamp};
use crate::state::validator_sets;
use crate::store::{BlobStore, Change, ChangeSet, LedgerRead, LedgerStore, StoreError, Table};
use crate::validate::{Base, Window, execute_chain};
use core::ops::ControlFlow;
use std::sync::Arc;

/// A ledger to be checked. Nothing of it is changed.
#[derive(Clone, Copy)]
pub struct Audited<'a> {
    /// Its store.
    pub store: &'a dyn LedgerRead,
    /// Its sealed bodies.
    pub blobs: &'a dyn BlobStore,
    /// Who must have which bodies.
    pub expected: Expected,
    /// The time now: no block may be from the future.
    pub now: Timestamp,
    /// Who verifies signatures beside this thread.
    pub helpers: Option<&'a Arc<dyn Helpers>>,
}

/// Which sealed bodies must be there. Those that are there must be whole in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// All of them.
    All,
    /// Those of the versions that the staff of this institution wrote, and the wraps of the transactions it paid for.
    Of(AccountId),
    /// None.
    None,
}

/// A check that could not be made. What is wrong with a ledger is no error: it is in the report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The space for computing everything again failed.
    #[error("working space: {0}")]
    Scratch(#[from] StoreError),
    /// Whoever was told of the progress said stop.
    #[error("stopped")]
    Stopped,
}

/// Computes a ledger again from its genesis and compares everything with what is stored.
///
/// Memory does not grow with the chain if that of `scratch`, an empty store, does not: of blocks, those of one signature
/// batch are held, and the state is built there. After the first block that is wrong the state is not known, so later blocks are checked
/// by themselves only. `progress` is told the blocks checked and how many there are.
///
/// # Errors
/// The check could not be made.
pub fn audit(
    audited: Audited<'_>,
    scratch: &mut dyn LedgerStore,
    progress: &mut dyn FnMut(u64, u64) -> ControlFlow<()>,
) -> Result<Report, AuditError> {
    let mut report = Report::new();
    let (spec, tip) = match beginning(audited.store) {
        Ok(beginning) => beginning,
        Err(problem) => {
            report.add(problem);
            return Ok(report);
        }
    };
    if let Expected::Of(operator) = audited.expected {
        report.operator = Some(operator);
    }
    (report.chain, report.height, report.tip) = (Some(spec.chain_id()), tip.height, Some(tip.id));
    let bodies = Bodies { blobs: audited.blobs, expected: audited.expected };
    let (store, now, spec) = (audited.store, audited.now, &spec);
    let mut walk = Walk {
        store,
        spec,
        scratch,
        bodies,
        now,
        report,
        last: None,
        state_known: true,
        cache: audited.helpers.cloned().map_or_else(SignatureCache::new, SignatureCache::with_helpers),
        waiting: Vec::new(),
        window: Window::default(),
        base: None,
    };
    walk.absorb(spec.changes())?;
    let total = tip.height.0.saturating_add(1);
    for height in (0..=tip.height.0).map(Height) {
        walk.step(height)?;
        if progress(height.0.saturating_add(1), total).is_break() {
            return Err(AuditError::Stopped);
        }
    }
    walk.execute()?;
    walk.end(tip);
    Ok(walk.report)
}

/// A block whose header is sound: what the next one builds on.
struct Last {
    id: BlockId,
    header: Header,
    total: Weight,
}

struct Walk<'a> {
    store: &'a dyn LedgerRead,
    spec: &'a ChainSpec,
    scratch: &'a mut dyn LedgerStore,
    bodies: Bodies<'a>,
    now: Timestamp,
    report: Report,
    /// The block below, if it is known.
    last: Option<Last>,
    /// Whether every block so far could be executed.
    state_known: bool,
    /// Keys decoded before.
    cache: SignatureCache,
    /// Blocks to be executed together, with one signature batch.
    waiting: Vec<Block<Checked>>,
    window: Window,
    /// What the first of those is on top of.
    base: Option<(Header, Weight)>,
}

impl Walk<'_> {
    /// Applies what a block changes of the tables that later blocks read.
    fn absorb(&mut self, changes: &ChangeSet) -> Result<(), AuditError> {
        let read_again = [Table::State, Table::Pages, Table::History];
        let mut kept = ChangeSet::new();
        for (table, key, change) in changes.iter().filter(|(table, ..)| read_again.contains(table)) {
            match change {
                Change::Put(value) => kept.put(table, key, value.clone()),
                Change::Delete => kept.delete(table, key),
            }
        }
        Ok(self.scratch.commit(&kept)?)
    }

    fn step(&mut self, height: Height) -> Result<(), AuditError> {
        let last = self.last.take();
        let found = block_at(self.store, height).map_err(|e| Problem::block(height, None, e));
        let found = found
            .and_then(|id| id.ok_or_else(|| Problem::block(height, None, "is not in the list of heights")));
        let id = match found {
            Ok(id) => id,
            Err(problem) => return self.broken(problem),
        };
        let entry = block_entry(self.store, &id).map_err(|e| Problem::block(height, Some(id), e));
        let entry = entry
            .and_then(|entry| entry.ok_or_else(|| Problem::block(height, Some(id), "its header is missing")));
        let entry = match entry {
            Ok(entry) if entry.header.id() == id && entry.header.height == height => entry,
            Ok(_) => {
                return self.broken(Problem::block(height, Some(id), "the stored header is another block's"));
            }
            Err(problem) => return self.broken(problem),
        };
        self.report.blocks = self.report.blocks.saturating_add(1);
        let before = self.report.problems.len();
        let total = self.link(height, id, &entry, last.as_ref());
        let body = self.body(height, id, &entry.header);
        if let Ok(block) = &body {
            let count = u64::try_from(block.txs().len()).unwrap_or(0);
            self.report.transactions = self.report.transactions.saturating_add(count);
            block.txs().iter().for_each(|tx| self.bodies.check(tx, (height, id), &mut self.report));
        }
        // What is wrong with the blocks below is told first.
        let found = self.report.problems.split_off(before.min(self.report.problems.len()));
        if !found.is_empty() {
            self.execute()?;
        }
        found.into_iter().for_each(|problem| self.report.add(problem));
        match body {
            Ok(block) => self.wait(block, last.as_ref())?,
            Err(None) => {}
            Err(Some(problem)) => self.broken(problem)?,
        }
        self.last = Some(Last { id, header: entry.header, total });
        Ok(())
    }

    fn broken(&mut self, problem: Problem) -> Result<(), AuditError> {
        self.execute()?;
        self.report.add(problem);
        self.state_known = false;
        Ok(())
    }

    /// The header by itself and on top of the one below. Gives the weight of the chain up to it.
    fn link(&mut self, height: Height, id: BlockId, entry: &BlockEntry, last: Option<&Last>) -> Weight {
        let problem = |what: &dyn ToString| Problem::block(height, Some(id), what.to_string());
        if height == Height::ZERO {
            if id != self.spec.block().id() {
                self.report.add(problem(&"is not the genesis block of this chain"));
            }
            return Weight::ZERO;
        }
        let (rules, proof) = (self.spec.consensus(), entry.header.proof());
        if let Err(error) = rules.check_alone(&proof) {
            self.report.add(problem(&error));
        }
        let Some(last) = last else { return entry.total };
        if entry.header.prev != last.id {
            self.report.add(problem(&format!(
                "names {} as the block below, which is {}",
                entry.header.prev, last.id
            )));
        }
        // What validators decided is final, whatever this clock says.
        let now = if matches!(rules, Consensus::Stake(_)) { Timestamp::MAX } else { self.now };
        if let Err(error) = rules.check_after(&proof, &Parent::from(last.header.proof()), now) {
            self.report.add(problem(&error));
        }
        let total = last.total.checked_add(rules.weight(&proof)).unwrap_or(last.total);
        if total != entry.total {
            self.report.add(problem(&"the stored weight of the chain is not the sum of its work"));
        }
        total
    }

    /// The block's transactions; none for genesis, which has no transactions to execute.
    fn body(&self, height: Height, id: BlockId, header: &Header) -> Result<Block<Checked>, Option<Problem>> {
        let problem = |what: &dyn ToString| Some(Problem::block(height, Some(id), what.to_string()));
        let bytes = self.store.get(Table::Bodies, id.as_ref()).map_err(|e| problem(&e))?;
        let bytes = bytes.ok_or_else(|| problem(&"its body is missing"))?;
        if height == Height::ZERO {
            let same = bytes == self.spec.block().bytes();
            return Err(
                (!same).then(|| Problem::block(height, Some(id), "is not the genesis block of this chain"))
            );
        }
        let block = Block::decode(&bytes).map_err(|e| problem(&e))?;
        if block.header() != header {
            return Err(problem(&"the header in the body is another one"));
        }
        block.check(self.spec).map_err(|e| problem(&e))
    }

    /// Lets a block wait for its execution, together with those after it.
    fn wait(&mut self, block: Block<Checked>, last: Option<&Last>) -> Result<(), AuditError> {
        if !self.window.take(block.bytes().len()) {
            self.execute()?;
            self.window.take(block.bytes().len());
        }
        let Some(last) = last.filter(|_| self.state_known) else {
            self.state_known = false;
            return Ok(());
        };
        self.base.get_or_insert_with(|| (last.header.clone(), last.total));
        self.waiting.push(block);
        Ok(())
    }

    /// Executes the blocks that wait.
    fn execute(&mut self) -> Result<(), AuditError> {
        self.window = Window::default();
        let Some((header, total)) = self.base.take() else { return Ok(()) };
        let blocks = core::mem::take(&mut self.waiting);
        let base = Base { header: &header, total };
        let done = execute_chain(self.spec, &base, &&*self.scratch, &blocks, &self.cache);
        for (block, executed) in blocks.iter().zip(&done.executed) {
            let place = (block.header().height, block.id());
            tables::compare_derived(self.store, &executed.changes, place, &mut self.report);
            self.absorb(&executed.changes)?;
            if let Err(problem) = self.certificate(place) {
                self.report.add(problem);
            }
        }
        if let Some((block, error)) = blocks.get(done.executed.len()).zip(done.refused) {
            self.report.add(Problem::block(block.header().height, Some(block.id()), error));
            self.state_known = false;
        }
        Ok(())
    }

    /// The stored certificate of the block that was executed last, where validators decide. The one in the block above may
    /// have other signers; it was verified when that block was executed, and nothing but this proves the tip.
    fn certificate(&self, (height, id): (Height, BlockId)) -> Result<(), Problem> {
        if !matches!(self.spec.consensus(), Consensus::Stake(_)) {
            return Ok(());
        }
        let problem = |what: &dyn ToString| Problem::block(height, Some(id), what.to_string());
        let found = certificate_of(self.store, &id).map_err(|e| problem(&e))?;
        let found = found.ok_or_else(|| problem(&"its certificate is missing"))?;
        if (found.height, found.block) != (height, id) {
            return Err(problem(&"the stored certificate is of another block"));
        }
        let sets = validator_sets(&&*self.scratch).map_err(|e| problem(&e))?;
        let sets = sets.ok_or_else(|| problem(&"the state after it holds no validators"))?;
        let verified = found.verify(&self.spec.chain_id(), &sets.last);
        verified.map(drop).map_err(|e| problem(&format!("its certificate: {e}")))
    }

    /// The tip, the state behind it, and that there is nothing above.
    fn end(&mut self, tip: TipEntry) {
        match &self.last {
            Some(last) if last.id != tip.id => {
                self.report.add(Problem::general(format!("the stored tip {} is not the last block", tip.id)));
            }
            _ => {}
        }
        if let Some(above) = tip.height.next()
            && block_at(self.store, above) != Ok(None)
        {
            self.report.add(Problem::block(above, None, "is listed above the tip"));
        }
        let Some(last) = self.last.as_ref().filter(|_| self.state_known) else { return };
        self.report.state_root = Some(last.header.state_root);
        match sparse::root(self.store) {
            Ok(root) if root == last.header.state_root => {}
            Ok(root) => self.report.add(Problem::general(format!(
                "the stored state tree has root {root}, the tip's header {}",
                last.header.state_root
            ))),
            Err(error) => self.report.add(Problem::general(format!("the stored state tree: {error}"))),
        }
        tables::compare_state(self.store, &&*self.scratch, self.spec, tip.height, &mut self.report);
    }
}
