//! Keys that follow from seeds, keyrings and key files (`docs/spec/keys.md`).

use super::args::{decode, fixed, secret};
use super::wraps::pair;
use crate::EhrError;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::key_file::KeyFile;
use ehr_core::crypto::keyring::{DeviceKeys, GenerationSeed, RecoveryKeys, SealedKeyring};
use ehr_core::crypto::signature::{Signer as _, SoftwareSigner};
use ehr_core::primitives::{AccountId, EncryptionKey};
use zeroize::Zeroizing;

/// The keys of one generation of an account (rule K-1). Secrets.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, PartialEq, Eq)]
pub struct GenerationKeys {
    /// Key of the account's own local data.
    pub local: Vec<u8>,
    /// X25519 secret of the account's encryption key.
    pub x25519_secret: Vec<u8>,
    /// Its public half, which is on the chain.
    pub x25519: Vec<u8>,
}

/// The signing and encryption keys of a device or of a recovery seed (rules K-2 and K-3). Secrets.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, PartialEq, Eq)]
pub struct SigningAndEncryption {
    /// Ed25519 seed of the key that signs.
    pub ed25519_seed: Vec<u8>,
    /// Its public half.
    pub ed25519: Vec<u8>,
    /// X25519 secret of the key that seeds are sealed to.
    pub x25519_secret: Vec<u8>,
    /// Its public half.
    pub x25519: Vec<u8>,
}

fn generation(seed: &GenerationSeed) -> GenerationKeys {
    let pair = seed.encryption_key();
    GenerationKeys {
        local: seed.local_key().to_vec(),
        x25519_secret: pair.expose().to_vec(),
        x25519: pair.public().0.to_vec(),
    }
}

fn both(seed: &[u8; 32], pair: &EncryptionKeyPair) -> SigningAndEncryption {
    SigningAndEncryption {
        ed25519_seed: seed.to_vec(),
        ed25519: SoftwareSigner::from_seed(seed).public_key().0.to_vec(),
        x25519_secret: pair.expose().to_vec(),
        x25519: pair.public().0.to_vec(),
    }
}

/// The keys of a generation seed.
///
/// # Errors
/// `InvalidArgument` if the seed is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn generation_keys(seed: Vec<u8>) -> Result<GenerationKeys, EhrError> {
    Ok(generation(&GenerationSeed::from_bytes(secret("seed", seed)?)))
}

/// The keys of a backup seed.
///
/// # Errors
/// `InvalidArgument` if the seed is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn recovery_keys(seed: Vec<u8>) -> Result<SigningAndEncryption, EhrError> {
    let keys = RecoveryKeys::from_seed(secret("seed", seed)?);
    Ok(both(&keys.signing_seed(), &keys.encryption_key()))
}

/// The keys of a device, from the 64 bytes a key file may hold.
///
/// # Errors
/// `InvalidArgument` for another length.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn device_keys(bytes: Vec<u8>) -> Result<SigningAndEncryption, EhrError> {
    let bytes = Zeroizing::new(bytes);
    let wrong = || EhrError::argument("bytes", format!("{} bytes, must be {}", bytes.len(), DeviceKeys::LEN));
    let keys = DeviceKeys::from_bytes(&bytes).ok_or_else(wrong)?;
    Ok(both(keys.signing_seed(), keys.encryption_key()))
}

/// Opens every generation of a sealed keyring, oldest first, with the X25519 secret of a device or of the recovery
/// seed. `published` is the account's encryption key on the chain (rule K-6).
///
/// # Errors
/// `Malformed`; `CannotOpen` for another secret, account or published key, or altered bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn restore_keyring(
    sealed: Vec<u8>,
    account: AccountId,
    x25519_secret: Vec<u8>,
    published: Vec<u8>,
) -> Result<Vec<GenerationKeys>, EhrError> {
    let sealed: SealedKeyring = decode(&sealed)?;
    let published = EncryptionKey(fixed("published", &published)?);
    let restored =
        sealed.restore(account, &pair(x25519_secret)?, published).map_err(EhrError::cannot_open)?;
    let all = (0..=restored.generation()).filter_map(|g| restored.seed(g));
    Ok(all.map(generation).collect())
}

/// Content of a key file. Costs what the file says, within the limits of rule K-10.
///
/// # Errors
/// `Malformed`, `NewerFormat`; `CannotOpen` for another passphrase, `Damaged` for altered bytes; `InvalidArgument` if
/// it asks for more than this program spends.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn open_key_file(file: Vec<u8>, passphrase: &str) -> Result<Vec<u8>, EhrError> {
    let mut content = decode::<KeyFile>(&file)?.open(passphrase.as_bytes())?;
    Ok(core::mem::take(&mut *content))
}
