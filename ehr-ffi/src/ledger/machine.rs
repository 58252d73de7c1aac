//! The engine with its store, driven: an input goes in, the outputs are performed, nothing is left to do afterwards.

use super::frames::Frames;
use super::nonces::Drafted;
use crate::gate::Spoilable;
use crate::storage::{Backing, Lease};
use crate::{Clock, Result};
use ehr_core::block::{ChainSpec, WorkTemplate};
use ehr_core::engine::{BatchId, Engine, EngineConfig, Input, LedgerEvent, Output, WorkId};
use ehr_core::store::{ChangeSet, LedgerStore as _, StoreError};
use ehr_core::transport::PeerId;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Events kept for a user who does not ask.
const MAX_EVENTS: usize = 1024;

/// Work that the engine wants done.
pub(super) struct Work {
    pub(super) id: WorkId,
    pub(super) template: WorkTemplate,
    /// Set when the work is stale.
    pub(super) stop: Arc<AtomicBool>,
}

pub(super) struct Core {
    pub(super) engine: Engine,
    pub(super) store: Backing,
    pub(super) clock: Arc<Clock>,
    pub(super) work: Option<Work>,
    pub(super) frames: Frames,
    pub(super) events: VecDeque<LedgerEvent>,
    pub(super) events_lost: u64,
    /// Nonces of drafts that were not submitted yet.
    pub(super) drafted: Drafted,
    /// Connections that are up.
    pub(super) peers: BTreeSet<PeerId>,
    /// The engine may not agree with the store: it is made anew from it before the next use.
    pub(super) stale: bool,
    /// Why the last batch was not stored.
    failed: Option<StoreError>,
    /// A batch that came right after one that failed: a disk that is full is not asked without end.
    held: Option<(BatchId, Arc<ChangeSet>)>,
    _lease: Lease,
}

impl Spoilable for Core {
    fn spoil(&mut self) {
        self.stale = true;
    }
}

impl Drop for Core {
    /// Whoever searches for a nonce learns that the ledger was closed.
    fn drop(&mut self) {
        self.stop_work();
    }
}

impl Core {
    /// Opens what the store holds, or begins the chain in an empty one.
    pub(super) fn begin(spec: ChainSpec, store: Backing, lease: Lease, clock: Arc<Clock>) -> Result<Self> {
        let engine = Engine::recover(spec, EngineConfig::default(), &store)?;
        let mut core = Self {
            engine,
            store,
            clock,
            work: None,
            frames: Frames::default(),
            events: VecDeque::new(),
            events_lost: 0,
            drafted: Drafted::default(),
            peers: BTreeSet::new(),
            stale: false,
            failed: None,
            held: None,
            _lease: lease,
        };
        core.perform();
        match core.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(core),
        }
    }

    /// Gives the engine an input and does what it wants done. A batch that was not stored is the input's error.
    pub(super) fn feed(&mut self, input: Input) -> Result<()> {
        self.failed = None;
        let taken = self.engine.handle(self.clock.now(), &self.store, input);
        self.perform();
        match self.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(taken?),
        }
    }

    /// Acts on deadlines.
    pub(super) fn timeout(&mut self) -> Result<()> {
        self.failed = None;
        let done = self.engine.handle_timeout(self.clock.now(), &self.store);
        self.perform();
        match self.failed.take() {
            Some(error) => Err(error.into()),
            None => Ok(done?),
        }
    }

    /// Does what the engine wants done. Once a batch has failed, the next one waits for the next call.
    pub(super) fn perform(&mut self) {
        if let Some((batch, changes)) = self.held.take() {
            self.persist(batch, &changes);
        }
        while !self.stale
            && let Some(output) = self.engine.poll_output()
        {
            match output {
                Output::Persist { batch, changes } if self.failed.is_some() => {
                    self.held = Some((batch, changes))
                }
                Output::Persist { batch, changes } => self.persist(batch, &changes),
                Output::Send { to, bytes } => self.frames.push(to, bytes),
                Output::Disconnect { peer, .. } => {
                    self.frames.close(peer);
                    self.peers.remove(&peer);
                    // That a connection is gone is noted whatever the store does.
                    let _ = self.engine.handle(self.clock.now(), &self.store, Input::PeerDown(peer));
                }
                Output::StartWork { work, template } => {
                    self.work = Some(Work { id: work, template, stop: Arc::default() });
                }
                Output::StopWork { work } => {
                    if let Some(work) = self.work.take_if(|current| current.id == work) {
                        work.stop.store(true, Ordering::Relaxed);
                    }
                }
                Output::Event(event) => self.event(event),
            }
        }
    }

    fn persist(&mut self, batch: BatchId, changes: &ChangeSet) {
        let answer = match self.store.commit(changes) {
            Ok(()) => Input::Persisted { batch },
            // Only the store itself knows what it kept.
            Err(error @ StoreError::Uncertain(_)) => {
                (self.stale, self.failed) = (true, Some(error));
                return;
            }
            Err(error) => {
                self.failed = Some(error);
                Input::PersistFailed { batch }
            }
        };
        // If the store cannot be read either, the engine goes back at the next call.
        let _ = self.engine.handle(self.clock.now(), &self.store, answer);
    }

    pub(super) fn event(&mut self, event: LedgerEvent) {
        if self.events.len() >= MAX_EVENTS {
            self.events.pop_front();
            self.events_lost = self.events_lost.saturating_add(1);
        }
        self.events.push_back(event);
    }

    /// Forgets what belongs to an engine that is replaced.
    pub(super) fn replace(&mut self, engine: Engine) {
        self.engine = engine;
        self.held = None;
        self.failed = None;
        self.frames = Frames::default();
        self.stop_work();
    }

    fn stop_work(&mut self) {
        if let Some(work) = self.work.take() {
            work.stop.store(true, Ordering::Relaxed);
        }
    }
}
