//! A node of a chain of stake: ledger engine and validator in one sans-IO state machine over one store.
//!
//! The driver's loop is that of [`Engine`]: open the store and [`Replica::recover`]; give an input to [`Replica::handle`],
//! or call [`Replica::handle_timeout`] when [`Replica::poll_timeout`] has passed; perform what [`Replica::poll_output`]
//! returns, in order, until it returns nothing. After a [`Output::Persist`] nothing comes out until it is answered. The
//! driver may store a batch on another thread while it goes on feeding inputs, with the duties that the engine's page
//! names (`docs/spec/engine.md`, "Storing while deciding").
//!
//! The store holds everything: the ledger, and in the table Consensus the validator's log and sign-protection record. Log
//! and record are written at once, before anything that depends on them leaves; a block is written before the log of its
//! height is emptied, or with it. A store that fails stops the replica, as what it signed might be forgotten.
//!
//! An account that is in no validator set follows: it takes decided blocks, passes transactions on, and serves others.

mod config;
mod drive;
mod evidence;
mod frames;
mod io;
mod outbox;
mod proposals;
pub(crate) mod saved;

pub use config::{ReplicaConfig, ReplicaKeys};
pub use io::{Input, InputError, Misconduct, Output, StartError, Stop};
pub use saved::give_up_height;

use crate::{Bft, Config, HeightStart};
use ehr_core::block::{Block, ChainSpec};
use ehr_core::consensus::bft::Certificate;
use ehr_core::crypto::signature::Helpers;
use ehr_core::engine::{self, Engine};
use ehr_core::primitives::{AccountId, Timestamp};
use ehr_core::store::{LedgerRead, ReadError};
use ehr_core::transport::PeerId;
use evidence::Reports;
use outbox::Outbox;
use proposals::Held;
use saved::LogTable;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// Pause before the store is read again after it did not answer; an input ends it.
const READ_AGAIN_MS: u64 = 1_000;

/// A validator, or a follower, with its ledger. See the [module](self).
pub struct Replica {
    account: AccountId,
    idle_ms: u64,
    engine: Engine,
    bft: Bft,
    /// For the validator, in order.
    inputs: VecDeque<crate::Input>,
    reports: Reports,
    log: LogTable,
    out: Outbox,
    peers: BTreeSet<PeerId>,
    /// What was said to all about the height under way.
    said: Vec<Arc<[u8]>>,
    /// Peers that were given up and that the engine has to be told of.
    gone: Vec<PeerId>,
    now: Timestamp,
    /// The height is decided and stored; until when the next one waits for something to do.
    idle_until: Option<Timestamp>,
    /// Something came that may fill a block, or the last one was not empty.
    busy: bool,
    /// Questions whose answer waits for its time, or for the store.
    held: Vec<Held>,
    /// A decision that waits for the store.
    undecided: Option<(Certificate, Arc<[u8]>)>,
    read_again: Option<Timestamp>,
    stopped: bool,
}

impl Replica {
    /// Opens what `disk` holds; an empty store is initialised (the first output is then a `Persist`). A validator continues
    /// from its log.
    ///
    /// # Errors
    /// The store holds another chain or another validator's log, lacks what was signed, or does not answer.
    pub fn recover(
        spec: ChainSpec,
        config: ReplicaConfig,
        keys: ReplicaKeys,
        disk: &dyn LedgerRead,
        now: Timestamp,
    ) -> Result<Self, StartError> {
        let chain = spec.chain_id();
        let evidence_age = spec.params().consensus.stake().ok_or(StartError::NotStake)?.evidence_blocks;
        let engine = Engine::recover(spec, config.engine, disk)?;
        let start = next_height(&engine, disk)?;
        let (log, saved) = LogTable::read(disk)?;
        let bft = Config {
            chain,
            account: config.account,
            block_id: |bytes| Block::decode(bytes).ok().map(|block| block.id()),
            timeouts: config.timeouts,
            evidence_heights: config.evidence_heights.min(evidence_age),
            catch_up_after_ms: config.catch_up_after_ms,
            catch_up_retry_ms: config.catch_up_retry_ms,
        };
        let bft = Bft::recover(bft, keys.votes, config.memo, start, &saved, now)?;
        let mut replica = Self {
            account: config.account,
            idle_ms: config.idle_ms,
            engine,
            bft,
            inputs: VecDeque::from([crate::Input::Tick]),
            reports: Reports::new(config.account, keys.account, evidence_age, saved::kept(disk)?),
            log,
            out: Outbox::default(),
            peers: BTreeSet::new(),
            said: Vec::new(),
            gone: Vec::new(),
            now,
            idle_until: None,
            busy: true,
            held: Vec::new(),
            undecided: None,
            read_again: None,
            stopped: false,
        };
        replica.run(disk);
        Ok(replica)
    }

