//! A node on a memory store. The engine decides; this performs.

use ehr_core::block::{ChainSpec, WorkTemplate};
use ehr_core::engine::{Engine, EngineConfig, Input, LedgerEvent, Output, Refused, WorkId};
use ehr_core::primitives::{AccountId, Timestamp};
use ehr_core::state::StateView;
use ehr_core::store::{LedgerStore, MemoryStore};
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;
use std::error::Error;

/// An engine with what it needs: a disk, a clock, a miner and somewhere to put frames for peers.
pub struct Node {
    /// The name peers know it by.
    pub id: PeerId,
    /// The rules.
    pub engine: Engine,
    /// Everything it must not forget.
    pub disk: MemoryStore,
    /// Its clock, which stands still unless told otherwise.
    pub now: Timestamp,
    /// What it told its users, oldest first.
    pub events: Vec<LedgerEvent>,
    work: Option<(WorkId, WorkTemplate)>,
    sent: Vec<(PeerId, Vec<u8>)>,
}

impl Node {
    /// A node on an empty store.
    ///
    /// # Errors
    /// The store cannot be used.
    pub fn new(id: u64, spec: ChainSpec) -> Result<Self, Box<dyn Error>> {
        let (now, disk) = (spec.genesis().time, MemoryStore::new());
        let engine = Engine::recover(spec, EngineConfig::default(), &disk)?;
        let (events, sent) = (Vec::new(), Vec::new());
        let mut node = Self { id: PeerId(id), engine, disk, now, events, work: None, sent };
        node.perform()?;
        Ok(node)
    }

    /// The driver's whole loop: one input in, then everything the engine asks for, in its order.
    ///
    /// # Errors
    /// The input was refused; nothing changed.
    pub fn give(&mut self, input: Input) -> Result<(), Refused> {
        let answer = self.engine.handle(self.now, &self.disk, input);
        self.perform()?;
        answer
    }

    fn perform(&mut self) -> Result<(), Refused> {
        while let Some(output) = self.engine.poll_output() {
            match output {
                // Nothing that depends on a batch comes out before the engine heard that it is stored.
                Output::Persist { batch, changes } => {
                    let stored = self.disk.commit(&changes).is_ok();
                    let answer =
                        if stored { Input::Persisted { batch } } else { Input::PersistFailed { batch } };
                    self.engine.handle(self.now, &self.disk, answer)?;
                }
                Output::Send { to, bytes } => self.sent.push((to, bytes)),
                Output::StartWork { work, template } => self.work = Some((work, template)),
                Output::StopWork { .. } => self.work = None,
                Output::Disconnect { .. } => {}
                Output::Event(event) => self.events.push(event),
            }
        }
        Ok(())
    }

    /// Offers a signed transaction.
    ///
    /// # Errors
    /// It breaks a rule.
    pub fn submit(&mut self, tx: &Tx) -> Result<(), Refused> {
        self.give(Input::Submit { bytes: tx.bytes().to_vec() })
    }

    /// Puts all waiting transactions into a block ten seconds later, and tries nonces until one fits.
    ///
    /// # Errors
    /// The engine has nothing to build on.
    pub fn mine(&mut self, proposer: AccountId) -> Result<(), Refused> {
        self.now = self.now.plus(10_000);
        self.give(Input::Produce { proposer })?;
        let (work, template) = self.work.take().ok_or(Refused::Work)?;
        let nonce = (0..u64::MAX).find(|nonce| template.is_solved_by(*nonce)).ok_or(Refused::Work)?;
        self.give(Input::WorkFound { work, nonce })
    }

    /// The next block, with these transactions in it; its fees go to nobody.
    ///
    /// # Errors
    /// A transaction breaks a rule.
    pub fn block(&mut self, txs: &[Tx]) -> Result<(), Refused> {
        txs.iter().try_for_each(|tx| self.submit(tx))?;
        self.mine(AccountId::ZERO)
    }

    /// The state after the best block.
    pub fn state(&self) -> StateView<'_> {
        StateView::new(&self.disk)
    }

    /// Time of the best block, which is what rules about time go by.
    pub const fn time(&self) -> Timestamp {
        self.engine.best().header.time
    }
}

/// Tells two nodes of each other.
///
/// # Errors
/// A node refused its input.
pub fn connect(a: &mut Node, b: &mut Node) -> Result<(), Refused> {
    a.give(Input::PeerUp(b.id))?;
    b.give(Input::PeerUp(a.id))
}

/// Carries frames to and fro until both are silent; gives how many that were.
///
/// # Errors
/// A node refused its input. What a peer does wrong is no error: it costs the peer.
pub fn deliver(a: &mut Node, b: &mut Node) -> Result<usize, Refused> {
    let mut frames = 0;
    a.now = a.now.max(b.now);
    b.now = a.now;
    loop {
        let (to_b, to_a) = (std::mem::take(&mut a.sent), std::mem::take(&mut b.sent));
        if to_a.is_empty() && to_b.is_empty() {
            return Ok(frames);
        }
        frames += to_a.len() + to_b.len();
        for (_, bytes) in to_b {
            b.give(Input::Frame { from: a.id, bytes })?;
        }
        for (_, bytes) in to_a {
            a.give(Input::Frame { from: b.id, bytes })?;
        }
    }
}
