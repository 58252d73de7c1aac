//! Devices come and go, and an account comes back without any (rules CL-12 to CL-14).

use super::account_keys::Seat;
use super::new_device::{DeviceOffer, NewDevice};
use super::rotate::{Devices, NextGeneration, following};
use super::{AccountKeys, ClientError, Desk, Draft};
use crate::crypto::keyring::{GenerationSeed, Keyring, RecoveryKeys};
use crate::primitives::AccountId;
use crate::state::{PendingRotation, StateRead};
use crate::tx::{Caps, DeviceKey, KeyId, Payload};
use rand_core::CryptoRng;

impl Desk<'_> {
    /// Adds a device to the account of `keys`, whose next generation begins with it: save `keys` before submitting, as
    /// with [`Desk::rotate_keys`]. When it is mined, the device joins with [`Desk::join`] and opens all generations.
    ///
    /// # Errors
    /// [`ClientError::OtherAccount`]: it was offered to another account. As [`Desk::rotate_keys`].
    pub fn add_device(
        &self,
        keys: &mut AccountKeys,
        offer: &DeviceOffer,
        caps: Caps,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        if offer.account != keys.id() {
            return Err(ClientError::OtherAccount { wanted: offer.account, given: keys.id() });
        }
        let devices = Devices {
            add: vec![DeviceKey { sig: offer.sig, enc: offer.enc, caps }],
            remove: Vec::new(),
            possessions: vec![offer.possession],
        };
        Ok(self.generation_for(keys, &devices, rng)?.draft(keys.id(), devices))
    }

    /// Removes devices from the account of `keys`, lost ones or sold ones. The next generation is sealed to the others
    /// only: what is wrapped to it is out of reach of the removed ones; what they could open before stays open to them.
    /// Save `keys` before submitting, as with [`Desk::rotate_keys`].
    ///
    /// # Errors
    /// [`ClientError::NoDevice`]. As [`Desk::rotate_keys`].
    pub fn remove_devices(
        &self,
        keys: &mut AccountKeys,
        remove: &[KeyId],
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let (id, account) = (keys.id(), self.account(keys.id())?);
        if let Some(key) = remove.iter().find(|key| account.device(**key).is_none()) {
            return Err(ClientError::NoDevice { account: id, key: *key });
        }
        let mut remove = remove.to_vec();
        remove.sort_unstable();
        remove.dedup();
        let devices = Devices { remove, ..Devices::default() };
        Ok(self.generation_for(keys, &devices, rng)?.draft(id, devices))
    }

    /// Puts a new device in the place of all others, by the recovery key alone, which signs with
    /// [`DraftTx::sign_by_recovery`](super::DraftTx::sign_by_recovery). The chain waits for its recovery delay, in which
    /// any device of the account can object by rotating; then [`Desk::repeat_recovery`] carries it out.
    ///
    /// Of an account that never rotated, generation 0's seed is on its devices only (rule K-8): what was wrapped to it
    /// stays closed to the new device.
    ///
    /// # Errors
    /// [`ClientError::OtherRecovery`]: not the account's recovery keys. A body is not here, or does not open.
    pub fn recover(
        &self,
        account: AccountId,
        recovery: &RecoveryKeys,
        device: &NewDevice,
        rng: &mut impl CryptoRng,
    ) -> Result<Draft, ClientError> {
        let entry = self.account(account)?;
        let key = recovery.encryption_key();
        if key.public() != entry.recovery_enc {
            return Err(ClientError::OtherRecovery { account });
        }
        following(&entry)?;
        let mut ring = match entry.seeds {
            Some(_) => self.sealed_ring(account, &entry, &key)?,
            // The chain of seeds has a link for each generation: a random one stands where nobody has the seed.
            None => Keyring::generate(rng),
        };
        ring.push(GenerationSeed::generate(rng));
        let offer = device.offer(self.spec.chain_id(), account)?;
        let devices = Devices {
            add: vec![device.0.key(Caps::ALL)],
            remove: entry.devices.iter().map(|slot| slot.id).collect(),
            possessions: vec![offer.possession],
        };
        let recipients = devices.recipients(&entry);
        let next = NextGeneration::seal(account, &ring, &recipients, device.0.signer(), rng)?;
        Ok(next.draft(account, devices))
    }

    /// The recovery that waits, unchanged: to be signed by the recovery key once more when its delay is over.
    ///
    /// # Errors
    /// [`ClientError::NoRecoveryWaits`]: none was asked for, or a device objected, or it is done.
    /// [`ClientError::OtherRecovery`]: not the account's recovery keys.
    pub fn repeat_recovery(&self, account: AccountId, recovery: &RecoveryKeys) -> Result<Draft, ClientError> {
        if recovery.encryption_key().public() != self.account(account)?.recovery_enc {
            return Err(ClientError::OtherRecovery { account });
        }
        let pending = self.state.get::<PendingRotation>(&account)?;
        let pending = pending.ok_or(ClientError::NoRecoveryWaits { account })?;
        let mut draft = Draft::of(Payload::KeyRotate { rotate: pending.rotate.clone() });
        draft.about.account = Some(account);
        Ok(draft)
    }

    /// The account's keys on a device that a block has added. Keep the device's bytes until this has worked.
    ///
    /// # Errors
    /// [`ClientError::NotADevice`]: no block has added it, or one has removed it. The sealed seeds are not here.
    pub fn join(&self, account: AccountId, device: NewDevice) -> Result<AccountKeys, ClientError> {
        let entry = self.account(account)?;
        let public = device.public_key();
        let slot = entry.devices.iter().find(|slot| slot.key.sig == public && slot.id != KeyId(0));
        let key = slot.ok_or(ClientError::NotADevice { account })?.id;
        let ring = self.sealed_ring(account, &entry, device.0.encryption())?;
        Ok(AccountKeys {
            id: account,
            role: entry.role,
            seat: Seat::Later { key },
            device: device.0,
            ring,
            candidates: Vec::new(),
            recovery: None,
            recovery_sig: entry.recovery_sig,
            recovery_enc: entry.recovery_enc,
        })
    }
}
