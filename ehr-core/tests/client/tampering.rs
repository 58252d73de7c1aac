//! Negative controls: wrong keys, missing and damaged bodies, swapped, forged and relabelled wraps.

use crate::world::{World, desk, mine, store, text};
use ehr_core::client::{AccountKeys, BodyError, ClientError, Desk, Draft, Reader, Unopened};
use ehr_core::codec::Wire;
use ehr_core::crypto::signature::{Signer, SoftwareSigner, prove_possession};
use ehr_core::crypto::wrap::{WrapError, WrapSet, WrapSubject};
use ehr_core::policy::{Purposes, Resource, Subject};
use ehr_core::primitives::{ContentId, RecordId, ScopeId, VersionNo};
use ehr_core::record::{Section, wraps_root};
use ehr_core::state::{Scope, StateRead, Version, VersionId};
use ehr_core::store::{BlobError, BlobStore, Forgotten, MemoryBlobs};
use ehr_core::tx::{Caps, DeviceKey, KeyId, Payload};

fn content(world: &World, record: RecordId) -> ehr_core::tx::VersionContent {
    let id = VersionId::new(record, VersionNo(0));
    world.desk().state.get::<Version>(&id).unwrap().unwrap().content.clone()
}

fn section_body(world: &World, record: RecordId) -> ContentId {
    let manifest = world.blobs.get(&content(world, record).manifest).unwrap().unwrap();
    ehr_core::record::Manifest::from_bytes(&manifest).unwrap().sections[1].body
}

#[test]
fn a_missing_body_is_named() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "here");
    let content = content(&world, record);
    for id in [content.wraps, content.manifest, section_body(&world, record)] {
        let bytes = world.blobs.get(&id).unwrap().unwrap();
        world.blobs.forget(&id).unwrap();
        let missing = Some(ClientError::Body { id, error: BodyError::Missing });
        assert_eq!(world.patient_reads(0, record, None).err(), missing);
        world.blobs.put(&id, &bytes).unwrap();
    }
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "here");
    // The grantee's key is in the wraps of the grant.
    let subject = Subject::Account { id: world.doctor_b.id() };
    let terms = World::terms(subject, Resource::Scope { id: scope });
    let (_, wraps) = {
        let draft = desk!(world).grant(&world.patients[0], &terms, &mut world.rng).unwrap();
        let id = draft.bodies[0].0;
        (mine!(world, a, [&world.patients[0]], |_desk, rng| Ok::<_, ClientError>(draft)), id)
    };
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "here");
    world.blobs.forget(&wraps).unwrap();
    let missing = Some(ClientError::Body { id: wraps, error: BodyError::Missing });
    assert_eq!(world.doctor_b_reads(record, None).err(), missing);
}

/// A store that gives one body for another.
struct Liar<'a> {
    honest: &'a MemoryBlobs,
    asked: ContentId,
    given: Vec<u8>,
}

impl BlobStore for Liar<'_> {
    fn put(&self, id: &ContentId, bytes: &[u8]) -> Result<(), BlobError> {
        self.honest.put(id, bytes)
    }
    fn get(&self, id: &ContentId) -> Result<Option<Vec<u8>>, BlobError> {
        if *id == self.asked { Ok(Some(self.given.clone())) } else { self.honest.get(id) }
    }
    fn forget(&self, id: &ContentId) -> Result<Forgotten, BlobError> {
        self.honest.forget(id)
    }
}

#[test]
fn a_store_that_lies_is_found_out() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let (record, other) = (world.record(0, scope, "mine"), world.record(0, scope, "swapped in"));
    let (right, wrong) = (content(&world, record), content(&world, other));
    let pairs = [
        (right.wraps, wrong.wraps),
        (right.manifest, wrong.manifest),
        (section_body(&world, record), section_body(&world, other)),
    ];
    for (asked, given) in pairs {
        let given = world.blobs.get(&given).unwrap().unwrap();
        let liar = Liar { honest: &world.blobs, asked, given };
        let desk = Desk { bodies: &liar, ..world.desk() };
        let reader = Reader::own(&world.patients[0]);
        let Err(error) = desk.read(&reader, record, None, Purposes::PATRQT) else { panic!("opened") };
        let found = matches!(&error, ClientError::Body { id, error: BodyError::Damaged } if *id == asked)
            || matches!(&error, ClientError::Open(_));
        assert!(found, "{error}");
    }
}

/// A record by doctor A whose wraps were changed by `change` before they were signed for, so that the chain names them.
fn record_with(world: &mut World, scope: ScopeId, change: impl FnOnce(&mut WrapSet)) -> RecordId {
    let section = Section { media_type: "text/plain", body: b"changed" };
    let draft = {
        let desk = desk!(world);
        desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[section], &mut world.rng).unwrap()
    };
    let draft = with_wraps(draft, change);
    let record = draft.about.record.unwrap();
    mine!(world, a, [&world.doctor_a, &world.patients[0]], |_desk, rng| Ok::<_, ClientError>(draft));
    record
}

