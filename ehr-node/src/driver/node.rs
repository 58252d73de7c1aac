//! The handle of a running node.

use super::helpers::{SignatureThreads, cores_beside_one};
use super::key_lock::KeyLock;
use super::links::Links;
use super::machine::{Machine, Notice};
use super::run::{Command, Driver, Told};
use super::writer::Writer;
use super::{Clock, NodeError, Snapshot, StartError, system_clock};
use ehr_bft::Replica;
use ehr_bft::replica::{ReplicaConfig, ReplicaKeys};
use ehr_core::block::ChainSpec;
use ehr_core::engine::{Engine, EngineConfig, Input, LedgerEvent, Output};
use ehr_core::primitives::{AccountId, BlockId, Height, TxId};
use ehr_core::store::{LedgerStore, StoreError};
use ehr_core::transport::Transport;
use ehr_core::tx::Tx;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// Requests that may wait for the node's thread.
const COMMANDS: usize = 256;
/// Events that a slow listener may be behind; a slower one is told how many it missed.
const EVENTS: usize = 4096;

/// What a node is made of.
pub struct NodeConfig {
    /// The chain; a store that holds another is refused.
    pub spec: ChainSpec,
    /// Where the ledger is kept. An empty store becomes a new ledger.
    pub store: Box<dyn LedgerStore + Send>,
    /// The network, if there is one.
    pub transport: Option<Box<dyn Transport>>,
    /// Settings of the engine.
    pub engine: EngineConfig,
    /// The clock.
    pub clock: Clock,
    /// Threads that search for nonces.
    pub mining_threads: NonZeroUsize,
    /// Threads that verify signatures of blocks beside the node's own; none is needed.
    pub signature_threads: usize,
    /// Who votes here; asked for under proof of stake and not used under proof of work.
    pub validator: Option<Validator>,
}

/// The validator of a node, or a follower, which has an account and no stake.
pub struct Validator {
    /// Settings.
    pub config: ReplicaConfig,
    /// Its keys.
    pub keys: ReplicaKeys,
}

impl NodeConfig {
    /// A node on the machine's clock and all its cores, for signatures as for nonces.
    pub fn new(
        spec: ChainSpec,
        store: impl LedgerStore + Send + 'static,
        transport: Option<Box<dyn Transport>>,
    ) -> Self {
        Self {
            spec,
            store: Box::new(store),
            transport,
            engine: EngineConfig::default(),
            clock: system_clock(),
            mining_threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN),
            signature_threads: cores_beside_one(),
            validator: None,
        }
    }
}

/// A block that was mined or decided here, is stored, and is the tip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mined {
    /// Its id.
    pub id: BlockId,
    /// Its height.
    pub height: Height,
}

/// A running node. Works in any async runtime. Dropping the handle stops the node; [`Node::stop`] also waits until
/// its store is closed.
pub struct Node {
    commands: mpsc::Sender<Command>,
    pub(super) events: broadcast::Sender<LedgerEvent>,
    /// Why the store did not take the last batch, if it did not.
    pub(super) failure: watch::Receiver<Option<StoreError>>,
    notices: broadcast::Sender<Notice>,
    hashes: Arc<AtomicU64>,
    thread: JoinHandle<()>,
}

