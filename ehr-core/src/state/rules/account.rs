//! Rules: accounts and their keys (crypto-and-policy 1.2, kinds 1 and 5).

use super::keys::Admission;
use super::{Run, staff};
use crate::block::EventCode;
use crate::codec::limits::MAX_DEVICE_KEYS;
use crate::primitives::AccountId;
use crate::state::entries::{Account, DeviceSlot, Nonces, PendingRotation};
use crate::state::{StateRead, TxError};
use crate::tx::{Caps, DeviceKey, EnrolAccount, KeyId, KeyRotate, Payload, TxBody};

/// Manages and transacts: at least one device of an account must (rules ).
const BOTH: Caps = Caps::TRANSACT.union(Caps::MANAGE);

/// Whether the fee payer is the account that the transaction enrols.
pub(crate) fn enrols_itself(body: &TxBody) -> Result<bool, TxError> {
    match &body.payload {
        Payload::EnrolAccount { enrol } => Ok(enrol.account_id()? == body.fee_payer),
        _ => Ok(false),
    }
}

/// The new account and its sponsor.
pub(super) fn enrol_signers(enrol: &EnrolAccount) -> Result<Vec<AccountId>, TxError> {
    Ok([enrol.account_id()?].into_iter().chain(enrol.sponsor).collect())
}

/// Kind 1.
pub(crate) fn enrol(run: &mut Run<'_, '_, '_>, enrol: &EnrolAccount) -> Result<(), TxError> {
    let id = enrol.account_id()?;
    // Rule A-1: the id follows from the first keys and is not taken.
    run.draft.need_absent::<Account>(&id)?;
    device_count(enrol.devices.len())?;
    // Rule A-2: the first device, which signs, may both transact and manage.
    if !enrol.devices.first().is_some_and(|device| device.caps.contains(BOTH)) {
        return Err(TxError::NoManagingDevice);
    }
    has_sponsor(run, enrol)?;
    let keys = enrol.devices.len().saturating_add(1);
    let mut admission = Admission::new(id, Vec::new(), keys, &enrol.possessions)?;
    for (index, device) in enrol.devices.iter().enumerate() {
        admission.next(run, "devices", index, device.sig)?;
    }
    admission.next(run, "recovery_sig", 0, enrol.recovery_sig)?;
    let mut account = Account {
        role: enrol.role,
        sponsor: enrol.sponsor,
        devices: Vec::new(),
        next_device: 0,
        enc_key: enrol.enc_key,
        generation: 0,
        seeds: None,
        recovery_sig: enrol.recovery_sig,
        recovery_enc: enrol.recovery_enc,
        nonces: Nonces::NONE,
        balance: 0,
    };
    add_devices(&mut account, &enrol.devices)?;
    run.draft.put(&id, account);
    run.created(EventCode::AccountEnrolled, id);
    Ok(())
}

/// Rule A-3: an admitted institution vouches, unless enrolment is open (seed 000: anyone enrols).
fn has_sponsor(run: &Run<'_, '_, '_>, enrol: &EnrolAccount) -> Result<(), TxError> {
    match enrol.sponsor {
        Some(sponsor) => staff::admitted(&run.draft, sponsor).map(drop),
        None if run.ctx.params.open_enrolment => Ok(()),
        None => Err(TxError::SponsorNeeded),
    }
}

fn device_count(got: usize) -> Result<(), TxError> {
    match got {
        0 => Err(TxError::Empty { field: "devices" }),
        _ if got > MAX_DEVICE_KEYS => Err(TxError::TooMany { field: "devices", limit: MAX_DEVICE_KEYS, got }),
        _ => Ok(()),
    }
}

/// Numbers devices in the order of addition; numbers are never used again.
fn add_devices(account: &mut Account, devices: &[DeviceKey]) -> Result<(), TxError> {
    for key in devices {
        let id = KeyId(account.next_device);
        // The last number names the recovery key.
        if id == KeyId::RECOVERY {
            return Err(TxError::TooLarge { field: "devices", limit: u64::from(id.0), got: u64::from(id.0) });
        }
        account.next_device = account.next_device.saturating_add(1);
        account.devices.push(DeviceSlot { id, key: key.clone() });
    }
    Ok(())
}

