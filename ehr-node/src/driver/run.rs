//! The driver's loop.

use super::links::Links;
use super::mining::{Found, Miner, Mining};
use super::{Clock, Mined, NodeError, Snapshot};
use ehr_core::engine::{BatchId, Engine, Input, LedgerEvent, Output};
use ehr_core::primitives::{AccountId, BlockId};
use ehr_core::store::{ChangeSet, LedgerRead, LedgerStore, StoreError};
use ehr_core::transport::TransportEvent;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// How long a batch is held at most when the one before it failed.
const HELD: Duration = Duration::from_secs(1);

/// A read to be done between two inputs.
pub(super) type Read = Box<dyn FnOnce(&Snapshot<'_>) + Send>;

/// What the handle asks for.
pub(super) enum Command {
    Input(Input, oneshot::Sender<Result<(), NodeError>>),
    Mine(AccountId, Miner),
    Read(Read),
}

/// Everything the thread owns.
pub(super) struct Driver {
    pub(super) engine: Engine,
    pub(super) store: Box<dyn LedgerStore + Send>,
    pub(super) links: Links,
    pub(super) clock: Clock,
    pub(super) threads: NonZeroUsize,
    pub(super) events: broadcast::Sender<LedgerEvent>,
    found: (mpsc::UnboundedSender<Found>, mpsc::UnboundedReceiver<Found>),
    mining: Option<Mining>,
    /// Who asked for the block that is about to be built.
    asked: Option<Miner>,
    /// The block that was sealed here and who waits for it to become the tip.
    sealed: Option<(BlockId, Miner)>,
    /// Why the last batch was not stored.
    failed: Option<StoreError>,
    /// The same for those who wait, until a batch is stored again.
    failure: watch::Sender<Option<StoreError>>,
    /// A batch that came right after one that failed: a disk that is full is not asked without end.
    held: Option<(BatchId, Arc<ChangeSet>)>,
}

impl Driver {
    pub(super) fn new(
        engine: Engine,
        store: Box<dyn LedgerStore + Send>,
        links: Links,
        clock: Clock,
        threads: NonZeroUsize,
        events: broadcast::Sender<LedgerEvent>,
        failure: watch::Sender<Option<StoreError>>,
    ) -> Self {
        Self {
            engine,
            store,
            links,
            clock,
            threads,
            events,
            found: mpsc::unbounded_channel(),
            mining: None,
            asked: None,
            sealed: None,
            failed: None,
            failure,
            held: None,
        }
    }

    /// Performs what the engine wants done at the start: a new ledger is written.
    pub(super) fn begin(&mut self) -> Result<(), StoreError> {
        self.perform();
        self.failed.take().map_or(Ok(()), Err)
    }

    /// Runs until every handle is gone.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        loop {
            let sleep = self.until_timeout();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.command(command),
                    None => return,
                },
                event = self.links.next() => self.transport(event),
                Some(found) = self.found.1.recv() => self.found(found),
                () = wait(sleep) => {
                    let now = (self.clock)();
                    self.failed = None;
                    // What could not be read is tried again at the next input.
                    let _ = self.engine.handle_timeout(now, &*self.store);
                    self.perform();
                }
            }
        }
    }

    fn until_timeout(&self) -> Option<Duration> {
        let due = self.engine.poll_timeout();
        let due = due.map(|due| Duration::from_millis(due.0.saturating_sub((self.clock)().0)));
        [due, self.held.as_ref().map(|_| HELD)].into_iter().flatten().min()
    }

    fn command(&mut self, command: Command) {
        match command {
            // Whoever asked may have stopped waiting for the answer.
            Command::Input(input, reply) => drop(reply.send(self.feed(input))),
            Command::Mine(proposer, miner) => {
                self.asked = Some(miner);
                if let Err(error) = self.feed(Input::Produce { proposer })
                    && let Some(miner) = self.asked.take()
                {
                    let _ = miner.send(Err(error));
                }
            }
            Command::Read(read) => {
                let view = self.engine.view(&*self.store);
                read(&Snapshot::new(&self.engine, &view));
            }
        }
    }

    fn transport(&mut self, event: TransportEvent) {
        let input = match event {
            TransportEvent::Up(peer) => Input::PeerUp(peer),
            TransportEvent::Down(peer) => Input::PeerDown(peer),
            TransportEvent::Frame { from, bytes } => Input::Frame { from, bytes },
            TransportEvent::Ready(peer) => return self.links.flush(peer),
        };
        // What a peer did wrong costs the peer; what the store did wrong is told as an event, and to
        // whoever waits.
        let _ = self.feed(input);
    }

    fn found(&mut self, found: Found) {
        let Some(mut mining) = self.mining.take_if(|mining| mining.work == found.work) else { return };
        let Some(nonce) = found.nonce else { return mining.give_up(NodeError::Stale) };
        if let Some(miner) = mining.waits.take() {
            self.sealed = Some((mining.template.id(nonce), miner));
        }
        let solved = Input::WorkFound { work: found.work, nonce };
        let mut taken = self.feed(solved.clone());
        // Work was done for this block: one read that fails must not cost it.
        if matches!(&taken, Err(NodeError::Refused(why)) if why.is_unread()) && self.sealed.is_some() {
            taken = self.feed(solved);
        }
        if let Some((_, miner)) = self.sealed.take() {
            let _ = miner.send(Err(taken.err().unwrap_or(NodeError::Stale)));
        }
    }

    /// Gives the engine an input and does what it wants done. A batch that was not stored is the input's error.
    fn feed(&mut self, input: Input) -> Result<(), NodeError> {
        self.failed = None;
        let taken = self.engine.handle((self.clock)(), &*self.store, input);
        self.perform();
        match self.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(taken?),
        }
    }

    /// Does what the engine wants done. Once a batch has failed, the next one waits for the next call.
    fn perform(&mut self) {
        if let Some((batch, changes)) = self.held.take() {
            self.persist(batch, &changes);
        }
        while let Some(output) = self.engine.poll_output() {
            match output {
                Output::Persist { batch, changes } if self.failed.is_some() => {
                    self.held = Some((batch, changes));
                }
                Output::Persist { batch, changes } => self.persist(batch, &changes),
                Output::Send { to, bytes } => self.links.send(to, bytes),
                Output::Disconnect { peer, .. } => {
                    self.links.close(peer);
                    let _ = self.engine.handle((self.clock)(), &*self.store, Input::PeerDown(peer));
                }
                Output::StartWork { work, template } => {
                    let (waits, found) = (self.asked.take(), self.found.0.clone());
                    self.mining = Some(Mining::start(work, template, self.threads, waits, found));
                }
                Output::StopWork { work } => {
                    if let Some(mining) = self.mining.take_if(|mining| mining.work == work) {
                        mining.give_up(NodeError::Stale);
                    }
                }
                Output::Event(event) => self.event(event),
            }
        }
    }

    fn persist(&mut self, batch: BatchId, changes: &ChangeSet) {
        let answer = match self.store.commit(changes) {
            Ok(()) => {
                self.failure.send_replace(None);
                Input::Persisted { batch }
            }
            Err(error) => {
                self.failure.send_replace(Some(error.clone()));
                self.failed = Some(error);
                Input::PersistFailed { batch }
            }
        };
        let store: &dyn LedgerRead = &*self.store;
        // If the disk cannot be read either, the engine asks to be called again, and goes back then.
        let _ = self.engine.handle((self.clock)(), store, answer);
    }

    fn event(&mut self, event: LedgerEvent) {
        if let LedgerEvent::TipMoved { to, height, .. } = &event
            && let Some((_, miner)) = self.sealed.take_if(|(id, _)| id == to)
        {
            let _ = miner.send(Ok(Mined { id: *to, height: *height }));
        }
        // Nobody may be listening.
        let _ = self.events.send(event);
    }
}

async fn wait(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