    /// From now on signatures of blocks are verified by these as well. Changes no verdict.
    pub fn set_helpers(&mut self, helpers: Arc<dyn Helpers>) {
        self.engine.set_helpers(helpers);
    }

    /// Feeds one input.
    ///
    /// # Errors
    /// The input is refused; the ledger is unchanged. What a peer did wrong costs the peer, and the call succeeds.
    pub fn handle(&mut self, now: Timestamp, disk: &dyn LedgerRead, input: Input) -> Result<(), InputError> {
        if self.stopped {
            return Err(InputError::Stopped);
        }
        self.now = self.now.max(now);
        self.inputs.push_back(crate::Input::Tick);
        let done = self.take(disk, input);
        self.run(disk);
        done
    }

    /// Acts on deadlines that have passed. Calling it early, late or twice is harmless.
    ///
    /// # Errors
    /// The store did not answer; the call may be repeated.
    pub fn handle_timeout(&mut self, now: Timestamp, disk: &dyn LedgerRead) -> Result<(), InputError> {
        if self.stopped {
            return Err(InputError::Stopped);
        }
        self.now = self.now.max(now);
        let done = self.engine.handle_timeout(self.now, &self.out.over(disk));
        self.inputs.push_back(crate::Input::Tick);
        self.run(disk);
        Ok(done?)
    }

    /// The next thing to do, if any may be done now.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.out.poll()
    }

    /// When [`Replica::handle_timeout`] should be called next; may change after every call.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        if self.stopped {
            return None;
        }
        let held = self.held.iter().map(|held| held.at).min();
        let begin = self.idle_until.filter(|_| !self.out.is_behind());
        let own = [begin, held, self.read_again];
        let theirs = [self.engine.poll_timeout(), self.bft.poll_timeout()];
        own.into_iter().chain(theirs).flatten().min()
    }

    /// The ledger: its tip and its pool. For it everything decided is stored, so it is read through [`Replica::view`].
    pub const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The disk with everything laid over it that was decided and is not known to be on it.
    pub fn view<'a>(&'a self, disk: &'a dyn LedgerRead) -> impl LedgerRead + 'a {
        self.out.over(disk)
    }

    /// The validator: the height and round it is at.
    pub const fn validator(&self) -> &Bft {
        &self.bft
    }

    /// The peers it listens to: those that are up and were not given up.
    pub fn peers(&self) -> impl ExactSizeIterator<Item = PeerId> {
        self.peers.iter().copied()
    }

    /// Whether the replica has stopped ([`Output::Stopped`]).
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The batches that were decided and are not known to be on disk, oldest first. Nothing that a call returned is to be
    /// told to anybody before those that it left are on disk.
    pub fn unwritten_batches(&self) -> impl Iterator<Item = engine::BatchId> {
        self.out.unwritten()
    }
}

/// The height above the tip and who decides it.
fn next_height(engine: &Engine, disk: &dyn LedgerRead) -> Result<HeightStart, ReadError> {
    let missing = || ReadError::Corrupt { what: "the state holds no validator sets".to_owned() };
    let sets = engine.sets(disk)?.ok_or_else(missing)?;
    let height = engine.best().header.height.plus(1);
    Ok(HeightStart { height, validators: sets.current, next: sets.next })
}
