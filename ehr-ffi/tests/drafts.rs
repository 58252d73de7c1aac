//! What the less common drafts do to the ledger: dismissing, denying, revoking everything of somebody, continuing a record.

mod world;

use ehr_core::policy::{Actions, Purposes, Resource, StaffRoles, Subject};
use ehr_core::primitives::{AccountId, Epoch, RecordId, RequestId, ScopeId, Timestamp, VersionNo};
use ehr_core::tx::{DenyCode, Role};
use ehr_ffi::types::OpenedVersion;
use ehr_ffi::{Draft, EhrError, EhrErrorKind, Keyring, Ledger, Result};
use std::sync::Arc;
use world::{START, World, note, read_for};

struct Ward {
    world: World,
    ledger: Arc<Ledger>,
    scope: ScopeId,
    record: RecordId,
}

impl Ward {
    /// A patient with one record that says "first".
    fn new(seed: u8) -> Self {
        let world = World::new(seed);
        let ledger = world.ledger();
        world.people(&ledger);
        let scope = world.scope(&ledger);
        let record = world.record(&ledger, scope, "first");
        Self { world, ledger, scope, record }
    }

    fn hospital(&self) -> AccountId {
        self.world.hospital.account().unwrap()
    }

    fn done(&self, draft: Result<Arc<Draft>>, signers: &[&Arc<Keyring>]) -> ehr_core::primitives::TxId {
        self.world.done(&self.ledger, draft.unwrap(), signers)
    }

    fn person(&self, role: Role) -> Arc<Keyring> {
        let keys = Keyring::generate(role, Some(self.world.entropy.clone())).unwrap();
        self.done(self.ledger.draft_enrol(self.world.hospital.clone(), keys.clone()), &[]);
        keys
    }

    fn read(&self, who: &Arc<Keyring>, version: Option<u32>) -> Result<OpenedVersion> {
        let version = version.map(VersionNo);
        self.ledger.read(who.clone(), self.record, version, Purposes::TREAT, None, None)
    }

    fn read_at_work(&self, who: &Arc<Keyring>) -> Result<OpenedVersion> {
        let (hospital, keys) = (Some(self.hospital()), Some(self.world.hospital.clone()));
        self.ledger.read(who.clone(), self.record, None, Purposes::TREAT, hospital, keys)
    }

    fn version(&self, author: &Arc<Keyring>, words: &str) -> Result<Arc<Draft>> {
        let (payer, kind) = (self.world.hospital.clone(), "note".to_owned());
        self.ledger.draft_version(payer, author.clone(), self.hospital(), self.record, kind, note(words))
    }

    fn ask(&self, who: &Arc<Keyring>) -> RequestId {
        let draft = self.ledger.draft_request(
            self.world.hospital.clone(),
            who.clone(),
            self.hospital(),
            self.world.patient.account().unwrap(),
            Resource::Record { id: self.record },
            Actions::READ,
            Purposes::TREAT,
            Timestamp(START * 2),
            "a second look".to_owned(),
        );
        self.done(draft, &[]).into()
    }

    /// That handing a draft in is refused and changes nothing.
    fn refused(&self, draft: Result<Arc<Draft>>) -> EhrError {
        let before = (self.ledger.tip().unwrap(), self.ledger.pool_size().unwrap());
        let error = self.ledger.submit(draft.unwrap()).unwrap_err();
        assert_eq!(error.kind(), EhrErrorKind::Refused, "{error}");
        assert_eq!((self.ledger.tip().unwrap(), self.ledger.pool_size().unwrap()), before);
        error
    }
}

fn text(opened: &OpenedVersion) -> &str {
    std::str::from_utf8(&opened.sections[0].body).unwrap()
}

fn kind<T>(result: Result<T>) -> EhrErrorKind {
    result.err().expect("an error").kind()
}

