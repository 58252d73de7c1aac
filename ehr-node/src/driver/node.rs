//! The handle of a running node.

use super::links::Links;
use super::run::{Command, Driver};
use super::writer::Writer;
use super::{Clock, NodeError, Snapshot, StartError, system_clock};
use ehr_core::block::ChainSpec;
use ehr_core::engine::{Engine, EngineConfig, Input, LedgerEvent, Output};
use ehr_core::primitives::{AccountId, BlockId, Height, TxId};
use ehr_core::store::{LedgerStore, StoreError};
use ehr_core::transport::Transport;
use ehr_core::tx::Tx;
use std::num::NonZeroUsize;
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
}

impl NodeConfig {
    /// A node on the machine's clock and all its cores.
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
        }
    }
}

/// A block that was mined here, is stored, and is the tip.
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
    thread: JoinHandle<()>,
}

impl Node {
    /// Opens what the store holds, or writes a new ledger into an empty one, and starts the node's thread.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(config: NodeConfig) -> Result<Self, StartError> {
        let NodeConfig { spec, store, transport, engine, clock, mining_threads } = config;
        let mut store = store;
        let mut engine = Engine::recover(spec, engine, &*store)?;
        // A new ledger is written before there is a node.
        while let Some(output) = engine.poll_output() {
            if let Output::Persist { batch, changes } = output {
                store.commit(&changes)?;
                // Nothing is read here.
                let _ = engine.handle(clock(), &*store, Input::Persisted { batch });
            }
        }
        let (events, _) = broadcast::channel(EVENTS);
        let (commands, requests) = mpsc::channel(COMMANDS);
        let (failing, failure) = watch::channel(None);
        let links = Links::new(transport);
        let writer = Writer::start(store)?;
        let driver = Driver::new(engine, writer, links, clock, mining_threads, events.clone(), failing);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        let thread = std::thread::Builder::new().name("ehr-node".into());
        let thread = thread.spawn(move || runtime.block_on(driver.run(requests)))?;
        Ok(Self { commands, events, failure, thread })
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

    /// Builds a block of waiting transactions, searches its nonce, and stores it.
    ///
    /// # Errors
    /// [`NodeError::Stale`] when another block came first; [`NodeError::Store`] when it could not be stored.
    pub async fn mine_block(&self, proposer: AccountId) -> Result<Mined, NodeError> {
        self.ask(|reply| Command::Mine(proposer, reply)).await?
    }

    /// Reads the ledger between two inputs, on the node's thread: keep it short.
    ///
    /// # Errors
    /// The node has stopped.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Snapshot<'_>) -> T + Send + 'static,
    ) -> Result<T, NodeError> {
        self.ask(|reply| Command::Read(Box::new(move |snapshot| drop(reply.send(f(snapshot)))))).await
    }

    /// Everything that happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<LedgerEvent> {
        self.events.subscribe()
    }

    /// Stops the node and waits until its store is closed.
    pub async fn stop(self) {
        let Self { commands, events, thread, .. } = self;
        drop((commands, events));
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
