//! The secrets of one account on one device.

use crate::fault::call;
use crate::gate::{Gate, PATIENCE};
use crate::held::Held;
use crate::host::{HostSigner, Signer};
use crate::{Entropy, Result, key_file};
use ehr_core::client::AccountKeys;
use ehr_core::primitives::AccountId;
use ehr_core::tx::Role;
use std::sync::Arc;
use zeroize::Zeroizing;

/// The secrets of one account on one device. Never printed, never copied; wiped when the last use ends or at
/// [`Keyring::wipe`].
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Keyring {
    keys: Held<AccountKeys>,
    /// Taken by who replaces the keys with changed ones.
    changing: Gate<()>,
    signer: Option<HostSigner>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Keyring {
    /// Fresh keys.
    ///
    /// # Errors
    /// The system gives no randomness.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn generate(role: Role, entropy: Option<Arc<Entropy>>) -> Result<Arc<Self>> {
        call(|| {
            let mut rng = Entropy::or_system(entropy).rng()?;
            Ok(Self::of(AccountKeys::generate(role, &mut rng)?, None))
        })
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
        call(|| {
            let mut rng = Entropy::or_system(entropy).rng()?;
            let signer = HostSigner::new(signer)?;
            Ok(Self::of(AccountKeys::with_signer(role, signer.boxed(), &mut rng)?, Some(signer)))
        })
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
        let passphrase = Zeroizing::new(passphrase);
        call(|| {
            let signer = signer.map(HostSigner::new).transpose()?;
            let content = key_file::open(&bytes, &passphrase)?;
            let keys = AccountKeys::from_bytes(&content, signer.as_ref().map(HostSigner::boxed))?;
            Ok(Self::of(keys, signer))
        })
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
        let passphrase = Zeroizing::new(passphrase);
        call(|| key_file::seal(&self.keys()?.to_bytes()?, &passphrase, memory_kib, entropy))
    }

    /// The account these keys are of; follows from the first keys and stays.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn account(&self) -> Result<AccountId> {
        Ok(self.keys()?.id())
    }

    /// What the account is.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn role(&self) -> Result<Role> {
        Ok(self.keys()?.role())
    }

    /// This device's number in the account: 0 for the first.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn device(&self) -> Result<u32> {
        Ok(self.keys()?.key_id().0)
    }

    /// The key that signs, 32 bytes.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn public_key(&self) -> Result<Vec<u8>> {
        Ok(self.keys()?.signer().public_key().0.to_vec())
    }

    /// The account's current encryption key, 32 bytes.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn encryption_key(&self) -> Result<Vec<u8>> {
        Ok(self.keys()?.ring().current().encryption_key().public().0.to_vec())
    }

    /// Number of the current generation, the first is 0.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn generation(&self) -> Result<u32> {
        Ok(self.keys()?.ring().generation())
    }

    /// The offline recovery seed, 32 bytes, SECRET: to be written down and then forgotten here.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn recovery_key(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.keys()?.recovery().map(|recovery| recovery.expose().to_vec()))
    }

    /// Wipes the recovery seed here.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn forget_recovery_key(&self) -> Result<()> {
        call(|| {
            self.change(|keys| {
                keys.forget_recovery();
                Ok(())
            })
        })
    }

    /// Wipes everything; every later use is `Closed`. Wiping twice is no error.
    pub fn wipe(&self) {
        self.keys.wipe();
    }

    /// Whether it was wiped.
    pub fn is_wiped(&self) -> bool {
        self.keys.is_wiped()
    }
}

impl Keyring {
    pub(crate) fn of(keys: AccountKeys, signer: Option<HostSigner>) -> Arc<Self> {
        Arc::new(Self { keys: Held::new(keys), changing: Gate::new(()), signer })
    }

    /// The keys as they are now. They stay as they are while they are held.
    pub(crate) fn keys(&self) -> Result<Arc<AccountKeys>> {
        self.keys.get()
    }

    /// Changes a copy of the keys and puts it in their place. On error nothing changed.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut AccountKeys) -> Result<R>) -> Result<R> {
        self.changing.with(PATIENCE, |()| {
            let bytes = self.keys()?.to_bytes()?;
            let mut copy = AccountKeys::from_bytes(&bytes, self.signer.as_ref().map(HostSigner::boxed))?;
            let done = change(&mut copy)?;
            self.keys.replace(copy)?;
            Ok(done)
        })?
    }
}