#[test]
fn the_dismissed_neither_write_nor_read_and_the_institution_goes_on_with_a_new_key() {
    let ward = Ward::new(11);
    let World { hospital, doctor, patient, .. } = &ward.world;
    let (id, staff) = (ward.hospital(), doctor.account().unwrap());
    assert!(ward.ledger.membership(id, staff).unwrap().is_some());
    assert_eq!(text(&ward.read_at_work(doctor).unwrap()), "first");
    let before = ward.ledger.account(id).unwrap().unwrap();

    // Written while he was staff, handed in too late.
    let late = ward.version(doctor, "late").unwrap();
    late.sign(patient.clone()).unwrap();
    ward.done(ward.ledger.draft_dismiss(hospital.clone(), staff), &[]);
    assert!(ward.ledger.settle_keys(hospital.clone()).unwrap());

    assert_eq!(ward.ledger.membership(id, staff).unwrap(), None);
    ward.refused(Ok(late));
    let again = ward.version(doctor, "again").unwrap();
    again.sign(patient.clone()).unwrap();
    ward.refused(Ok(again));
    assert_eq!(kind(ward.read_at_work(doctor)), EhrErrorKind::Denied);
    assert_eq!(ward.ledger.history(ward.record).unwrap().len(), 1);

    let after = ward.ledger.account(id).unwrap().unwrap();
    assert_eq!((after.generation, hospital.generation().unwrap()), (before.generation + 1, 1));
    assert_ne!(after.encryption_key, before.encryption_key);
    assert_eq!(after.encryption_key, hospital.encryption_key().unwrap());

    // A successor writes under the new key, and with the hospital's keys opens what is older.
    let successor = ward.person(Role::Staff);
    let (from, until) = (Timestamp(START - 1), Timestamp(START * 2));
    let join = |who: &Arc<Keyring>| {
        let who = who.account().unwrap();
        ward.ledger.draft_membership(hospital.clone(), who, StaffRoles::DOCTOR, from, until)
    };
    ward.done(join(&successor), &[&successor]);
    assert_eq!(text(&ward.read_at_work(&successor).unwrap()), "first");
    ward.done(ward.version(&successor, "second"), &[patient]);
    assert_eq!(text(&ward.read_at_work(&successor).unwrap()), "second");

    let stranger = AccountId([9; 32]);
    assert_eq!(kind(ward.ledger.draft_dismiss(hospital.clone(), stranger)), EhrErrorKind::NotFound);
    assert_eq!(hospital.generation().unwrap(), 1, "a draft that failed changed no key");
}

#[test]
fn a_denied_request_gives_nothing_and_stays_denied() {
    let ward = Ward::new(12);
    let World { hospital, doctor, patient, .. } = &ward.world;
    let request = ward.ask(doctor);
    let deny = |request| {
        ward.ledger.draft_deny(hospital.clone(), patient.clone(), request, DenyCode::UnknownRequester)
    };
    let acknowledge =
        || ward.ledger.draft_acknowledge(hospital.clone(), patient.clone(), request, None).unwrap();
    assert_eq!(ward.ledger.request(request).unwrap().unwrap().status, "Pending");

    // Nobody but the patient says no: here the doctor answers instead.
    let forged = ward.ledger.draft_deny(hospital.clone(), doctor.clone(), request, DenyCode::NotWanted);
    ward.refused(forged);

    let (consent, twice) = (acknowledge(), deny(request));
    ward.done(deny(request), &[]);
    let answered = ward.ledger.request(request).unwrap().unwrap();
    assert_eq!((answered.status.as_str(), answered.grant), ("Denied", None));
    assert_eq!(ward.ledger.live_grants(patient.account().unwrap()).unwrap(), vec![]);
    assert_eq!(kind(ward.read(doctor, None)), EhrErrorKind::Denied);

    // No second answer, whatever was drafted before the first.
    ward.refused(Ok(consent));
    ward.refused(twice);
    assert_eq!(ward.ledger.request(request).unwrap().unwrap().status, "Denied");
    assert_eq!(kind(deny(RequestId([9; 32]))), EhrErrorKind::NotFound);

    // Asking anew is not ruled out.
    let request = ward.ask(doctor);
    ward.done(ward.ledger.draft_acknowledge(hospital.clone(), patient.clone(), request, None), &[]);
    assert_eq!(text(&ward.read(doctor, None).unwrap()), "first");
}

