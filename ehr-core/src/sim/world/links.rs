//! Links between nodes, and to the one that misbehaves.

use super::{Event, World};
use crate::engine::Input;
use crate::sim::report::Failure;
use crate::transport::PeerId;

impl World {
    pub(super) fn send(&mut self, from: usize, to: usize, bytes: Vec<u8>) {
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

    pub(super) fn connect(&mut self, a: usize, b: usize) -> Result<(), Failure> {
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

    pub(super) fn connect_all(&mut self, node: usize) {
        let everybody = self.nodes.len() + usize::from(self.byzantine.is_some());
        for other in (0..everybody).filter(|o| *o != node) {
            self.at(50, Event::Connect { a: node, b: other });
        }
    }

    pub(super) fn disconnect(&mut self, node: usize, other: usize) -> Result<(), Failure> {
        if self.net.close(node, other) && node < self.nodes.len() {
            self.input(node, Input::PeerDown(PeerId(other as u64)))?;
        }
        Ok(())
    }
}
