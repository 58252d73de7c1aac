//! The walk from genesis to the tip.

use super::beginning::beginning;
use super::bodies::Bodies;
use super::keeper::keeper;
use super::report::{Problem, Report};
use super::scratch::Scratch;
use super::{VerifyError, tables};
use crate::commands::folders;
use crate::driver::system_clock;
use crate::ui::Screen;
use ehr_core::block::{Block, ChainSpec, Checked, Header};
use ehr_core::consensus::{Parent, SealRules as _, Weight};
use ehr_core::crypto::signature::SignatureCache;
use ehr_core::engine::{BlockEntry, TipEntry, block_at, block_entry};
use ehr_core::merkle::sparse;
use ehr_core::primitives::{BlockId, Height, Timestamp};
use ehr_core::store::{LedgerRead, Table};
use ehr_core::validate::{Base, Window, execute_chain};
use std::path::Path;

/// Computes a ledger again from its genesis and compares everything with what is stored. Changes nothing in `dir`.
///
/// Memory does not grow with the chain: of blocks, those of one signature batch are held, and the state is built in a
/// temporary ledger on disk. After the first block that is wrong the state is not known, so later blocks are checked by themselves
/// only.
///
/// # Errors
/// The check could not be made; what is wrong with the ledger is in the report.
pub fn verify(dir: &Path, screen: &Screen) -> Result<Report, VerifyError> {
    let (store, blobs) = match folders::open(dir) {
        Ok(opened) => opened,
        Err(error) => return Ok(Report::unchecked(dir, &error)),
    };
    let mut report = Report::new(dir.to_owned());
    let (spec, tip) = match beginning(&store) {
        Ok(beginning) => beginning,
        Err(problem) => {
            report.add(problem);
            return Ok(report);
        }
    };
    report.operator = keeper(dir, &store).unwrap_or_else(|problem| {
        report.add(problem);
        None
    });
    (report.chain, report.height, report.tip) = (Some(spec.chain_id()), tip.height, Some(tip.id));
    let bodies = Bodies { blobs: &blobs, operator: report.operator };
    let mut walk = Walk {
        store: &store,
        spec: &spec,
        scratch: Scratch::new()?,
        bodies,
        now: system_clock()(),
        report,
        last: None,
        state_known: true,
        cache: SignatureCache::new(),
        waiting: Vec::new(),
        window: Window::default(),
        base: None,
    };
    walk.scratch.absorb(spec.changes())?;
    let name = dir.file_name().unwrap_or_default().to_string_lossy();
    let bar = screen.bar(tip.height.0.saturating_add(1), &format!("{name}: blocks checked"));
    for height in (0..=tip.height.0).map(Height) {
        walk.step(height)?;
        bar.inc(1);
    }
    walk.execute()?;
    bar.finish();
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
    scratch: Scratch,
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
    fn step(&mut self, height: Height) -> Result<(), VerifyError> {
        let last = self.last.take();
        let found = block_at(self.store, height).map_err(|e| Problem::block(height, None, e));
        let found = found
            .and_then(|id| id.ok_or_else(|| Problem::block(height, None, "is not in the list of heights")));
        let id = match found {
            Ok(id) => id,
            Err(problem) => {
                return self.broken(problem);
            }
        };
        let entry = block_entry(self.store, &id).map_err(|e| Problem::block(height, Some(id), e));
        let entry = entry
            .and_then(|entry| entry.ok_or_else(|| Problem::block(height, Some(id), "its header is missing")));
        let entry = match entry {
            Ok(entry) if entry.header.id() == id && entry.header.height == height => entry,
            Ok(_) => {
                return self.broken(Problem::block(height, Some(id), "the stored header is another block's"));
            }
            Err(problem) => {
                return self.broken(problem);
            }
        };
        self.report.blocks += 1;
        let before = self.report.problems.len();
        let total = self.link(height, id, &entry, last.as_ref());
        let body = self.body(height, id, &entry.header);
        if let Ok(block) = &body {
            self.report.transactions += u64::try_from(block.txs().len()).unwrap_or(0);
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

    fn broken(&mut self, problem: Problem) -> Result<(), VerifyError> {
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
        if let Err(error) = rules.check_after(&proof, &Parent::from(last.header.proof()), self.now) {
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
    fn wait(&mut self, block: Block<Checked>, last: Option<&Last>) -> Result<(), VerifyError> {
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
    fn execute(&mut self) -> Result<(), VerifyError> {
        self.window = Window::default();
        let Some((header, total)) = self.base.take() else { return Ok(()) };
        let blocks = std::mem::take(&mut self.waiting);
        let base = Base { header: &header, total };
        let done = execute_chain(self.spec, &base, &self.scratch, &blocks, &self.cache);
        for (block, executed) in blocks.iter().zip(&done.executed) {
            let place = (block.header().height, block.id());
            tables::compare_derived(self.store, &executed.changes, place, &mut self.report);
            self.scratch.absorb(&executed.changes)?;
        }
        if let Some((block, error)) = blocks.get(done.executed.len()).zip(done.refused) {
            self.report.add(Problem::block(block.header().height, Some(block.id()), error));
            self.state_known = false;
        }
        Ok(())
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
        tables::compare_state(self.store, &self.scratch, self.spec, tip.height, &mut self.report);
    }
}
