//! A header chain under proof of work that also listens to institutions.

use super::{Checkpoint, CheckpointError, CosignedCheckpoint, Cosigners, SplitView};
use crate::light::header_chain::{Accepted, HeaderChain, Link};
use crate::primitives::Height;

/// What a chain demands, and the newest block that meets the demand.
#[derive(Clone, Debug)]
pub(in crate::light) struct Demand {
    cosigners: Cosigners,
    /// The cosigned block, at first the anchor.
    pub(in crate::light) link: Link,
    cosigned: Option<CosignedCheckpoint>,
}

impl HeaderChain {
    /// Demands cosignatures (rule CP-6): blocks are final only up to the newest one that enough institutions cosigned,
    /// and nothing reorganises it away, whatever work is behind that. Until the first, that is the anchor.
    #[must_use]
    pub fn demand(mut self, cosigners: Cosigners) -> Self {
        self.demand = Some(Demand { cosigners, link: self.base, cosigned: None });
        self
    }

    /// The newest cosigned checkpoint that was taken.
    pub fn pinned(&self) -> Option<&CosignedCheckpoint> {
        self.demand.as_ref()?.cosigned.as_ref()
    }

    /// Takes a cosigned checkpoint of a header that is held: everything that does not descend from it is forgotten,
    /// also a heavier branch.
    ///
    /// # Errors
    /// [`CheckpointError::Split`] holds evidence if another block of the height was cosigned before. Otherwise it is
    /// not cosigned as demanded, not of a header held, or says something else of it.
    pub fn pin(&mut self, cosigned: &CosignedCheckpoint) -> Result<Accepted, CheckpointError> {
        let demand = self.demand.as_ref().ok_or(CheckpointError::NoCosigners)?;
        demand.cosigners.verify(cosigned)?;
        let Checkpoint { height, block, weight, time, .. } = cosigned.checkpoint;
        if let Some(before) = demand.cosigned.as_ref().filter(|b| b.checkpoint.height == height) {
            if before.checkpoint == cosigned.checkpoint {
                return Ok(Accepted::Known);
            }
            let evidence = SplitView::between(before, cosigned);
            return Err(CheckpointError::Split { height, evidence });
        }
        let link = *self.link(&block).ok_or(CheckpointError::NotHeld { height, block })?;
        if (link.height(), link.total, link.parent.proof.time) != (height, weight, time) {
            return Err(CheckpointError::Untrue { height });
        }
        let accepted = self.rebase(link);
        if let Some(demand) = &mut self.demand {
            demand.link = link;
            demand.cosigned = Some(cosigned.clone());
        }
        Ok(accepted)
    }

    /// Lets everything descend from a held header.
    fn rebase(&mut self, to: Link) -> Accepted {
        let tip = self.tip().id;
        let fork = self.leaves_best_at(&to);
        if fork == to.height() {
            while self.base.parent.id != to.parent.id {
                let Some(next) = self.best.pop_front() else { break };
                self.base = next;
            }
        } else {
            let best = core::mem::take(&mut self.best);
            self.side.extend(best.into_iter().map(|link| (link.parent.id, link)));
            self.side.remove(&to.parent.id);
            self.base = to;
        }
        self.prune();
        let heaviest = self.side.values().max_by_key(|link| link.rank()).copied();
        if let Some(heaviest) = heaviest.filter(|link| link.rank() > self.rank()) {
            self.side.remove(&heaviest.parent.id);
            self.reorganise(heaviest);
        }
        self.evict();
        match self.tip().id == tip {
            true => Accepted::Extended,
            false => Accepted::Reorganised { fork },
        }
    }

    /// Height up to which a held header's branch is the best chain.
    fn leaves_best_at(&self, link: &Link) -> Height {
        let (mut id, mut height) = (link.parent.id, link.height());
        while let Some(link) = self.side.get(&id) {
            id = link.parent.proof.prev;
            height = height.minus(1);
        }
        height
    }
}
