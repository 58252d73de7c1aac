//! One step of trust: from a trusted header to a later one.

use super::{LightBlock, StakeAnchor, StakeError};
use crate::consensus::bft::is_more_than_one_third;
use crate::consensus::{MAX_PROPOSAL_AHEAD_MS, SealError, TimeError, check_header_time};
use crate::primitives::{Height, Timestamp};

/// How trust moves on. The trust check is left out only by tests, to show that they notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rules {
    /// Trusting period, milliseconds.
    pub(super) trusting_ms: u64,
    #[cfg(any(test, feature = "testing"))]
    pub(super) trust_anybody: bool,
}

impl Rules {
    /// The rules of a chain.
    pub(super) const fn new(trusting_ms: u64) -> Self {
        Self {
            trusting_ms,
            #[cfg(any(test, feature = "testing"))]
            trust_anybody: false,
        }
    }

    /// Checks the clock: the trusted header is young enough, the new one not from the future (rules LC-15, LC-16).
    pub(super) fn check_time(
        &self,
        trusted: &StakeAnchor,
        time: Timestamp,
        now: Timestamp,
    ) -> Result<(), StakeError> {
        if now >= trusted.time().plus(self.trusting_ms) {
            let (height, time) = (trusted.height(), trusted.time());
            return Err(StakeError::Expired { height, time, trusting_ms: self.trusting_ms });
        }
        Ok(check_header_time(time, trusted.time(), now, MAX_PROPOSAL_AHEAD_MS)?)
    }

    const fn trusts_anybody(&self) -> bool {
        #[cfg(any(test, feature = "testing"))]
        {
            self.trust_anybody
        }
        #[cfg(not(any(test, feature = "testing")))]
        {
            let _ = self;
            false
        }
    }

    /// Checks that a block follows from a trusted header, whatever the clock says (rules LC-14, LC-16 to LC-18).
    /// Returns what is trusted then.
    pub(super) fn follow(
        &self,
        trusted: &StakeAnchor,
        block: &LightBlock,
    ) -> Result<StakeAnchor, StakeError> {
        let header = &block.header;
        let id = block.check_form(trusted.chain(), trusted.header().shard)?;
        if header.height <= trusted.height() {
            return Err(StakeError::Older { got: header.height, trusted: trusted.height() });
        }
        if header.time <= trusted.time() {
            return Err(TimeError::NotAfterParent { time: header.time, parent: trusted.time() }.into());
        }
        if trusted.height().next() == Some(header.height) {
            adjacent(trusted, block)?;
        } else if !self.trusts_anybody() {
            skipping(trusted, block)?;
        }
        block.certificate.verify(trusted.chain(), &block.validators)?;
        Ok(StakeAnchor::verified(header.clone(), id, block.next_validators().clone()))
    }
}

/// The next height: the trusted header names its validators (rule LC-17).
fn adjacent(trusted: &StakeAnchor, block: &LightBlock) -> Result<(), StakeError> {
    let (got, want) = (block.validators.hash(), trusted.header().next_validators_hash);
    if got != want {
        return Err(StakeError::Validators {
            field: "next_validators_hash of the trusted header",
            got,
            want,
        });
    }
    if block.header.prev != trusted.id() {
        return Err(SealError::NotChild { got: block.header.prev, want: trusted.id() }.into());
    }
    Ok(())
}

/// A later height: more than a third of the power that is trusted signed it (rule LC-18). Signatures are verified
/// afterwards, by the keys of the block's own set, so a signer counts only with the key it is trusted with.
fn skipping(trusted: &StakeAnchor, block: &LightBlock) -> Result<(), StakeError> {
    let signers = block.certificate.signers(&block.validators)?;
    let shared = signers.iter().fold(0u64, |sum, (signer, _)| match trusted.next().get(&signer.account) {
        Some((known, _)) if known.key == signer.key => sum.saturating_add(known.power),
        _ => sum,
    });
    if is_more_than_one_third(shared, trusted.next().total_power()) {
        return Ok(());
    }
    Err(StakeError::Bisect { need: between(trusted.height(), block.header.height) })
}

/// The height in the middle; above the lower one if they are two or more apart.
fn between(low: Height, high: Height) -> Height {
    low.plus(high.0.saturating_sub(low.0) / 2)
}
