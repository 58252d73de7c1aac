//! The world of one run: nodes, links, clients and faults on one queue of events.

mod faults;
mod links;
mod nodes;

use super::byzantine::Byzantine;
use super::check::Checker;
use super::clients::Clients;
use super::config::SimConfig;
use super::network::Network;
use super::node::SimNode;
use super::report::{Failure, Report};
use super::rng::SimRng;
use crate::block::ChainSpec;
use crate::engine::{BatchId, Input, WorkId};
use crate::transport::PeerId;
use std::collections::BTreeMap;

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
}
