//! What a machine does with what its replica says.

use super::event::Event;
use super::liar::{LIAR, twist};
use super::world::{QUIET, World};
use crate::replica::{Misconduct, Output};
use ehr_core::engine::{LedgerEvent, Offence};
use ehr_core::primitives::AccountId;
use std::sync::Arc;

/// How long a connection that was closed stays so, or a process that stopped is down.
const RECONNECT_US: u64 = 200_000;

impl World {
    /// Does what a replica says, and sees that it is woken in time.
    pub(super) fn perform(&mut self, machine: usize) {
        loop {
            let Some(replica) = &mut self.machines[machine].replica else { return };
            let Some(output) = replica.poll_output() else { break };
            self.perform_one(machine, output);
        }
        let Some(replica) = &self.machines[machine].replica else { return };
        let Some(at) = replica.poll_timeout() else { return };
        let at = ((at.0 + self.machines[machine].behind_ms) * 1_000).max(self.now);
        if self.machines[machine].wake.is_none_or(|wake| at < wake) {
            self.machines[machine].wake = Some(at);
            self.schedule(at - self.now, machine, Event::Wake { at });
        }
    }

    fn perform_one(&mut self, machine: usize, output: Output) {
        match output {
            Output::Persist { batch, changes } => {
                let (after, life) = (self.rng.range(self.scenario.disk_us), self.machines[machine].life);
                self.machines[machine].unsynced = Some((batch, changes));
                self.schedule(after, machine, Event::Synced { life });
            }
            Output::Send { to, bytes } => self.send(machine, to.0 as usize, &bytes),
            Output::Event(LedgerEvent::Final { height, id }) => {
                let node = &self.machines[machine];
                if let Some(replica) = &node.replica
                    && let Err(what) = self.observer.is_final(replica, &node.disk, height, id)
                {
                    self.fail(format!("machine {machine}: {what}"));
                }
            }
            Output::Convicted { evidence, .. } => {
                self.report.convictions += 1;
                if !self.lies(evidence.offender()) {
                    self.fail(format!("machine {machine} proves that an honest validator said two things"));
                }
            }
            Output::Disconnect { peer, why } => {
                // A hello that is lost is nobody's fault.
                let excused = matches!(&why, Misconduct::Ledger(Offence::NoHello));
                if !self.is_liar(peer.0 as usize) && !self.is_liar(machine) && !excused {
                    self.fail(format!("honest {machine} disconnects honest {}, which {why}", peer.0));
                }
                self.schedule(RECONNECT_US, machine, Event::Reconnect { with: peer.0 as usize });
            }
            Output::Abstained { height, round, step, why } => {
                if self.scenario.mistake.is_none()
                    && !self.is_liar(machine)
                    && !self.machines[machine].may_abstain
                {
                    self.fail(format!("machine {machine} abstains at {height} {round} {step:?}: {why}"));
                }
            }
            Output::NotProposed { height, round, why } => {
                self.fail(format!("machine {machine} does not propose at {height} {round}: {why}"));
            }
            Output::Stopped(why) => {
                if !self.is_liar(machine) {
                    return self.fail(format!("machine {machine} stopped: {why}"));
                }
                // It met its own other message, and does not mind; but a process takes a moment to start.
                self.crash(machine);
                self.schedule(RECONNECT_US, machine, Event::Restart);
            }
            Output::Event(_) => {}
        }
    }

    fn is_liar(&self, machine: usize) -> bool {
        self.scenario.liar.is_some() && machine == LIAR
    }

    fn lies(&self, account: AccountId) -> bool {
        self.scenario.liar.is_some() && account == self.members.staked.id(LIAR)
    }

    fn send(&mut self, from: usize, to: usize, bytes: &Arc<[u8]>) {
        let lie = self.scenario.liar.filter(|_| from == LIAR);
        let quiet = self.observer.height().0 + QUIET >= self.scenario.heights;
        let node = &self.machines[from];
        let (Some(lie), Some(replica), false) = (lie, &node.replica, quiet) else {
            return self.link(from, to, 0, bytes);
        };
        let twisted = twist(lie, &self.members, replica, &node.disk, bytes);
        self.link(from, to, 0, &twisted.now);
        if let Some((ms, other)) = twisted.later {
            self.link(from, to, ms * 1_000, &other);
        }
    }

    /// A frame on its way, unless it is lost.
    fn link(&mut self, from: usize, to: usize, after: u64, bytes: &Arc<[u8]>) {
        if self.rng.permille(self.scenario.loss) {
            return;
        }
        let life = self.machines[to].life;
        let slow = self.scenario.slow.filter(|(machine, _)| [from, to].contains(machine));
        let delay = self.rng.range(self.scenario.delay_us) + slow.map_or(0, |(_, longer)| longer);
        self.schedule(after + delay, to, Event::Frame { from, life, bytes: Arc::clone(bytes) });
    }
}
