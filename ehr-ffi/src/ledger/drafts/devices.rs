//! Devices that come and go, and accounts that come back.

use crate::fault::call;
use crate::types::DeviceInfo;
use crate::{Draft, EhrError, Keyring, Ledger, NewDevice, Result};
use ehr_core::client::{self, ClientError, Desk, DeviceOffer};
use ehr_core::codec::Wire as _;
use ehr_core::crypto::keyring::RecoveryKeys;
use ehr_core::primitives::{AccountId, Timestamp};
use ehr_core::tx::{Caps, KeyId};
use std::sync::Arc;
use zeroize::Zeroizing;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// Adds a device to the account of `keys`, from what [`NewDevice::offer`] gave. One that `manages` may add and remove
    /// devices too. Begins the next generation: save the keys before submitting.
    ///
    /// # Errors
    /// `NotFound`: not enrolled. `InvalidArgument`: offered to another account. `Malformed`: no offer.
    pub fn draft_add_device(
        &self,
        payer: Arc<Keyring>,
        keys: Arc<Keyring>,
        offer: Vec<u8>,
        manages: bool,
    ) -> Result<Arc<Draft>> {
        let caps = if manages { Caps::ALL } else { Caps::TRANSACT };
        call(|| {
            let offer = DeviceOffer::from_bytes(&offer)?;
            self.draft_changing(&payer, &keys, |desk, keys, rng| desk.add_device(keys, &offer, caps, rng))
        })
    }

    /// Removes devices by their numbers, such as lost ones. They open nothing of what comes. Begins the next generation:
    /// save the keys before submitting.
    ///
    /// # Errors
    /// `NotFound`: not enrolled, or no such device.
    pub fn draft_remove_devices(
        &self,
        payer: Arc<Keyring>,
        keys: Arc<Keyring>,
        devices: Vec<u32>,
    ) -> Result<Arc<Draft>> {
        let devices: Vec<_> = devices.into_iter().map(KeyId).collect();
        call(|| {
            self.draft_changing(&payer, &keys, |desk, keys, rng| desk.remove_devices(keys, &devices, rng))
        })
    }

    /// Asks for a new device in the place of all others, with the recovery key alone. The chain waits for a day, in which
    /// any of the devices can object by rotating its keys; then [`Ledger::draft_repeat_recovery`]. Of an account that
    /// never rotated its keys, what was sealed to them before stays closed.
    ///
    /// # Errors
    /// `NotFound`: not enrolled, or a sealed body is not here. `InvalidArgument`: another recovery key.
    pub fn draft_recovery(
        &self,
        payer: Arc<Keyring>,
        account: AccountId,
        recovery_key: Vec<u8>,
        device: Arc<NewDevice>,
    ) -> Result<Arc<Draft>> {
        let recovery_key = Zeroizing::new(recovery_key);
        call(|| {
            let (device, rng) = (device.get()?, self.entropy.rng()?);
            self.by_recovery(&payer, account, &recovery_key, |desk, recovery| {
                desk.recover(account, recovery, &device, &mut rng.clone())
            })
        })
    }

    /// Carries out the recovery that was asked for, when [`Ledger::recovery_ready_at`] has passed.
    ///
    /// # Errors
    /// `NotFound`: none waits, because a device objected or it is done. `InvalidArgument`: another recovery key.
    pub fn draft_repeat_recovery(
        &self,
        payer: Arc<Keyring>,
        account: AccountId,
        recovery_key: Vec<u8>,
    ) -> Result<Arc<Draft>> {
        let recovery_key = Zeroizing::new(recovery_key);
        call(|| {
            self.by_recovery(&payer, account, &recovery_key, |desk, recovery| {
                desk.repeat_recovery(account, recovery)
            })
        })
    }

    /// The keys of an account on a device that a block has added. Save them, then wipe the device.
    ///
    /// # Errors
    /// `NotFound`: the device is none of the account's, or the sealed keys are not here.
    pub fn join(&self, account: AccountId, device: Arc<NewDevice>) -> Result<Arc<Keyring>> {
        call(|| self.at_desk(|desk| device.join(desk, account)))
    }

    /// The live devices of an account, by number; none if there is no such account.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn devices(&self, account: AccountId) -> Result<Vec<DeviceInfo>> {
        Ok(self.account_entry(account)?.map_or_else(Vec::new, |account| {
            let info = |slot: &ehr_core::state::DeviceSlot| DeviceInfo {
                number: slot.id.0,
                public_key: slot.key.sig.0.to_vec(),
                manages: slot.key.caps.contains(Caps::MANAGE),
            };
            account.devices.iter().map(info).collect()
        }))
    }

    /// When a recovery that was asked for can be carried out; none if none waits.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn recovery_ready_at(&self, account: AccountId) -> Result<Option<Timestamp>> {
        self.pending_rotation(account).map(|pending| pending.map(|pending| pending.ready_at))
    }
}

impl Ledger {
    /// A draft that the recovery key signs, and the payer.
    fn by_recovery(
        &self,
        payer: &Keyring,
        account: AccountId,
        recovery_key: &[u8],
        make: impl Fn(&Desk<'_>, &RecoveryKeys) -> core::result::Result<client::Draft, ClientError>,
    ) -> Result<Arc<Draft>> {
        let seed = <[u8; 32]>::try_from(recovery_key).map(Zeroizing::new);
        let seed = seed.map_err(|_| EhrError::argument("recovery_key", "is not 32 bytes long"))?;
        let (recovery, payer) = (RecoveryKeys::from_seed(seed), payer.keys()?);
        let draft = self.compose(payer.id(), &[payer], |desk| Ok(make(desk, &recovery)?))?;
        draft.sign_by_recovery(account, &recovery)?;
        Ok(draft)
    }
}
