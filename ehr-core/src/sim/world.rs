//! The world of one run: nodes, links, clients and faults on one queue of events.

use super::byzantine::Byzantine;
use super::check::Checker;
use super::clients::Clients;
use super::config::SimConfig;
use super::network::Network;
use super::node::SimNode;
use super::report::{Failure, Report};
use super::rng::SimRng;
use crate::block::ChainSpec;
use crate::engine::{BatchId, Input, LedgerEvent, Output, Refused, WorkId};
use crate::primitives::{AccountId, Timestamp};
use crate::transport::PeerId;
use std::collections::{BTreeMap, BTreeSet};

/// Something that will happen.
#[derive(Clone, Debug)]
enum Event {
    Deliver { to: usize, from: usize, session: u64, bytes: Vec<u8> },
    Synced { node: usize, life: u64, batch: BatchId, fails: bool },
    Mined { node: usize, life: u64, work: WorkId },
    Produce { node: usize, life: u64 },
    Tick { node: usize },
    Connect { a: usize, b: usize },
    Client { client: usize },
    Byzantine,
    Crash,
    Restart { node: usize },
    Partition,
    Mend,
}

/// Everything there is.
pub(super) struct World {
    pub(super) seed: u64,
    pub(super) config: SimConfig,
    /// The chain, without planted bugs.
    pub(super) spec: ChainSpec,
    pub(super) nodes: Vec<SimNode>,
    pub(super) net: Network,
    pub(super) report: Report,
    pub(super) now: u64,
    start: u64,
    checker: Checker,
    clients: Clients,
    byzantine: Option<Byzantine>,
    queue: BTreeMap<(u64, u64), Event>,
    queued: u64,
    rng: SimRng,
    /// No more faults, and then no more blocks.
    healing: bool,
    mining: bool,
}

/// How often a node builds a new block template.
const TEMPLATE_EVERY: u64 = 12_000;

impl World {
    pub(super) fn new(seed: u64, config: SimConfig) -> Result<Self, Failure> {
        let mut rng = SimRng::new(seed, 2);
        let clients = Clients::new(seed);
        let spec = clients.spec();
        let start = clients.start().0 + 60_000;
        let spread = config.skew;
        let nodes = (0..config.nodes)
            .map(|_| {
                let skew = i64::try_from(rng.between(0, 2 * spread)).unwrap_or(0)
                    - i64::try_from(spread).unwrap_or(0);
                SimNode::new(skew, rng.between(1, 4))
            })
            .collect();
        let byzantine = config.byzantine.then(|| Byzantine::new(seed, config.nodes));
        let mut world = Self {
            seed,
            net: Network::new(config.links),
            checker: Checker::default(),
            clients,
            byzantine,
            spec,
            nodes,
            report: Report::default(),
            now: start,
            start,
            queue: BTreeMap::new(),
            queued: 0,
            rng,
            healing: false,
            mining: true,
            config,
        };
        for node in 0..world.nodes.len() {
            world.start(node)?;
        }
        let everybody = world.nodes.len() + usize::from(world.byzantine.is_some());
        for a in 0..everybody {
            for b in a + 1..everybody {
                world.at(1 + a as u64, Event::Connect { a, b });
            }
        }
        for client in 0..world.clients.len() {
            let after = world.rng.below(5_000);
            world.at(after, Event::Client { client });
        }
        if world.byzantine.is_some() {
            world.at(3_000, Event::Byzantine);
        }
        world.schedule_faults();
        Ok(world)
    }

    pub(super) fn failure(&self, what: String) -> Failure {
        Failure { seed: self.seed, at: self.now - self.start, step: self.report.steps, what }
    }

    fn trace(&self, line: core::fmt::Arguments<'_>) {
        if let Some(trace) = self.config.trace {
            trace(self.now - self.start, line);
        }
    }

    fn at(&mut self, after: u64, event: Event) {
        self.queued += 1;
        self.queue.insert((self.now + after, self.queued), event);
    }

    fn schedule_faults(&mut self) {
        if self.config.crash_every > 0 {
            let after = self.rng.waiting(self.config.crash_every);
            self.at(after, Event::Crash);
        }
        if self.config.partition_every > 0 {
            let after = self.rng.waiting(self.config.partition_every);
            self.at(after, Event::Partition);
        }
    }

