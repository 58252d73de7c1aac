//! Headers from a trusted one to the best tip, in bounded memory.

use super::checkpoint::Demand;
use super::{HeaderError, LightError, LightProof, Proven, TrustAnchor};
use crate::block::ProofHeader;
use crate::consensus::{Consensus, Parent, SealRules, Tip, Weight, confirmations, final_height};
use crate::primitives::{BlockId, Height, Timestamp};
use core::num::NonZeroU32;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a header chain may hold and when it calls a block final: the chain's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Deepest reorganisation followed, in headers. The chain holds at most three times as many headers of about
    /// 200 bytes: these on the best chain, and twice as many beside it (rule LC-4).
    pub max_reorg: NonZeroU32,
    /// Confirmations of a final block.
    pub confirmations: NonZeroU32,
}

impl Limits {
    fn best(&self) -> usize {
        usize::try_from(self.max_reorg.get()).unwrap_or(usize::MAX)
    }
    fn side(&self) -> usize {
        self.best().saturating_mul(2)
    }
}

/// What taking a header led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepted {
    /// It is held already.
    Known,
    /// It is the new tip.
    Extended,
    /// It is held beside the best chain.
    Side,
    /// Its branch became the best one: what was believed of blocks above `fork` is void.
    Reorganised {
        /// Height of the last common block.
        fork: Height,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) parent: Parent,
    pub(super) total: Weight,
}

impl Link {
    pub(super) const fn rank(&self) -> Tip {
        Tip { total: self.total, id: self.parent.id }
    }
    pub(super) const fn height(&self) -> Height {
        self.parent.proof.height
    }
}

/// The best chain of headers that follow from a [`TrustAnchor`] by the rules every node applies (rule LC-2).
#[derive(Clone, Debug)]
pub struct HeaderChain {
    rules: Consensus,
    limits: Limits,
    /// Oldest header held; everything else descends from it.
    pub(super) base: Link,
    /// The best chain above the base, in order.
    pub(super) best: VecDeque<Link>,
    /// Headers on other branches.
    pub(super) side: BTreeMap<BlockId, Link>,
    /// Who must cosign, if anybody.
    pub(super) demand: Option<Demand>,
}

impl HeaderChain {
    /// A chain that begins at a trusted header. Its own seal is not checked: that is what trust means.
    pub fn new(rules: Consensus, limits: Limits, anchor: &TrustAnchor) -> Self {
        let base = Link { parent: Parent::from(anchor.header()), total: anchor.total() };
        Self { rules, limits, base, best: VecDeque::new(), side: BTreeMap::new(), demand: None }
    }

    /// Takes one header, in any order that puts parents first. A full header is taken by its
    /// [`proof`](crate::block::Header::proof).
    ///
    /// # Errors
    /// Unknown parent, a broken seal rule, or no room; nothing changed then.
    pub fn accept(&mut self, header: &ProofHeader, now: Timestamp) -> Result<Accepted, HeaderError> {
        let child = Parent::from(*header);
        if self.side.contains_key(&child.id) || self.is_best(&child.id, header.height) {
            return Ok(Accepted::Known);
        }
        let parent = *self.link(&header.prev).ok_or(HeaderError::Orphan { prev: header.prev })?;
        self.rules.check_alone(header)?;
        self.rules.check_after(header, &parent.parent, now)?;
        let total = parent.total.checked_add(self.rules.weight(header)).ok_or(HeaderError::Overweight)?;
        let link = Link { parent: child, total };
        if header.prev == self.tip().id {
            self.best.push_back(link);
            self.advance();
            return Ok(Accepted::Extended);
        }
        if link.rank() > self.rank() {
            let fork = self.reorganise(link);
            self.advance();
            return Ok(Accepted::Reorganised { fork });
        }
        self.side.insert(child.id, link);
        self.evict();
        match self.side.contains_key(&child.id) {
            true => Ok(Accepted::Side),
            false => Err(HeaderError::NoRoom { limit: self.limits.side() }),
        }
    }

    /// The best header.
    pub fn tip(&self) -> &Parent {
        &self.best.back().unwrap_or(&self.base).parent
    }

    /// How fork choice sees the best chain.
    pub fn rank(&self) -> Tip {
        self.best.back().unwrap_or(&self.base).rank()
    }

    /// The header of the best chain at a height, as far back as they are held.
    pub fn at(&self, height: Height) -> Option<&Parent> {
        self.best_at(height).map(|link| &link.parent)
    }