fn with_wraps(mut draft: Draft, change: impl FnOnce(&mut WrapSet)) -> Draft {
    let Payload::RecordCreate { create } = &mut draft.payload else { panic!() };
    let at = draft.bodies.iter().position(|(id, _)| *id == create.content.wraps).unwrap();
    let mut set = WrapSet::from_bytes(&draft.bodies[at].1).unwrap();
    change(&mut set);
    let bytes = set.to_bytes().unwrap();
    create.content.wraps = ContentId::of_dag_cbor(&bytes);
    create.content.wraps_root = wraps_root(&set).unwrap();
    draft.bodies[at] = (create.content.wraps, bytes);
    draft
}

#[test]
fn wraps_of_another_version_do_not_open_this_one() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let other = world.record(0, scope, "other");
    let swapped = WrapSet::from_bytes(&world.blobs.get(&content(&world, other).wraps).unwrap().unwrap());
    let record = record_with(&mut world, scope, |set| *set = swapped.clone().unwrap());
    let why = Unopened::NoEpochKey { epoch: ehr_core::primitives::Epoch(0) };
    let error = world.patient_reads(0, record, None).err().unwrap();
    // The patient has the scope key; no wrap of this version is there to open with it.
    assert_eq!(error, ClientError::CannotOpen { record, version: VersionNo(0), why });
    // Relabelled for this version they do not open either: the label is part of what is encrypted.
    let subject = |record| WrapSubject::Version { record, version: VersionNo(0) };
    let relabelled = record_with(&mut world, scope, |set| {
        let own = set.wraps[0].body.subject;
        *set = swapped.clone().unwrap();
        set.wraps.iter_mut().for_each(|wrap| wrap.body.subject = own);
    });
    assert_ne!(subject(record), subject(relabelled));
    let error = world.patient_reads(0, relabelled, None).err().unwrap();
    assert!(matches!(error, ClientError::ForgedWrap { author } if author == world.doctor_a.id()), "{error}");
}

#[test]
fn a_wrap_its_author_did_not_sign_is_refused() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let author = world.doctor_a.id();
    // Signed by somebody else, and by somebody else under their own name.
    let forger = AccountKeys::from_bytes(&world.doctor_b.to_bytes().unwrap(), None).unwrap();
    let signed_by_other = record_with(&mut world, scope, |set| {
        let bodies = set.wraps.iter().map(|wrap| wrap.body.clone()).collect();
        *set = WrapSet::sign(bodies, forger.signer()).unwrap();
    });
    let error = world.patient_reads(0, signed_by_other, None).err();
    assert_eq!(error, Some(ClientError::ForgedWrap { author }));
    let other_name = record_with(&mut world, scope, |set| {
        set.wraps.iter_mut().for_each(|wrap| wrap.body.author = forger.id());
    });
    let error = world.patient_reads(0, other_name, None).err();
    assert_eq!(error, Some(ClientError::ForgedWrap { author }));
    // The patient notices before signing.
    let section = Section { media_type: "text/plain", body: b"unsigned wraps" };
    let desk = desk!(world);
    let draft = desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[section], &mut world.rng);
    let draft = with_wraps(draft.unwrap(), |set| {
        let bodies = set.wraps.iter().map(|wrap| wrap.body.clone()).collect();
        *set = WrapSet::sign(bodies, forger.signer()).unwrap();
    });
    let made = desk.compose(world.a.id(), 99, draft).unwrap();
    let seen = desk.preview(&world.patients[0], &made).err();
    assert_eq!(seen, Some(ClientError::ForgedWrap { author }));
}

/// A doctor's first device is replaced. The state forgets its key, so its signatures of wraps can no longer be checked;
/// what it wrote must stay readable all the same.
#[test]
fn what_a_removed_device_wrapped_stays_readable() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "by the old device");
    let mut doctor = AccountKeys::from_bytes(&world.doctor_a.to_bytes().unwrap(), None).unwrap();
    let mut draft = desk!(world).rotate_keys(&mut doctor, &mut world.rng).unwrap();
    let Payload::KeyRotate { rotate } = &mut draft.payload else { panic!() };
    let device = SoftwareSigner::from_seed(&[77; 32]);
    let context = [world.ledger.spec.chain_id().as_ref(), doctor.id().as_ref()].concat();
    rotate.add = vec![DeviceKey {
        sig: device.public_key(),
        enc: doctor.device_key(),
        caps: Caps::TRANSACT.union(Caps::MANAGE),
    }];
    rotate.remove = vec![KeyId(0)];
    rotate.possessions = vec![prove_possession(&device, &context).unwrap()];
    mine!(world, a, [&doctor], |_desk, rng| Ok::<_, ClientError>(draft));
    assert_eq!(text(world.patient_reads(0, record, None)).unwrap(), "by the old device");
    // By a grantee too.
    world.grant_scope_to_b(0, scope);
    assert_eq!(text(world.doctor_b_reads(record, None)).unwrap(), "by the old device");
}

