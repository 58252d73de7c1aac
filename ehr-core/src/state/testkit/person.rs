//! An account holder whose keys follow from a name.

use crate::crypto::domain::Domain;
use crate::crypto::hash::sha256;
use crate::crypto::signature::{Signer, SoftwareSigner, prove_possession};
use crate::primitives::{AccountId, ChainId, EncryptionKey, Salt16, Signature};
use crate::tx::{Caps, DeviceKey, EnrolAccount, KeyId, Role, SignatureEntry};

/// 32 bytes that follow from a label.
pub fn bytes32(label: &str) -> [u8; 32] {
    sha256(label.as_bytes()).0
}

/// A person or institution with one device and a recovery key.
pub struct Person {
    /// Account id.
    pub id: AccountId,
    /// Its role.
    pub role: Role,
    /// Its name, from which everything follows.
    pub name: String,
    /// Signs as key 0.
    pub device: SoftwareSigner,
    /// Signs as the recovery key.
    pub recovery: SoftwareSigner,
}

impl Person {
    /// The person of a name.
    pub fn new(role: Role, name: &str) -> Self {
        let signer = |what: &str| SoftwareSigner::from_seed(&bytes32(&format!("{name}/{what}")));
        let mut person = Self {
            id: AccountId::ZERO,
            role,
            name: name.into(),
            device: signer("device"),
            recovery: signer("recovery"),
        };
        person.id = person.unproven().account_id().unwrap();
        person
    }

    /// An encryption key of this person. Nobody holds its secret.
    pub fn enc_key(&self, what: &str) -> EncryptionKey {
        EncryptionKey(bytes32(&format!("{}/{what}/enc", self.name)))
    }

    /// Another device of this person.
    pub fn other_device(&self, what: &str, caps: Caps) -> (SoftwareSigner, DeviceKey) {
        let signer = SoftwareSigner::from_seed(&bytes32(&format!("{}/{what}", self.name)));
        let key = DeviceKey { sig: signer.public_key(), enc: self.enc_key(what), caps };
        (signer, key)
    }

    fn unproven(&self) -> EnrolAccount {
        let mut salt = [0; 16];
        salt.copy_from_slice(&bytes32(&format!("{}/salt", self.name))[..16]);
        EnrolAccount {
            role: self.role,
            devices: vec![DeviceKey {
                sig: self.device.public_key(),
                enc: self.enc_key("device"),
                caps: Caps::TRANSACT.union(Caps::MANAGE),
            }],
            enc_key: self.enc_key("generation 0"),
            recovery_sig: self.recovery.public_key(),
            recovery_enc: self.enc_key("recovery"),
            salt: Salt16(salt),
            sponsor: None,
            possessions: Vec::new(),
        }
    }

    /// A proof that `signer` is held, for this account on a chain.
    pub fn possession(&self, chain: ChainId, signer: &SoftwareSigner) -> Signature {
        prove_possession(signer, &[chain.as_ref(), self.id.as_ref()].concat()).unwrap()
    }

    /// The enrolment of this person on a chain (all zero for genesis).
    pub fn enrolment(&self, chain: ChainId, sponsor: Option<AccountId>) -> EnrolAccount {
        let possessions = vec![self.possession(chain, &self.device), self.possession(chain, &self.recovery)];
        EnrolAccount { sponsor, possessions, ..self.unproven() }
    }

    /// Signs a transaction body with key 0.
    pub fn sign(&self, body: &[u8]) -> SignatureEntry {
        self.sign_with(&self.device, KeyId(0), body)
    }

    /// Signs a transaction body with any key.
    pub fn sign_with(&self, signer: &SoftwareSigner, key: KeyId, body: &[u8]) -> SignatureEntry {
        SignatureEntry { account: self.id, key, signature: signer.sign(Domain::Tx, body).unwrap() }
    }
}