    /// Faults for `duration`, then calm: everything mends, the chain grows on, mining stops, and all must agree.
    pub(super) fn run(mut self) -> Result<Report, Failure> {
        let end = self.now + self.config.duration;
        self.run_until(end)?;
        self.heal()?;
        self.run_until(end + 120_000)?;
        self.mining = false;
        for node in &mut self.nodes {
            node.work = None;
        }
        self.run_until(end + 240_000)?;
        let mut report = self.report;
        let verdict = self.checker.at_rest(&self, &self.clients, &mut report);
        self.report = report;
        verdict.map_err(|what| self.failure(what))?;
        self.report.lost_frames = self.net.lost;
        self.report.lost_writes = self.nodes.iter().map(|n| n.disk.lost).sum();
        Ok(self.report)
    }

    fn run_until(&mut self, end: u64) -> Result<(), Failure> {
        while let Some((&(at, seq), _)) = self.queue.first_key_value() {
            if at > end {
                break;
            }
            let Some(event) = self.queue.remove(&(at, seq)) else { break };
            self.now = at;
            self.report.steps += 1;
            self.step(event)?;
        }
        self.now = end;
        Ok(())
    }

    fn heal(&mut self) -> Result<(), Failure> {
        self.healing = true;
        self.net.heal();
        if let Some(b) = self.byzantine.take() {
            let who = b.index();
            for node in 0..self.nodes.len() {
                self.disconnect(node, who)?;
            }
        }
        for node in 0..self.nodes.len() {
            if self.nodes[node].engine.is_none() {
                self.start(node)?;
                self.connect_all(node);
            }
        }
        Ok(())
    }

    fn step(&mut self, event: Event) -> Result<(), Failure> {
        match event {
            Event::Deliver { to, from, session, bytes } => {
                if self.net.session(to, from) != Some(session) {
                    return Ok(());
                }
                if to < self.nodes.len() {
                    self.input(to, Input::Frame { from: PeerId(from as u64), bytes })?;
                } else if let Some(mut b) = self.byzantine.take() {
                    let frames = b.on_frame(from, &bytes);
                    self.byzantine = Some(b);
                    self.byzantine_frames(frames);
                }
                Ok(())
            }
            Event::Synced { node, life, batch, fails } => self.synced(node, life, batch, fails),
            Event::Mined { node, life, work } => self.mined(node, life, work),
            Event::Produce { node, life } => self.produce(node, life),
            Event::Tick { node } => {
                if self.nodes[node].wake != Some(self.now) {
                    return Ok(());
                }
                self.nodes[node].wake = None;
                let result = self.nodes[node].tick(self.now);
                self.after(node, result)
            }
            Event::Connect { a, b } => self.connect(a, b),
            Event::Client { client } => self.client(client),
            Event::Byzantine => self.byzantine_acts(),
            Event::Crash => self.crash(),
            Event::Restart { node } => {
                if self.nodes[node].engine.is_none() {
                    self.start(node)?;
                    self.connect_all(node);
                }
                Ok(())
            }
            Event::Partition => {
                self.partition();
                Ok(())
            }
            Event::Mend => {
                self.trace(format_args!("all cuts mend"));
                self.net.mend();
                Ok(())
            }
        }
    }

    // ---- nodes

    fn start(&mut self, node: usize) -> Result<(), Failure> {
        let spec = self.spec.clone().with_bugs(self.config.bugs);
        if let Err(e) = self.nodes[node].start(spec) {
            return Err(self.failure(format!("node {node} cannot open its store: {e}")));
        }
        self.checker
            .restarted(node, &self.nodes[node])
            .map_err(|w| self.failure(format!("node {node}: {w}")))?;
        let life = self.nodes[node].life;
        self.at(10, Event::Produce { node, life });
        self.drain(node)
    }

    fn input(&mut self, node: usize, input: Input) -> Result<(), Failure> {
        let result = self.nodes[node].handle(self.now, input);
        self.after(node, result)
    }

    /// Refusals are normal; a store that does not answer is not, as simulated disks always do.
    fn after(&mut self, node: usize, result: Result<(), Refused>) -> Result<(), Failure> {
        if let Err(Refused::Store(e)) = result {
            return Err(self.failure(format!("node {node}: {e}")));
        }
        self.drain(node)
    }

    fn drain(&mut self, node: usize) -> Result<(), Failure> {
        while let Some(output) = self.nodes[node].poll() {
            self.perform(node, output)?;
        }
        let wake = self.nodes[node].engine.as_ref().and_then(|e| e.poll_timeout());
        if let Some(Timestamp(at)) = wake {
            let here = self.nodes[node].clock(self.now).0;
            let due = self.now + at.saturating_sub(here).max(1);
            // One wake-up a node is enough: the earliest.
            if self.nodes[node].wake.is_none_or(|w| due < w || w <= self.now) {
                self.nodes[node].wake = Some(due);
                self.at(due - self.now, Event::Tick { node });
            }
        }
        Ok(())
    }

