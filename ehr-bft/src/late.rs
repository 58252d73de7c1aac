//! The wait after a decision (rule BF-36). Two thirds decide, and who votes last is there like the others: the next height
//! begins when all precommits are here, or after a while, so that the next block's certificate can name them.

use crate::guard::Step;
use crate::io::HeightStart;
use crate::log::Entry;
use crate::machine::Shell;
use ehr_core::consensus::bft::{SignedVote, Vote, VoteKind};
use ehr_core::primitives::{BlockId, Height, Signature, Timestamp};

/// What is waited for between a decision and the next height.
#[derive(Debug, Default)]
pub(crate) struct Late {
    /// The round that decided.
    round: u32,
    /// Nobody is waited for from then on. Counted from the decision: what the host does meanwhile costs nothing more.
    until: Timestamp,
    /// The proof of the decision was here before the height began, so others are further.
    pub(crate) behind: bool,
    /// The next height, from when the host has asked for it.
    start: Option<HeightStart>,
}

impl Shell {
    /// A round decided: the wait begins.
    pub(crate) fn wait_for_late(&mut self, round: u32) {
        let lengths = &self.config.timeouts;
        self.late.round = round;
        self.late.until = self.now.plus(lengths.commit_ms.min(lengths.max_ms));
    }

    /// Precommits what others decided before this validator had come to it (rule BF-37): where their votes are here
    /// before the block, the core decides with its arrival and votes no more.
    pub(crate) fn precommit_decided(&mut self, (height, round, block): (Height, u32, BlockId)) {
        let validator = self.config.account;
        let votes = self.validators.get(&validator).is_some();
        let voted = self.witness.has_precommit(height, round, validator);
        // Who was sent the certificate is behind: nobody waits for its vote.
        let sent = self.catch_up.given == Some(height);
        if !votes || voted || sent || self.replaying.is_some() {
            return;
        }
        let vote = Vote { kind: VoteKind::Precommit, height, round, block: Some(block), validator };
        // It may have signed for a later round, or given the height up; that is no failure here.
        let message = vote.message(&self.config.chain);
        if !self.guard.clone().admit(height, round, Step::Precommit, &message) {
            return;
        }
        let signed = SignedVote { vote, signature: self.sign_own(vote) };
        if signed.signature != Signature::ZERO {
            let written = self.outbox.log(&Entry::Vote(signed));
            self.check(written);
            self.publish_vote(signed);
        }
    }

    /// The host has stored the decided block.
    pub(crate) fn begin_later(&mut self, start: HeightStart) {
        if self.decided && Some(start.height) == self.height.next() {
            self.late.start = Some(start);
        }
    }

    /// The next height, when nothing is waited for any more.
    pub(crate) fn take_start(&mut self) -> Option<HeightStart> {
        if self.late.start.is_none() || self.halted || self.waits() {
            return None;
        }
        self.late.start.take()
    }

    /// When the wait ends at the latest, if the host waits for that.
    pub(crate) fn late_until(&self) -> Option<Timestamp> {
        self.late.start.as_ref().map(|_| self.late.until)
    }

    fn waits(&self) -> bool {
        let next = self.height.plus(1);
        let votes = self.next.get(&self.config.account).is_some();
        // The first proposer has chosen its certificate. A later one must not end the wait of those before it.
        let first = self.next.proposer(next, 0).account;
        let settled = self.early.contains_key(&(first, 0, 0));
        let behind = self.late.behind || self.catch_up.has(next);
        self.now < self.late.until && votes && !settled && !behind && !self.all_precommits_in()
    }

    /// Whether every other validator has precommitted in the round that decided, for whatever. Our own vote comes from
    /// nobody else.
    fn all_precommits_in(&self) -> bool {
        let (height, round) = (self.height, self.late.round);
        let mut others = self.validators.iter().filter(|one| one.account != self.config.account);
        others.all(|one| self.witness.has_precommit(height, round, one.account))
    }
}
