//! Wraps that went along with grants.

use super::{ClientError, Desk};
use crate::crypto::wrap::WrapSet;
use crate::policy::{Coverage, ResourceChain};
use crate::primitives::AccountId;

/// Wrap sets of grants, each with who granted, and why there are not more.
#[derive(Default)]
pub(super) struct Handed {
    sets: Vec<(AccountId, WrapSet)>,
    failed: Option<ClientError>,
}

impl Handed {
    pub(super) fn sets(&self) -> impl Iterator<Item = (AccountId, &WrapSet)> {
        self.sets.iter().map(|(grantor, set)| (*grantor, set))
    }

    /// The first set that could not be used.
    pub(super) fn failed(&self) -> Option<ClientError> {
        self.failed.clone()
    }
}

impl Desk<'_> {
    /// The wraps that went along with live grants of all that is asked for. A set that is not here is left out:
    /// another may do.
    pub(super) fn handed(&self, asked: &ResourceChain) -> Result<Handed, ClientError> {
        let mut handed = Handed::default();
        for (_, entry) in self.live_grants(asked.account)? {
            if entry.grant.resource.coverage(asked) != Coverage::Inside {
                continue;
            }
            match entry.grant.wraps.map(|id| self.wraps(&id)) {
                Some(Ok(set)) => handed.sets.push((entry.grantor, set)),
                Some(Err(error)) => handed.failed = handed.failed.or(Some(error)),
                None => {}
            }
        }
        Ok(handed)
    }
}
