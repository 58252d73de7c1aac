//! Events in order of virtual time.

use super::event::Event;
use super::machine::Machine;
use super::members::Members;
use super::observer::Observer;
use super::report::{Failure, Report};
use super::scenario::{Mistake, Scenario};
use super::traffic::Traffic;
use crate::Memo;
use crate::replica::{Input, InputError};
use crate::sim::rng::Rng;
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{Hash32, Timestamp};
use ehr_core::transport::PeerId;
use ehr_core::tx::Tx;
use std::collections::BTreeMap;

/// Blocks before the end of a run in which nobody misbehaves any more, so that what was done can be punished.
pub(super) const QUIET: u64 = 10;

/// Machines, links, and who watches them.
pub struct World {
    pub(super) scenario: Scenario,
    /// Everybody and their keys.
    pub members: Members,
    /// Validators, then followers.
    pub machines: Vec<Machine>,
    /// Who executes everything again.
    pub observer: Observer,
    pub(super) traffic: Traffic,
    memo: Memo,
    pub(super) rng: Rng,
    /// Microseconds.
    pub(super) now: u64,
    seq: u64,
    queue: BTreeMap<(u64, u64), (usize, Event)>,
    trace: Hash32,
    failed: Option<String>,
    pub(super) report: Report,
}

impl World {
    /// Everybody starts.
    pub fn new(scenario: &Scenario) -> Self {
        let mut members = Members::new(scenario);
        let observer = Observer::new(&members);
        let traffic = Traffic::new(&mut members, scenario.stake_changes);
        let count = scenario.validators + scenario.followers;
        let now = members.staked.genesis.time.0 * 1_000;
        let mut world = Self {
            scenario: scenario.clone(),
            members,
            machines: (0..count).map(|_| Machine::default()).collect(),
            observer,
            traffic,
            memo: Memo::new(),
            rng: Rng(scenario.seed),
            now,
            seq: 0,
            queue: BTreeMap::new(),
            trace: Hash32::ZERO,
            failed: None,
            report: Report::default(),
        };
        for machine in 0..count {
            world.boot(machine);
        }
        world.schedule(scenario.tx_every_ms * 1_000, 0, Event::Submit);
        if let Some(every) = scenario.crash_every_ms {
            world.schedule(every * 1_000, 0, Event::Crash);
        }
        if let Some(every) = scenario.cut_every_ms {
            world.schedule(every * 1_000, 0, Event::Cut);
        }
        world
    }

    /// Runs to the end of the scenario.
    ///
    /// # Errors
    /// A broken promise, or no progress.
    pub fn run(mut self) -> Result<Report, Failure> {
        let heights = self.scenario.heights;
        self.until(|world| world.machines.iter().all(|m| m.height() >= heights))?;
        // A report that is under way gets its block.
        self.until(|world| {
            world.observer.unpunished().is_empty() || world.observer.height().0 >= heights + 2 * QUIET
        })?;
        match self.observer.unpunished() {
            none if none.is_empty() => Ok(self.finish()),
            left => Err(self.failure(format!("offences that could be proven cost nothing: {left:?}"), false)),
        }
    }

    /// Runs until a condition holds.
    ///
    /// # Errors
    /// A broken promise, or no progress.
    pub fn until(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), Failure> {
        while !done(self) {
            if let Some(what) = self.failed.take() {
                return Err(self.failure(what, false));
            }
            if self.report.events >= self.scenario.max_events {
                let heights: Vec<_> = self.machines.iter().map(Machine::height).collect();
                let at = |m: &Machine| {
                    m.replica.as_ref().map(|r| (r.validator().height().0, r.validator().round()))
                };
                let rounds: Vec<_> = self.machines.iter().map(at).collect();
                return Err(self.failure(format!("stuck at {heights:?}, height and round {rounds:?}"), true));
            }
            let Some(((at, _), (to, event))) = self.queue.pop_first() else {
                return Err(self.failure("nothing happens any more".into(), true));
            };
            self.now = at;
            self.report.events += 1;
            let head = [at.to_be_bytes(), (to as u64).to_be_bytes()].concat();
            self.trace = sha256(&[self.trace.as_ref(), &head].concat());
            self.happens(to, event);
        }
        match self.failed.take() {
            Some(what) => Err(self.failure(what, false)),
            None => Ok(()),
        }
    }

    /// What the clock of a machine says.
    pub fn timestamp(&self, machine: usize) -> Timestamp {
        Timestamp(self.now / 1_000 - self.machines[machine].behind_ms)
    }

    /// Gives a machine an input and does what it says.
    ///
    /// # Errors
    /// What the replica answers.
    pub fn input(&mut self, machine: usize, input: Input) -> Result<(), InputError> {
        let now = self.timestamp(machine);
        let node = &mut self.machines[machine];
        let Some(replica) = &mut node.replica else { return Ok(()) };
        let done = replica.handle(now, &node.disk, input);
        self.perform(machine);
        done
    }

    /// Submits a transaction.
    ///
    /// # Errors
    /// What the replica answers.
    pub fn submit(&mut self, machine: usize, tx: &Tx) -> Result<(), InputError> {
        self.input(machine, Input::Submit { bytes: tx.bytes().to_vec() })
    }

    /// Starts a machine that is down.
    pub fn boot(&mut self, machine: usize) {
        let memo = if self.scenario.shared_memo { self.memo.clone() } else { Memo::new() };
        let now = self.timestamp(machine);
        if let Err(error) = self.machines[machine].boot(machine, &self.members, &self.scenario, memo, now) {
            return self.fail(format!("machine {machine} does not start: {error}"));
        }
        self.perform(machine);
        for other in (0..self.machines.len()).filter(|other| *other != machine) {
            self.connect(machine, other);
        }
    }

    pub(super) fn connect(&mut self, a: usize, b: usize) {
        if self.machines[a].replica.is_some() && self.machines[b].replica.is_some() {
            let _ = self.input(a, Input::PeerUp(PeerId(b as u64)));
            let _ = self.input(b, Input::PeerUp(PeerId(a as u64)));
        }
    }

    /// A machine loses its power.
    pub fn crash(&mut self, machine: usize) {
        if self.machines[machine].replica.is_none() {
            return;
        }
        self.report.crashes += 1;
        let kept = self.rng.permille(500);
        self.machines[machine].crash(kept);
        if self.scenario.mistake == Some(Mistake::LoseLog) {
            self.machines[machine].forget_signatures();
        }
        self.observer.crashed(machine, &self.machines[machine].disk);
        for other in (0..self.machines.len()).filter(|other| *other != machine) {
            let _ = self.input(other, Input::PeerDown(PeerId(machine as u64)));
        }
    }

    pub(super) fn schedule(&mut self, after: u64, to: usize, event: Event) {
        self.seq += 1;
        self.queue.insert((self.now + after, self.seq), (to, event));
    }

    pub(super) fn fail(&mut self, what: String) {
        self.failed.get_or_insert(what);
    }

    fn failure(&self, what: String, stuck: bool) -> Failure {
        Failure { seed: self.scenario.seed, what, stuck }
    }

    fn finish(mut self) -> Report {
        self.report.virtual_ms = self.now / 1_000 - self.members.staked.genesis.time.0;
        self.report.heights = self.observer.height().0;
        self.report.txs = self.observer.final_txs.len() as u64;
        self.report.offences = self.observer.proven() as u64;
        self.report.trace = self.trace.to_string();
        self.report
    }
}
