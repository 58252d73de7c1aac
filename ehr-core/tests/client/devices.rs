//! Devices come and go; an account comes back by its recovery key.

use crate::world::{World, desk, mine, store, text};
use ehr_core::client::{AccountKeys, ClientError, DeviceOffer, Draft, NewDevice, Reader};
use ehr_core::codec::Wire;
use ehr_core::crypto::keyring::RecoveryKeys;
use ehr_core::crypto::signature::SoftwareSigner;
use ehr_core::policy::Purposes;
use ehr_core::primitives::{AccountId, ChainId, EncryptionKey, RecordId};
use ehr_core::state::{Account, Params, PendingRotation, StateRead, TxError};
use ehr_core::tx::{Caps, KeyId, Payload, Tx};
use zeroize::Zeroizing;

fn copy(keys: &AccountKeys) -> AccountKeys {
    AccountKeys::from_bytes(&keys.to_bytes().unwrap(), None).unwrap()
}

fn seed(keys: &AccountKeys) -> RecoveryKeys {
    RecoveryKeys::from_seed(Zeroizing::new(*keys.recovery().unwrap().expose()))
}

fn account(world: &World, id: AccountId) -> Account {
    Account::clone(&world.desk().state.get::<Account>(&id).unwrap().unwrap())
}

fn devices(world: &World, id: AccountId) -> Vec<u32> {
    account(world, id).devices.iter().map(|slot| slot.id.0).collect()
}

fn current(keys: &AccountKeys) -> EncryptionKey {
    keys.ring().current().encryption_key().public()
}

fn reads(world: &World, keys: &AccountKeys, record: RecordId) -> Result<String, ClientError> {
    text(world.desk().read(&Reader::own(keys), record, None, Purposes::PATRQT))
}

fn offer(world: &World, device: &NewDevice, account: AccountId) -> DeviceOffer {
    device.offer(world.ledger.spec.chain_id(), account).unwrap()
}

/// Adds a device with the keys of another, mines and joins.
fn add(world: &mut World, by: &mut AccountKeys, caps: Caps) -> AccountKeys {
    let device = NewDevice::generate(&mut world.rng);
    let offer = offer(world, &device, by.id());
    mine!(world, a, [&*by], |desk, rng| desk.add_device(by, &offer, caps, rng));
    world.desk().settle(by).unwrap();
    world.desk().join(by.id(), device).unwrap()
}

/// Hospital A pays for what the recovery key signs.
fn by_recovery(world: &World, draft: Draft, account: AccountId, keys: &RecoveryKeys) -> Tx {
    let desk = world.desk();
    store(&world.blobs, &draft);
    let nonce = desk.next_nonce(world.a.id(), &[]).unwrap();
    let mut made = desk.compose(world.a.id(), nonce, draft).unwrap();
    made.sign(&world.a).unwrap();
    made.sign_by_recovery(account, keys).unwrap();
    made.into_tx().unwrap().0
}

fn waited(world: &mut World) {
    let step = std::mem::replace(&mut world.ledger.step_ms, Params::default().recovery_delay_ms);
    world.ledger.block(&[]).unwrap();
    world.ledger.step_ms = step;
}

#[test]
fn a_second_device_opens_what_was_and_signs_what_comes() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let before = world.record(0, scope, "before");
    let mut phone = copy(&world.patients[0]);
    let tablet = copy(&add(&mut world, &mut phone, Caps::TRANSACT));
    assert_eq!((tablet.id(), tablet.role(), tablet.key_id()), (phone.id(), phone.role(), KeyId(1)));
    assert_eq!((current(&tablet), tablet.ring().generation()), (current(&phone), 1));
    assert_eq!(devices(&world, phone.id()), [0, 1]);

    // Either signs, and either reads what the other signed.
    world.patients[0] = copy(&tablet);
    let by_tablet = world.record(0, scope, "by the tablet");
    world.grant_scope_to_b(0, scope);
    world.patients[0] = copy(&phone);
    let by_phone = world.record(0, scope, "by the phone");
    for keys in [&phone, &tablet] {
        assert_eq!(reads(&world, keys, before).unwrap(), "before");
        assert_eq!(reads(&world, keys, by_tablet).unwrap(), "by the tablet");
        assert_eq!(reads(&world, keys, by_phone).unwrap(), "by the phone");
    }
    // What the tablet wrapped counts as the patient's.
    assert_eq!(text(world.doctor_b_reads(by_tablet, None)).unwrap(), "by the tablet");

    // It may transact and not manage.
    let mut tablet = tablet;
    let draft = desk!(world).rotate_keys(&mut tablet, &mut world.rng).unwrap();
    assert_eq!(world.refused(draft, &[&tablet]), TxError::KeyMayNot { account: tablet.id(), key: KeyId(1) });
    // A device that joined is no beginning of an account.
    let enrolled = world.desk().enrol(&tablet, None).err();
    assert_eq!(enrolled, Some(ClientError::Joined { account: tablet.id() }));
}

