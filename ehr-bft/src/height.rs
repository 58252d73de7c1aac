//! How a height begins.

use crate::blocks::Blocks;
use crate::context::{CoreHeight, CoreSet};
use crate::io::{Fatal, HeightStart};
use crate::late::Late;
use crate::log::{Begin, Entry};
use crate::machine::{CoreInput, Shell};
use malachite_core_types::VoteExtensionPolicy;

impl Shell {
    /// Starts a height with an empty log.
    pub(crate) fn begin(&mut self, start: HeightStart) {
        self.enter(start);
        let written = self.outbox.start_over(&Entry::Begin(self.log_begin()));
        self.check(written);
        if self.guard.height() == self.height {
            // It was signed for in an earlier life whose log is gone, and with it what was locked.
            self.guard.skip(self.height);
            let written = self.outbox.guard(&self.guard);
            self.check(written);
        }
        for message in core::mem::take(&mut self.early).into_values() {
            self.deliver(message);
        }
        if let Some(ahead) = self.catch_up.take(self.height) {
            match self.decided_block(ahead.from, &ahead.certificate, ahead.bytes) {
                Ok(()) => self.late.behind = true,
                Err(offence) => self.offend(ahead.from, offence),
            }
        }
    }

    /// Everything of the height before is forgotten, and the core is told the new one: without vote extensions and without
    /// a target time, which it would compare with the machine's clock (rule BF-16).
    pub(crate) fn enter(&mut self, start: HeightStart) {
        let Some(set) = CoreSet::new(&start.validators) else {
            return self.halt(Fatal::Core("a validator set is empty".into()));
        };
        self.height = start.height;
        self.validators = start.validators;
        self.next = start.next;
        self.round = 0;
        self.decided = false;
        self.blocks = Blocks::default();
        self.timers.clear();
        self.catch_up.behind_since = None;
        self.late = Late::default();
        let oldest = self.height.minus(self.config.evidence_heights);
        self.witness.watch(self.height, &self.validators, oldest);
        self.witness.watch(self.height.plus(1), &self.next, oldest);
        let disabled = VoteExtensionPolicy::Disabled;
        self.pending.push_back(CoreInput::StartHeight(CoreHeight(self.height), set, false, None, disabled));
    }

    pub(crate) fn log_begin(&self) -> Begin {
        Begin {
            chain: self.config.chain,
            account: self.config.account,
            height: self.height,
            validators: self.validators.hash(),
        }
    }
}
