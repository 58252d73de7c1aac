//! The engine: inputs in, outputs out, nothing else.

use super::chain::Best;
use super::entry::{BlockEntry, BlockStatus, GENESIS_KEY, TIP_KEY, TipEntry, block_at, block_entry, stored};
use super::fetch::Fetch;
use super::io::{BatchId, Input, LedgerEvent, Output};
use super::outbox::{Outbox, View};
use super::peers::Peers;
use super::refused::{RecoverError, Refused};
use super::stake::Judged;
use super::work::Work;
use crate::block::ChainSpec;
use crate::codec::{EncodeError, Wire};
use crate::consensus::Weight;
use crate::crypto::signature::{Helpers, SignatureCache};
use crate::mempool::{Mempool, PoolLimits, PoolRefusal};
use crate::primitives::{BlockId, Height, Timestamp};
use crate::store::{LedgerRead, ReadError, Table};
use crate::tx::Tx;
use crate::validate;
use std::sync::Arc;

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
    pub(super) owed: Option<(BatchId, Timestamp)>,
    pub(super) final_height: Height,
    /// As far as it was told.
    pub(super) final_told: Height,
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
            engine.out.ungated = crate::planted::planted!(engine.spec, SEND_BEFORE_PERSIST);
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

    /// From now on signatures of blocks are verified by these as well. Changes no verdict.
    pub fn set_helpers(&mut self, helpers: Arc<dyn Helpers>) {
        self.signatures.set_helpers(helpers);
    }

    /// Queues what an empty store begins with.
    pub(super) fn initialise(&mut self, genesis_bytes: Vec<u8>) -> Result<(), EncodeError> {
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
    /// The input is refused; the ledger is unchanged, or holds what [`Refused::Run`] says was taken. What a peer did wrong is not an error of the caller: it
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
            Input::Import { bytes } => self.import(disk, &bytes)?,
            Input::ImportRun { blocks } => self.import_run(disk, &blocks)?,
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

    /// The block on the best chain at a height.
    pub fn block_at(&self, disk: &dyn LedgerRead, height: Height) -> Result<Option<BlockId>, ReadError> {
        block_at(&self.view(disk), height)
    }
}

/// The tip that is on disk.
pub(super) fn read_tip(disk: &dyn LedgerRead) -> Result<Best, ReadError> {
    let missing = |what: &str| ReadError::Corrupt { what: format!("{what} is missing") };
    let tip: TipEntry = stored(disk, Table::Meta, TIP_KEY)?.ok_or_else(|| missing("tip"))?;
    let entry = block_entry(disk, &tip.id)?.ok_or_else(|| missing("index entry of the tip"))?;
    Ok(Best { id: tip.id, header: entry.header, weight: entry.total })
}

fn genesis(spec: &ChainSpec) -> Best {
    Best { id: spec.block().id(), header: spec.block().header().clone(), weight: Weight::ZERO }
}
