//! Rules: enrolment, key rotation, recovery.

use ehr_core::codec::Wire;
use ehr_core::crypto::signature::{KeyError, Signer, SoftwareSigner};
use ehr_core::primitives::{AccountId, ChainId, ContentId, VerifyingKey};
use ehr_core::state::testkit::{Consortium, Person, TestLedger};
use ehr_core::state::{Account, Params, PendingRotation, StateRead, TxError};
use ehr_core::tx::{Caps, EnrolAccount, KeyId, KeyRotate, Payload, Role, Tx};

fn ready(open_enrolment: bool) -> (Consortium, TestLedger) {
    let params = Params { open_enrolment, ..Consortium::new(0).genesis.params };
    let mut kit = Consortium::with_params(2, params);
    let ledger = TestLedger::ready(&mut kit);
    (kit, ledger)
}

fn account(ledger: &TestLedger, id: AccountId) -> Account {
    Account::clone(&ledger.view().get::<Account>(&id).unwrap().unwrap())
}

/// An enrolment changed by `change`, sponsored and paid for by hospital A.
fn enrolment(kit: &mut Consortium, name: &str, change: impl Fn(&mut EnrolAccount)) -> Tx {
    let person = Person::new(Role::Patient, name);
    let mut enrol = person.enrolment(kit.chain_id, Some(kit.hospital_a.id));
    change(&mut enrol);
    let id = enrol.account_id().unwrap();
    let body = kit.body(Payload::EnrolAccount { enrol });
    let bytes = body.to_bytes().unwrap();
    let mut signature = person.sign(&bytes);
    signature.account = id;
    Tx::assemble(body, vec![kit.hospital_a.sign(&bytes), signature]).unwrap()
}

#[test]
fn a_sponsor_enrols() {
    let (mut kit, mut ledger) = ready(false);
    let tx = enrolment(&mut kit, "new", |_| ());
    ledger.block(&[&tx]).unwrap();
    let id = Person::new(Role::Patient, "new").id;
    assert_eq!(account(&ledger, id).sponsor, Some(kit.hospital_a.id));
    let again = enrolment(&mut kit, "new", |_| ());
    assert_eq!(ledger.refusal(&again), TxError::Exists { what: "account", id: id.into() });
}

#[test]
fn who_may_sponsor() {
    let (mut kit, ledger) = ready(false);
    let newcomer = kit.newcomer.id;
    let tx = enrolment(&mut kit, "x", |enrol| enrol.sponsor = None);
    assert_eq!(ledger.refusal(&tx), TxError::SponsorNeeded);
    let person = Person::new(Role::Patient, "x");
    let enrol = person.enrolment(kit.chain_id, Some(newcomer));
    let body = kit.body_paid_by(newcomer, Payload::EnrolAccount { enrol });
    let bytes = body.to_bytes().unwrap();
    let tx = Tx::assemble(body, vec![kit.newcomer.sign(&bytes), person.sign(&bytes)]).unwrap();
    assert_eq!(ledger.refusal(&tx), TxError::NotAdmitted { institution: newcomer });
    // A sponsor that is named must sign.
    let tx = enrolment(&mut kit, "x", |enrol| enrol.sponsor = Some(newcomer));
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: newcomer });
}

#[test]
fn open_enrolment_needs_nobody_and_no_credits() {
    let (kit, mut ledger) = ready(true);
    let person = Person::new(Role::Patient, "walk-in");
    let make = |nonce, fee| {
        let enrol = person.enrolment(kit.chain_id, None);
        let mut body = Consortium::new(1).body(Payload::EnrolAccount { enrol });
        (body.chain_id, body.fee_payer, body.nonce, body.fee) = (kit.chain_id, person.id, nonce, fee);
        let bytes = body.to_bytes().unwrap();
        Tx::assemble(body, vec![person.sign(&bytes)]).unwrap()
    };
    assert_eq!(ledger.refusal(&make(0, 0)), TxError::NonceUsed { last: 0, got: 0 });
    assert_eq!(ledger.refusal(&make(1, 1)), TxError::CannotPay { balance: 0, fee: 1 });
    ledger.block(&[&make(1, 0)]).unwrap();
    assert_eq!(account(&ledger, person.id).nonces.last, 1);
}