impl Node {
    /// Opens what the store holds, or writes a new ledger into an empty one, and starts the node's thread.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: NodeConfig) -> Result<Self, StartError> {
        let NodeConfig {
            spec,
            store,
            transport,
            engine,
            clock,
            mining_threads,
            signature_threads,
            validator,
        } = config;
        let mut store = store;
        // A new ledger is written before there is a node.
        let mut founded = Engine::recover(spec.clone(), engine, &*store)?;
        while let Some(output) = founded.poll_output() {
            if let Output::Persist { batch, changes } = output {
                store.commit(&changes)?;
                // Nothing is read here.
                let _ = founded.handle(clock(), &*store, Input::Persisted { batch });
            }
        }
        let mut key_lock = None;
        let mut machine = match validator.filter(|_| founded.is_stake()) {
            Some(Validator { config, keys }) => {
                let key = keys.votes.public_key();
                key_lock = Some(KeyLock::take(&key).map_err(|error| StartError::KeyLock(error.to_string()))?);
                Machine::Stake(Replica::recover(spec, config, keys, &*store, clock())?.into())
            }
            None if founded.is_stake() => return Err(StartError::NoValidator),
            None => Machine::Work(founded.into()),
        };
        if let Some(threads) = NonZeroUsize::new(signature_threads) {
            machine.set_helpers(SignatureThreads::start(threads)?);
        }
        let (events, _) = broadcast::channel(EVENTS);
        let (commands, requests) = mpsc::channel(COMMANDS);
        let (failing, failure) = watch::channel(None);
        let links = Links::new(transport);
        let writer = Writer::start(store)?;
        let (notices, _) = broadcast::channel(EVENTS);
        let hashes = Arc::<AtomicU64>::default();
        let told = Told {
            events: events.clone(),
            notices: notices.clone(),
            failure: failing,
            hashes: Arc::clone(&hashes),
        };
        let driver = Driver::new(machine, writer, links, clock, mining_threads, told);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let thread = std::thread::Builder::new().name("ehr-node".into());
        let thread = thread.spawn(move || {
            runtime.block_on(driver.run(requests));
            drop(key_lock);
        })?;
        Ok(Self { commands, events, failure, notices, hashes, thread })
    }

    /// Offers a transaction to the pool; it goes on to the peers. `Ok` promises that it is valid now, not that it
    /// will be mined.
    ///
    /// # Errors
    /// The rule it breaks, or the pool's refusal.
    pub async fn submit(&self, tx: &Tx) -> Result<TxId, NodeError> {
        self.input(Input::Submit { bytes: tx.bytes().to_vec() }).await?;
        Ok(tx.id())
    }

    /// Takes a block from a file or another process.
    ///
    /// # Errors
    /// The rule it breaks, or why it cannot be judged.
    pub async fn import(&self, block: Vec<u8>) -> Result<(), NodeError> {
        self.input(Input::Import { bytes: block }).await
    }

    /// Builds a block of waiting transactions, searches its nonce, and stores it. Under proof of stake: waits until
    /// validators have decided what waits now, and gives the tip.
    ///
    /// # Errors
    /// [`NodeError::Stale`] when another block came first; [`NodeError::Store`] when it could not be stored.
    pub async fn mine_block(&self, proposer: AccountId) -> Result<Mined, NodeError> {
        self.ask(|reply| Command::Mine(proposer, reply)).await?
    }

    /// Hashes tried for blocks since the node started, for a display of progress; stays zero under proof of stake.
    pub fn hashes(&self) -> u64 {
        self.hashes.load(Ordering::Relaxed)
    }

    /// Reads the ledger between two inputs, on the node's thread: keep it short.
    ///
    /// # Errors
    /// [`NodeError::Stopped`], or [`NodeError::ValidatorStopped`]: what a validator decided last need not be stored.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Snapshot<'_>) -> T + Send + 'static,
    ) -> Result<T, NodeError> {
        self.ask(|reply| Command::Read(Box::new(move |snapshot| drop(reply.send(snapshot.map(f)))))).await?
    }

    /// Everything that happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<LedgerEvent> {
        self.events.subscribe()
    }

    /// What happens to validators from now on; nothing under proof of work.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.notices.subscribe()
    }

    /// Stops the node and waits until its store is closed.
    pub async fn stop(self) {
        let Self { commands, events, notices, thread, .. } = self;
        drop((commands, events, notices));
        // A thread that panicked has closed its store as well.
        let _ = tokio::task::spawn_blocking(|| thread.join()).await;
    }

    async fn input(&self, input: Input) -> Result<(), NodeError> {
        self.ask(|reply| Command::Input(input, reply)).await?
    }

    async fn ask<T>(&self, command: impl FnOnce(oneshot::Sender<T>) -> Command) -> Result<T, NodeError> {
        let (reply, answer) = oneshot::channel();
        self.commands.send(command(reply)).await.map_err(|_| NodeError::Stopped)?;
        answer.await.map_err(|_| NodeError::Stopped)
    }
}
