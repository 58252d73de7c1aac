//! A second device, a lost one, and an account that comes back without any.

mod hosts;
mod world;

use ehr_core::policy::Purposes;
use ehr_core::primitives::{AccountId, RecordId, Timestamp};
use ehr_ffi::{EhrErrorKind, Keyring, Ledger, NewDevice, Result};
use std::sync::Arc;
use world::World;

const DAY: u64 = 24 * 3_600 * 1_000;

fn read(ledger: &Ledger, who: &Arc<Keyring>, record: RecordId) -> Result<String> {
    let opened = ledger.read(who.clone(), record, None, Purposes::PATRQT, None, None)?;
    Ok(String::from_utf8(opened.sections[0].body.clone()).unwrap())
}

fn numbers(ledger: &Ledger, account: AccountId) -> Vec<u32> {
    ledger.devices(account).unwrap().iter().map(|device| device.number).collect()
}

/// A device, through its key file.
fn kept(world: &World, device: &NewDevice) -> Arc<NewDevice> {
    let file = device.to_key_file("pocket".to_owned(), Some(64), Some(world.entropy.clone())).unwrap();
    let wrong = NewDevice::from_key_file(file.clone(), "socket".to_owned(), None).err().unwrap();
    assert_eq!(wrong.kind(), EhrErrorKind::CannotOpen);
    NewDevice::from_key_file(file, "pocket".to_owned(), None).unwrap()
}

#[test]
fn a_tablet_joins_signs_and_is_removed() {
    let mut world = World::new(31);
    let ledger = world.ledger();
    world.people(&ledger);
    let scope = world.scope(&ledger);
    let first = world.record(&ledger, scope, "first");
    let (hospital, phone) = (world.hospital.clone(), world.patient.clone());
    let account = phone.account().unwrap();

    let tablet = NewDevice::generate(Some(world.entropy.clone())).unwrap();
    let offer = tablet.offer(ledger.chain_id().unwrap(), account).unwrap();
    assert_eq!(ledger.join(account, tablet.clone()).err().unwrap().kind(), EhrErrorKind::NotFound);
    let foreign = tablet.offer(ledger.chain_id().unwrap(), hospital.account().unwrap()).unwrap();
    let add = |offer| ledger.draft_add_device(hospital.clone(), phone.clone(), offer, false);
    assert_eq!(add(foreign).err().unwrap().kind(), EhrErrorKind::InvalidArgument);
    assert_eq!(add(vec![1, 2, 3]).err().unwrap().kind(), EhrErrorKind::Malformed);
    world.done(&ledger, add(offer).unwrap(), &[]);
    assert!(ledger.settle_keys(phone.clone()).unwrap());
    let keys = ledger.join(account, kept(&world, &tablet)).unwrap();
    assert_eq!((keys.account().unwrap(), keys.device().unwrap()), (account, 1));
    assert_eq!((phone.device().unwrap(), keys.recovery_key().unwrap()), (0, None));
    let devices = ledger.devices(account).unwrap();
    assert_eq!(devices.iter().map(|device| device.manages).collect::<Vec<_>>(), [true, false]);
    assert_eq!(devices[1].public_key, tablet.public_key().unwrap());
    assert_eq!(read(&ledger, &keys, first).unwrap(), "first");

    // Its keys are kept as any: a key file, and signatures with its own number.
    let file = keys.to_key_file("pocket".to_owned(), Some(64), None).unwrap();
    world.patient = Keyring::from_key_file(file, "pocket".to_owned(), None).unwrap();
    assert_eq!(world.patient.device().unwrap(), 1);
    let second = world.record(&ledger, scope, "second");
    assert_eq!(read(&ledger, &phone, second).unwrap(), "second");
    // It may not manage devices.
    let greedy = ledger.draft_remove_devices(hospital.clone(), world.patient.clone(), vec![0]).unwrap();
    assert_eq!(ledger.submit(greedy).unwrap_err().kind(), EhrErrorKind::Refused);

    // Lost: removed by the phone, it opens nothing new and its signature is refused.
    let unknown = ledger.draft_remove_devices(hospital.clone(), phone.clone(), vec![7]).err().unwrap();
    assert_eq!(unknown.kind(), EhrErrorKind::NotFound);
    let remove = ledger.draft_remove_devices(hospital.clone(), phone.clone(), vec![1]).unwrap();
    world.done(&ledger, remove, &[]);
    assert!(ledger.settle_keys(phone.clone()).unwrap());
    assert_eq!(numbers(&ledger, account), [0]);
    world.patient = phone.clone();
    let scope = world.scope(&ledger);
    let third = world.record(&ledger, scope, "third");
    assert_eq!(read(&ledger, &phone, third).unwrap(), "third");
    assert_eq!(read(&ledger, &keys, third).err().unwrap().kind(), EhrErrorKind::CannotOpen);
    let late = ledger.draft_scope(hospital.clone(), keys.clone()).unwrap();
    assert_eq!(ledger.submit(late).unwrap_err().kind(), EhrErrorKind::Refused);

    tablet.wipe();
    tablet.wipe();
    assert!(tablet.is_wiped());
    assert_eq!(tablet.public_key().unwrap_err().kind(), EhrErrorKind::Closed);
    assert_eq!(ledger.join(account, tablet).err().unwrap().kind(), EhrErrorKind::Closed);
}