#[test]
fn the_first_device_manages_and_transacts() {
    let (mut kit, ledger) = ready(false);
    for caps in [Caps::TRANSACT, Caps::MANAGE, Caps::NONE] {
        let tx = enrolment(&mut kit, "x", |enrol| enrol.devices[0].caps = caps);
        assert_eq!(ledger.refusal(&tx), TxError::NoManagingDevice);
    }
    let tx = enrolment(&mut kit, "x", |enrol| enrol.devices.clear());
    assert!(matches!(ledger.refusal(&tx), TxError::UnknownKey { .. }), "nobody to sign");
    let tx = enrolment(&mut kit, "x", |enrol| {
        enrol.devices = vec![enrol.devices[0].clone(); 17];
    });
    assert_eq!(ledger.refusal(&tx), TxError::TooMany { field: "devices", limit: 16, got: 17 });
}

#[test]
fn keys_are_sound_distinct_and_held() {
    let (mut kit, ledger) = ready(false);
    let tx = enrolment(&mut kit, "x", |enrol| enrol.possessions.truncate(1));
    assert_eq!(ledger.refusal(&tx), TxError::PossessionCount { want: 2, got: 1 });
    let tx = enrolment(&mut kit, "x", |enrol| enrol.possessions.swap(0, 1));
    assert!(matches!(ledger.refusal(&tx), TxError::BadPossession { index: 0, .. }));
    let other_chain = Person::new(Role::Patient, "x").enrolment(ChainId([1; 32]), None).possessions;
    let tx = enrolment(&mut kit, "x", |enrol| enrol.possessions.clone_from(&other_chain));
    assert!(matches!(ledger.refusal(&tx), TxError::BadPossession { index: 0, .. }), "made for another chain");
    let tx = enrolment(&mut kit, "x", |enrol| enrol.recovery_sig = enrol.devices[0].sig);
    assert_eq!(ledger.refusal(&tx), TxError::DuplicateKey { field: "recovery_sig", index: 0 });
    let mut identity = [0; 32];
    identity[0] = 1;
    let tx = enrolment(&mut kit, "x", |enrol| enrol.recovery_sig = VerifyingKey(identity));
    let error = KeyError::SmallOrder;
    assert_eq!(ledger.refusal(&tx), TxError::BadKey { field: "recovery_sig", index: 0, error });
}

/// A rotation of patient 0 to `generation` that adds a phone with `caps`, changed by `change`.
fn rotation(
    kit: &Consortium,
    generation: u32,
    caps: Caps,
    change: impl Fn(&mut KeyRotate),
) -> (SoftwareSigner, KeyRotate) {
    let patient = &kit.patients[0];
    let (signer, key) = patient.other_device(&format!("phone {generation}"), caps);
    let mut rotate = KeyRotate {
        account: patient.id,
        add: vec![key],
        remove: Vec::new(),
        enc_key: patient.enc_key(&format!("generation {generation}")),
        generation,
        seeds: ContentId::of_raw(b"seeds"),
        possessions: vec![patient.possession(kit.chain_id, &signer)],
    };
    change(&mut rotate);
    (signer, rotate)
}

/// Signs a rotation of patient 0 with one of its keys; hospital A pays.
fn rotate_by(kit: &mut Consortium, signer: &SoftwareSigner, key: KeyId, rotate: &KeyRotate) -> Tx {
    let body = kit.body(Payload::KeyRotate { rotate: rotate.clone() });
    let bytes = body.to_bytes().unwrap();
    let signature = kit.patients[0].sign_with(signer, key, &bytes);
    Tx::assemble(body, vec![kit.hospital_a.sign(&bytes), signature]).unwrap()
}

