//! A scope and its current epoch.

use super::entry;
use crate::primitives::{AccountId, ContentId, EncryptionKey, Epoch, ScopeId};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A patient's group of records. Named by [`ScopeId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Scope {
    /// Whose.
    pub account: AccountId,
    /// The current epoch.
    pub epoch: Epoch,
    /// Public half of its key.
    pub public: EncryptionKey,
    /// Wraps of the private half.
    pub wraps: ContentId,
}

entry!(Scope, "scope", SCOPE, ScopeId);
