//! A device on its way into an account.

use crate::fault::call;
use crate::held::Held;
use crate::host::{HostSigner, Signer};
use crate::{Entropy, Keyring, Result, key_file};
use ehr_core::client::{self, Desk};
use ehr_core::codec::Wire as _;
use ehr_core::primitives::{AccountId, ChainId};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The secrets of a device that is not in its account yet: show [`NewDevice::offer`] to a device that is, or recover the
/// account with it; then [`Ledger::join`](crate::Ledger::join). Never printed, never copied; wiped when the last use
/// ends or at [`NewDevice::wipe`].
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct NewDevice {
    device: Held<client::NewDevice>,
    signer: Option<HostSigner>,
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl NewDevice {
    /// Fresh keys.
    ///
    /// # Errors
    /// The system gives no randomness.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn generate(entropy: Option<Arc<Entropy>>) -> Result<Arc<Self>> {
        call(|| {
            let mut rng = Entropy::or_system(entropy).rng()?;
            Ok(Self::of(client::NewDevice::generate(&mut rng), None))
        })
    }

    /// A fresh encryption key here; signatures are made by the host.
    ///
    /// # Errors
    /// The signer fails, or its key cannot be one on the ledger.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn with_signer(signer: Arc<dyn Signer>, entropy: Option<Arc<Entropy>>) -> Result<Arc<Self>> {
        call(|| {
            let mut rng = Entropy::or_system(entropy).rng()?;
            let signer = HostSigner::new(signer)?;
            Ok(Self::of(client::NewDevice::with_signer(signer.boxed(), &mut rng)?, Some(signer)))
        })
    }

    /// The device from its key file.
    ///
    /// # Errors
    /// `CannotOpen` with another passphrase, `Malformed`, or the signer is missing or another one.
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
            let device = client::NewDevice::from_bytes(&content, signer.as_ref().map(HostSigner::boxed))?;
            Ok(Self::of(device, signer))
        })
    }

    /// The device sealed under a passphrase, to be kept until it has joined: a recovery takes longer than a day.
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
        call(|| key_file::seal(&self.get()?.to_bytes()?, &passphrase, memory_kib, entropy))
    }

    /// The key that will sign, 32 bytes.
    ///
    /// # Errors
    /// `Closed` after wiping.
    pub fn public_key(&self) -> Result<Vec<u8>> {
        Ok(self.get()?.public_key().0.to_vec())
    }

    /// What a device of the account needs to add this one. Public, such as for a QR code; who adds it must know whose
    /// it is.
    ///
    /// # Errors
    /// `Closed` after wiping, or the signer fails.
    pub fn offer(&self, chain: ChainId, account: AccountId) -> Result<Vec<u8>> {
        call(|| Ok(self.get()?.offer(chain, account)?.to_bytes()?))
    }

    /// Wipes everything; every later use is `Closed`. Wiping twice is no error.
    pub fn wipe(&self) {
        self.device.wipe();
    }

    /// Whether it was wiped.
    pub fn is_wiped(&self) -> bool {
        self.device.is_wiped()
    }
}

impl NewDevice {
    fn of(device: client::NewDevice, signer: Option<HostSigner>) -> Arc<Self> {
        Arc::new(Self { device: Held::new(device), signer })
    }

    /// The secrets. They stay while they are held.
    pub(crate) fn get(&self) -> Result<Arc<client::NewDevice>> {
        self.device.get()
    }

    /// The keys of an account that this device is in now.
    pub(crate) fn join(&self, desk: &Desk<'_>, account: AccountId) -> Result<Arc<Keyring>> {
        let bytes = self.get()?.to_bytes()?;
        let copy = client::NewDevice::from_bytes(&bytes, self.signer.as_ref().map(HostSigner::boxed))?;
        Ok(Keyring::of(desk.join(account, copy)?, self.signer.clone()))
    }
}