#[test]
fn a_removed_device_is_out_of_all_that_comes() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let before = world.record(0, scope, "before");
    let mut phone = copy(&world.patients[0]);
    let mut tablet = add(&mut world, &mut phone, Caps::ALL);
    // A rotation drafted while the tablet belonged was sealed to it: its seed must not come again.
    let leaked = desk!(world).rotate_keys(&mut phone, &mut world.rng).unwrap();
    store(&world.blobs, &leaked);
    mine!(world, a, [&phone], |desk, rng| desk.remove_devices(&mut phone, &[KeyId(1), KeyId(1)], rng));
    assert!(world.desk().settle(&mut phone).unwrap());
    assert_eq!(devices(&world, phone.id()), [0]);
    assert_eq!((phone.ring().generation(), current(&phone)), (2, account(&world, phone.id()).enc_key));
    let Payload::KeyRotate { rotate } = &leaked.payload else { panic!() };
    assert_ne!(rotate.enc_key, current(&phone), "the tablet knows the drafted one");

    assert!(world.desk().settle(&mut tablet).is_err(), "the seeds are not sealed to it");
    world.patients[0] = copy(&phone);
    let scope = world.scope(0);
    let after = world.record(0, scope, "after");
    assert_eq!(reads(&world, &phone, after).unwrap(), "after");
    assert!(matches!(reads(&world, &tablet, after), Err(ClientError::CannotOpen { .. })));
    assert_eq!(reads(&world, &tablet, before).unwrap(), "before", "what it had stays with it");
    let draft = desk!(world).scope(&tablet, &mut world.rng).unwrap();
    let (account, key) = (tablet.id(), KeyId(1));
    assert_eq!(world.refused(draft, &[&tablet]), TxError::UnknownKey { account, key });

    // Its number does not come again.
    let third = add(&mut world, &mut phone, Caps::TRANSACT);
    assert_eq!((third.key_id(), devices(&world, account)), (KeyId(2), vec![0, 2]));
    // The first device can go too, and the last that manages cannot.
    let mut fourth = add(&mut world, &mut phone, Caps::ALL);
    world.patients[0] = copy(&fourth);
    mine!(world, a, [&fourth], |desk, rng| desk.remove_devices(&mut fourth, &[KeyId(0)], rng));
    world.desk().settle(&mut fourth).unwrap();
    assert_eq!(devices(&world, account), [2, 3]);
    assert_eq!(reads(&world, &copy(&fourth), after).unwrap(), "after");
    let draft = desk!(world).remove_devices(&mut fourth, &[KeyId(3)], &mut world.rng).unwrap();
    assert_eq!(world.refused(draft, &[&fourth]), TxError::NoManagingDevice);
    let unknown = desk!(world).remove_devices(&mut fourth, &[KeyId(0)], &mut world.rng).err();
    assert_eq!(unknown, Some(ClientError::NoDevice { account, key: KeyId(0) }));
}

/// Whichever of several drafts is mined, nobody has its seed but the devices it leaves the account with.
#[test]
fn a_change_of_devices_shares_its_seed_with_no_other_draft() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    add(&mut world, &mut phone, Caps::ALL);
    let new = NewDevice::generate(&mut world.rng);
    let shown = offer(&world, &new, phone.id());
    let mut drafted = Vec::new();
    let rng = &mut world.rng;
    let desk = desk!(world);
    drafted.push(desk.remove_devices(&mut phone, &[KeyId(1)], rng).unwrap());
    drafted.push(desk.rotate_keys(&mut phone, rng).unwrap());
    phone = copy(&phone);
    drafted.push(desk.add_device(&mut phone, &shown, Caps::ALL, rng).unwrap());
    drafted.push(desk.remove_devices(&mut phone, &[KeyId(1)], rng).unwrap());
    drafted.push(desk.rotate_keys(&mut phone, rng).unwrap());
    let keys: Vec<EncryptionKey> = drafted
        .iter()
        .map(|draft| match &draft.payload {
            Payload::KeyRotate { rotate } => rotate.enc_key,
            _ => panic!(),
        })
        .collect();
    assert_eq!(keys[1], keys[4], "the same rotation, drafted again");
    assert_eq!(keys.iter().collect::<std::collections::BTreeSet<_>>().len(), 4, "{keys:?}");
    // Each can be mined: the keys of all were kept.
    for draft in drafted {
        let key = match &draft.payload {
            Payload::KeyRotate { rotate } => rotate.enc_key,
            _ => panic!(),
        };
        store(&world.blobs, &draft);
        let nonce = world.desk().next_nonce(world.a.id(), &[]).unwrap();
        let tx = world.desk().assemble(&world.a, nonce, draft, &[&phone]).unwrap();
        world.ledger.block(&[&tx]).unwrap();
        let mut settled = copy(&phone);
        assert!(world.desk().settle(&mut settled).unwrap());
        assert_eq!(current(&settled), key);
        world.ledger.undo();
    }
}

