//! The core's write-ahead log in our entries (rules BF-18 and BF-19).

use crate::context::{Context, number, polka_votes, signed_proposal_out, signed_vote_out};
use crate::log::{BlockEntry, Entry, TimeoutEntry};
use crate::machine::{CoreInput, Shell};
use crate::timers;
use malachite_core_consensus::ProposedValue;
use serde_bytes::ByteBuf;

impl Shell {
    /// The core's own log entry as ours. While the log is read back only own messages it lacks are written.
    pub(crate) fn append(&mut self, input: CoreInput) {
        let entry = match input {
            CoreInput::Vote(vote) => Entry::Vote(signed_vote_out(&vote)),
            CoreInput::Proposal(proposal) => Entry::Proposal(signed_proposal_out(&proposal)),
            CoreInput::PolkaCertificate(polka) => Entry::Polka(polka_votes(&polka)),
            CoreInput::TimeoutElapsed(timeout) => {
                let (Some(kind), Some(round)) = (timers::code(timeout.kind), timeout.round.as_u32()) else {
                    return;
                };
                Entry::Timeout(TimeoutEntry { kind, round })
            }
            CoreInput::ProposedValue(value, _) => match self.block_entry(&value) {
                Some(entry) => entry,
                None => return,
            },
            // The core never asks to log these.
            CoreInput::StartHeight(..)
            | CoreInput::RoundCertificate(_)
            | CoreInput::Propose(_)
            | CoreInput::SyncValueResponse(_) => return,
        };
        if let Some(logged) = &self.replaying {
            let own = match &entry {
                Entry::Vote(vote) => vote.vote.validator == self.config.account,
                Entry::Proposal(proposal) => proposal.proposal.proposer == self.config.account,
                _ => false,
            };
            if !own || logged.contains(&entry) {
                return;
            }
        }
        if !self.decided {
            let written = self.outbox.log(&entry);
            self.check(written);
        }
    }

    fn block_entry(&mut self, value: &ProposedValue<Context>) -> Option<Entry> {
        let block = value.value.0;
        let body = self.blocks.get_mut(&block)?;
        let first = self.replaying.is_none() && !core::mem::replace(&mut body.logged, true);
        let bytes = first.then(|| ByteBuf::from(body.bytes.to_vec()));
        let (round, proposer) = (number(value.round), value.proposer.0);
        Some(Entry::Block(BlockEntry { round, proposer, block, valid: value.validity.is_valid(), bytes }))
    }
}
