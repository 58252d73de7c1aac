//! Scopes: the patient's own groups of records, each with a key pair per epoch.

use crate::primitives::{AccountId, ContentId, EncryptionKey, Epoch, ScopeId, u8_enum};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

u8_enum! {
    /// Why an epoch ended.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    RotateReason {
        /// Nothing happened; hygiene.
        Routine = 0,
        /// Somebody's access was revoked.
        Revocation = 1,
        /// A key may be known to others.
        Compromise = 2,
    }
}

/// Kind 11: a scope is made, epoch 0. Signed by the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct ScopeCreate {
    /// Whose.
    pub account: AccountId,
    /// Random id. What the scope is about stays on the patient's devices.
    pub scope: ScopeId,
    /// Public half of the epoch key: anybody may wrap to the scope.
    pub public: EncryptionKey,
    /// Wraps of the private half.
    pub wraps: ContentId,
}

/// Kind 12: the next epoch of a scope begins. Signed by the patient.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct ScopeRotate {
    /// The scope.
    pub scope: ScopeId,
    /// The new epoch: the old one plus one.
    pub epoch: Epoch,
    /// Public half of the new epoch key.
    pub public: EncryptionKey,
    /// Wraps of the new private half, for everyone who keeps access.
    pub wraps: ContentId,
    /// Why.
    pub reason: RotateReason,
}
