//! What the validator asks of the ledger: blocks to propose, verdicts on those of others, and a place for decided ones.

use super::Replica;
use super::io::{Output, Stop};
use super::next_height;
use ehr_core::consensus::bft::Certificate;
use ehr_core::consensus::{SealError, TimeError};
use ehr_core::engine::{ChainError, Input, Refused};
use ehr_core::primitives::{BlockId, Height, Timestamp};
use ehr_core::store::LedgerRead;
use std::sync::Arc;

/// A question of the validator that is not answered yet.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) height: Height,
    pub(super) block: BlockId,
    pub(super) bytes: Arc<[u8]>,
    pub(super) decided: bool,
    /// When to try again.
    pub(super) at: Timestamp,
}

/// How far ahead of what is accepted now a block is, milliseconds, if that is all that is wrong with it.
fn too_early(error: &Refused) -> Option<u64> {
    match error {
        Refused::Block(ChainError::Header(SealError::Time(TimeError::TooFarAhead { time, latest }))) => {
            Some(time.0.saturating_sub(latest.0))
        }
        _ => None,
    }
}

impl Replica {
    pub(super) fn build(&mut self, disk: &dyn LedgerRead, height: Height, round: u32) {
        let late = self.bft.precommits(height.minus(1));
        let view = self.out.over(disk);
        match self.engine.propose(self.now, &view, self.account, round, &late) {
            Ok(block) => self.inputs.push_back(crate::Input::Built { height, round, block }),
            Err(why) => self.out.push(Output::NotProposed { height, round, why: Box::new(why) }),
        }
    }

    /// Gives a verdict, or holds the question: a block of the future is voted for when its time has come (rule BF-31).
    pub(super) fn check(&mut self, disk: &dyn LedgerRead, question: Held) {
        if question.height != self.engine.best().header.height.plus(1) {
            return; // The height was decided meanwhile.
        }
        let view = self.out.over(disk);
        let judged = if question.decided {
            self.engine.check_decided(self.now, &view, &question.bytes)
        } else {
            self.engine.check_proposal(self.now, &view, &question.bytes)
        };
        let again = match &judged {
            Err(error) if error.is_unread() => Some(self.now.plus(super::READ_AGAIN_MS)),
            Err(error) => too_early(error).map(|ms| self.now.plus(ms)),
            Ok(()) => None,
        };
        match again {
            Some(at) => self.held.push(Held { at, ..question }),
            None => {
                let (block, valid) = (question.block, judged.is_ok());
                self.inputs.push_back(crate::Input::Checked { block, valid });
            }
        }
    }

    /// Takes up what was held, if its time has come.
    pub(super) fn ask_again(&mut self, disk: &dyn LedgerRead) {
        let now = self.now;
        let (due, later) =
            core::mem::take(&mut self.held).into_iter().partition(|held: &Held| held.at <= now);
        self.held = later;
        let due: Vec<Held> = due;
        due.into_iter().for_each(|held| self.check(disk, held));
        if let Some((certificate, bytes)) = self.undecided.take() {
            self.decided(disk, certificate, bytes);
        }
    }

    /// Makes a decided block the tip. Its write comes out before the one that empties the log, as that is only made when
    /// the next height begins (rule BF-34): when there is something to do.
    pub(super) fn decided(&mut self, disk: &dyn LedgerRead, certificate: Certificate, bytes: Arc<[u8]>) {
        let before = self.engine.best().id;
        let input = Input::Finalise { bytes: bytes.to_vec(), certificate: certificate.clone() };
        match self.feed(disk, input) {
            Ok(()) => {
                self.held.clear();
                self.idle_until = Some(self.now.plus(self.idle_ms));
                let tip = self.engine.best();
                self.busy |= tip.id != before && tip.header.tx_count > 0;
                self.relay(disk);
                self.report(disk);
            }
            Err(error) if error.is_unread() => {
                self.undecided = Some((certificate, bytes));
                self.wait_for_store();
            }
            Err(error) => {
                let Certificate { height, block, .. } = certificate;
                self.stop(Stop::Contradiction { height, block, why: Box::new(error) });
            }
        }
    }

    /// Begins the height above the tip, unless nobody has anything to do (rule BF-32). Whether it did.
    pub(super) fn begin_next(&mut self, disk: &dyn LedgerRead) -> bool {
        let Some(until) = self.idle_until else { return false };
        let work = self.busy && !self.engine.pool().is_empty();
        if self.out.is_behind() || !(work || self.now >= until || self.bft.is_behind()) {
            return false;
        }
        match next_height(&self.engine, &self.out.over(disk)) {
            Ok(start) => {
                (self.idle_until, self.busy) = (None, false);
                self.said.clear();
                self.inputs.push_back(crate::Input::Begin(start));
                true
            }
            Err(_) => {
                self.idle_until = Some(self.now.plus(super::READ_AGAIN_MS));
                false
            }
        }
    }
}
