//! The owner of an account, with one device.

use ehr_core::codec::EncodeError;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::keyring::{DeviceKeys, Keyring, RecoveryKeys};
use ehr_core::crypto::signature::{SignError, Signer, SoftwareSigner, prove_possession};
use ehr_core::primitives::{AccountId, ChainId, EncryptionKey, Salt16};
use ehr_core::tx::{Caps, DeviceKey, EnrolAccount, KeyId, Role, SignatureEntry};
use rand_core::CryptoRng;

/// An account that could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A signature could not be made.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The account could not be encoded.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// A person or institution with one device: signs, and opens what is wrapped to the account.
pub struct Owner {
    id: AccountId,
    signer: SoftwareSigner,
    encryption: EncryptionKeyPair,
    enrol: EnrolAccount,
}

impl Owner {
    /// Fresh keys, and the transaction payload that enrols them on `chain` (all zero inside a genesis).
    ///
    /// # Errors
    /// See [`KeyError`].
    pub fn generate(
        role: Role,
        sponsor: Option<AccountId>,
        chain: ChainId,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, KeyError> {
        let device = DeviceKeys::generate(rng);
        let signer = SoftwareSigner::from_seed(device.signing_seed());
        let encryption = Keyring::generate(rng).current().encryption_key();
        let recovery = RecoveryKeys::generate(rng);
        let recovery_signer = SoftwareSigner::from_seed(&recovery.signing_seed());
        let mut salt = Salt16::ZERO;
        rng.fill_bytes(&mut salt.0);
        let mut enrol = EnrolAccount {
            role,
            devices: vec![DeviceKey {
                sig: signer.public_key(),
                enc: device.encryption_key().public(),
                caps: Caps::TRANSACT.union(Caps::MANAGE),
            }],
            enc_key: encryption.public(),
            recovery_sig: recovery_signer.public_key(),
            recovery_enc: recovery.encryption_key().public(),
            salt,
            sponsor,
            possessions: Vec::new(),
        };
        let id = enrol.account_id()?;
        let context = [chain.as_ref(), id.as_ref()].concat();
        enrol.possessions =
            vec![prove_possession(&signer, &context)?, prove_possession(&recovery_signer, &context)?];
        Ok(Self { id, signer, encryption, enrol })
    }

    /// The account.
    pub const fn id(&self) -> AccountId {
        self.id
    }
    /// What enrols the account.
    pub const fn enrolment(&self) -> &EnrolAccount {
        &self.enrol
    }
    /// Signs for the account.
    pub const fn signer(&self) -> &SoftwareSigner {
        &self.signer
    }
    /// Opens what is wrapped to the account.
    pub const fn encryption(&self) -> &EncryptionKeyPair {
        &self.encryption
    }
    /// Where wraps for the account go.
    pub const fn encryption_key(&self) -> EncryptionKey {
        self.encryption.public()
    }

    /// The account's signature of a transaction body.
    pub(super) fn sign(&self, body: &[u8]) -> Result<SignatureEntry, SignError> {
        let signature = self.signer.sign(Domain::Tx, body)?;
        Ok(SignatureEntry { account: self.id, key: KeyId(0), signature })
    }
}
