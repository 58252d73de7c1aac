//! One simulated node: the real engine, a disk, a clock that is wrong, and some hash power.

use super::disk::SimDisk;
use crate::block::{ChainSpec, WorkTemplate};
use crate::consensus::Weight;
use crate::engine::{Engine, EngineConfig, Input, Output, RecoverError, Refused, WorkId};
use crate::primitives::Timestamp;

/// A node that is up or down.
pub(super) struct SimNode {
    /// The engine, while the node is up.
    pub(super) engine: Option<Engine>,
    /// Its disk, which outlives crashes.
    pub(super) disk: SimDisk,
    /// How far its clock is ahead (or behind, below zero), milliseconds.
    pub(super) skew: i64,
    /// Share of the hash power.
    pub(super) power: u64,
    /// Counts starts, so that events of an earlier life are recognised.
    pub(super) life: u64,
    /// What it is mining.
    pub(super) work: Option<(WorkId, WorkTemplate)>,
    /// When it is woken for its deadlines.
    pub(super) wake: Option<u64>,
    /// Weight of the best tip it ever told of: never lost, not even in a crash.
    pub(super) told: Weight,
}

impl SimNode {
    /// A node that was never up.
    pub(super) fn new(skew: i64, power: u64) -> Self {
        Self {
            engine: None,
            disk: SimDisk::default(),
            skew,
            power,
            life: 0,
            work: None,
            wake: None,
            told: Weight::ZERO,
        }
    }

    /// The node's own idea of the time.
    pub(super) fn clock(&self, now: u64) -> Timestamp {
        Timestamp(now.saturating_add_signed(self.skew))
    }

    /// Starts the engine on what the disk holds.
    pub(super) fn start(&mut self, spec: ChainSpec) -> Result<(), RecoverError> {
        self.engine = Some(Engine::recover(spec, EngineConfig::default(), &self.disk)?);
        self.life += 1;
        self.work = None;
        self.wake = None;
        Ok(())
    }

    /// Power off. `kept` says whether the write under way made it.
    pub(super) fn crash(&mut self, kept: bool) {
        self.engine = None;
        self.work = None;
        self.disk.crash(kept);
    }

    /// Gives the engine an input, if the node is up.
    pub(super) fn handle(&mut self, now: u64, input: Input) -> Result<(), Refused> {
        let clock = self.clock(now);
        match &mut self.engine {
            Some(engine) => engine.handle(clock, &self.disk, input),
            None => Ok(()),
        }
    }

    /// Lets the engine act on deadlines.
    pub(super) fn tick(&mut self, now: u64) -> Result<(), Refused> {
        let clock = self.clock(now);
        match &mut self.engine {
            Some(engine) => engine.handle_timeout(clock, &self.disk),
            None => Ok(()),
        }
    }

    /// The next thing the engine wants done.
    pub(super) fn poll(&mut self) -> Option<Output> {
        self.engine.as_mut()?.poll_output()
    }
}
