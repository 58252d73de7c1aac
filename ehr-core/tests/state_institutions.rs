//! Rules I-1 to I-5: admission and memberships.

use ehr_core::codec::Wire;
use ehr_core::policy::StaffRoles;
use ehr_core::primitives::{AccountId, ContentId, Timestamp};
use ehr_core::state::testkit::{Consortium, TestLedger};
use ehr_core::state::{Account, Institution, PendingRotation, Registry, StateRead, TxError};
use ehr_core::tx::{AdmitInstitution, Caps, KeyId, KeyRotate, Payload, Rekey, SetMembership, Tx};

fn ready() -> (Consortium, TestLedger) {
    let mut kit = Consortium::new(1);
    let ledger = TestLedger::ready(&mut kit);
    (kit, ledger)
}

fn admit(kit: &mut Consortium, signers: &[AccountId], change: impl Fn(&mut AdmitInstitution)) -> Tx {
    let mut admit = kit.admission(&kit.newcomer);
    change(&mut admit);
    kit.tx(Payload::AdmitInstitution { admit }, signers)
}

#[test]
fn two_thirds_admit() {
    let (mut kit, mut ledger) = ready();
    let (a, b, newcomer) = (kit.hospital_a.id, kit.hospital_b.id, kit.newcomer.id);
    let alone = admit(&mut kit, &[a], |_| ());
    assert_eq!(ledger.refusal(&alone), TxError::NoQuorum { got: 1, needed: 2 });
    let itself = admit(&mut kit, &[a, newcomer], |_| ());
    assert_eq!(ledger.refusal(&itself), TxError::ExtraSignature { account: newcomer });
    let both = admit(&mut kit, &[a, b], |_| ());
    ledger.block(&[&both]).unwrap();
    let registry = ledger.view().get::<Registry>(Registry::ID).unwrap().unwrap();
    assert_eq!(registry.institutions.len(), 3);
    assert!(registry.institutions.is_sorted());
    let again = admit(&mut kit, &[a, b], |_| ());
    assert_eq!(ledger.refusal(&again), TxError::Exists { what: "institution", id: newcomer.into() });
}

#[test]
fn the_quorum_is_two_thirds_rounded_up() {
    let quorum = |n: u8| Registry { institutions: (0..n).map(|i| AccountId([i; 32])).collect() }.quorum();
    assert_eq!([0, 1, 2, 3, 4, 5, 6, 7, 90].map(quorum), [1, 1, 2, 2, 3, 4, 4, 5, 60]);
}

#[test]
fn an_outsider_may_pay_and_does_not_count() {
    let (mut kit, mut ledger) = ready();
    let (a, b, newcomer) = (kit.hospital_a.id, kit.hospital_b.id, kit.newcomer.id);
    for (signers, fits) in [(vec![newcomer, a], false), (vec![newcomer, a, b], true)] {
        let payload = Payload::AdmitInstitution { admit: kit.admission(&kit.newcomer) };
        let body = kit.body_paid_by(newcomer, payload);
        let tx = kit.sign(body, &signers);
        if fits {
            ledger.block(&[&tx]).unwrap();
        } else {
            assert_eq!(ledger.refusal(&tx), TxError::NoQuorum { got: 1, needed: 2 });
        }
    }
}

#[test]
fn more_signatures_than_the_quorum_are_too_many() {
    let (mut kit, mut ledger) = ready();
    let (a, b, newcomer) = (kit.hospital_a.id, kit.hospital_b.id, kit.newcomer.id);
    let third = admit(&mut kit, &[a, b], |_| ());
    ledger.block(&[&third]).unwrap();
    // Two of three are needed: of three signatures anybody on the way could leave one out.
    let fourth = kit.clerk_a.id;
    let all = admit(&mut kit, &[a, b, newcomer], |admit| admit.account = fourth);
    assert!(matches!(ledger.refusal(&all), TxError::ExtraSignature { .. }));
    let two = admit(&mut kit, &[a, b], |admit| admit.account = fourth);
    assert_eq!(ledger.refusal(&two), TxError::WrongRole { account: fourth }, "the quorum holds");
}

