//! Nodes: what they are given and what they ask for, their disks and their mining.

use super::{Event, World};
use crate::engine::{BatchId, Input, LedgerEvent, Output, Refused, WorkId};
use crate::primitives::{AccountId, Timestamp};
use crate::sim::report::Failure;
use crate::transport::PeerId;

/// How often a node builds a new block template.
const TEMPLATE_EVERY: u64 = 12_000;

impl World {
    pub(super) fn start(&mut self, node: usize) -> Result<(), Failure> {
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

    pub(super) fn input(&mut self, node: usize, input: Input) -> Result<(), Failure> {
        let result = self.nodes[node].handle(self.now, input);
        self.after(node, result)
    }

    /// Refusals are normal; a store that does not answer is not, as simulated disks always do.
    pub(super) fn after(&mut self, node: usize, result: Result<(), Refused>) -> Result<(), Failure> {
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
                if self.config.bugs.contains(crate::sim::Bug::SKIP_SYNC) {
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

    pub(super) fn synced(
        &mut self,
        node: usize,
        life: u64,
        batch: BatchId,
        fails: bool,
    ) -> Result<(), Failure> {
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

    /// Mean time to find a block at the template's target, so that the whole network at the first target takes
    /// the chain's spacing.
    fn mean_time(&self, node: usize) -> u64 {
        let Some((_, template)) = &self.nodes[node].work else { return 1 };
        let tries: u64 = crate::consensus::Weight::of_target(template.target).0.saturating_to();
        let total: u64 = self.nodes.iter().map(|n| n.power).sum();
        let share = self.nodes[node].power.max(1);
        tries.saturating_mul(self.spec.params().spacing_ms) / 16 * total / share
    }

    pub(super) fn produce(&mut self, node: usize, life: u64) -> Result<(), Failure> {
        if !self.mining || self.nodes[node].life != life || self.nodes[node].engine.is_none() {
            return Ok(());
        }
        self.input(node, Input::Produce { proposer: AccountId::ZERO })?;
        self.at(TEMPLATE_EVERY, Event::Produce { node, life });
        Ok(())
    }

    pub(super) fn mined(&mut self, node: usize, life: u64, work: WorkId) -> Result<(), Failure> {
        let current = self.nodes[node].work.filter(|(w, _)| *w == work && self.mining);
        let Some((_, template)) = current.filter(|_| self.nodes[node].life == life) else { return Ok(()) };
        let first = self.rng.below(u64::MAX / 2);
        let Some(nonce) = (first..first + 1_000_000).find(|n| template.is_solved_by(*n)) else {
            return Ok(());
        };
        self.report.mined += 1;
        self.input(node, Input::WorkFound { work, nonce })
    }
}

fn peer_index(peer: PeerId) -> usize {
    usize::try_from(peer.0).unwrap_or(usize::MAX)
}