fn by_device(kit: &mut Consortium, rotate: &KeyRotate) -> Tx {
    let device = Person::new(Role::Patient, "patient 0").device;
    rotate_by(kit, &device, KeyId(0), rotate)
}

fn by_recovery(kit: &mut Consortium, rotate: &KeyRotate) -> Tx {
    let recovery = Person::new(Role::Patient, "patient 0").recovery;
    rotate_by(kit, &recovery, KeyId::RECOVERY, rotate)
}

const BOTH: Caps = Caps::TRANSACT.union(Caps::MANAGE);

#[test]
fn devices_come_and_go_and_numbers_stay() {
    let (mut kit, mut ledger) = ready(false);
    let id = kit.patients[0].id;
    let (phone, rotate) = rotation(&kit, 1, BOTH, |rotate| rotate.remove = vec![KeyId(0)]);
    let tx = by_device(&mut kit, &rotate);
    ledger.block(&[&tx]).unwrap();
    let now = account(&ledger, id);
    assert_eq!(now.devices.iter().map(|slot| slot.id).collect::<Vec<_>>(), [KeyId(1)]);
    assert_eq!((now.generation, now.enc_key, now.seeds), (1, rotate.enc_key, Some(rotate.seeds)));

    // The removed key signs nothing any more; the new one does.
    let scope = kit.rotate_scope(0, 1);
    assert_eq!(ledger.refusal(&scope), TxError::UnknownKey { account: id, key: KeyId(0) });
    let (tablet, rotate) = rotation(&kit, 2, Caps::TRANSACT, |_| ());
    let tx = rotate_by(&mut kit, &phone, KeyId(1), &rotate);
    ledger.block(&[&tx]).unwrap();
    assert_eq!(account(&ledger, id).device(KeyId(2)).unwrap().sig, tablet.public_key());

    // A device without MANAGE rotates nothing.
    let (_, rotate) = rotation(&kit, 3, BOTH, |_| ());
    let tx = rotate_by(&mut kit, &tablet, KeyId(2), &rotate);
    assert_eq!(ledger.refusal(&tx), TxError::KeyMayNot { account: id, key: KeyId(2) });
}

#[test]
fn rotations_that_do_not_fit() {
    let (mut kit, ledger) = ready(false);
    let id = kit.patients[0].id;
    let mut refused = |generation, caps, change: &dyn Fn(&mut KeyRotate)| {
        let (_, rotate) = rotation(&kit, generation, caps, change);
        let tx = by_device(&mut kit, &rotate);
        ledger.refusal(&tx)
    };
    let not_next = |got| TxError::NotNext { field: "generation", want: 1, got };
    assert_eq!(refused(0, BOTH, &|_| ()), not_next(0));
    assert_eq!(refused(2, BOTH, &|_| ()), not_next(2));
    let unknown = TxError::UnknownKey { account: id, key: KeyId(7) };
    assert_eq!(refused(1, BOTH, &|rotate| rotate.remove = vec![KeyId(7)]), unknown);
    let twice = refused(1, BOTH, &|rotate| rotate.remove = vec![KeyId(0), KeyId(0)]);
    assert_eq!(twice, TxError::Unsorted { field: "remove" });
    let last = refused(1, Caps::TRANSACT, &|rotate| rotate.remove = vec![KeyId(0)]);
    assert_eq!(last, TxError::NoManagingDevice);
    let none = refused(1, BOTH, &|rotate| {
        (rotate.remove, rotate.add, rotate.possessions) = (vec![KeyId(0)], vec![], vec![]);
    });
    assert_eq!(none, TxError::Empty { field: "devices" });
    let enc_key = account(&ledger, id).enc_key;
    let same = refused(1, BOTH, &|rotate| rotate.enc_key = enc_key);
    assert_eq!(same, TxError::DuplicateKey { field: "enc_key", index: 0 });
    let own = kit.patients[0].device.public_key();
    let mut refused = |change: &dyn Fn(&mut KeyRotate)| {
        let (_, rotate) = rotation(&kit, 1, BOTH, change);
        let tx = by_device(&mut kit, &rotate);
        ledger.refusal(&tx)
    };
    let held = refused(&|rotate| rotate.add[0].sig = own);
    assert_eq!(held, TxError::DuplicateKey { field: "add", index: 0 });
    let unproven = refused(&|rotate| rotate.possessions[0].0[3] ^= 1);
    assert!(matches!(unproven, TxError::BadPossession { index: 0, .. }));
    assert_eq!(refused(&|rotate| rotate.possessions.clear()), TxError::PossessionCount { want: 1, got: 0 });
}

