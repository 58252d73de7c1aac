//! The light client: what it trusts, and what it trusted on the way there.

use super::step::Rules;
use super::{Bisection, ForkProof, LightBlock, StakeAnchor, StakeError};
use crate::codec::limits::MAX_LIGHT_STEPS;
use crate::consensus::StakeParams;
use crate::light::{LightError, LightProof, Proven};
use crate::primitives::{BlockId, Height, Timestamp};
use std::collections::VecDeque;

/// What taking a block led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Updated {
    /// It is the newest trusted block now.
    Trusted,
    /// It was trusted already.
    Known,
}

/// Follows a chain from a [`StakeAnchor`] (rules LC-13 to LC-20). Keeps the last [`MAX_LIGHT_STEPS`] blocks it
/// verified, which is what a fork is proven with; older ones give way.
#[derive(Clone, Debug)]
pub struct StakeClient {
    rules: Rules,
    /// Below every step; the newest step of those that gave way.
    base: StakeAnchor,
    /// Verified, rising, each from the one before.
    steps: VecDeque<LightBlock>,
    /// The newest.
    trusted: StakeAnchor,
    /// A fork was seen.
    halted: bool,
}

impl StakeClient {
    /// A client that trusts one header. The chain's parameters say for how long: `trusting_ms`, which is shorter than
    /// `unbonding_ms`.
    pub fn new(anchor: StakeAnchor, params: &StakeParams) -> Self {
        let rules = Rules::new(params.trusting_ms);
        Self { rules, trusted: anchor.clone(), base: anchor, steps: VecDeque::new(), halted: false }
    }

    /// The same client with a mistake planted: it does not ask whether any trusted validator signed.
    #[cfg(any(test, feature = "testing"))]
    #[must_use]
    pub fn trusting_anybody(mut self) -> Self {
        self.rules.trust_anybody = true;
        self
    }

    /// The newest trusted header: where to start from next time.
    pub const fn trusted(&self) -> &StakeAnchor {
        &self.trusted
    }

    /// Whether a fork was seen: then nothing is taken any more.
    pub const fn is_halted(&self) -> bool {
        self.halted
    }

    /// Takes a block above the newest trusted one, of any height. One of a height that is held is compared with it.
    ///
    /// # Errors
    /// Above: [`StakeError::Bisect`] names the height to ask for first; [`StakeError::Expired`] asks for a checkpoint. Not
    /// above: [`StakeError::Fork`] proves two decided blocks; [`StakeError::Older`] if there is nothing held to judge the
    /// block by, or not any more. Otherwise the first rule broken.
    pub fn update(&mut self, now: Timestamp, block: &LightBlock) -> Result<Updated, StakeError> {
        if self.halted {
            return Err(StakeError::Halted);
        }
        if block.header.height <= self.trusted.height() {
            return self.check_known(now, block);
        }
        self.rules.check_time(&self.trusted, block.header.time, now)?;
        self.trusted = self.rules.follow(&self.trusted, block)?;
        self.steps.push_back(block.clone());
        while self.steps.len() > MAX_LIGHT_STEPS {
            let Some(oldest) = self.steps.pop_front() else { break };
            let (id, next) = (oldest.header.id(), oldest.next_validators().clone());
            self.base = StakeAnchor::verified(oldest.header, id, next);
        }
        Ok(Updated::Trusted)
    }

    /// Brings trust up to a height, asking `fetch` for blocks one by one. For callers that do not need
    /// [`Bisection`]'s questions and answers.
    ///
    /// # Errors
    /// As [`StakeClient::update`], and [`StakeError::Unavailable`] if `fetch` has none.
    pub fn verify_to(
        &mut self,
        now: Timestamp,
        target: Height,
        mut fetch: impl FnMut(Height) -> Option<LightBlock>,
    ) -> Result<(), StakeError> {
        let mut bisection = Bisection::new(target);
        while let Some(height) = bisection.poll_request(self) {
            let block = fetch(height).ok_or(StakeError::Unavailable(height))?;
            bisection.handle(self, now, block)?;
        }
        Ok(())
    }

