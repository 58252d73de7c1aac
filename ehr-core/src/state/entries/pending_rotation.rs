//! A rotation by the recovery key that waits.

use super::entry;
use crate::primitives::{AccountId, Timestamp};
use crate::tx::KeyRotate;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What the recovery key asked for. Named by the [`AccountId`]; any rotation by a device removes it (rule A-9).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct PendingRotation {
    /// The rotation, which applies when repeated unchanged.
    pub rotate: KeyRotate,
    /// Block time from which it may be repeated.
    pub ready_at: Timestamp,
}

entry!(PendingRotation, "pending rotation", PENDING_ROTATION, AccountId);