#[test]
fn only_its_own_account_rotates() {
    let (mut kit, ledger) = ready(false);
    let (_, rotate) = rotation(&kit, 1, BOTH, |_| ());
    let other = kit.patients[1].id;
    let tx = kit.tx(Payload::KeyRotate { rotate }, &[other]);
    assert_eq!(ledger.refusal(&tx), TxError::MissingSignature { account: kit.patients[0].id });
}

#[test]
fn the_recovery_key_waits_and_then_acts() {
    let (mut kit, mut ledger) = ready(false);
    let id = kit.patients[0].id;
    let delay = kit.genesis.params.recovery_delay_ms;
    let (_, rotate) = rotation(&kit, 1, BOTH, |rotate| rotate.remove = vec![KeyId(0)]);
    let first = by_recovery(&mut kit, &rotate);
    ledger.block(&[&first]).unwrap();
    assert_eq!(account(&ledger, id).generation, 0, "nothing has changed yet");
    let ready_at = ledger.tip().time.plus(delay);
    let early = by_recovery(&mut kit, &rotate);
    assert_eq!(ledger.refusal(&early), TxError::RecoveryWaits { ready_at });
    assert!(ledger.refusal(&early).is_transient());
    ledger.step_ms = delay - 1;
    assert_eq!(ledger.refusal(&early), TxError::RecoveryWaits { ready_at });
    ledger.step_ms = delay;
    ledger.block(&[&early]).unwrap();
    assert_eq!(account(&ledger, id).generation, 1);
    assert!(ledger.view().get::<PendingRotation>(&id).unwrap().is_none());
}

#[test]
fn a_device_calls_the_recovery_key_off_and_other_wishes_wait_again() {
    let (mut kit, mut ledger) = ready(false);
    let id = kit.patients[0].id;
    let delay = kit.genesis.params.recovery_delay_ms;
    let (_, theft) = rotation(&kit, 1, BOTH, |rotate| rotate.remove = vec![KeyId(0)]);
    let first = by_recovery(&mut kit, &theft);
    ledger.block(&[&first]).unwrap();
    // Another wish replaces the first and waits in full.
    let (_, other) = rotation(&kit, 1, Caps::TRANSACT, |_| ());
    ledger.step_ms = delay;
    let tx = by_recovery(&mut kit, &other);
    ledger.block(&[&tx]).unwrap();
    let ready_at = ledger.tip().time.plus(delay);
    let pending = ledger.view().get::<PendingRotation>(&id).unwrap().unwrap();
    assert_eq!((&pending.rotate, pending.ready_at), (&other, ready_at));
    // The device says no by rotating.
    let (_, mine) = rotation(&kit, 1, Caps::TRANSACT, |_| ());
    ledger.step_ms = 1000;
    let tx = by_device(&mut kit, &mine);
    ledger.block(&[&tx]).unwrap();
    assert!(ledger.view().get::<PendingRotation>(&id).unwrap().is_none());
    ledger.step_ms = delay;
    let again = by_recovery(&mut kit, &other);
    assert!(matches!(ledger.refusal(&again), TxError::NotNext { field: "generation", .. }));
}
