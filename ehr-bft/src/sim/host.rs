//! What a validator's host does with its outputs.

use super::block;
use super::node::{CHAIN, account};
use super::report::Slot;
use super::scenario::{Behaviour, Log};
use super::world::{Event, World};
use crate::{Fatal, Input, Message, Output};
use ehr_core::consensus::bft::{Certificate, Evidence};
use ehr_core::primitives::{BlockId, Height};
use ehr_core::transport::PeerId;
use std::collections::VecDeque;
use std::sync::Arc;

impl World<'_> {
    /// Gives a validator an input, does what it says, and sees that it is woken in time.
    pub(super) fn step(&mut self, node: usize, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let now = self.timestamp();
            let Some(bft) = &mut self.nodes[node].bft else { return };
            for output in bft.step(now, input) {
                self.perform(node, output, &mut inputs);
            }
        }
        let Some(bft) = &self.nodes[node].bft else { return };
        let Some(at) = bft.poll_timeout().map(|at| at.0 * 1000) else { return };
        if self.nodes[node].wake.is_none_or(|wake| at < wake) {
            self.nodes[node].wake = Some(at);
            self.schedule(at.saturating_sub(self.now), node, Event::Wake { at });
        }
    }

    fn perform(&mut self, node: usize, output: Output, inputs: &mut VecDeque<Input>) {
        let honest = self.behaviour(node).is_none();
        match output {
            Output::Persist { batch, write } => {
                self.report.writes += 1;
                let after = self.rng.range(self.scenario.disk_us);
                if after == 0 {
                    self.nodes[node].write(&write);
                    inputs.push_back(Input::Persisted(batch));
                } else {
                    self.nodes[node].unsynced.push_back((batch, write));
                    let life = self.nodes[node].life;
                    self.schedule(after, node, Event::Synced { life, batch });
                }
            }
            Output::Send { to, bytes } => self.send(node, to.0 as usize, &bytes.into()),
            Output::Broadcast { bytes } => self.broadcast(node, &bytes),
            Output::Build { height, round } => {
                let salt = self.rng.next();
                let parent = match self.behaviour(node) {
                    Some(Behaviour::BadBlocks) => BlockId([9; 32]),
                    _ => self.nodes[node].tip(),
                };
                let block = block::make(height, parent, node, salt);
                inputs.push_back(Input::Built { height, round, block });
            }
            Output::Check { height, block, bytes, .. } => {
                let at_tip = height.0 == self.nodes[node].chain.len() as u64 + 1;
                let valid = at_tip && block::may_follow(&bytes, height, self.nodes[node].tip());
                inputs.push_back(Input::Checked { block, valid });
            }
            Output::Decided { certificate, bytes } => {
                self.decided(node, &certificate, &bytes);
                let next = self.nodes[node].chain.len() as u64 + 1;
                inputs.push_back(Input::Begin(self.start_of(next)));
            }
            Output::Serve { to, from, count } => self.serve(node, to, from, count),
            Output::Evidence(evidence) => self.evidence(node, &evidence),
            Output::Disconnect { peer, why } => {
                let peer = peer.0 as usize;
                if honest {
                    *self.report.disconnected.entry(peer).or_default() += 1;
                    // Where the network swallows every answer, nobody seems to answer.
                    if self.behaviour(peer).is_none() && self.scenario.catch_up {
                        self.fail(format!("honest {node} disconnects honest {peer}, which {why}"));
                    }
                }
            }
            Output::Abstained { .. } => self.report.abstained += 1,
            Output::Halted(why) => {
                self.nodes[node].crash(&mut self.rng);
                let expected = matches!(why, Fatal::KeyInUse { .. } | Fatal::Core(_))
                    && (!honest || self.scenario.log == Log::Lost);
                if expected {
                    // A liar that meets its own other vote stops as an honest validator would; it does not mind, but
                    // a process takes a moment to start.
                    let after = if honest { 1_000_000 } else { 50_000 };
                    self.schedule(after, node, Event::Restart);
                } else {
                    self.fail(format!("node {node} stopped: {why}"));
                }
            }
        }
    }

    fn decided(&mut self, node: usize, certificate: &Certificate, bytes: &Arc<[u8]>) {
        let (height, id) = (certificate.height, certificate.block);
        let chain = &self.nodes[node].chain;
        if let Some((before, ..)) = chain.get(height.0 as usize - 1) {
            if *before != id {
                self.fail(format!("node {node} changes its mind about height {height}"));
            }
            return; // decided before a crash
        }
        if self.behaviour(node).is_none() {
            let first = *self.decided.entry(height.0).or_insert(id);
            let set = self.set(height.0);
            if first != id {
                self.fail(format!("fork at height {height}: node {node} decides {id:?}, others {first:?}"));
            }
            let unproven = self.scenario.verify_certificates.then(|| certificate.verify(&CHAIN, &set).err());
            if let Some(error) = unproven.flatten() {
                self.fail(format!("node {node}, height {height}: {error}"));
            }
            let tip = self.nodes[node].tip();
            if block::id(bytes) != Some(id) || !block::may_follow(bytes, height, tip) {
                self.fail(format!("node {node} decides an invalid block at height {height}"));
            }
            self.report.late_rounds += u64::from(certificate.round > 0);
            self.report.max_round = self.report.max_round.max(certificate.round);
            if self.makers_counted < height.0 {
                self.makers_counted = height.0;
                *self.report.makers.entry(block::maker(bytes)).or_default() += 1;
            }
        }
        self.nodes[node].chain.push((id, bytes.clone(), certificate.clone()));
        self.note_join(node, height.0);
    }

    /// Starts the late validator in time, and sees when it has what the others had then.
    fn note_join(&mut self, node: usize, height: u64) {
        let Some((late, at)) = self.scenario.joins else { return };
        let now = self.now / 1000;
        match &mut self.report.joined_ms {
            None if node != late && height == at => {
                self.report.joined_ms = Some((now, 0));
                self.schedule(0, late, Event::Restart);
            }
            // Who is at a height has decided the ones below.
            Some((_, done)) if node == late && height + 1 == at => *done = now,
            _ => {}
        }
    }

    fn serve(&mut self, node: usize, to: PeerId, from: Height, count: u16) {
        let first = (from.0.max(1) - 1) as usize;
        let blocks: Vec<_> =
            self.nodes[node].chain.iter().skip(first).take(usize::from(count)).cloned().collect();
        for (_, bytes, certificate) in blocks {
            self.report.served += 1;
            let message = Message::Decided { certificate, block: bytes.to_vec() };
            let bytes = message.to_bytes().expect("encodes").into();
            self.send(node, to.0 as usize, &bytes);
        }
    }

    fn evidence(&mut self, node: usize, evidence: &Evidence) {
        if self.behaviour(node).is_some() {
            return;
        }
        let set = self.set(evidence.height().0);
        if let Err(error) = evidence.verify(&CHAIN, &set) {
            self.fail(format!("node {node} delivers evidence that proves nothing: {error}"));
        }
        let kind = match evidence {
            Evidence::Votes { first, .. } => Some(first.vote.kind),
            Evidence::Proposals { .. } => None,
        };
        let offender = (0..self.nodes.len()).find(|n| account(*n) == evidence.offender());
        let slot: Slot = (offender.unwrap_or(usize::MAX), evidence.height().0, evidence.round(), kind);
        if self.behaviour(slot.0).is_none() {
            self.report.accused.insert(slot);
            if self.scenario.log == Log::Synced {
                self.fail(format!("node {node} proves that honest {slot:?} signed twice"));
            }
        }
        self.report.evidence.insert(slot);
    }
}