#[test]
fn only_institutions_with_roles_are_admitted() {
    let (mut kit, ledger) = ready();
    let (a, b, patient) = (kit.hospital_a.id, kit.hospital_b.id, kit.patients[0].id);
    let tx = admit(&mut kit, &[a, b], |admit| admit.account = patient);
    assert_eq!(ledger.refusal(&tx), TxError::WrongRole { account: patient });
    let tx = admit(&mut kit, &[a, b], |admit| admit.roles = StaffRoles::NONE);
    assert_eq!(ledger.refusal(&tx), TxError::Empty { field: "roles" });
    let nobody = AccountId([7; 32]);
    let tx = admit(&mut kit, &[a, b], |admit| admit.account = nobody);
    assert_eq!(ledger.refusal(&tx), TxError::Unknown { what: "account", id: nobody.into() });
}

fn set(kit: &mut Consortium, signers: &[AccountId], change: impl Fn(&mut SetMembership)) -> Tx {
    let mut membership = SetMembership {
        institution: kit.hospital_a.id,
        staff: kit.doctor_b.id,
        roles: StaffRoles::DOCTOR,
        from: Timestamp(0),
        until: Timestamp::MAX,
        rekey: None,
    };
    change(&mut membership);
    kit.tx(Payload::SetMembership { membership }, signers)
}

#[test]
fn memberships_that_do_not_fit() {
    let (mut kit, mut ledger) = ready();
    let (a, doctor, newcomer) = (kit.hospital_a.id, kit.doctor_b.id, kit.newcomer.id);
    let patient = kit.patients[0].id;
    let unasked = set(&mut kit, &[a], |_| ());
    assert_eq!(ledger.refusal(&unasked), TxError::MissingSignature { account: doctor });
    let tx = set(&mut kit, &[a, patient], |set| set.staff = patient);
    assert_eq!(ledger.refusal(&tx), TxError::WrongRole { account: patient });
    let tx = set(&mut kit, &[newcomer, doctor], |set| set.institution = newcomer);
    assert_eq!(ledger.refusal(&tx), TxError::NotAdmitted { institution: newcomer });
    let tx = set(&mut kit, &[a, doctor], |set| (set.from, set.until) = (Timestamp(5), Timestamp(5)));
    let (start, end) = (Timestamp(5), Timestamp(5));
    assert_eq!(ledger.refusal(&tx), TxError::EmptyPeriod { field: "until", start, end });
    let fits = set(&mut kit, &[a, doctor], |_| ());
    ledger.block(&[&fits]).unwrap();
}

#[test]
fn roles_stay_within_the_institutions() {
    let (mut kit, mut ledger) = ready();
    let (a, b, newcomer, doctor) = (kit.hospital_a.id, kit.hospital_b.id, kit.newcomer.id, kit.doctor_b.id);
    let lab = admit(&mut kit, &[a, b], |admit| admit.roles = StaffRoles::LAB);
    ledger.block(&[&lab]).unwrap();
    let tx = set(&mut kit, &[newcomer, doctor], |set| set.institution = newcomer);
    assert_eq!(ledger.refusal(&tx), TxError::RoleMayNot { institution: newcomer, staff: doctor });
    assert!(ledger.view().get::<Institution>(&newcomer).unwrap().is_some());
}

#[test]
fn a_dismissal_changes_the_institutions_key() {
    let (mut kit, mut ledger) = ready();
    let (a, doctor) = (kit.hospital_a.id, kit.doctor_a.id);
    let keep_key = set(&mut kit, &[a], |set| (set.staff, set.roles) = (doctor, StaffRoles::NONE));
    assert_eq!(ledger.refusal(&keep_key), TxError::MustBeGiven { field: "rekey" });
    let dismiss = kit.dismiss(a, doctor);
    let before = ledger.view().get::<Account>(&a).unwrap().unwrap();
    ledger.block(&[&dismiss]).unwrap();
    let after = ledger.view().get::<Account>(&a).unwrap().unwrap();
    assert_ne!(before.enc_key, after.enc_key);
    assert_eq!(after.generation, before.generation + 1);
    assert!(
        after.seeds.is_some() && after.seeds != before.seeds,
        "other devices could not open the generation"
    );
    let not_member = TxError::NotMember { institution: a, staff: doctor };
    let twice = kit.dismiss(a, doctor);
    assert_eq!(ledger.refusal(&twice), not_member);
    let record = kit.create_record(0, "after the dismissal");
    assert_eq!(ledger.refusal(&record), not_member);
}