    fn perform(&mut self, node: usize, output: Output) -> Result<(), Failure> {
        match output {
            Output::Persist { batch, changes } => {
                let life = self.nodes[node].life;
                self.nodes[node].disk.write(batch, changes);
                let fails = !self.healing && self.rng.percent(self.config.write_failures);
                let after = 1 + self.rng.below(self.config.sync_for);
                if self.config.bugs.contains(super::Bug::SKIP_SYNC) {
                    // The disk is still busy, and the engine is told it is done.
                    self.at(after, Event::Synced { node, life, batch, fails: false });
                    return self.input(node, Input::Persisted { batch });
                }
                self.at(after, Event::Synced { node, life, batch, fails });
            }
            Output::Send { to, bytes } => self.send(node, peer_index(to), bytes),
            Output::Disconnect { peer, why } => {
                self.trace(format_args!("node {node} drops {peer:?}: {why}"));
                self.report.disconnects += 1;
                let other = peer_index(peer);
                self.net.close(node, other);
                if other < self.nodes.len() {
                    self.input(other, Input::PeerDown(PeerId(node as u64)))?;
                }
                self.at(5_000, Event::Connect { a: node, b: other });
            }
            Output::StartWork { work, template } => {
                self.nodes[node].work = Some((work, template));
                let mean = self.mean_time(node);
                let after = self.rng.waiting(mean);
                let life = self.nodes[node].life;
                self.at(after, Event::Mined { node, life, work });
            }
            Output::StopWork { work } => {
                if self.nodes[node].work.as_ref().is_some_and(|(w, _)| *w == work) {
                    self.nodes[node].work = None;
                }
            }
            Output::Event(event) => self.told(node, &event)?,
        }
        Ok(())
    }

    fn told(&mut self, node: usize, event: &LedgerEvent) -> Result<(), Failure> {
        self.trace(format_args!("node {node}: {event:?}"));
        if let LedgerEvent::TipMoved { undone, .. } = event {
            if *undone > 0 {
                self.report.reorgs += 1;
                self.report.deepest = self.report.deepest.max(*undone);
            }
            let life = self.nodes[node].life;
            self.at(1, Event::Produce { node, life });
        }
        self.checker
            .told(node, &mut self.nodes[node], event, &self.clients, &mut self.report)
            .map_err(|w| self.failure(format!("node {node}: {w}")))
    }

    fn synced(&mut self, node: usize, life: u64, batch: BatchId, fails: bool) -> Result<(), Failure> {
        if self.nodes[node].life != life || self.nodes[node].engine.is_none() {
            return Ok(());
        }
        if fails {
            if self.nodes[node].disk.fail() == Some(batch) {
                self.report.failed_writes += 1;
                self.input(node, Input::PersistFailed { batch })?;
                let life = self.nodes[node].life;
                self.at(500, Event::Produce { node, life });
            }
            return Ok(());
        }
        match self.nodes[node].disk.synced() {
            Some(done) => self.input(node, Input::Persisted { batch: done }),
            None => Ok(()),
        }
    }

    // ---- mining

    /// Mean time to find a block at the template's target, so that the whole network at the first target takes
    /// the chain's spacing.
    fn mean_time(&self, node: usize) -> u64 {
        let Some((_, template)) = &self.nodes[node].work else { return 1 };
        let tries: u64 = crate::consensus::Weight::of_target(template.target).0.saturating_to();
        let total: u64 = self.nodes.iter().map(|n| n.power).sum();
        let share = self.nodes[node].power.max(1);
        tries.saturating_mul(self.spec.params().spacing_ms) / 16 * total / share
    }

    fn produce(&mut self, node: usize, life: u64) -> Result<(), Failure> {
        if !self.mining || self.nodes[node].life != life || self.nodes[node].engine.is_none() {
            return Ok(());
        }
        self.input(node, Input::Produce { proposer: AccountId::ZERO })?;
        self.at(TEMPLATE_EVERY, Event::Produce { node, life });
        Ok(())
    }

    fn mined(&mut self, node: usize, life: u64, work: WorkId) -> Result<(), Failure> {
        let current = self.nodes[node].work.filter(|(w, _)| *w == work && self.mining);
        let Some((_, template)) = current.filter(|_| self.nodes[node].life == life) else { return Ok(()) };
        let first = self.rng.below(u64::MAX / 2);
        let Some(nonce) = (first..first + 1_000_000).find(|n| template.is_solved_by(*n)) else {
            return Ok(());
        };
        self.report.mined += 1;
        self.input(node, Input::WorkFound { work, nonce })
    }

    // ---- links