#[test]
fn revoking_a_subject_ends_all_of_its_grants_and_no_other() {
    let ward = Ward::new(13);
    let World { hospital, doctor, patient, .. } = &ward.world;
    let (friend, sister) = (ward.person(Role::Patient), ward.person(Role::Patient));
    let grant = |who: &Arc<Keyring>, resource: Resource| {
        let terms = read_for(who.account().unwrap(), resource);
        ward.done(ward.ledger.draft_grant(hospital.clone(), patient.clone(), terms), &[]).into()
    };
    let (scope, record) = (Resource::Scope { id: ward.scope }, Resource::Record { id: ward.record });
    let (first, second) = (grant(&friend, scope.clone()), grant(&friend, record));
    let other = grant(&sister, scope);
    for reader in [&friend, &sister] {
        assert_eq!(text(&ward.read(reader, None).unwrap()), "first");
    }

    let revoke = |who: &Arc<Keyring>| {
        let subject = Subject::Account { id: who.account().unwrap() };
        ward.ledger.draft_revoke_subject(hospital.clone(), patient.clone(), subject)
    };
    ward.done(revoke(&friend), &[]);
    let height = ward.ledger.tip().unwrap().height;
    for id in [first, second] {
        assert_eq!(ward.ledger.grant(id).unwrap().unwrap().revoked, Some(height));
    }
    let live: Vec<_> = ward.ledger.live_grants(patient.account().unwrap()).unwrap();
    assert_eq!(live.iter().map(|grant| grant.id).collect::<Vec<_>>(), [other]);
    assert_eq!(ward.ledger.scope(ward.scope).unwrap().unwrap().epoch, Epoch(1), "rotated, once");

    // What is written next is closed to the friend and open to the sister, who was handed the new key.
    ward.done(ward.version(doctor, "second"), &[patient]);
    assert_eq!(kind(ward.read(&friend, None)), EhrErrorKind::Denied);
    assert_eq!(kind(ward.read(&friend, Some(0))), EhrErrorKind::Denied);
    assert_eq!(text(&ward.read(&sister, None).unwrap()), "second");
    assert_eq!(text(&ward.read(&sister, Some(0)).unwrap()), "first");

    assert_eq!(kind(revoke(&friend)), EhrErrorKind::NotFound);
    assert_eq!(kind(revoke(doctor)), EhrErrorKind::NotFound);
}

#[test]
fn a_version_needs_the_patient_and_follows_the_newest() {
    let ward = Ward::new(14);
    let World { doctor, patient, hospital, .. } = &ward.world;
    let unsigned = ward.version(doctor, "unsigned").unwrap();
    assert_eq!(unsigned.missing(), vec![patient.account().unwrap()]);
    let bodies = unsigned.bodies();
    ward.refused(Ok(unsigned));
    assert!(!bodies.is_empty());
    assert!(bodies.iter().all(|id| ward.ledger.body(*id).unwrap().is_none()), "nothing of it is stored");

    // Two continue the same version: one wins, the other is told.
    let (mine, theirs) = (ward.version(doctor, "second").unwrap(), ward.version(doctor, "rival").unwrap());
    theirs.sign(patient.clone()).unwrap();
    assert_eq!(mine.record(), Some(ward.record));
    ward.done(Ok(mine), &[patient]);
    ward.refused(Ok(theirs));
    ward.done(ward.version(doctor, "third"), &[patient]);

    let history = ward.ledger.history(ward.record).unwrap();
    assert_eq!(history.iter().map(|version| version.version.0).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(history.windows(2).all(|pair| pair[0].height < pair[1].height));
    for (version, words) in [(0, "first"), (1, "second"), (2, "third")] {
        assert_eq!(text(&ward.read(patient, Some(version)).unwrap()), words);
    }
    assert_eq!(text(&ward.read(patient, None).unwrap()), "third");
    assert_eq!(kind(ward.read(patient, Some(3))), EhrErrorKind::NotFound);

    let unknown = ward.ledger.draft_version(
        hospital.clone(),
        doctor.clone(),
        ward.hospital(),
        RecordId([9; 32]),
        "note".to_owned(),
        note("nowhere"),
    );
    assert_eq!(kind(unknown), EhrErrorKind::NotFound);
}