/// An author who wraps to nobody but the institution: the patient sees it before signing.
#[test]
fn a_version_that_is_not_wrapped_to_the_patient_is_noticed_before_it_is_signed() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let section = Section { media_type: "text/plain", body: b"for us only" };
    let desk = desk!(world);
    let draft = desk.record(&world.doctor_a, world.a.id(), scope, "Basic", &[section], &mut world.rng);
    let draft = with_wraps(draft.unwrap(), |set| drop(set.wraps.drain(..2)));
    let made = desk.compose(world.a.id(), 99, draft).unwrap();
    let error = desk.preview(&world.patients[0], &made).err().unwrap();
    assert!(matches!(error, ClientError::CannotOpen { why: Unopened::NoWrap, .. }), "{error}");
}

/// A wrap that is signed as it should be and altered inside.
#[test]
fn an_altered_wrap_does_not_open() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let author = AccountKeys::from_bytes(&world.doctor_a.to_bytes().unwrap(), None).unwrap();
    let record = record_with(&mut world, scope, |set| {
        let mut bodies: Vec<_> = set.wraps.iter().map(|wrap| wrap.body.clone()).collect();
        bodies.iter_mut().for_each(|body| body.ct[0] ^= 1);
        *set = WrapSet::sign(bodies, author.signer()).unwrap();
    });
    let why = Unopened::Wrap(WrapError::Altered);
    let error = world.patient_reads(0, record, None).err();
    assert_eq!(error, Some(ClientError::CannotOpen { record, version: VersionNo(0), why }));
}

/// A patient's device that published another key than it wrapped: noticed by whoever receives the wrap.
#[test]
fn a_scope_key_that_is_not_the_published_one_is_refused() {
    let mut world = World::new(1);
    let mut draft = desk!(world).scope(&world.patients[0], &mut world.rng).unwrap();
    let Payload::ScopeCreate { create } = &mut draft.payload else { panic!() };
    create.public = world.a.ring().current().encryption_key().public();
    let scope = create.scope;
    mine!(world, a, [&world.patients[0]], |_desk, rng| Ok::<_, ClientError>(draft));
    let subject = Subject::Account { id: world.doctor_b.id() };
    let terms = World::terms(subject, Resource::Scope { id: scope });
    let granted = desk!(world).grant(&world.patients[0], &terms, &mut world.rng).err();
    let expected = "scope key of this epoch";
    assert_eq!(granted, Some(ClientError::Wrap(WrapError::WrongContent { expected })));
}

#[test]
fn other_keys_open_nothing() {
    let mut world = World::new(2);
    let scope = world.scope(0);
    let record = world.record(0, scope, "mine");
    // Keys of another patient under the right patient's name would need the right account id; the policy asks for it.
    let error = world.patient_reads(1, record, None).err().unwrap();
    assert!(matches!(error, ClientError::Denied(_)));
    // A grant that lets somebody read, whose wraps went to somebody else.
    let (to_b, to_patient) =
        (Subject::Account { id: world.doctor_b.id() }, Subject::Account { id: world.patients[1].id() });
    let mut draft = {
        let desk = desk!(world);
        let terms = World::terms(to_b, Resource::Scope { id: scope });
        desk.grant(&world.patients[0], &terms, &mut world.rng).unwrap()
    };
    let Payload::Grant { grant } = &mut draft.payload else { panic!() };
    grant.subject = to_patient;
    store(&world.blobs, &draft);
    mine!(world, a, [&world.patients[0]], |_desk, rng| Ok::<_, ClientError>(draft));
    let reader = Reader::own(&world.patients[1]);
    let error = world.desk().read(&reader, record, None, Purposes::TREAT).err().unwrap();
    assert!(matches!(error, ClientError::CannotOpen { why: Unopened::NoWrap, .. }), "{error}");
    assert!(world.desk().state.get::<Scope>(&scope).unwrap().is_some());
}

/// What errors say holds nothing of a record, a reason or a key.
#[test]
fn errors_hold_nothing_private() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "canary-plaintext");
    let wraps = content(&world, record).wraps;
    world.blobs.forget(&wraps).unwrap();
    let secrets = world.patients[0].to_bytes().unwrap();
    let errors = [
        world.patient_reads(0, record, None).err().unwrap(),
        world.doctor_b_reads(record, None).err().unwrap(),
        AccountKeys::from_bytes(&secrets[..200], None).err().unwrap(),
        AccountKeys::from_bytes(b"canary-key", None).err().unwrap(),
    ];
    for error in errors {
        let said = format!("{error} {error:?}");
        assert!(!said.contains("canary"), "{said}");
        for part in [&secrets[120..128], &secrets[160..168]] {
            let hex: String = part.iter().map(|byte| format!("{byte:02x}")).collect();
            assert!(!said.contains(&hex), "{said}");
        }
    }
}