    fn send(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
        for d in self.net.send(&mut self.rng, self.now, from, to, bytes) {
            self.queued += 1;
            let event = Event::Deliver { to, from, session: d.session, bytes: d.bytes };
            self.queue.insert((d.at, self.queued), event);
        }
    }

    fn is_up(&self, who: usize) -> bool {
        match self.nodes.get(who) {
            Some(node) => node.engine.is_some(),
            None => self.byzantine.is_some(),
        }
    }

    fn connect(&mut self, a: usize, b: usize) -> Result<(), Failure> {
        if !self.is_up(a) || !self.is_up(b) || !self.net.open(a, b) {
            return Ok(());
        }
        let chain_id = self.spec.chain_id();
        for (me, other) in [(a, b), (b, a)] {
            if me < self.nodes.len() {
                self.input(me, Input::PeerUp(PeerId(other as u64)))?;
            } else if let Some(mut bad) = self.byzantine.take() {
                let frames = bad.connected(other, chain_id);
                self.byzantine = Some(bad);
                self.byzantine_frames(frames);
            }
        }
        Ok(())
    }

    fn connect_all(&mut self, node: usize) {
        let everybody = self.nodes.len() + usize::from(self.byzantine.is_some());
        for other in (0..everybody).filter(|o| *o != node) {
            self.at(50, Event::Connect { a: node, b: other });
        }
    }

    fn disconnect(&mut self, node: usize, other: usize) -> Result<(), Failure> {
        if self.net.close(node, other) && node < self.nodes.len() {
            self.input(node, Input::PeerDown(PeerId(other as u64)))?;
        }
        Ok(())
    }

    // ---- faults

    fn crash(&mut self) -> Result<(), Failure> {
        if self.healing {
            return Ok(());
        }
        let node = usize::try_from(self.rng.below(self.nodes.len() as u64)).unwrap_or(0);
        if self.nodes[node].engine.is_some() {
            self.report.crashes += 1;
            let kept = self.rng.percent(30);
            self.trace(format_args!("node {node} crashes, write under way kept: {kept}"));
            self.nodes[node].crash(kept);
            for other in self.net.neighbours(node) {
                self.net.close(node, other);
                if other < self.nodes.len() {
                    self.input(other, Input::PeerDown(PeerId(node as u64)))?;
                }
            }
            let down = self.rng.between(100, 40_000);
            self.at(down, Event::Restart { node });
        }
        let next = self.rng.waiting(self.config.crash_every);
        self.at(next, Event::Crash);
        Ok(())
    }

    fn partition(&mut self) {
        if self.healing {
            return;
        }
        let group: BTreeSet<usize> = (0..self.nodes.len()).filter(|_| self.rng.percent(40)).collect();
        // One at a time: isolation for as long as finality takes is a different chain, by any rule.
        self.net.mend();
        self.report.partitions += 1;
        self.trace(format_args!("partition {group:?}"));
        self.net.partition(&group, self.nodes.len() + 1);
        let length = self.rng.between(1_000, self.config.partition_for);
        self.at(length, Event::Mend);
        let next = self.rng.waiting(self.config.partition_every);
        self.at(next, Event::Partition);
    }

    // ---- clients and the misbehaving node

    fn client(&mut self, client: usize) -> Result<(), Failure> {
        if !self.mining {
            return Ok(());
        }
        let node = usize::try_from(self.rng.below(self.nodes.len() as u64)).unwrap_or(0);
        let act = match &self.nodes[node].engine {
            Some(engine) => self.clients.act(client, self.now, engine, &self.nodes[node].disk),
            None => Vec::new(),
        };
        for tx in act {
            self.report.submitted += 1;
            self.input(node, Input::Submit { bytes: tx.bytes().to_vec() })?;
        }
        let after = 2_000 + self.rng.below(6_000);
        self.at(after, Event::Client { client });
        Ok(())
    }

    fn byzantine_acts(&mut self) -> Result<(), Failure> {
        let Some(mut bad) = self.byzantine.take() else { return Ok(()) };
        let frames = bad.act(self.now, &self.spec, &self.nodes, &mut self.clients);
        self.report.bad_blocks = bad.offered();
        for id in bad.take_bad_ids() {
            self.checker.never(id);
        }
        self.byzantine = Some(bad);
        self.byzantine_frames(frames);
        let after = 2_000 + self.rng.below(8_000);
        self.at(after, Event::Byzantine);
        Ok(())
    }

    fn byzantine_frames(&mut self, frames: Vec<(usize, Vec<u8>)>) {
        let me = self.nodes.len();
        for (to, bytes) in frames {
            self.send(me, to, bytes);
        }
    }
}

fn peer_index(peer: PeerId) -> usize {
    usize::try_from(peer.0).unwrap_or(usize::MAX)
}
