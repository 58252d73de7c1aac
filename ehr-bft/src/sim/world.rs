//! Events in order of virtual time.

use super::byzantine::Sent;
use super::node::{Node, account, signer};
use super::report::{Failure, Report, Slot};
use super::rng::Rng;
use super::scenario::{Behaviour, Log, Scenario};
use crate::{BatchId, HeightStart, Input, Memo, Message};
use ehr_core::consensus::bft::{Validator, ValidatorSet};
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::signature::Signer;
use ehr_core::primitives::{BlockId, Hash32, Height, Timestamp};
use ehr_core::transport::PeerId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// When crashes end in a run with misbehaving validators.
const SETTLED_US: u64 = 60_000_000;

pub(super) enum Event {
    Frame { from: usize, bytes: Arc<[u8]> },
    Wake { at: u64 },
    Synced { life: u64, batch: BatchId },
    Crash,
    Restart,
}

pub(super) struct World<'a> {
    pub(super) scenario: &'a Scenario,
    /// Microseconds.
    pub(super) now: u64,
    seq: u64,
    queue: BTreeMap<(u64, u64), (usize, Event)>,
    pub(super) nodes: Vec<Node>,
    pub(super) rng: Rng,
    sets: BTreeMap<u64, ValidatorSet>,
    memo: Memo,
    trace: Hash32,
    pub(super) report: Report,
    pub(super) decided: BTreeMap<u64, BlockId>,
    /// Which of an offence's two messages an honest validator holds: node, slot.
    pub(super) sent: BTreeMap<(usize, Slot), BTreeSet<Sent>>,
    pub(super) failed: Option<String>,
    /// Highest height whose maker was counted.
    pub(super) makers_counted: u64,
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Self {
        Self {
            scenario,
            now: 0,
            seq: 0,
            queue: BTreeMap::new(),
            nodes: (0..scenario.nodes).map(Node::new).collect(),
            rng: Rng(scenario.seed),
            sets: BTreeMap::new(),
            memo: Memo::new(),
            trace: Hash32::ZERO,
            report: Report::default(),
            decided: BTreeMap::new(),
            sent: BTreeMap::new(),
            failed: None,
            makers_counted: 0,
        }
    }

    pub(super) fn behaviour(&self, node: usize) -> Option<Behaviour> {
        self.scenario.byzantine.get(&node).copied()
    }

    pub(super) fn set(&mut self, height: u64) -> ValidatorSet {
        let scenario = self.scenario;
        let make = || {
            let all = (0..scenario.nodes).map(|node| Validator {
                account: account(node),
                key: signer(node).public_key(),
                power: scenario.stake.of(node, scenario.nodes, height),
            });
            ValidatorSet::new(all.filter(|v| v.power > 0)).expect("a set")
        };
        self.sets.entry(height).or_insert_with(make).clone()
    }

    pub(super) fn start_of(&mut self, height: u64) -> HeightStart {
        HeightStart { height: Height(height), validators: self.set(height), next: self.set(height + 1) }
    }

    pub(super) fn fail(&mut self, what: String) {
        self.failed.get_or_insert(what);
    }

    pub(super) fn schedule(&mut self, after: u64, to: usize, event: Event) {
        self.seq += 1;
        self.queue.insert((self.now + after, self.seq), (to, event));
    }

    pub(super) fn timestamp(&self) -> Timestamp {
        Timestamp(self.now / 1000)
    }

    pub(super) fn run(mut self) -> Result<Report, Failure> {
        let honest: Vec<usize> = (0..self.nodes.len()).filter(|n| self.behaviour(*n).is_none()).collect();
        for node in 0..self.nodes.len() {
            let late = self.scenario.joins.is_some_and(|(late, _)| late == node);
            if self.behaviour(node) != Some(Behaviour::Silent) && !late {
                self.boot(node);
            }
            if self.behaviour(node) == Some(Behaviour::Amnesia) {
                let after = self.rng.range((20_000, 400_000));
                self.schedule(after, node, Event::Crash);
            }
        }
        if let Some(every) = self.scenario.crash_every_ms {
            self.schedule_crash(every);
        }
        while !honest.iter().all(|n| self.nodes[*n].chain.len() as u64 >= self.scenario.heights) {
            let stuck = self.report.events >= self.scenario.max_events;
            let next = self.queue.pop_first().filter(|_| !stuck && self.failed.is_none());
            let Some(((at, _), (to, event))) = next else {
                let heights: Vec<_> = self.nodes.iter().map(|n| n.chain.len()).collect();
                let rounds: Vec<_> = self.nodes.iter().map(|n| n.bft.as_ref().map(|b| b.round())).collect();
                let stuck = self.failed.is_none();
                let what =
                    self.failed.take().unwrap_or_else(|| format!("stuck at {heights:?}, rounds {rounds:?}"));
                return Err(self.failure(what, stuck));
            };
            self.now = at;
            self.report.events += 1;
            let head = [at.to_be_bytes(), (to as u64).to_be_bytes()].concat();
            self.trace = sha256(&[self.trace.as_ref(), &head].concat());
            self.handle(to, event);
        }
        let missed = self.provable().difference(&self.report.evidence).copied().next();
        let missed =
            missed.map(|slot| format!("nobody delivers the offence {slot:?}, which some could prove"));
        match self.failed.take().or(missed) {
            Some(what) => Err(self.failure(what, false)),
            None => {
                self.finish();
                Ok(self.report)
            }
        }
    }

    fn failure(mut self, what: String, stuck: bool) -> Failure {
        self.finish();
        Failure { seed: self.scenario.seed, what, stuck, report: Box::new(self.report) }
    }

    fn finish(&mut self) {
        self.report.virtual_ms = self.now / 1000;
        let blocks: Vec<u8> = self.decided.values().flat_map(|id| id.0).collect();
        self.report.trace = sha256(&[self.trace.as_ref(), &blocks].concat()).to_string();
        self.report.provable = self.provable();
    }

    fn schedule_crash(&mut self, every: u64) {
        let victim = self.rng.range((0, self.nodes.len() as u64 - 1)) as usize;
        self.schedule(every * 1000, victim, Event::Crash);
    }

    pub(super) fn boot(&mut self, node: usize) {
        let start = self.start_of(self.nodes[node].chain.len() as u64 + 1);
        let memo = if self.scenario.shared_memo { self.memo.clone() } else { Memo::new() };
        let now = self.timestamp();
        match self.nodes[node].boot(node, start, self.scenario, memo, now) {
            Ok(torn) => self.report.torn += u64::from(torn),
            Err(error) => return self.fail(format!("node {node} does not start: {error}")),
        }
        self.step(node, Input::Tick);
    }

    fn handle(&mut self, node: usize, event: Event) {
        match event {
            Event::Frame { from, bytes } => {
                if self.nodes[node].bft.is_some() {
                    self.note_delivered(node, from, &bytes);
                    self.step(node, Input::Frame { from: PeerId(from as u64), bytes: bytes.to_vec() });
                }
            }
            Event::Wake { at } => {
                if self.nodes[node].wake == Some(at) {
                    self.nodes[node].wake = None;
                    self.step(node, Input::Tick);
                }
            }
            Event::Synced { life, batch } => {
                if self.nodes[node].life == life {
                    let write = self.nodes[node].unsynced.pop_front();
                    if let Some((_, write)) = write {
                        self.nodes[node].write(&write);
                    }
                    self.step(node, Input::Persisted(batch));
                }
            }
            Event::Crash => self.crash(node),
            Event::Restart => {
                if self.nodes[node].bft.is_none() {
                    self.boot(node);
                }
            }
        }
    }

    /// Crashed and misbehaving validators together may be more than a third, and then nothing is promised: where some
    /// misbehave, the others stay up from some time on.
    fn is_settled(&self) -> bool {
        !self.scenario.byzantine.is_empty() && self.now > SETTLED_US
    }

    fn crash(&mut self, node: usize) {
        let amnesia = self.behaviour(node) == Some(Behaviour::Amnesia);
        if amnesia {
            let after = self.rng.range((50_000, 600_000));
            self.schedule(after, node, Event::Crash);
        } else if let Some(every) = self.scenario.crash_every_ms.filter(|_| !self.is_settled()) {
            self.schedule_crash(every);
        }
        let down = self.nodes.iter().filter(|n| n.bft.is_none()).count();
        if self.nodes[node].bft.is_none() || (!amnesia && down * 3 + 3 >= self.nodes.len()) {
            return;
        }
        self.report.crashes += 1;
        self.nodes[node].crash(&mut self.rng);
        if amnesia || self.scenario.log == Log::Lost {
            self.nodes[node].saved = Default::default();
        }
        self.forget_delivered(node);
        let after = if amnesia { 0 } else { self.rng.range((50_000, 2_000_000)) };
        self.schedule(after, node, Event::Restart);
    }

    /// A frame on its way, unless it is lost.
    pub(super) fn link(&mut self, from: usize, to: usize, after: u64, bytes: Arc<[u8]>) {
        let behaviour = self.behaviour(to);
        if behaviour == Some(Behaviour::Silent) || self.nodes.len() <= to {
            return;
        }
        if !self.scenario.catch_up {
            let message = Message::from_bytes(&bytes);
            if matches!(
                message,
                Ok(Message::Request { .. } | Message::Status { .. } | Message::Decided { .. })
            ) {
                return;
            }
        }
        self.report.frames += 1;
        if self.rng.permille(self.scenario.loss) {
            return;
        }
        let delay = self.rng.range(self.scenario.delay_us);
        self.schedule(after + delay, to, Event::Frame { from, bytes });
    }
}
