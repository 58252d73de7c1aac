//! What happens in virtual time.

use super::liar::LIAR;
use super::scenario::Lie;
use super::world::World;
use crate::replica::Input;
use ehr_core::transport::PeerId;
use std::sync::Arc;

/// Something that is due.
pub(super) enum Event {
    Frame { from: usize, life: u64, bytes: Arc<[u8]> },
    Wake { at: u64 },
    Synced { life: u64 },
    Submit,
    Crash,
    Restart,
    Cut,
    Heal,
    Reconnect { with: usize },
}

impl World {
    pub(super) fn happens(&mut self, to: usize, event: Event) {
        match event {
            Event::Frame { from, life, bytes } => self.frame(from, to, life, &bytes),
            Event::Wake { at } => {
                let now = self.timestamp(to);
                let node = &mut self.machines[to];
                if node.wake == Some(at) {
                    node.wake = None;
                    if let Some(replica) = &mut node.replica {
                        let _ = replica.handle_timeout(now, &node.disk);
                    }
                    self.perform(to);
                }
            }
            Event::Synced { life } => {
                if self.machines[to].life == life
                    && let Some(batch) = self.machines[to].sync()
                {
                    let _ = self.input(to, Input::Persisted { batch });
                }
            }
            Event::Submit => {
                let at = self.observer.height().plus(1);
                let tx = self.traffic.next(&mut self.members, &mut self.rng, at);
                let to = self.rng.range((0, self.machines.len() as u64 - 1)) as usize;
                self.report.refused += u64::from(self.submit(to, &tx).is_err());
                self.schedule(self.scenario.tx_every_ms * 1_000, 0, Event::Submit);
            }
            Event::Crash => {
                let again = self.scenario.crash_every_ms.unwrap_or(1_000) * 1_000;
                self.schedule(again, 0, Event::Crash);
                if self.all_well() {
                    let victim = self.rng.range((0, self.machines.len() as u64 - 1)) as usize;
                    self.crash(victim);
                    let after = self.rng.range((10_000, again.min(400_000)));
                    self.schedule(after, victim, Event::Restart);
                }
            }
            Event::Restart => {
                if self.machines[to].replica.is_none() {
                    self.boot(to);
                }
            }
            Event::Cut => {
                let again = self.scenario.cut_every_ms.unwrap_or(1_000) * 1_000;
                self.schedule(again, 0, Event::Cut);
                if self.all_well() {
                    let victim = self.rng.range((0, self.machines.len() as u64 - 1)) as usize;
                    self.report.cuts += 1;
                    self.machines[victim].cut_off = true;
                    self.schedule(again / 2, victim, Event::Heal);
                }
            }
            Event::Heal => self.machines[to].cut_off = false,
            Event::Reconnect { with } => {
                for (one, other) in [(to, with), (with, to)] {
                    let _ = self.input(one, Input::PeerDown(PeerId(other as u64)));
                }
                self.connect(to, with);
            }
        }
    }

    fn all_well(&self) -> bool {
        self.machines.iter().all(|machine| machine.replica.is_some() && !machine.cut_off)
    }

    fn frame(&mut self, from: usize, to: usize, life: u64, bytes: &Arc<[u8]>) {
        let open =
            self.machines[to].life == life && !self.machines[to].cut_off && !self.machines[from].cut_off;
        if let Some(replica) = self.machines[to].replica.as_ref().filter(|_| open) {
            let listens = replica.peers().any(|peer| peer.0 == from as u64);
            let lies = from == LIAR && matches!(self.scenario.liar, Some(Lie::Equivocate { .. }));
            if lies && listens && to != LIAR {
                self.observer.delivers(to, self.machines[to].since, replica, bytes);
            }
            let input = Input::Frame { from: PeerId(from as u64), bytes: bytes.to_vec() };
            let _ = self.input(to, input);
        }
    }
}
