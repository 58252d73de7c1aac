//! What disturbs the nodes: crashes, cuts, clients, and a node that misbehaves.

use super::{Event, World};
use crate::engine::Input;
use crate::sim::report::Failure;
use crate::transport::PeerId;
use std::collections::BTreeSet;

impl World {
    pub(super) fn crash(&mut self) -> Result<(), Failure> {
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

    pub(super) fn partition(&mut self) {
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

    pub(super) fn client(&mut self, client: usize) -> Result<(), Failure> {
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

    pub(super) fn byzantine_acts(&mut self) -> Result<(), Failure> {
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

    pub(super) fn byzantine_frames(&mut self, frames: Vec<(usize, Vec<u8>)>) {
        let me = self.nodes.len();
        for (to, bytes) in frames {
            self.send(me, to, bytes);
        }
    }
}
