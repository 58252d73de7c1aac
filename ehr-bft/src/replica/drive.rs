//! How the halves of a replica act on each other: inputs go to one or both, and what one says the other hears.

use super::Replica;
use super::io::{Input, InputError, Output, Stop};
use super::proposals::Held;
use ehr_core::engine::{self, LedgerEvent, Refused};
use ehr_core::store::LedgerRead;
use std::sync::Arc;

impl Replica {
    pub(super) fn take(&mut self, disk: &dyn LedgerRead, input: Input) -> Result<(), InputError> {
        match input {
            Input::Frame { from, bytes } => self.frame(disk, from, &bytes)?,
            Input::Submit { bytes } => self.feed(disk, engine::Input::Submit { bytes })?,
            Input::Persisted { batch } => drop(self.out.ended(batch)),
            Input::PersistFailed { batch } => {
                if self.out.ended(batch) {
                    self.stop(Stop::StoreFailed(batch));
                }
            }
            Input::PeerUp(peer) => {
                self.peers.insert(peer);
                self.greet(peer);
                self.feed(disk, engine::Input::PeerUp(peer))?;
            }
            Input::PeerDown(peer) => {
                self.peers.remove(&peer);
                self.inputs.push_back(crate::Input::PeerDown(peer));
                self.feed(disk, engine::Input::PeerDown(peer))?;
            }
        }
        Ok(())
    }

    /// Gives the engine an input. It reads what it decided before, stored or not.
    pub(super) fn feed(&mut self, disk: &dyn LedgerRead, input: engine::Input) -> Result<(), Refused> {
        self.engine.handle(self.now, &self.out.over(disk), input)
    }

    /// Lets engine and validator act on each other until neither has anything to say.
    pub(super) fn run(&mut self, disk: &dyn LedgerRead) {
        self.read_again = None;
        self.ask_again(disk);
        loop {
            self.relay(disk);
            if self.stopped {
                return;
            }
            for peer in core::mem::take(&mut self.gone) {
                // What a store says does not matter to a peer that is gone.
                let _ = self.feed(disk, engine::Input::PeerDown(peer));
            }
            if let Some(input) = self.inputs.pop_front() {
                for output in self.bft.step(self.now, input) {
                    self.perform(disk, output);
                }
            } else if !self.begin_next(disk) {
                return;
            }
        }
    }

    /// Passes on what the engine says. Engine and validator are told at once that a batch is stored: what they say next
    /// waits in this queue, behind the write (rule BF-35), and a write that fails stops both.
    pub(super) fn relay(&mut self, disk: &dyn LedgerRead) {
        while let Some(output) = self.engine.poll_output() {
            match output {
                engine::Output::Persist { batch, changes } => {
                    self.out.persist(changes);
                    // What it could not read now it asks to be called for again.
                    let _ = self.feed(disk, engine::Input::Persisted { batch });
                }
                engine::Output::Send { to, bytes } => self.send_ledger(to, &bytes),
                engine::Output::Disconnect { peer, why } => self.hang_up(peer, why),
                engine::Output::Event(event) => {
                    self.busy |= matches!(event, LedgerEvent::TxAccepted(_));
                    self.out.push(Output::Event(event));
                }
                // Nothing is mined here.
                engine::Output::StartWork { .. } | engine::Output::StopWork { .. } => {}
            }
        }
    }

    fn perform(&mut self, disk: &dyn LedgerRead, output: crate::Output) {
        match output {
            crate::Output::Persist { batch, write } => {
                self.out.persist(Arc::new(self.log.changes(write)));
                self.inputs.push_back(crate::Input::Persisted(batch));
            }
            crate::Output::Send { to, bytes } => self.send_votes(to, &bytes),
            crate::Output::Broadcast { bytes } => self.broadcast(&bytes),
            crate::Output::Build { height, round } => self.build(disk, height, round),
            crate::Output::Check { height, block, bytes, decided } => {
                self.check(disk, Held { height, block, bytes, decided, at: self.now });
            }
            crate::Output::Decided { certificate, bytes } => self.decided(disk, certificate, bytes),
            crate::Output::Serve { to, from, count } => self.serve(disk, to, from, count),
            crate::Output::Evidence(evidence) => self.convict(disk, evidence),
            crate::Output::Disconnect { peer, why } => self.hang_up(peer, why),
            crate::Output::Abstained { height, round, step, why } => {
                self.out.push(Output::Abstained { height, round, step, why });
            }
            crate::Output::Halted(why) => self.stop(Stop::Validator(why)),
        }
    }

    /// Nothing that waits may leave any more: it may depend on what is lost.
    pub(super) fn stop(&mut self, why: Stop) {
        if !self.stopped {
            self.stopped = true;
            self.out.close(Output::Stopped(why));
        }
    }

    pub(super) fn wait_for_store(&mut self) {
        self.read_again = Some(self.now.plus(super::READ_AGAIN_MS));
    }
}
