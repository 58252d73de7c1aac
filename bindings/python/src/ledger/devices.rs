//! Devices that come and go, and accounts that come back.

use super::Ledger;
use super::operation::operation;
use crate::args::{Account, Data, Keys, Many, When};
use crate::error::call;
use crate::ids::TxId;
use crate::keyring::Keyring;
use crate::new_device::Device;
use crate::values::Value;
use ehr_ffi::types::DeviceInfo;
use pyo3::prelude::*;

operation! {
    /// Adds a device to the account of `keys`, from what `NewDevice.offer` gave. One that `manages` may add and remove
    /// devices too. Begins the next generation of the keys: save them before this is handed in.
    draft_add_device, add_device -> TxId,
    [keys, *, offer, payer, manages = false], (keys: Keys, offer: Data, payer: Keys, manages: bool), here (),
    |ledger| ledger.draft_add_device(payer.0, keys.0, offer.to_vec(), manages)
}

operation! {
    /// Removes devices by their numbers, such as lost ones: they open nothing of what comes. Begins the next generation of
    /// the keys: save them before this is handed in.
    draft_remove_devices, remove_devices -> TxId,
    [keys, *, devices, payer], (keys: Keys, devices: Many<u32>, payer: Keys), here (),
    |ledger| ledger.draft_remove_devices(payer.0, keys.0, devices.0)
}

operation! {
    /// Asks for a new device in the place of all others, with the recovery key alone. The chain waits for a day, in which
    /// any of the devices can object by rotating its keys; then `repeat_recovery`. Of an account that never rotated its
    /// keys, what was sealed to them before stays closed.
    draft_recovery, recover -> TxId,
    [account, *, recovery_key, device, payer],
    (account: Account, recovery_key: Data, device: Device, payer: Keys), here (),
    |ledger| ledger.draft_recovery(payer.0, account.0, recovery_key.to_vec(), device.0)
}

operation! {
    /// Carries out the recovery that was asked for, when `recovery_ready_at` has passed.
    draft_repeat_recovery, repeat_recovery -> TxId,
    [account, *, recovery_key, payer], (account: Account, recovery_key: Data, payer: Keys), here (),
    |ledger| ledger.draft_repeat_recovery(payer.0, account.0, recovery_key.to_vec())
}

#[pymethods]
impl Ledger {
    /// The keys of an account on a device that a block has added. Save them, then wipe the device.
    fn join(&self, py: Python<'_>, account: Account, device: Device) -> PyResult<Keyring> {
        let ledger = self.get()?;
        Keyring::make(py, || ledger.join(account.0, device.0))
    }
    /// The live devices of an account, by number; empty if there is no such account.
    fn devices(&self, py: Python<'_>, account: Account) -> PyResult<Vec<Value<DeviceInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.devices(account.0)).map(|all| all.into_iter().map(Value).collect())
    }
    /// When a recovery that was asked for can be carried out; `None` if none waits.
    fn recovery_ready_at(&self, py: Python<'_>, account: Account) -> PyResult<Option<When>> {
        let ledger = self.get()?;
        call(py, || ledger.recovery_ready_at(account.0)).map(|ready| ready.map(|ready| When(ready.0)))
    }
}
