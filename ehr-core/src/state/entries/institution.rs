//! An admitted institution.

use super::entry;
use crate::policy::StaffRoles;
use crate::primitives::{AccountId, EncryptionKey, Hash32, Height};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// What admission adds to an institution's account. Named by its [`AccountId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Institution {
    /// Salted commitment to its name.
    pub name_commit: Hash32,
    /// ISO 3166-1 numeric code of its jurisdiction.
    pub jurisdiction: u16,
    /// Roles its staff may have.
    pub roles: StaffRoles,
    /// Receives emergency wraps.
    pub emergency_key: EncryptionKey,
    /// Since when it is admitted.
    pub admitted: Height,
}

entry!(Institution, "institution", INSTITUTION, AccountId);