    /// Checks a proof that stands on a held header (rule LC-6): older blocks by their path in its history.
    ///
    /// # Errors
    /// The proof stands on a header that is not held, or does not hold; or a fork was seen, so that no header is trusted.
    pub fn verify<'p>(&self, proof: &'p LightProof) -> Result<Proven<'p>, StakeError> {
        if self.halted {
            return Err(StakeError::Halted);
        }
        let on = proof.stands_on();
        let trusted = self.id_at(on.height).ok_or_else(|| LightError::NotTrusted { got: on.id() })?;
        Ok(proof.verify(&trusted)?)
    }

    /// Id of the block trusted at a height, if it is held.
    pub fn id_at(&self, height: Height) -> Option<BlockId> {
        if height == self.trusted.height() {
            return Some(self.trusted.id());
        }
        if height == self.base.height() {
            return Some(self.base.id());
        }
        self.step_at(height).map(|step| step.header.id())
    }

    /// Blocks held, beside the anchor.
    pub fn held(&self) -> usize {
        self.steps.len()
    }

    /// How far two clients agree that started from one anchor, each led by its own peer (rule LC-20): the newest height
    /// at which both hold the same block. None if they hold no height in common, which says nothing.
    ///
    /// # Errors
    /// At the lowest height where they hold two blocks: [`StakeError::Fork`] proves who signed both, or
    /// [`StakeError::Contradicts`] if too much gave way for that. Whom to believe is for people, either way.
    pub fn compare(&self, other: &Self) -> Result<Option<Height>, StakeError> {
        let mut agreed = None;
        let steps = self.steps.iter().map(anchor_of);
        for ours in [self.base.clone()].into_iter().chain(steps) {
            match other.id_at(ours.height()) {
                Some(theirs) if theirs != ours.id() => return Err(self.parted(other, agreed, &ours, theirs)),
                Some(_) => agreed = Some(ours),
                None => {}
            }
        }
        Ok(agreed.map(|anchor| anchor.height()))
    }

    /// That two clients hold two blocks at one height, with the way of each from what they agree on.
    fn parted(
        &self,
        other: &Self,
        agreed: Option<StakeAnchor>,
        ours: &StakeAnchor,
        theirs: BlockId,
    ) -> StakeError {
        let height = ours.height();
        let contradicts = StakeError::Contradicts { height, held: ours.id(), got: theirs };
        // Of a base the certificate is gone, and without a common base there is nothing to prove it by.
        let (Some(base), Some(_), Some(_)) = (agreed, self.step_at(height), other.step_at(height)) else {
            return contradicts;
        };
        let way = |client: &Self| {
            let steps = client.steps.iter().map(|step| (step.header.height, step));
            let between = steps.filter(|(at, _)| *at > base.height() && *at <= height);
            between.map(|(_, step)| step.clone()).collect()
        };
        StakeError::Fork(Box::new(ForkProof { base: base.id(), first: way(self), second: way(other) }))
    }

    fn step_at(&self, height: Height) -> Option<&LightBlock> {
        self.steps.iter().find(|step| step.header.height == height)
    }

    /// A block at a height that is not above the trusted one: the same, or a fork.
    fn check_known(&mut self, now: Timestamp, block: &LightBlock) -> Result<Updated, StakeError> {
        let height = block.header.height;
        let older = StakeError::Older { got: height, trusted: self.trusted.height() };
        let got = block.header.id();
        let held = match self.id_at(height) {
            Some(held) if held == got => return Ok(Updated::Known),
            Some(held) => held,
            None => return Err(older),
        };
        let Some(step) = self.step_at(height) else {
            return Err(StakeError::Contradicts { height, held, got });
        };
        let below = self.steps.iter().rev().find(|step| step.header.height < height);
        let from = below.map_or_else(|| self.base.clone(), anchor_of);
        let time = self.rules.check_time(&from, block.header.time, now);
        match time.and_then(|()| self.rules.follow(&from, block)) {
            Ok(_) => {}
            // That what is below it is too old or too different to judge by says nothing of what is trusted.
            Err(StakeError::Expired { .. } | StakeError::Bisect { .. }) => return Err(older),
            Err(error) => return Err(error),
        }
        let proof = ForkProof { base: from.id(), first: vec![step.clone()], second: vec![block.clone()] };
        self.halted = true;
        Err(StakeError::Fork(Box::new(proof)))
    }
}

/// What is trusted after a verified block.
fn anchor_of(block: &LightBlock) -> StakeAnchor {
    StakeAnchor::verified(block.header.clone(), block.header.id(), block.next_validators().clone())
}