    /// Confirmations of a header: 1 for the tip; 0 beside the best chain; `None` if it is not held.
    pub fn confirmations(&self, id: &BlockId) -> Option<u64> {
        let height = self.link(id)?.height();
        Some(if self.is_best(id, height) { confirmations(height, self.tip().proof.height) } else { 0 })
    }

    /// Height up to which the best chain is final by its number of confirmations, at least that of the anchor; but not
    /// above the newest cosigned block if cosignatures are demanded. It falls when a heavier chain that is shorter is taken
    /// instead: where blocks are many confirmations deep, that takes most of the hash power.
    pub fn final_height(&self) -> Height {
        let by_work =
            final_height(self.tip().proof.height, self.limits.confirmations).max(self.base.height());
        self.demand.as_ref().map_or(by_work, |demand| demand.link.height().min(by_work))
    }

    /// Where to start from next time: the newest final header.
    pub fn checkpoint(&self) -> TrustAnchor {
        let cosigned = self.demand.as_ref().map(|demand| &demand.link);
        let link = self.best_at(self.final_height()).or(cosigned).unwrap_or(&self.base);
        TrustAnchor::new(&link.parent.proof, link.total)
    }

    /// Number of headers held.
    pub fn held(&self) -> usize {
        self.best.len().saturating_add(self.side.len()).saturating_add(1)
    }

    /// Checks a proof that stands on a header of the best chain. Returns what is proven and how many
    /// confirmations the header has that it is true as of; compare them with the chain's own number, or use
    /// [`HeaderChain::final_height`].
    ///
    /// # Errors
    /// The proof stands on a header that is not on the best chain as held, or does not hold.
    pub fn verify<'p>(&self, proof: &'p LightProof) -> Result<(Proven<'p>, u64), LightError> {
        let on = proof.stands_on();
        let trusted = self.at(on.height).ok_or_else(|| LightError::NotTrusted { got: on.id() })?;
        let proven = proof.verify(&trusted.id)?;
        Ok((proven, confirmations(proven.as_of().height, self.tip().proof.height)))
    }

    fn best_at(&self, height: Height) -> Option<&Link> {
        match height.0.checked_sub(self.base.height().0)?.checked_sub(1) {
            None => Some(&self.base),
            Some(above) => self.best.get(usize::try_from(above).ok()?),
        }
    }

    fn is_best(&self, id: &BlockId, height: Height) -> bool {
        self.best_at(height).is_some_and(|link| link.parent.id == *id)
    }

    pub(super) fn link(&self, id: &BlockId) -> Option<&Link> {
        if self.base.parent.id == *id {
            return Some(&self.base);
        }
        // Newest first: that is what nearly every header builds on.
        self.side.get(id).or_else(|| self.best.iter().rev().find(|link| link.parent.id == *id))
    }

    /// Makes the branch that ends in `tip` the best one; returns the height of the fork.
    pub(super) fn reorganise(&mut self, tip: Link) -> Height {
        let mut branch = vec![tip];
        let mut prev = tip.parent.proof.prev;
        while let Some(link) = self.side.remove(&prev) {
            prev = link.parent.proof.prev;
            branch.push(link);
        }
        while self.best.back().is_some_and(|link| link.parent.id != prev) {
            let Some(link) = self.best.pop_back() else { break };
            self.side.insert(link.parent.id, link);
        }
        let fork = self.best.back().unwrap_or(&self.base).height();
        self.best.extend(branch.into_iter().rev());
        self.evict();
        fork
    }

    /// Moves the base up so that the best chain stays within its bound, and drops branches that leave it below.
    fn advance(&mut self) {
        let mut moved = false;
        while self.best.len() > self.limits.best() {
            let Some(next) = self.best.pop_front() else { break };
            self.base = next;
            moved = true;
        }
        if moved {
            self.prune();
        }
    }

    /// Drops side branches that do not descend from the base.
    pub(super) fn prune(&mut self) {
        let mut by_height: Vec<Link> = core::mem::take(&mut self.side).into_values().collect();
        by_height.sort_by_key(Link::height);
        for link in by_height {
            let proof = &link.parent.proof;
            if self.side.contains_key(&proof.prev) || self.is_best(&proof.prev, proof.height.minus(1)) {
                self.side.insert(link.parent.id, link);
            }
        }
    }

    /// Drops the worst ends of side branches until the rest fit.
    pub(super) fn evict(&mut self) {
        while self.side.len() > self.limits.side() {
            let inner: BTreeSet<BlockId> = self.side.values().map(|link| link.parent.proof.prev).collect();
            let ends = self.side.values().filter(|link| !inner.contains(&link.parent.id));
            let Some(worst) = ends.map(Link::rank).min() else { break };
            self.side.remove(&worst.id);
        }
    }
}
