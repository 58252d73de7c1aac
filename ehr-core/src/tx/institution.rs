//! Institutions and who works for them.

use crate::policy::StaffRoles;
use crate::primitives::{AccountId, ContentId, EncryptionKey, Hash32, Timestamp};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// Kind 2: an institution joins. Signed by two thirds of the admitted institutions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct AdmitInstitution {
    /// Its account, enrolled before with role institution.
    pub account: AccountId,
    /// Salted commitment to its name.
    pub name_commit: Hash32,
    /// ISO 3166-1 numeric code of its jurisdiction.
    pub jurisdiction: u16,
    /// Roles its staff may have.
    pub roles: StaffRoles,
    /// Receives emergency wraps.
    pub emergency_key: EncryptionKey,
}

/// Kind 4: a membership is set, changed or removed. Signed by an officer, and by the member when it is set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct SetMembership {
    /// The institution.
    pub institution: AccountId,
    /// The member.
    pub staff: AccountId,
    /// The roles; none removes the membership.
    pub roles: StaffRoles,
    /// Start of the membership, block time.
    pub from: Timestamp,
    /// End of the membership, block time.
    pub until: Timestamp,
    /// The institution's next generation; required when a membership is removed, so that who left cannot open what
    /// is wrapped afterwards.
    pub rekey: Option<Rekey>,
}

/// The next generation of an institution's encryption key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct Rekey {
    /// Account encryption key of that generation.
    pub enc_key: EncryptionKey,
    /// Its sealed seeds, one for each device and the recovery key: else only the device that made it had them.
    pub seeds: ContentId,
}