#[test]
fn the_recovery_key_brings_an_account_back_after_a_day() {
    let mut world = World::new(32);
    let ledger = world.ledger();
    world.people(&ledger);
    let (hospital, lost) = (world.hospital.clone(), world.patient.clone());
    let account = lost.account().unwrap();
    world.done(&ledger, ledger.draft_rotate_keys(hospital.clone(), lost.clone()).unwrap(), &[]);
    ledger.settle_keys(lost.clone()).unwrap();
    let scope = world.scope(&ledger);
    let record = world.record(&ledger, scope, "before");
    let backup = lost.recovery_key().unwrap().unwrap();

    let device = NewDevice::with_signer(hosts::Key::new(3), Some(world.entropy.clone())).unwrap();
    let recover = |backup: Vec<u8>| ledger.draft_recovery(hospital.clone(), account, backup, device.clone());
    let repeat = |backup: Vec<u8>| ledger.draft_repeat_recovery(hospital.clone(), account, backup);
    for wrong in [vec![0; 31], vec![0; 32]] {
        assert_eq!(recover(wrong).err().unwrap().kind(), EhrErrorKind::InvalidArgument);
    }
    assert_eq!(repeat(backup.clone()).err().unwrap().kind(), EhrErrorKind::NotFound);
    assert_eq!(ledger.recovery_ready_at(account).unwrap(), None);
    let draft = recover(backup.clone()).unwrap();
    assert_eq!(draft.missing(), vec![]);
    world.done(&ledger, draft, &[]);
    let ready = ledger.recovery_ready_at(account).unwrap().unwrap();
    assert_eq!(ready, Timestamp(ledger.tip().unwrap().time.0 + DAY));
    assert_eq!(ledger.submit(repeat(backup.clone()).unwrap()).unwrap_err().kind(), EhrErrorKind::Refused);
    assert_eq!(numbers(&ledger, account), [0], "nothing has changed yet");

    world.clock.set(ready);
    world.mine(&ledger);
    world.done(&ledger, repeat(backup).unwrap(), &[]);
    let found = ledger.join(account, device).unwrap();
    assert_eq!((found.device().unwrap(), numbers(&ledger, account)), (1, vec![1]));
    assert_eq!(read(&ledger, &found, record).unwrap(), "before");
    assert_eq!(ledger.recovery_ready_at(account).unwrap(), None);
    world.patient = found.clone();
    let scope = world.scope(&ledger);
    let after = world.record(&ledger, scope, "after");
    assert_eq!(read(&ledger, &found, after).unwrap(), "after");
    assert!(read(&ledger, &lost, after).is_err());
    assert!(ledger.verify(None).unwrap().sound);
}