#[test]
fn a_device_that_nobody_added_does_not_join() {
    let mut world = World::new(2);
    let (device, id) = (NewDevice::generate(&mut world.rng), world.patients[0].id());
    let shown = offer(&world, &device, id);
    let bytes = device.to_bytes().unwrap();
    let refused = world.desk().join(id, device).err();
    assert_eq!(refused, Some(ClientError::NotADevice { account: id }));
    let device = NewDevice::from_bytes(&bytes, None).unwrap();
    assert_eq!(offer(&world, &device, id), shown);
    assert_eq!(DeviceOffer::from_bytes(&shown.to_bytes().unwrap()).unwrap(), shown);

    // Offered to one account, it is not added to another, nor on another chain.
    let mut other = copy(&world.patients[1]);
    let wrong = desk!(world).add_device(&mut other, &shown, Caps::ALL, &mut world.rng).err();
    assert_eq!(wrong, Some(ClientError::OtherAccount { wanted: id, given: other.id() }));
    let elsewhere = device.offer(ChainId::ZERO, id).unwrap();
    let mut patient = copy(&world.patients[0]);
    let draft = desk!(world).add_device(&mut patient, &elsewhere, Caps::ALL, &mut world.rng).unwrap();
    assert!(matches!(world.refused(draft, &[&patient]), TxError::BadPossession { .. }));
}

#[test]
fn keys_elsewhere_join_and_need_their_signer_again() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    let card = || Box::new(SoftwareSigner::from_seed(&[0x77; 32]));
    let device = NewDevice::with_signer(card(), &mut world.rng).unwrap();
    let bytes = device.to_bytes().unwrap();
    assert!(matches!(NewDevice::from_bytes(&bytes, None), Err(ClientError::SignerNeeded { .. })));
    let device = NewDevice::from_bytes(&bytes, Some(card())).unwrap();
    let shown = offer(&world, &device, phone.id());
    mine!(world, a, [&phone], |desk, rng| desk.add_device(&mut phone, &shown, Caps::ALL, rng));
    let joined = world.desk().join(phone.id(), device).unwrap();
    let bytes = joined.to_bytes().unwrap();
    assert!(matches!(AccountKeys::from_bytes(&bytes, None), Err(ClientError::SignerNeeded { .. })));
    let again = AccountKeys::from_bytes(&bytes, Some(card())).unwrap();
    assert_eq!((again.id(), again.key_id()), (phone.id(), KeyId(1)));
    world.patients[0] = again;
    world.scope(0);
}

