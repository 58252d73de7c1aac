//! A grant and what became of it.

use super::entry;
use crate::primitives::{AccountId, GrantId, Height, tagged_enum};
use crate::tx::Grant;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

tagged_enum! {
    /// What became of a grant. That it ended by time, or with its parent, is not stored: it follows.
    GrantStatus: u8 {
        /// Not revoked.
        Active {} = 0,
        /// Revoked.
        Revoked {
            /// At which height.
            height: Height,
        } = 1,
    }
}

/// A grant as the chain holds it. Named by [`GrantId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct GrantEntry {
    /// What was granted.
    pub grant: Grant,
    /// Who granted: the patient, or the grantee of the parent.
    pub grantor: AccountId,
    /// Releases under it and under all delegated from it.
    pub uses: u32,
    /// Whether it was revoked.
    pub status: GrantStatus,
}

entry!(GrantEntry, "grant", GRANT, GrantId);
