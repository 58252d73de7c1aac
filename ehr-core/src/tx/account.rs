//! Accounts and their keys.

use super::KeyId;
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::{domain::Domain, hash::tagged};
use crate::primitives::{
    AccountId, ContentId, EncryptionKey, Salt16, Signature, VerifyingKey, bit_set, u8_enum,
};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

u8_enum! {
    /// What an account is. What a member of staff may do is in its memberships, not here.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    Role {
        /// A person whose records are kept.
        Patient = 1,
        /// A person who works for institutions.
        Staff = 2,
        /// A hospital, laboratory or practice; its device keys are its officers.
        Institution = 3,
    }
}

bit_set! {
    /// What a device key may do.
    Caps(u8) {
        /// Sign transactions.
        TRANSACT = 0,
        /// Add and remove keys.
        MANAGE = 1,
    }
}

/// The keys of one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct DeviceKey {
    /// Signs.
    pub sig: VerifyingKey,
    /// Receives generation seeds.
    pub enc: EncryptionKey,
    /// What it may do.
    pub caps: Caps,
}

/// Kind 1: an account comes into being. Signed by its first device, and by the sponsor where there is one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct EnrolAccount {
    /// What it is.
    pub role: Role,
    /// First devices, at least one with both capabilities.
    pub devices: Vec<DeviceKey>,
    /// Account encryption key of generation 0.
    pub enc_key: EncryptionKey,
    /// Offline recovery key: signs.
    pub recovery_sig: VerifyingKey,
    /// Offline recovery key: receives seeds.
    pub recovery_enc: EncryptionKey,
    /// Makes the id unguessable from the keys.
    pub salt: Salt16,
    /// The admitted institution that vouches; none only where enrolment is open.
    pub sponsor: Option<AccountId>,
    /// One proof of possession for each device's signing key in order, then one for the recovery key.
    pub possessions: Vec<Signature>,
}

impl EnrolAccount {
    /// The account's stable id: SHA-256 over the canonical first key set and the salt (rule A-1).
    pub fn account_id(&self) -> Result<AccountId, EncodeError> {
        let keys =
            FirstKeys(self.role, self.devices.clone(), self.enc_key, self.recovery_sig, self.recovery_enc);
        let bytes = keys.to_bytes()?;
        Ok(AccountId(tagged(Domain::Account, &[self.salt.as_ref(), &bytes]).0))
    }
}

#[derive(serde::Serialize, serde::Deserialize)]
struct FirstKeys(Role, Vec<DeviceKey>, EncryptionKey, VerifyingKey, EncryptionKey);

impl Wire for FirstKeys {
    const NAME: &'static str = "first key set";
    const MAX_BYTES: usize = limits::MAX_TX;
}

/// Kind 5: device keys change and a new generation begins. Signed by a device with `MANAGE`, which acts at once
/// and clears any pending rotation, or by the recovery key, which acts when repeated after the recovery delay.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct KeyRotate {
    /// Whose keys.
    pub account: AccountId,
    /// Devices added.
    pub add: Vec<DeviceKey>,
    /// Key ids removed.
    pub remove: Vec<KeyId>,
    /// Account encryption key of the new generation.
    pub enc_key: EncryptionKey,
    /// The new generation: the old one plus one.
    pub generation: u32,
    /// Sealed seeds of the new generation, one for each device and the recovery key.
    pub seeds: ContentId,
    /// One proof of possession for each added signing key, in order.
    pub possessions: Vec<Signature>,
}
