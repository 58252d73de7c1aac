//! The driver's loop.

use super::imports::Imports;
use super::links::Links;
use super::machine::{Machine, Notice, Task};
use super::mining::{Found, Miner, Mining};
use super::writer::{Writer, Written};
use super::{Clock, Mined, NodeError, Snapshot};
use ehr_core::engine::{BatchId, Input, LedgerEvent, Refused};
use ehr_core::primitives::{AccountId, BlockId, TxId};
use ehr_core::store::{ChangeSet, StoreError};
use ehr_core::transport::TransportEvent;
use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, oneshot, watch};

/// How long a batch is held at most when the one before it failed.
const HELD: Duration = Duration::from_secs(1);

/// Batches that may wait for the disk before no input is taken: each is one more layer for every read to look through.
const AHEAD: usize = 4;

/// A read to be done between two inputs.
pub(super) type Read = Box<dyn FnOnce(Result<&Snapshot<'_>, NodeError>) + Send>;

/// Who waits for the answer to an input.
pub(super) type Reply = oneshot::Sender<Result<(), NodeError>>;

/// What the handle asks for.
pub(super) enum Command {
    Input(Input, Reply),
    Mine(AccountId, Miner),
    Read(Read),
}

/// An answer that is given when a batch is on disk: until then a crash could take back what it says.
struct Waiting {
    until: BatchId,
    reply: Reply,
    answer: Result<(), NodeError>,
}

/// A block that was sealed here, who waits for it to become the tip, and the batch after which it is or never will be.
struct Sealed {
    id: BlockId,
    until: BatchId,
    miner: Miner,
}

/// Whoever waits until validators have decided these transactions, or dropped them.
struct Undecided {
    txs: Vec<TxId>,
    miner: Miner,
}

/// Where things are told.
pub(super) struct Told {
    pub(super) events: broadcast::Sender<LedgerEvent>,
    pub(super) notices: broadcast::Sender<Notice>,
    /// Why the last batch was not stored, for those who wait, until a batch is stored again.
    pub(super) failure: watch::Sender<Option<StoreError>>,
    /// Hashes tried for blocks so far.
    pub(super) hashes: Arc<AtomicU64>,
}

/// Everything the thread owns.
pub(super) struct Driver {
    machine: Machine,
    writer: Writer,
    links: Links,
    clock: Clock,
    threads: NonZeroUsize,
    /// Cores of the machine that this process may use.
    cores: usize,
    told: Told,
    found: (mpsc::UnboundedSender<Found>, mpsc::UnboundedReceiver<Found>),
    mining: Option<Mining>,
    /// Who asked for the blocks whose work is about to start, in that order.
    asked: VecDeque<Miner>,
    sealed: Vec<Sealed>,
    undecided: Vec<Undecided>,
    /// Oldest first.
    waiting: VecDeque<Waiting>,
    /// Reads that wait until everything decided is on disk.
    reads: VecDeque<Read>,
    /// Why the last batch was not stored.
    failed: Option<StoreError>,
    /// A batch that came right after one that failed: a disk that is full is not asked without end.
    held: Option<(BatchId, Arc<ChangeSet>)>,
}

impl Driver {
    pub(super) fn new(
        machine: Machine,
        writer: Writer,
        links: Links,
        clock: Clock,
        threads: NonZeroUsize,
        told: Told,
    ) -> Self {
        Self {
            machine,
            writer,
            links,
            clock,
            threads,
            cores: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            told,
            found: mpsc::unbounded_channel(),
            mining: None,
            asked: VecDeque::new(),
            sealed: Vec::new(),
            undecided: Vec::new(),
            waiting: VecDeque::new(),
            reads: VecDeque::new(),
            failed: None,
            held: None,
        }
    }

    /// Runs until every handle is gone and what was decided is on disk.
    pub(super) async fn run(mut self, mut commands: mpsc::Receiver<Command>) {
        // A command that was found behind others and is done next.
        let mut next = None;
        loop {
            let sleep = self.until_timeout();
            let open = self.is_open();
            tokio::select! {
                written = self.writer.next() => self.written(written),
                command = next_command(&mut next, &mut commands), if open => match command {
                    Some(Command::Input(Input::Import { bytes }, reply)) => {
                        let (imports, behind) = Imports::gather((bytes, reply), &mut commands, self.cores);
                        next = behind;
                        self.import(imports);
                    }
                    Some(command) => self.command(command),
                    None => break,
                },
                event = self.links.next(), if open => self.transport(event),
                Some(found) = self.found.1.recv(), if open => self.found(found),
                () = wait(sleep) => {
                    let now = (self.clock)();
                    self.failed = None;
                    // What could not be read is tried again at the next input.
                    let _ = self.machine.handle_timeout(now, &*self.writer.reader);
                    self.perform();
                }
            }
        }
        while self.writer.is_busy() {
            let written = self.writer.next().await;
            self.written(written);
        }
    }

    /// Whether an input may come now: the disk is not too far behind, and nobody waits for it to have caught up.
    fn is_open(&self) -> bool {
        !self.writer.is_busy() || self.reads.is_empty() && self.machine.unwritten().0 < AHEAD
    }

    fn until_timeout(&self) -> Option<Duration> {
        let due = self.machine.poll_timeout();
        let due = due.map(|due| Duration::from_millis(due.0.saturating_sub((self.clock)().0)));
        [due, self.held.as_ref().map(|_| HELD)].into_iter().flatten().min()
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Input(input, reply) => {
                let answer = self.feed(input);
                self.answer(reply, answer);
            }
            Command::Mine(_, miner) if self.machine.is_stopped() => {
                drop(miner.send(Err(NodeError::ValidatorStopped)));
            }
            Command::Mine(_, miner) if !self.machine.mines() => {
                let txs = self.machine.engine().pool().candidates().map(|tx| tx.id()).collect();
                self.undecided.push(Undecided { txs, miner });
                self.decided();
            }
            Command::Mine(proposer, miner) => {
                // The work may start while the engine is still being fed.
                self.asked.push_back(miner);
                if let Err(error) = self.feed(Input::Produce { proposer })
                    && let Some(miner) = self.asked.pop_back()
                {
                    let _ = miner.send(Err(error));
                }
            }
            Command::Read(read) => {
                self.reads.push_back(read);
                self.read();
            }
        }
    }

    /// Gives an answer when everything it may depend on is on disk.
    fn answer(&mut self, reply: Reply, answer: Result<(), NodeError>) {
        match self.unwritten() {
            Some(until) => self.waiting.push_back(Waiting { until, reply, answer }),
            // Whoever asked may have stopped waiting for the answer.
            None => drop(reply.send(answer)),
        }
    }

    /// Imports blocks together. One that is refused has its own answer, and those behind it are tried as if it had not come.
    fn import(&mut self, Imports { mut blocks, replies }: Imports) {
        let mut replies = replies.into_iter();
        while !blocks.is_empty() {
            let given: Arc<[Vec<u8>]> = std::mem::take(&mut blocks).into();
            let (taken, refused) = match self.feed(Input::ImportRun { blocks: Arc::clone(&given) }) {
                Ok(()) => (given.len(), None),
                Err(NodeError::Refused(Refused::Run { taken, why })) => (taken, Some((*why).into())),
                // Nothing was looked at: it is the answer to the first, and perhaps not to the next.
                Err(error) => (0, Some(error)),
            };
            for reply in replies.by_ref().take(taken) {
                self.answer(reply, Ok(()));
            }
            if let Some(error) = refused {
                replies.by_ref().take(1).for_each(|reply| self.answer(reply, Err(error.clone())));
                blocks = given.iter().skip(taken.saturating_add(1)).cloned().collect();
            }
        }
    }

    /// Does the reads that wait, if everything that was decided is on disk: nobody learns what a crash could take back.
    fn read(&mut self) {
        if self.writer.is_busy() {
            return;
        }
        if self.machine.is_stopped() {
            return self.reads.drain(..).for_each(|read| read(Err(NodeError::ValidatorStopped)));
        }
        let engine = self.machine.engine();
        let view = engine.view(&*self.writer.reader);
        let snapshot = Snapshot::new(engine, &view);
        self.reads.drain(..).for_each(|read| read(Ok(&snapshot)));
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
        let solved = Input::WorkFound { work: found.work, nonce };
        let mut taken = self.feed(solved.clone());
        let Some(miner) = mining.waits.take() else { return };
        // Work was done for this block: one read that fails must not cost it.
        if matches!(&taken, Err(NodeError::Refused(why)) if why.is_unread()) {
            taken = self.feed(solved);
        }
        match (taken, self.unwritten()) {
            (Ok(()), Some(until)) => self.sealed.push(Sealed { id: mining.template.id(nonce), until, miner }),
            (taken, _) => drop(miner.send(Err(taken.err().unwrap_or(NodeError::Stale)))),
        }
    }

    /// The newest batch that is going to be written.
    fn unwritten(&self) -> Option<BatchId> {
        self.machine.unwritten().1.filter(|_| self.writer.is_busy())
    }

    /// Gives the engine an input and does what it wants done.
    fn feed(&mut self, input: Input) -> Result<(), NodeError> {
        self.failed = None;
        let taken = self.machine.handle((self.clock)(), &*self.writer.reader, input);
        self.perform();
        taken
    }

    /// Does what the engine wants done. Once a batch has failed, the next one waits for the next call.
    fn perform(&mut self) {
        if let Some((batch, changes)) = self.held.take() {
            self.writer.begin(batch, changes);
        }
        while let Some(task) = self.machine.poll_task() {
            match task {
                Task::Persist(batch, changes) if self.failed.is_some() => {
                    self.held = Some((batch, changes));
                }
                Task::Persist(batch, changes) => self.writer.begin(batch, changes),
                Task::Send(to, bytes) => self.links.send(to, bytes),
                Task::Disconnect(peer) => {
                    self.links.close(peer);
                    let down = Input::PeerDown(peer);
                    let _ = self.machine.handle((self.clock)(), &*self.writer.reader, down);
                }
                Task::StartWork(work, template) => {
                    let (waits, found) = (self.asked.pop_front(), self.found.0.clone());
                    let hashes = Arc::clone(&self.told.hashes);
                    self.mining = Some(Mining::start(work, template, self.threads, hashes, waits, found));
                }
                Task::StopWork(work) => {
                    if let Some(mining) = self.mining.take_if(|mining| mining.work == work) {
                        mining.give_up(NodeError::Stale);
                    }
                }
                Task::Event(event) => self.event(event),
                Task::Notice(notice) => self.notice(notice),
            }
        }
        self.decided();
    }

    /// Answers those whose transactions wait no more.
    fn decided(&mut self) {
        let engine = self.machine.engine();
        let waits = |tx: &TxId| engine.pool().contains(tx);
        if self.writer.is_busy() {
            return;
        }
        let tip = Mined { id: engine.best().id, height: engine.best().header.height };
        for done in self.undecided.extract_if(.., |asked| !asked.txs.iter().any(waits)) {
            let _ = done.miner.send(Ok(tip));
        }
    }

    fn notice(&mut self, notice: Notice) {
        if matches!(notice, Notice::Stopped(_)) {
            for asked in self.undecided.drain(..) {
                let _ = asked.miner.send(Err(NodeError::ValidatorStopped));
            }
        }
        // Nobody may be listening.
        let _ = self.told.notices.send(notice);
    }

    /// A batch is on disk, or is not and never will be.
    fn written(&mut self, Written { batch, result }: Written) {
        let failed = result.err();
        self.told.failure.send_replace(failed.clone());
        self.failed = failed.clone();
        let answer = match failed {
            None => Input::Persisted { batch },
            Some(_) => Input::PersistFailed { batch },
        };
        // If the disk cannot be read either, the engine asks to be called again, and goes back then.
        let _ = self.machine.handle((self.clock)(), &*self.writer.reader, answer);
        self.perform();
        match failed {
            None => self.tell(batch),
            // The engine has gone back to before everything that waits.
            Some(error) => self.tell_failed(&error),
        }
        self.read();
    }

    /// Gives the answers that waited for a batch, which is on disk.
    fn tell(&mut self, batch: BatchId) {
        let on_disk = self.waiting.iter().take_while(|waiting| waiting.until <= batch).count();
        for waiting in self.waiting.drain(..on_disk) {
            let _ = waiting.reply.send(waiting.answer);
        }
        for sealed in self.sealed.extract_if(.., |sealed| sealed.until <= batch) {
            let _ = sealed.miner.send(Err(NodeError::Stale));
        }
    }

    fn tell_failed(&mut self, error: &StoreError) {
        for waiting in self.waiting.drain(..) {
            let _ = waiting.reply.send(Err(error.clone().into()));
        }
        let sealed = self.sealed.drain(..).map(|sealed| sealed.miner);
        let undecided = self.undecided.drain(..).map(|asked| asked.miner);
        for miner in sealed.chain(self.asked.drain(..)).chain(undecided) {
            let _ = miner.send(Err(error.clone().into()));
        }
    }

    fn event(&mut self, event: LedgerEvent) {
        if let LedgerEvent::TipMoved { to, height, .. } = &event {
            for sealed in self.sealed.extract_if(.., |sealed| sealed.id == *to) {
                let _ = sealed.miner.send(Ok(Mined { id: *to, height: *height }));
            }
        }
        // Nobody may be listening.
        let _ = self.told.events.send(event);
    }
}

/// The command that was kept, or the next one of the queue.
async fn next_command(kept: &mut Option<Command>, queue: &mut mpsc::Receiver<Command>) -> Option<Command> {
    match kept.take() {
        Some(command) => Some(command),
        None => queue.recv().await,
    }
}

async fn wait(time: Option<Duration>) {
    match time {
        Some(time) => tokio::time::sleep(time).await,
        None => std::future::pending().await,
    }
}
