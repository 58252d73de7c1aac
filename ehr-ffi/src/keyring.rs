//! The secrets of one account on one device.

use crate::host::Signer;
use crate::{Entropy, Result, unfinished};
use ehr_core::primitives::AccountId;
use ehr_core::tx::Role;
use std::sync::Arc;

/// The secrets of one account on one device. Never printed, never copied; wiped when the last use ends or at
/// [`Keyring::wipe`].
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Keyring(());

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Keyring {
    /// Fresh keys.
    ///
    /// # Errors
    /// The system gives no randomness.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn generate(role: Role, entropy: Option<Arc<Entropy>>) -> Result<Arc<Self>> {
        let _ = (role, entropy);
        unfinished()
    }

    /// Fresh encryption keys here; signatures are made by the host.
    ///
    /// # Errors
    /// The signer fails, or its key cannot be one on the ledger.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn with_signer(
        role: Role,
        signer: Arc<dyn Signer>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Arc<Self>> {
        let _ = (role, signer, entropy);
        unfinished()
    }

    /// Keys from a key file. Takes as long and as much memory as the file was made with.
    ///
    /// # Errors
    /// `CannotOpen` with another passphrase, `Malformed`, `NewerFormat`, or the signer is missing or another one.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn from_key_file(
        bytes: Vec<u8>,
        passphrase: String,
        signer: Option<Arc<dyn Signer>>,
    ) -> Result<Arc<Self>> {
        let _ = (bytes, passphrase, signer);
        unfinished()
    }

    /// The keys sealed under a passphrase with Argon2id. `memory_kib` is what opening costs, 64 MiB if not given.
    ///
    /// # Errors
    /// `Closed` after wiping; memory outside its limits.
    pub fn to_key_file(
        &self,
        passphrase: String,
        memory_kib: Option<u32>,
        entropy: Option<Arc<Entropy>>,
    ) -> Result<Vec<u8>> {
        let _ = (passphrase, memory_kib, entropy);
        unfinished()
    }

    /// The account these keys are of; follows from the first keys and stays.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn account(&self) -> Result<AccountId> {
        unfinished()
    }

    /// What the account is.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn role(&self) -> Result<Role> {
        unfinished()
    }

    /// The key that signs, 32 bytes.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn public_key(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// The account's current encryption key, 32 bytes.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn encryption_key(&self) -> Result<Vec<u8>> {
        unfinished()
    }

    /// Number of the current generation, the first is 0.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn generation(&self) -> Result<u32> {
        unfinished()
    }

    /// The offline recovery seed, 32 bytes, SECRET: to be written down and then forgotten here.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn recovery_key(&self) -> Result<Option<Vec<u8>>> {
        unfinished()
    }

    /// Wipes the recovery seed here.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn forget_recovery_key(&self) -> Result<()> {
        unfinished()
    }

    /// Wipes everything; every later use is `Closed`. Wiping twice is no error.
    pub fn wipe(&self) {}

    /// Whether it was wiped.
    pub fn is_wiped(&self) -> bool {
        false
    }
}
