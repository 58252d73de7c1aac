//! An account: its keys, its balance, its nonce.

use super::entry;
use super::nonces::Nonces;
use crate::primitives::{AccountId, ContentId, EncryptionKey, VerifyingKey};
use crate::tx::{DeviceKey, KeyId, Role};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A device key and its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct DeviceSlot {
    /// Number in the order of addition, from 0, never reused.
    pub id: KeyId,
    /// The keys.
    pub key: DeviceKey,
}

/// A person or an institution. Named by [`AccountId`], which never changes while keys do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Account {
    /// What it is.
    pub role: Role,
    /// Who vouched for it at enrolment.
    pub sponsor: Option<AccountId>,
    /// Live device keys by number; a removed key is gone.
    pub devices: Vec<DeviceSlot>,
    /// Number the next device gets.
    pub next_device: u32,
    /// Encryption key of the current generation.
    pub enc_key: EncryptionKey,
    /// The current generation.
    pub generation: u32,
    /// Sealed seeds of the current generation; none for the first, whose seeds its maker keeps.
    pub seeds: Option<ContentId>,
    /// Offline recovery key: signs.
    pub recovery_sig: VerifyingKey,
    /// Offline recovery key: receives seeds.
    pub recovery_enc: EncryptionKey,
    /// Nonces of the transactions it paid for.
    pub nonces: Nonces,
    /// Credits.
    pub balance: u64,
}

impl Account {
    /// The keys of a live device.
    pub fn device(&self, id: KeyId) -> Option<&DeviceKey> {
        self.devices.iter().find(|slot| slot.id == id).map(|slot| &slot.key)
    }
}

entry!(Account, "account", ACCOUNT, AccountId);
