//! The live grants of a patient.

use super::entry;
use crate::primitives::{AccountId, GrantId, Timestamp};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// One live grant, with what is needed to drop it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct LiveGrant {
    /// The grant.
    pub id: GrantId,
    /// The grant it is delegated from.
    pub parent: Option<GrantId>,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Grants of one patient that are neither revoked nor pruned after they ended, oldest first; at most
/// [`crate::codec::limits::MAX_LIVE_GRANTS`] (rule G-4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct AccountGrants {
    /// The grants.
    pub live: Vec<LiveGrant>,
}

impl AccountGrants {
    /// Drops a grant and everything delegated from it.
    pub fn remove_tree(&mut self, id: GrantId) {
        // A child is always behind its parent, so one pass meets every descendant.
        let mut gone = vec![id];
        self.live.retain(|grant| {
            let dead = gone.contains(&grant.id) || grant.parent.is_some_and(|p| gone.contains(&p));
            if dead {
                gone.push(grant.id);
            }
            !dead
        });
    }

    /// Drops grants that have ended by `now`.
    pub fn prune(&mut self, now: Timestamp) {
        self.live.retain(|grant| grant.not_after > now);
    }
}

entry!(AccountGrants, "live grants", ACCOUNT_GRANTS, AccountId);
