//! The engine: inputs in, outputs out, nothing else.

use super::chain::{self, Best, ChainError, Taken};
use super::entry::{BlockEntry, BlockStatus, GENESIS_KEY, TIP_KEY, TipEntry, block_at, block_entry, stored};
use super::fetch::Fetch;
use super::io::{BatchId, Input, LedgerEvent, Output};
use super::outbox::{Outbox, View};
use super::peers::Peers;
use super::stake::Judged;
use super::work::Work;
use crate::block::{Block, ChainSpec, Checked};
use crate::codec::{DecodeError, EncodeError, Wire};
use crate::consensus::{Weight, final_height};
use crate::crypto::signature::SignatureCache;
use crate::mempool::{Mempool, PoolLimits, PoolRefusal};
use crate::planted::planted;
use crate::primitives::{BlockId, Height, Timestamp, TxId};
use crate::state::TxError;
use crate::store::{LedgerRead, ReadError, Table};
use crate::tx::Tx;
use crate::validate::{self, BlockError};
use core::num::NonZeroU32;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Pause before the disk is read again to fall back to it; an input ends it.
const READ_AGAIN_MS: u64 = 1_000;

/// Why an input was refused. The ledger is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// Bytes that do not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The transaction breaks a rule at the next height.
    #[error(transparent)]
    Tx(#[from] TxError),
    /// The pool did not take the transaction.
    #[error(transparent)]
    Pool(#[from] PoolRefusal),
    /// The transaction is in a block already.
    #[error("transaction {0} is already on the chain")]
    OnChain(TxId),
    /// The block was not taken.
    #[error(transparent)]
    Block(#[from] ChainError),
    /// The work is unknown, stale, or the nonce does not meet its target.
    #[error("no such work, or the nonce does not meet its target")]
    Work,
    /// The chain's blocks come about in another way: by votes of validators, or by work.
    #[error("{what}: blocks of this chain are sealed by {by}")]
    OtherConsensus {
        /// What was asked for.
        what: &'static str,
        /// What seals blocks here.
        by: &'static str,
    },
    /// A value past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The store did not answer. The same input may be given again.
    #[error(transparent)]
    Store(#[from] ReadError),
}

impl Refused {
    /// Whether the store did not answer: nothing is decided, and the same input may be given again.
    pub const fn is_unread(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Block(ChainError::Read(_)))
    }
}

/// Why a store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecoverError {
    /// It holds another chain.
    #[error("the store holds another chain than the one asked for")]
    OtherChain,
    /// It did not answer, or is damaged.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The genesis specification is past its own limits.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Settings of a node, none of them part of consensus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EngineConfig {
    /// Limits of the pool.
    pub pool: PoolLimits,
}

/// A node without clock, disk or network. Disk comes in as an argument of each call; everything else as inputs.
///
/// The driver's loop: give an input to [`Engine::handle`], then perform what [`Engine::poll_output`] returns
/// until it returns nothing, and call [`Engine::handle_timeout`] when [`Engine::poll_timeout`] has passed.
pub struct Engine {
    pub(super) spec: ChainSpec,
    pub(super) best: Best,
    pub(super) pool: Mempool,
    pub(super) peers: Peers,
    pub(super) fetch: Fetch,
    pub(super) out: Outbox,
    pub(super) work: Option<Work>,
    pub(super) works: u64,
    pub(super) now: Timestamp,
    /// The clock is behind `now`, and that was told.
    pub(super) clock_behind: bool,
    pub(super) greet_at: Option<Timestamp>,
    /// A batch that failed, and when to try again to go back to what is on disk: a read failed, too.
    owed: Option<(BatchId, Timestamp)>,
    final_height: Height,
    /// As far as it was told.
    final_told: Height,
    pub(super) signatures: SignatureCache,
    /// Blocks that were found valid on the tip and are not decided.
    pub(super) judged: Vec<Judged>,
}

impl Engine {
    /// Opens what `disk` holds; an empty store is initialised (the first output is then a `Persist`). Reads a
    /// handful of keys, however long the chain is.
    ///
    /// # Errors
    /// The store holds another chain, does not answer, or is damaged.
    pub fn recover(
        spec: ChainSpec,
        config: EngineConfig,
        disk: &dyn LedgerRead,
    ) -> Result<Self, RecoverError> {
        let mut engine = Self {
            best: genesis(&spec),
            spec,
            pool: Mempool::new(config.pool),
            peers: Peers::default(),
            fetch: Fetch::default(),
            out: Outbox::default(),
            work: None,
            works: 0,
            now: Timestamp::ZERO,
            clock_behind: false,
            greet_at: None,
            owed: None,
            final_height: Height::ZERO,
            final_told: Height::ZERO,
            signatures: SignatureCache::new(),
            judged: Vec::new(),
        };
        #[cfg(any(test, feature = "testing"))]
        {
            engine.out.ungated = planted!(engine.spec, SEND_BEFORE_PERSIST);
        }
        let genesis_bytes = engine.spec.genesis().to_bytes()?;
        match disk.get(Table::Meta, GENESIS_KEY)? {
            None => engine.initialise(genesis_bytes)?,
            Some(found) if found == genesis_bytes => {
                engine.best = read_tip(disk)?;
                engine.final_height = engine.final_at(engine.best.header.height);
                engine.final_told = engine.final_height;
            }
            Some(_) => return Err(RecoverError::OtherChain),
        }
        Ok(engine)
    }

    /// Queues what an empty store begins with.
    fn initialise(&mut self, genesis_bytes: Vec<u8>) -> Result<(), EncodeError> {
        let mut changes = self.spec.changes().clone();
        self.best = genesis(&self.spec);
        let best = &self.best;
        let entry =
            BlockEntry { header: best.header.clone(), total: best.weight, status: BlockStatus::Connected };
        changes.put(Table::Headers, best.id.as_ref(), entry.to_bytes()?);
        changes.put(Table::Bodies, best.id.as_ref(), self.spec.block().bytes().to_vec());
        changes.put(Table::Heights, &0u64.to_be_bytes(), best.id.0.to_vec());
        changes.put(Table::Meta, TIP_KEY, TipEntry { id: best.id, height: Height::ZERO }.to_bytes()?);
        changes.put(Table::Meta, GENESIS_KEY, genesis_bytes);
        self.out.persist(changes);
        Ok(())
    }

    /// Feeds one input.
    ///
    /// # Errors
    /// The input is refused; the ledger is unchanged. What a peer did wrong is not an error of the caller: it
    /// costs the peer, and the call succeeds.
    pub fn handle(&mut self, now: Timestamp, disk: &dyn LedgerRead, input: Input) -> Result<(), Refused> {
        self.advance(now);
        let back = self.fall_back(disk);
        // What became of a connection is no request: it is noted whatever the disk does.
        if !matches!(input, Input::PeerUp(_) | Input::PeerDown(_)) {
            back.clone()?;
        }
        match input {
            Input::Frame { from, bytes } => self.on_frame(disk, from, &bytes)?,
            Input::Submit { bytes } => {
                let tx = Tx::decode(&bytes)?;
                self.accept_tx(disk, tx, None)?;
            }
            Input::Import { bytes } => {
                self.need_work("importing a block")?;
                let block = Block::decode(&bytes)?;
                let block = block.check(&self.spec).map_err(ChainError::from)?;
                self.take_own(disk, block)?;
            }
            Input::Produce { proposer } => self.produce(disk, proposer)?,
            Input::WorkFound { work, nonce } => self.work_found(disk, work, nonce)?,
            Input::Finalise { bytes, certificate } => self.take_decided(disk, &bytes, &certificate)?,
            Input::Persisted { batch } => self.out.persisted(batch),
            Input::PersistFailed { batch } if self.out.is_under_way(batch) => {
                self.owed = Some((batch, self.now));
                self.fall_back(disk)?;
            }
            Input::PersistFailed { .. } => {}
            Input::PeerUp(peer) => self.peer_up(peer),
            Input::PeerDown(peer) => self.peer_down(peer),
        }
        back?;
        self.pump(disk)?;
        Ok(())
    }

    /// Acts on deadlines that have passed. Calling it early, late or twice is harmless.
    ///
    /// # Errors
    /// The store did not answer; the call may be repeated.
    pub fn handle_timeout(&mut self, now: Timestamp, disk: &dyn LedgerRead) -> Result<(), Refused> {
        self.advance(now);
        self.fall_back(disk)?;
        self.expire();
        self.pump(disk)?;
        Ok(())
    }

    /// The next thing to do, if any may be done now.
    pub fn poll_output(&mut self) -> Option<Output> {
        let output = self.out.poll();
        if let Some(Output::Event(LedgerEvent::Final { height, .. })) = &output {
            self.final_told = *height;
        }
        output
    }

    /// When [`Engine::handle_timeout`] should be called next; may change after every call.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        let headers = self.peers.iter().filter_map(|(_, p)| p.headers_due).min();
        let owed = self.owed.map(|(_, at)| at);
        [headers, self.fetch.due(), self.greet_at, owed].into_iter().flatten().min()
    }

    /// The best block. It may not be on disk yet: what outputs say is.
    pub const fn best(&self) -> &Best {
        &self.best
    }

    /// The chain this engine is for.
    pub const fn spec(&self) -> &ChainSpec {
        &self.spec
    }

    /// Waiting transactions.
    pub const fn pool(&self) -> &Mempool {
        &self.pool
    }

    /// Height up to which blocks have the confirmations the chain asks for.
    pub const fn final_height(&self) -> Height {
        self.final_height
    }

    /// The batches that were decided and are not known to be on disk, oldest first. Nothing that a call to
    /// [`Engine::handle`] returned is to be told to anybody before those that it left are on disk.
    pub fn unwritten_batches(&self) -> impl ExactSizeIterator<Item = BatchId> {
        self.out.unwritten()
    }

    /// The store with everything laid over it that was decided and is not on disk yet.
    pub fn view<'a>(&'a self, disk: &'a dyn LedgerRead) -> View<'a> {
        self.out.over(disk)
    }

    /// What every call begins with.
    pub(super) fn ready(&mut self, now: Timestamp, disk: &dyn LedgerRead) -> Result<(), Refused> {
        self.advance(now);
        self.fall_back(disk)
    }

    /// Time never goes back: a clock that does is reported, once, and the latest time is kept.
    fn advance(&mut self, now: Timestamp) {
        let was_behind = core::mem::replace(&mut self.clock_behind, now < self.now);
        if self.clock_behind && !was_behind {
            self.event(LedgerEvent::ClockWentBack { latest: self.now, given: now });
        }
        self.now = self.now.max(now);
    }

    pub(super) fn event(&mut self, event: LedgerEvent) {
        self.out.push(Output::Event(event));
    }

    /// Height that is final when the tip is at `height` (rules W-9 and EN-14).
    fn final_at(&self, height: Height) -> Height {
        if self.is_stake() {
            return height;
        }
        let asked = if planted!(self.spec, HASTY_FINALITY) { 1 } else { self.spec.params().confirmations };
        // Genesis asks for one confirmation at least.
        let asked = u32::try_from(asked).unwrap_or(u32::MAX);
        final_height(height, NonZeroU32::new(asked).unwrap_or(NonZeroU32::MIN))
    }

    /// Checks a transaction at the next height and offers it to the pool, then to the peers.
    pub(super) fn accept_tx(
        &mut self,
        disk: &dyn LedgerRead,
        tx: Tx,
        from: Option<crate::transport::PeerId>,
    ) -> Result<(), Refused> {
        if self.pool.contains(&tx.id()) {
            return Err(PoolRefusal::Known.into());
        }
        let view = self.out.over(disk);
        if view.get(Table::TxIndex, tx.id().as_ref())?.is_some() {
            return Err(Refused::OnChain(tx.id()));
        }
        validate::admit_cached(&self.spec, &view, &self.best.header, self.now, &tx, &self.signatures)?;
        let (id, bytes) = (tx.id(), tx.bytes().to_vec());
        let done = self.pool.insert(tx)?;
        for dropped in done.replaced.into_iter().chain(done.evicted) {
            self.event(LedgerEvent::TxDropped(dropped));
        }
        self.event(LedgerEvent::TxAccepted(id));
        self.gossip_tx(&bytes, from);
        Ok(())
    }

    /// Takes a block of our own or of this machine.
    pub(super) fn take_own(&mut self, disk: &dyn LedgerRead, block: Block<Checked>) -> Result<(), Refused> {
        let view = self.out.over(disk);
        let taken = chain::take(&self.spec, &self.best, &view, self.now, block, &self.signatures)?;
        if let Some(refused) = self.taken(disk, taken) {
            return Err(ChainError::Body(refused).into());
        }
        Ok(())
    }

    /// Acts on what taking a block led to; returns the reason if the block, or one below it, broke a rule.
    pub(super) fn taken(&mut self, disk: &dyn LedgerRead, taken: Taken) -> Option<BlockError> {
        if !taken.changes.is_empty() {
            self.out.persist(taken.changes);
        }
        let mut refused = None;
        if let Some((id, error)) = taken.invalid {
            self.forget_chain(&id);
            self.event(LedgerEvent::BlockRefused { id, why: error.to_string() });
            refused = Some(error);
        }
        if let Some(moved) = taken.moved {
            let (from, to) = (moved.from, moved.to);
            let connected = u64::try_from(moved.connected.len()).unwrap_or(u64::MAX);
            self.return_to_pool(moved.undone, &moved.connected);
            self.best = to;
            self.event(LedgerEvent::TipMoved {
                from,
                to: self.best.id,
                height: self.best.header.height,
                undone: moved.undone_blocks,
                connected,
            });
            self.stop_work();
            self.judged.clear();
            if !self.is_stake() {
                self.announce();
            }
            self.finalise(disk);
        }
        refused
    }

    /// Transactions of undone blocks wait again, unless the new branch has them too.
    fn return_to_pool(&mut self, mut undone: Vec<Tx>, connected: &[(Height, Arc<Vec<Tx>>)]) {
        let mined: BTreeSet<TxId> = connected.iter().flat_map(|(_, txs)| txs.iter().map(Tx::id)).collect();
        undone.retain(|tx| !mined.contains(&tx.id()));
        let mut dropped = Vec::new();
        if !planted!(self.spec, FORGET_UNDONE_TXS) {
            dropped = self.pool.restore(undone);
        }
        for (height, txs) in connected {
            dropped.extend(self.pool.connected(txs.iter(), *height));
        }
        for id in dropped.into_iter().filter(|id| !mined.contains(id)) {
            self.event(LedgerEvent::TxDropped(id));
        }
    }

    /// Tells of blocks that now have their confirmations. Final heights only grow: a reorganisation that deep
    /// has been seen by users already, and is told as one. A read that fails is made good by the next block.
    fn finalise(&mut self, disk: &dyn LedgerRead) {
        let height = self.final_at(self.best.header.height);
        if height > self.final_height
            && let Ok(Some(id)) = block_at(&self.out.over(disk), height)
        {
            self.final_height = height;
            self.event(LedgerEvent::Final { height, id });
        }
    }

    /// Goes back to what is on disk after a batch failed. Blocks that were not written are fetched or mined again,
    /// and their transactions wait again; peers are greeted anew, as questions that were queued are gone.
    ///
    /// A disk that does not take a batch may not answer either, so everything is read before anything changes, and
    /// what cannot be read now is owed: every later call begins with it (rule EN-5).
    fn fall_back(&mut self, disk: &dyn LedgerRead) -> Result<(), Refused> {
        let Some((batch, _)) = self.owed else { return Ok(()) };
        self.owed = Some((batch, self.now.plus(READ_AGAIN_MS)));
        let mut lost = self.unwritten(disk)?;
        let waiting = self.pool.candidates().map(Tx::id).chain(lost.iter().map(Tx::id));
        let mined = on_disk(disk, waiting.chain(self.out.dropped()))?;
        let genesis_bytes = self.spec.genesis().to_bytes()?;
        let tip = disk.get(Table::Meta, GENESIS_KEY)?.map(|_| read_tip(disk)).transpose()?;
        self.owed = None;
        self.stop_work();
        self.judged.clear();
        self.out.failed(&mined);
        // What was decided and not told is told when it comes again; what was told is not, however low the tip is.
        self.final_height = self.final_told;
        match tip {
            Some(tip) => self.best = tip,
            // Not even genesis got there: start over, for when the disk works again.
            None => self.initialise(genesis_bytes)?,
        }
        self.event(LedgerEvent::StoreFailed(batch));
        // A branch was undone that is the best again: its transactions neither wait nor were they dropped.
        for id in &mined {
            self.pool.remove(id);
        }
        lost.retain(|tx| !mined.contains(&tx.id()));
        for id in self.pool.restore(lost) {
            self.event(LedgerEvent::TxDropped(id));
        }
        self.start_over_with_peers();
        Ok(())
    }

    /// Transactions of the best chain's blocks that are not on disk, in chain order.
    fn unwritten(&self, disk: &dyn LedgerRead) -> Result<Vec<Tx>, ReadError> {
        let view = self.out.over(disk);
        let (mut blocks, mut id, mut height) = (Vec::new(), self.best.id, self.best.header.height);
        while height > Height::ZERO && block_at(disk, height)? != Some(id) {
            let Some(block) = chain::read_block(&self.spec, &view, &id)? else { break };
            (id, height) = (block.header().prev, height.minus(1));
            blocks.push(block.txs().to_vec());
        }
        blocks.reverse();
        Ok(blocks.into_iter().flatten().collect())
    }

    /// The block on the best chain at a height.
    pub fn block_at(&self, disk: &dyn LedgerRead, height: Height) -> Result<Option<BlockId>, ReadError> {
        block_at(&self.view(disk), height)
    }
}

/// Which of these transactions are in blocks of the best chain on disk.
fn on_disk(disk: &dyn LedgerRead, ids: impl Iterator<Item = TxId>) -> Result<BTreeSet<TxId>, ReadError> {
    let mut found = BTreeSet::new();
    for id in ids {
        if disk.get(Table::TxIndex, id.as_ref())?.is_some() {
            found.insert(id);
        }
    }
    Ok(found)
}

/// The tip that is on disk.
fn read_tip(disk: &dyn LedgerRead) -> Result<Best, ReadError> {
    let missing = |what: &str| ReadError::Corrupt { what: format!("{what} is missing") };
    let tip: TipEntry = stored(disk, Table::Meta, TIP_KEY)?.ok_or_else(|| missing("tip"))?;
    let entry = block_entry(disk, &tip.id)?.ok_or_else(|| missing("index entry of the tip"))?;
    Ok(Best { id: tip.id, header: entry.header, weight: entry.total })
}

fn genesis(spec: &ChainSpec) -> Best {
    Best { id: spec.block().id(), header: spec.block().header().clone(), weight: Weight::ZERO }
}