/// Kind 5.
pub(crate) fn rotate(run: &mut Run<'_, '_, '_>, rotate: &KeyRotate) -> Result<(), TxError> {
    let id = rotate.account;
    let rotated = rotated(run, rotate)?;
    let pending = run.draft.get::<PendingRotation>(&id)?;
    if run.by_recovery && !recovery_ready(run, rotate, pending.as_deref())? {
        return Ok(());
    }
    if run.by_recovery {
        run.draft.delete::<PendingRotation>(&id);
    } else {
        cancel_pending(run, id)?;
    }
    run.draft.put(&id, rotated);
    run.event(EventCode::KeysRotated, id);
    Ok(())
}

/// What the recovery key asked for, if anything, is called off by a device (rule A-9).
pub(super) fn cancel_pending(run: &mut Run<'_, '_, '_>, id: AccountId) -> Result<(), TxError> {
    if run.draft.get::<PendingRotation>(&id)?.is_some() {
        run.draft.delete::<PendingRotation>(&id);
        run.event(EventCode::RotationCancelled, id);
    }
    Ok(())
}

/// Rules: the account as the rotation leaves it.
fn rotated(run: &mut Run<'_, '_, '_>, rotate: &KeyRotate) -> Result<Account, TxError> {
    let id = rotate.account;
    let mut account = Account::clone(&*run.draft.need::<Account>(&id)?);
    // Rule A-6: generations count up.
    let want = account.generation.saturating_add(1);
    if rotate.generation != want {
        return Err(TxError::NotNext {
            field: "generation",
            want: u64::from(want),
            got: u64::from(rotate.generation),
        });
    }
    // Rule A-7: each removed key is live and named once.
    if !rotate.remove.is_sorted_by(|a, b| a < b) {
        return Err(TxError::Unsorted { field: "remove" });
    }
    if let Some(key) = rotate.remove.iter().find(|key| account.device(**key).is_none()) {
        return Err(TxError::UnknownKey { account: id, key: *key });
    }
    let mut held: Vec<_> = account.devices.iter().map(|slot| slot.key.sig).collect();
    held.push(account.recovery_sig);
    account.devices.retain(|slot| rotate.remove.binary_search(&slot.id).is_err());
    device_count(account.devices.len().saturating_add(rotate.add.len()))?;
    let mut admission = Admission::new(id, held, rotate.add.len(), &rotate.possessions)?;
    for (index, device) in rotate.add.iter().enumerate() {
        admission.next(run, "add", index, device.sig)?;
    }
    add_devices(&mut account, &rotate.add)?;
    // Rule A-8: somebody can manage what is left.
    if !account.devices.iter().any(|slot| slot.key.caps.contains(BOTH)) {
        return Err(TxError::NoManagingDevice);
    }
    // A removed device knows the old key (rule A-6).
    if rotate.enc_key == account.enc_key {
        return Err(TxError::DuplicateKey { field: "enc_key", index: 0 });
    }
    account.generation = want;
    account.enc_key = rotate.enc_key;
    account.seeds = Some(rotate.seeds);
    Ok(account)
}

/// Rule A-9: what the recovery key asks for waits for the recovery delay, applies when repeated unchanged, and is
/// called off by any rotation by a device. Asking for something else starts the delay again.
fn recovery_ready(
    run: &mut Run<'_, '_, '_>,
    rotate: &KeyRotate,
    pending: Option<&PendingRotation>,
) -> Result<bool, TxError> {
    match pending.filter(|pending| pending.rotate == *rotate) {
        Some(PendingRotation { ready_at, .. }) if run.ctx.time < *ready_at => {
            Err(TxError::RecoveryWaits { ready_at: *ready_at })
        }
        Some(_) => Ok(true),
        None => {
            let ready_at = run.ctx.time.plus(run.ctx.params.recovery_delay_ms);
            run.draft.put(&rotate.account, PendingRotation { rotate: rotate.clone(), ready_at });
            run.event(EventCode::RotationPending, rotate.account);
            Ok(false)
        }
    }
}