#[test]
fn only_a_managing_device_gives_an_institution_another_key() {
    let (mut kit, mut ledger) = ready();
    let (a, doctor) = (kit.hospital_a.id, kit.doctor_a.id);
    // The institution adds a gateway that transacts and does not manage.
    let (gateway, key) = kit.hospital_a.other_device("gateway", Caps::TRANSACT);
    let mut rotate = KeyRotate {
        account: a,
        add: vec![key],
        remove: Vec::new(),
        enc_key: kit.hospital_a.enc_key("generation 1"),
        generation: 1,
        seeds: ContentId::of_raw(b"seeds"),
        possessions: vec![kit.hospital_a.possession(kit.chain_id, &gateway)],
    };
    let add = kit.tx(Payload::KeyRotate { rotate: rotate.clone() }, &[a]);
    ledger.block(&[&add]).unwrap();

    let rekey = |enc_key| Some(Rekey { enc_key, seeds: ContentId::of_raw(b"next seeds") });
    let mut dismissal = SetMembership {
        institution: a,
        staff: doctor,
        roles: StaffRoles::NONE,
        from: Timestamp(0),
        until: Timestamp(0),
        rekey: rekey(kit.hospital_a.enc_key("the thief's")),
    };
    let by_gateway = |kit: &mut Consortium, membership: &SetMembership| {
        let body = kit.body(Payload::SetMembership { membership: membership.clone() });
        let signature = kit.hospital_a.sign_with(&gateway, KeyId(1), &body.to_bytes().unwrap());
        Tx::assemble(body, vec![signature]).unwrap()
    };
    let stolen = by_gateway(&mut kit, &dismissal);
    assert_eq!(ledger.refusal(&stolen), TxError::KeyMayNot { account: a, key: KeyId(1) });
    // Nor is the old key a new one, for whoever leaves knows it.
    dismissal.rekey = rekey(rotate.enc_key);
    let same = kit.tx(Payload::SetMembership { membership: dismissal.clone() }, &[a]);
    assert_eq!(ledger.refusal(&same), TxError::DuplicateKey { field: "rekey.enc_key", index: 0 });

    // What the recovery key asked for is called off by the managing device.
    (rotate.generation, rotate.enc_key) = (2, kit.hospital_a.enc_key("generation 2"));
    (rotate.add, rotate.possessions) = (Vec::new(), Vec::new());
    let body = kit.body_paid_by(kit.hospital_b.id, Payload::KeyRotate { rotate });
    let bytes = body.to_bytes().unwrap();
    let recovery = kit.hospital_a.sign_with(&kit.hospital_a.recovery, KeyId::RECOVERY, &bytes);
    let wish = Tx::assemble(body, vec![kit.hospital_b.sign(&bytes), recovery]).unwrap();
    ledger.block(&[&wish]).unwrap();
    assert!(ledger.view().get::<PendingRotation>(&a).unwrap().is_some());
    let dismiss = kit.dismiss(a, doctor);
    ledger.block(&[&dismiss]).unwrap();
    assert!(ledger.view().get::<PendingRotation>(&a).unwrap().is_none());
}

#[test]
fn memberships_begin_and_end_at_block_time() {
    let (mut kit, mut ledger) = ready();
    let (a, doctor) = (kit.hospital_a.id, kit.doctor_a.id);
    let (from, until) = (ledger.tip().time.plus(60_000), ledger.tip().time.plus(120_000));
    let tx = set(&mut kit, &[a, doctor], |set| (set.staff, set.from, set.until) = (doctor, from, until));
    ledger.block(&[&tx]).unwrap();
    let record = kit.create_record(0, "in the window");
    let now = ledger.tip().time.0;
    for (time, fits) in [(from.0 - 1, false), (from.0, true), (until.0 - 1, true), (until.0, false)] {
        ledger.step_ms = time - now;
        let want = if fits { Ok(()) } else { Err(TxError::NotMember { institution: a, staff: doctor }) };
        assert_eq!(ledger.admit(&record), want, "at {time}");
    }
}
