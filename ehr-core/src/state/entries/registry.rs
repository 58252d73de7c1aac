//! Who may admit.

use super::entry;
use crate::primitives::AccountId;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// The admitted institutions, sorted; one entry, named by nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Registry {
    /// Their accounts.
    pub institutions: Vec<AccountId>,
}

impl Registry {
    /// The id of the one registry.
    pub const ID: &'static [u8; 0] = &[];

    /// Signatures that admit: two thirds, rounded up, and never none (rule I-2).
    pub fn quorum(&self) -> usize {
        self.institutions.len().saturating_mul(2).div_ceil(3).max(1)
    }
}

entry!(Registry, "registry", REGISTRY, [u8; 0]);
