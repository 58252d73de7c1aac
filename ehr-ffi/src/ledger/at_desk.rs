//! The client's desk over a ledger that others use meanwhile.

use super::Ledger;
use super::shared::Shared;
use crate::{EhrError, Result};
use ehr_core::client::Desk;
use ehr_core::engine::Best;
use ehr_core::state::StateView;

/// How often something is tried again because the tip moved while it was done.
pub(super) const TRIES: usize = 16;

impl Ledger {
    /// Does something at one tip. It is done again if the tip moved meanwhile, as what was read may be of two states.
    pub(super) fn at_desk<R>(&self, work: impl Fn(&Desk<'_>) -> Result<R>) -> Result<R> {
        for _ in 0..TRIES {
            let best = self.best()?;
            let shared = Shared(self);
            let desk = Desk {
                spec: &self.spec,
                state: StateView::new(&shared),
                bodies: &*self.blobs,
                height: best.header.height,
                time: best.header.time,
            };
            let done = work(&desk);
            if self.best()?.id == best.id {
                return done;
            }
        }
        Err(EhrError::busy("blocks came faster than this could be done"))
    }

    pub(super) fn best(&self) -> Result<Best> {
        self.core(|core| Ok(core.engine.best().clone()))
    }
}
