//! The secrets of one account on one device.

use super::ClientError;
use super::device::{Device, possession_context};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::domain::Domain;
use crate::crypto::keyring::{DeviceKeys, GenerationSeed, Keyring, RecoveryKeys};
use crate::crypto::signature::{Signer, SoftwareSigner, prove_possession};
use crate::primitives::{AccountId, ChainId, EncryptionKey, Salt16, VerifyingKey};
use crate::tx::{Caps, EnrolAccount, KeyId, Role, SignatureEntry};
use rand_core::CryptoRng;

/// Where the device stands in its account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// It is key 0: the account was made with its keys and this salt.
    First { salt: Salt16 },
    /// It was added later, under this number.
    Later { key: KeyId },
}

/// The seed of a rotation that was drafted and that no block may hold yet.
pub(super) struct Candidate {
    pub(super) generation: u32,
    pub(super) seed: GenerationSeed,
    /// Whether it may be drafted again: it is for the devices that the account had and keeps.
    pub(super) again: bool,
}

/// Secrets of one account on one device: device keys or a foreign signer, every generation of the account's keys,
/// and the recovery keys until they are forgotten. Wiped when dropped; no `Debug`, no `Clone`.
pub struct AccountKeys {
    pub(super) id: AccountId,
    pub(super) role: Role,
    pub(super) seat: Seat,
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
            seat: Seat::First { salt },
            device,
            ring,
            candidates: Vec::new(),
            recovery_sig: SoftwareSigner::from_seed(&recovery.signing_seed()).public_key(),
            recovery_enc: recovery.encryption_key().public(),
            recovery: Some(recovery),
        };
        keys.id = keys.first_keys(salt).account_id()?;
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

    /// This device's number in the account: 0 for the first, which the account was made with.
    pub const fn key_id(&self) -> KeyId {
        match self.seat {
            Seat::First { .. } => KeyId(0),
            Seat::Later { key } => key,
        }
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
    /// [`ClientError::Joined`]: the account exists. [`ClientError::NoRecovery`]: the recovery key proves its
    /// possession too. Or a signature was not made.
    pub fn enrolment(&self, chain: ChainId, sponsor: Option<AccountId>) -> Result<EnrolAccount, ClientError> {
        let Seat::First { salt } = self.seat else { return Err(ClientError::Joined { account: self.id }) };
        let recovery = self.recovery.as_ref().ok_or(ClientError::NoRecovery)?;
        let recovery = SoftwareSigner::from_seed(&recovery.signing_seed());
        let context = possession_context(chain, self.id);
        let possessions =
            vec![prove_possession(self.signer(), &context)?, prove_possession(&recovery, &context)?];
        Ok(EnrolAccount { sponsor, possessions, ..self.first_keys(salt) })
    }

    /// The first key set, without sponsor and proofs.
    pub(super) fn first_keys(&self, salt: Salt16) -> EnrolAccount {
        let first = self.ring.seed(0).unwrap_or(self.ring.current());
        EnrolAccount {
            role: self.role,
            devices: vec![self.device.key(Caps::ALL)],
            enc_key: first.encryption_key().public(),
            recovery_sig: self.recovery_sig,
            recovery_enc: self.recovery_enc,
            salt,
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
}