#[test]
fn an_account_without_devices_comes_back_after_the_delay() {
    let mut world = World::new(1);
    let mut lost = copy(&world.patients[0]);
    let backup = seed(&lost);
    mine!(world, a, [&lost], |desk, rng| desk.rotate_keys(&mut lost, rng));
    world.desk().settle(&mut lost).unwrap();
    world.patients[0] = copy(&lost);
    let scope = world.scope(0);
    let record = world.record(0, scope, "before the loss");
    let id = lost.id();

    let device = NewDevice::generate(&mut world.rng);
    let stranger = RecoveryKeys::generate(&mut world.rng);
    let wrong = desk!(world).recover(id, &stranger, &device, &mut world.rng).err();
    assert_eq!(wrong, Some(ClientError::OtherRecovery { account: id }));
    assert_eq!(
        world.desk().repeat_recovery(id, &backup).err(),
        Some(ClientError::NoRecoveryWaits { account: id })
    );
    let draft = desk!(world).recover(id, &backup, &device, &mut world.rng).unwrap();
    // Another's recovery key signs nothing here.
    let forged = by_recovery(&world, draft.clone(), id, &stranger);
    assert!(world.ledger.admit(&forged).is_err());
    let asked = by_recovery(&world, draft, id, &backup);
    world.ledger.block(&[&asked]).unwrap();
    assert_eq!(devices(&world, id), [0], "the chain waits");
    assert!(matches!(
        world.desk().join(id, NewDevice::from_bytes(&device.to_bytes().unwrap(), None).unwrap()),
        Err(ClientError::NotADevice { .. })
    ));
    let early = by_recovery(&world, world.desk().repeat_recovery(id, &backup).unwrap(), id, &backup);
    assert!(matches!(world.ledger.admit(&early), Err(TxError::RecoveryWaits { .. })));

    waited(&mut world);
    let again = by_recovery(&world, world.desk().repeat_recovery(id, &backup).unwrap(), id, &backup);
    world.ledger.block(&[&again]).unwrap();
    let found = world.desk().join(id, device).unwrap();
    assert_eq!((found.key_id(), devices(&world, id)), (KeyId(1), vec![1]));
    assert_eq!((found.ring().generation(), current(&found)), (2, account(&world, id).enc_key));
    assert_eq!(reads(&world, &found, record).unwrap(), "before the loss");
    assert!(world.desk().state.get::<PendingRotation>(&id).unwrap().is_none());

    // The lost device neither signs nor opens what comes; the found one goes on, and the backup still works.
    let draft = desk!(world).scope(&lost, &mut world.rng).unwrap();
    assert_eq!(world.refused(draft, &[&lost]), TxError::UnknownKey { account: id, key: KeyId(0) });
    world.patients[0] = copy(&found);
    let scope = world.scope(0);
    let after = world.record(0, scope, "after the loss");
    assert_eq!(reads(&world, &found, after).unwrap(), "after the loss");
    assert!(reads(&world, &lost, after).is_err());
    let device = NewDevice::generate(&mut world.rng);
    assert!(desk!(world).recover(id, &backup, &device, &mut world.rng).is_ok());
}

#[test]
fn a_device_objects_to_a_recovery() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    let (id, thief) = (phone.id(), seed(&phone));
    let device = NewDevice::generate(&mut world.rng);
    let draft = desk!(world).recover(id, &thief, &device, &mut world.rng).unwrap();
    let asked = by_recovery(&world, draft, id, &thief);
    world.ledger.block(&[&asked]).unwrap();
    let repeat = world.desk().repeat_recovery(id, &thief).unwrap();
    mine!(world, a, [&phone], |desk, rng| desk.rotate_keys(&mut phone, rng));
    waited(&mut world);
    assert_eq!(
        world.desk().repeat_recovery(id, &thief).err(),
        Some(ClientError::NoRecoveryWaits { account: id })
    );
    let late = by_recovery(&world, repeat, id, &thief);
    assert!(world.ledger.admit(&late).is_err());
    assert_eq!(devices(&world, id), [0]);
}

/// Rule K-8: the seed of generation 0 is nowhere but on the devices, until the account has rotated once.
#[test]
fn what_never_rotated_comes_back_without_its_first_generation() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "to generation 0");
    let (id, backup) = (world.patients[0].id(), seed(&world.patients[0]));
    let device = NewDevice::generate(&mut world.rng);
    let draft = desk!(world).recover(id, &backup, &device, &mut world.rng).unwrap();
    let asked = by_recovery(&world, draft, id, &backup);
    world.ledger.block(&[&asked]).unwrap();
    waited(&mut world);
    let again = by_recovery(&world, world.desk().repeat_recovery(id, &backup).unwrap(), id, &backup);
    world.ledger.block(&[&again]).unwrap();
    let found = world.desk().join(id, device).unwrap();
    assert!(matches!(reads(&world, &found, record), Err(ClientError::CannotOpen { .. })));
    // Authority is back, and so is all that is written from now on.
    world.patients[0] = copy(&found);
    let scope = world.scope(0);
    let after = world.record(0, scope, "to generation 1");
    assert_eq!(reads(&world, &found, after).unwrap(), "to generation 1");
}

#[test]
fn key_bytes_say_which_device_they_are_of() {
    let mut world = World::new(1);
    let mut phone = copy(&world.patients[0]);
    let tablet = add(&mut world, &mut phone, Caps::ALL);
    let bytes = tablet.to_bytes().unwrap();
    assert_eq!(copy(&tablet).to_bytes().unwrap(), bytes);
    // [2, id, role, key, salt, …]: a joined device has no salt, a first one no other number.
    let (first, at) = (phone.to_bytes().unwrap(), 2 + 34 + 1);
    assert_eq!((bytes[at], bytes[at + 1]), (1, 0xf6));
    assert_eq!(first[at], 0);
    for (good, key) in [(&bytes, 0), (&first, 1)] {
        let mut bad = good.to_vec();
        bad[at] = key;
        assert!(matches!(AccountKeys::from_bytes(&bad, None), Err(ClientError::Decode(_))));
    }
}
