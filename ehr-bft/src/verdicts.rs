//! Blocks of the height under way: built here, or judged by the host, and what the core is told of them. It speaks of ids
//! only, and no block is voted for before the host has found it valid (rule BF-15).

use crate::blocks::Place;
use crate::context::{Address, CoreHeight, Value};
use crate::io::{Fatal, Output};
use crate::machine::{CoreInput, Shell};
use ehr_core::primitives::{BlockId, Height};
use malachite_core_consensus::{LocallyProposedValue, ProposedValue};
use malachite_core_types::{Round, Validity, ValueOrigin};

impl Shell {
    pub(crate) fn built(&mut self, height: Height, round: u32, bytes: Vec<u8>) {
        let Some(block) = (self.config.block_id)(&bytes) else { return };
        let late = height != self.height || round != self.round || self.decided;
        if late || self.blocks.built.contains_key(&round) {
            return;
        }
        self.blocks.keep(block, bytes.into()).verdict = Some(true);
        self.blocks.built.insert(round, block);
        self.propose(round, block);
    }

    pub(crate) fn propose(&mut self, round: u32, block: BlockId) {
        let value = LocallyProposedValue::new(CoreHeight(self.height), Round::new(round), Value(block));
        self.pending.push_back(CoreInput::Propose(value));
    }

    pub(crate) fn checked(&mut self, block: &BlockId, valid: bool) {
        for place in self.blocks.judge(block, valid) {
            self.judged(*block, place);
        }
    }

    /// Asks the host about a block, or passes on what it said before.
    pub(crate) fn judge(&mut self, block: BlockId, place: Place) {
        let height = self.height;
        let Some(body) = self.blocks.get_mut(&block) else { return };
        if body.verdict.is_some() {
            return self.judged(block, place);
        }
        // A host that waits with its answer, because the block is of the future, is told that it is decided.
        if body.asked < Some(place.decided) {
            body.asked = Some(place.decided);
            let (bytes, decided) = (body.bytes.clone(), place.decided);
            self.outbox.now(Output::Check { height, block, bytes, decided });
        }
        self.blocks.wait(&block, place);
    }

    /// Tells the core about a block the host has judged.
    fn judged(&mut self, block: BlockId, place: Place) {
        let Some(valid) = self.blocks.get(&block).and_then(|body| body.verdict) else { return };
        if place.decided && !valid {
            return self.halt(Fatal::Contradiction { height: self.height, block });
        }
        let value = ProposedValue {
            height: CoreHeight(self.height),
            round: Round::new(place.round),
            valid_round: Round::Nil,
            proposer: Address(place.proposer),
            value: Value(block),
            validity: Validity::from_bool(valid),
        };
        let origin = if place.decided { ValueOrigin::Sync } else { ValueOrigin::Consensus };
        self.pending.push_back(CoreInput::ProposedValue(value, origin));
    }
}
