//! The secrets of one account on one device.

use super::ClientError;
use super::device::{Device, ForeignSigner};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::domain::Domain;
use crate::crypto::keyring::{DeviceKeys, GenerationSeed, Keyring, RecoveryKeys};
use crate::crypto::signature::{Signer, SoftwareSigner, prove_possession};
use crate::primitives::{AccountId, ChainId, EncryptionKey, Salt16, VerifyingKey};
use crate::tx::{Caps, DeviceKey, EnrolAccount, KeyId, Role, SignatureEntry};
use rand_core::CryptoRng;

/// The seed of a rotation that was drafted and that no block may hold yet.
pub(super) struct Candidate {
    pub(super) generation: u32,
    pub(super) seed: GenerationSeed,
}

/// Secrets of one account on one device: device keys or a foreign signer, every generation of the account's keys,
/// and the recovery keys until they are forgotten. Wiped when dropped; no `Debug`, no `Clone`.
pub struct AccountKeys {
    pub(super) id: AccountId,
    pub(super) role: Role,
    pub(super) salt: Salt16,
    pub(super) device: Device,
    pub(super) ring: Keyring,
    pub(super) candidates: Vec<Candidate>,
    pub(super) recovery: Option<RecoveryKeys>,
    pub(super) recovery_sig: VerifyingKey,
    pub(super) recovery_enc: EncryptionKey,
}

impl AccountKeys {
    /// Fresh keys, all of them here.
    ///
    /// # Errors
    /// The account could not be encoded; not reachable.
    pub fn generate(role: Role, rng: &mut impl CryptoRng) -> Result<Self, ClientError> {
        let device = Device::here(DeviceKeys::generate(rng));
        Self::with_device(role, device, rng)
    }

    /// Fresh encryption keys; signatures are made elsewhere, such as in an HSM or a phone's key store. Every answer
    /// of the signer is verified.
    ///
    /// # Errors
    /// [`ClientError::BadSigner`]: its key cannot be one on the ledger.
    pub fn with_signer(
        role: Role,
        signer: Box<dyn Signer + Send + Sync>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, ClientError> {
        let device = Device::elsewhere(signer, EncryptionKeyPair::generate(rng))?;
        Self::with_device(role, device, rng)
    }

    fn with_device(role: Role, device: Device, rng: &mut impl CryptoRng) -> Result<Self, ClientError> {
        let ring = Keyring::generate(rng);
        let recovery = RecoveryKeys::generate(rng);
        let mut salt = Salt16::ZERO;
        rng.fill_bytes(&mut salt.0);
        let mut keys = Self {
            id: AccountId::ZERO,
            role,
            salt,
            device,
            ring,
            candidates: Vec::new(),
            recovery_sig: SoftwareSigner::from_seed(&recovery.signing_seed()).public_key(),
            recovery_enc: recovery.encryption_key().public(),
            recovery: Some(recovery),
        };
        keys.id = keys.first_keys().account_id()?;
        Ok(keys)
    }

    /// The account: follows from the first key set and stays when keys rotate.
    pub const fn id(&self) -> AccountId {
        self.id
    }

    /// What the account is.
    pub const fn role(&self) -> Role {
        self.role
    }

    /// This device's number in the account: keys are made by the first device, which is 0.
    pub const fn key_id(&self) -> KeyId {
        KeyId(0)
    }

    /// Signs for the account.
    pub fn signer(&self) -> &(dyn Signer + Send + Sync) {
        self.device.signer()
    }

    /// The generations that were published, as far as [`Desk::settle`](super::Desk::settle) has seen.
    pub const fn ring(&self) -> &Keyring {
        &self.ring
    }

    /// Where generation seeds are sealed for this device.
    pub const fn device_key(&self) -> EncryptionKey {
        self.device.encryption().public()
    }

    /// The recovery keys, until they are forgotten.
    pub const fn recovery(&self) -> Option<&RecoveryKeys> {
        self.recovery.as_ref()
    }

    /// Wipes the recovery keys: call when the backup seed was written down.
    pub fn forget_recovery(&mut self) {
        self.recovery = None;
    }

    /// Every key pair of the account that anything may have been wrapped to, newest first.
    pub(super) fn pairs(&self) -> impl Iterator<Item = EncryptionKeyPair> {
        let candidates = self.candidates.iter().rev().map(|candidate| &candidate.seed);
        candidates.chain(self.ring.seeds().rev()).map(GenerationSeed::encryption_key)
    }

    /// What enrols the account on a chain; all zero inside a genesis, whose id is not known before.
    ///
    /// # Errors
    /// [`ClientError::NoRecovery`]: the recovery key proves its possession too. Or a signature was not made.
    pub fn enrolment(&self, chain: ChainId, sponsor: Option<AccountId>) -> Result<EnrolAccount, ClientError> {
        let recovery = self.recovery.as_ref().ok_or(ClientError::NoRecovery)?;
        let recovery = SoftwareSigner::from_seed(&recovery.signing_seed());
        let context = [chain.as_ref(), self.id.as_ref()].concat();
        let possessions =
            vec![prove_possession(self.signer(), &context)?, prove_possession(&recovery, &context)?];
        Ok(EnrolAccount { sponsor, possessions, ..self.first_keys() })
    }

    /// The first key set, without sponsor and proofs.
    pub(super) fn first_keys(&self) -> EnrolAccount {
        let first = self.ring.seed(0).unwrap_or(self.ring.current());
        EnrolAccount {
            role: self.role,
            devices: vec![DeviceKey {
                sig: self.signer().public_key(),
                enc: self.device_key(),
                caps: Caps::TRANSACT.union(Caps::MANAGE),
            }],
            enc_key: first.encryption_key().public(),
            recovery_sig: self.recovery_sig,
            recovery_enc: self.recovery_enc,
            salt: self.salt,
            sponsor: None,
            possessions: Vec::new(),
        }
    }

    /// The account's signature of a transaction body.
    ///
    /// # Errors
    /// The signer did not answer, or not with a signature.
    pub fn sign(&self, body: &[u8]) -> Result<SignatureEntry, ClientError> {
        let signature = self.signer().sign(Domain::Tx, body)?;
        Ok(SignatureEntry { account: self.id, key: self.key_id(), signature })
    }

    /// Puts a device into keys that were read back; see [`Self::from_bytes`].
    pub(super) fn device_of(
        public: VerifyingKey,
        seed: Option<&[u8; 32]>,
        encryption: EncryptionKeyPair,
        signer: Option<ForeignSigner>,
    ) -> Result<Device, ClientError> {
        let device = match (seed, signer) {
            (Some(_), Some(_)) => return Err(ClientError::OtherSigner { wanted: public }),
            (None, None) => return Err(ClientError::SignerNeeded { public }),
            (None, Some(signer)) => Device::elsewhere(signer, encryption)?,
            (Some(seed), None) => Device::here(DeviceKeys::from_parts(seed, encryption)),
        };
        if device.signer().public_key() != public {
            return Err(ClientError::OtherSigner { wanted: public });
        }
        Ok(device)
    }
}
