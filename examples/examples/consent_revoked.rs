//! A patient grants access and takes it back: `cargo run -p ehr-examples --example consent_revoked`.
//!
//! The ledger's rules say who may read; keys say who can: a record's keys are wrapped to the patient's scope, and the
//! scope's key to each reader. Revoking changes both in one transaction.
#![allow(clippy::print_stdout, reason = "an example prints")]

use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::keyring::ScopeKey;
use ehr_core::crypto::wrap::WrapSet;
use ehr_core::policy::{AccessQuery, Actions, Purposes, Resource, Subject};
use ehr_core::primitives::{Epoch, GrantId, RequestId, VersionNo};
use ehr_core::record::{self, Place, Recipient, SealedVersion, Section};
use ehr_core::state::testkit::Consortium;
use ehr_core::state::{Scope, StateRead, explain_access, explain_grant};
use ehr_core::store::{BlobStore, MemoryBlobs};
use ehr_core::tx::{
    AccessRequest, Payload, RecordCreate, Revoke, RevokeTarget, ScopeCreate, ScopeRotate, VersionAppend,
    VersionContent,
};
use ehr_examples::Node;
use rand_chacha::ChaCha20Rng as Rng;
use rand_core::SeedableRng;
use std::error::Error;

type Story<T> = Result<T, Box<dyn Error>>;
/// A sealed version, the wraps of its keys, and what the ledger is told of both.
type Written = (SealedVersion, WrapSet, VersionContent);

pub(crate) fn main() -> Story<()> {
    let rng = &mut Rng::from_seed([2; 32]); // fixed, so that the story is the same every time
    let mut kit = Consortium::new(1);
    let mut node = Node::new(1, kit.spec())?;
    let (patient, doctor_b, scope) = (kit.patients[0].id, kit.doctor_b.id, kit.scope(0));
    // The patient makes a scope. Its public key goes on the ledger: anybody can wrap to it, even while they sleep.
    let key_0 = ScopeKey::generate(scope, Epoch::ZERO, rng);
    let wraps = WrapSet { wraps: Vec::new() }.content_id()?; // holds the key for the patient's other devices
    let create = ScopeCreate { account: patient, scope, public: key_0.pair().public(), wraps };
    let mut setup = kit.setup();
    setup.pop(); // the kit's own scope, whose key nobody has
    setup.push(kit.tx(Payload::ScopeCreate { create }, &[patient]));
    node.block(&setup)?;
    // Doctor B of another hospital asks to read, and says which key to wrap to; the patient agrees for a year.
    let b_key = EncryptionKeyPair::generate(rng);
    let request = AccessRequest { to_key: b_key.public(), ..kit.request_terms(0) };
    let asked = kit.tx(Payload::AccessRequest { request }, &[doctor_b, kit.hospital_b.id]);
    let terms = kit.read_terms(0, Subject::Account { id: doctor_b });
    let agreed = kit.acknowledge(0, RequestId::from(asked.id()), terms);
    let grant = GrantId::from(agreed.id());
    node.block(&[asked])?;
    let for_b = key_0.wrap_to(patient, doctor_b, b_key.public(), rng)?;

    // Doctor A seals version 0 of a record, wraps its keys to the scope, and signs it with the patient.
    let record = kit.record("blood count");
    let place = Place { chain: kit.chain_id, account: patient, record, version: VersionNo::ZERO };
    let (sealed, set, content) = write(&kit, place, &key_0, b"Haemoglobin 13.1 g/dL", rng)?;
    let create = RecordCreate { content: content.clone(), ..kit.record_create(0, "blood count") };
    let created = kit.tx(Payload::RecordCreate { create }, &[kit.doctor_a.id, patient]);
    node.block(&[agreed, created.clone()])?;

    // May doctor B read it? The state says yes, and the key that was wrapped opens it.
    let query = AccessQuery {
        subject: doctor_b,
        acting_for: Some(kit.hospital_b.id),
        action: Actions::READ,
        purpose: Purposes::TREAT,
        resource: Resource::Version { record, version: VersionNo::ZERO }.chain(patient, Some(scope)),
    };
    let decision = explain_access(&node.state(), &query, node.time())?;
    assert!(decision.is_permit());
    println!("May doctor B read version 0? {decision}");
    let public = node.state().get::<Scope>(&scope)?.ok_or("no scope")?.public;
    let b_scope = ScopeKey::unwrap(&for_b, &b_key, public)?;
    let keys = record::unwrap_version(place, &set.find(b_scope.pair())?.body, b_scope.pair())?;
    let blobs = MemoryBlobs::new();
    sealed.bodies.iter().try_for_each(|(id, body)| blobs.put(id, body))?;
    let opened = record::open_version(place, &content, &sealed.manifest, &keys, |id| blobs.get(id))?;
    println!("Doctor B opens it: {:?}", String::from_utf8_lossy(&opened.sections[0]));

    // The patient takes it back. The same transaction begins a new epoch of the scope, with a key B is not given.
    let key_1 = ScopeKey::generate(scope, Epoch(1), rng);
    let rotation = ScopeRotate { public: key_1.pair().public(), ..kit.rotation(0, 1) };
    let revoke = Revoke { target: RevokeTarget::Grant { id: grant }, rotate: vec![rotation] };
    let revoked = kit.tx(Payload::Revoke { revoke }, &[patient]);
    node.block(&[revoked])?;
    let decision = explain_grant(&node.state(), &query, grant, node.time())?;
    println!("\nRevoked. May doctor B read version 0? {decision}");
    assert!(!decision.is_permit());

    // What is written from now on is wrapped to the new key, and B's is of no use.
    let place = Place { version: VersionNo(1), ..place };
    let (_, set, content) = write(&kit, place, &key_1, b"Haemoglobin 14.0 g/dL", rng)?;
    let append =
        VersionAppend { epoch: Epoch(1), content, ..kit.version_append("blood count", 1, created.id()) };
    let appended = kit.tx(Payload::VersionAppend { append }, &[kit.doctor_a.id, patient]);
    node.block(&[appended])?;
    let refused = set.find(b_scope.pair()).err().ok_or("the old key found a wrap")?;
    println!("\nDoctor B tries version 1: {refused}.");
    assert!(record::unwrap_version(place, &set.find(key_1.pair())?.body, key_1.pair()).is_ok());
    println!("The patient opens it. What doctor B has read, B keeps.");
    Ok(())
}

/// Doctor A seals a version and wraps its keys to the scope, for which the public half of its key is enough.
fn write(kit: &Consortium, place: Place, scope: &ScopeKey, text: &[u8], rng: &mut Rng) -> Story<Written> {
    let sealed =
        record::seal_version(place, "Note", &[Section { media_type: "text/plain", body: text }], rng)?;
    let to = [Recipient { account: place.account, key: scope.pair().public() }];
    let bodies = record::wrap_version(place, &sealed.keys, kit.doctor_a.id, &to, rng)?;
    let set = WrapSet::sign(bodies, &kit.doctor_a.device)?;
    let content = VersionContent {
        kind_commit: sealed.kind_commit,
        plain_root: sealed.plain_root,
        manifest: sealed.manifest_id,
        size_class: sealed.size_class,
        wraps_root: record::wraps_root(&set)?,
        wraps: set.content_id()?,
    };
    Ok((sealed, set, content))
}
