//! Records: the way from plaintext to sealed bodies and back, and everything that must stop it.

use ehr_core::codec::Wire;
use ehr_core::crypto::EncryptionKeyPair;
use ehr_core::crypto::seal::OpenError;
use ehr_core::crypto::wrap::WrapError;
use ehr_core::merkle::rfc6962::{Tree, verify_inclusion};
use ehr_core::primitives::*;
use ehr_core::record::*;
use ehr_core::store::BlobError;
use ehr_core::tx::VersionContent;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::BTreeMap;

const PLACE: Place = Place {
    chain: ChainId([1; 32]),
    account: AccountId([2; 32]),
    record: RecordId([3; 32]),
    version: VersionNo(4),
};
const JSON: &str = "application/fhir+json";

struct Stored {
    sealed: SealedVersion,
    content: VersionContent,
    blobs: BTreeMap<ContentId, Vec<u8>>,
}

fn rng(seed: u8) -> ChaCha20Rng {
    ChaCha20Rng::from_seed([seed; 32])
}

fn store_at(place: Place, seed: u8) -> Stored {
    let note = vec![b'n'; 40_000];
    let sections = [
        Section { media_type: JSON, body: br#"{"resourceType":"Condition"}"# },
        Section { media_type: "text/plain", body: &note },
        Section { media_type: "text/plain", body: b"" },
    ];
    let sealed = seal_version(place, "Condition", &sections, &mut rng(seed)).unwrap();
    let content = VersionContent {
        kind_commit: sealed.kind_commit,
        plain_root: sealed.plain_root,
        manifest: sealed.manifest_id,
        size_class: sealed.size_class,
        wraps_root: Hash32::ZERO,
        wraps: ContentId::of_dag_cbor(b""),
    };
    let blobs = sealed.bodies.iter().cloned().collect();
    Stored { sealed, content, blobs }
}

fn store() -> Stored {
    store_at(PLACE, 7)
}

impl Stored {
    fn open_as(&self, place: Place, content: &VersionContent) -> Result<OpenedVersion, OpenRecordError> {
        let fetch = |id: &ContentId| Ok(self.blobs.get(id).cloned());
        open_version(place, content, &self.sealed.manifest, &self.sealed.keys, fetch)
    }

    fn error(&self) -> OpenRecordError {
        self.open_as(PLACE, &self.content).err().expect("must not open")
    }
}

#[test]
fn opens_to_what_was_sealed() {
    let stored = store();
    let opened = stored.open_as(PLACE, &stored.content).unwrap();
    assert_eq!(opened.descriptor.kind, "Condition");
    assert_eq!(opened.descriptor.media_types, [JSON, "text/plain", "text/plain"]);
    assert_eq!(opened.sections[0][..], *br#"{"resourceType":"Condition"}"#);
    assert_eq!(opened.sections[1].len(), 40_000);
    assert!(opened.sections[2].is_empty());
    let total: usize = stored.sealed.bodies.iter().map(|b| b.1.len()).sum();
    assert!(total <= 1 << stored.content.size_class && total > 1 << (stored.content.size_class - 1));
}

#[test]
fn a_body_moved_to_another_place_does_not_open() {
    let stored = store();
    let moves: [fn(&mut Place); 4] = [
        |p| p.chain = ChainId([9; 32]),
        |p| p.account = AccountId([9; 32]),
        |p| p.record = RecordId([9; 32]),
        |p| p.version = VersionNo(5),
    ];
    for (i, change) in moves.iter().enumerate() {
        let mut place = PLACE;
        change(&mut place);
        let err = stored.open_as(place, &stored.content).err().unwrap();
        assert_eq!(err, OpenRecordError::Seal { section: 0, error: OpenError::Commitment }, "move {i}");
    }
    // Two sections exchanged in the manifest, with the chain agreeing to the new manifest and the keys exchanged
    // too: only the context can notice.
    let mut swapped = store();
    let mut manifest = Manifest::from_bytes(&swapped.sealed.manifest).unwrap();
    manifest.sections.swap(1, 2);
    swapped.sealed.manifest = manifest.to_bytes().unwrap();
    swapped.content.manifest = ContentId::of_dag_cbor(&swapped.sealed.manifest);
    let dek = swapped.sealed.keys.get(1).unwrap();
    let fetch = |id: &ContentId| Ok(swapped.blobs.get(id).cloned());
    let err = open_section(PLACE, &swapped.content, &swapped.sealed.manifest, 2, dek, fetch).err().unwrap();
    assert_eq!(err, OpenRecordError::Seal { section: 2, error: OpenError::Commitment });
}

#[test]
fn everything_the_chain_says_is_checked() {
    let stored = store();
    let changed = |change: fn(&mut VersionContent)| {
        let mut content = stored.content.clone();
        change(&mut content);
        stored.open_as(PLACE, &content).err().unwrap()
    };
    let wrong_root = changed(|c| c.plain_root = Hash32([9; 32]));
    assert_eq!(wrong_root, OpenRecordError::Seal { section: 0, error: OpenError::Commitment });
    assert_eq!(
        changed(|c| c.kind_commit = Hash32([9; 32])),
        OpenRecordError::Mismatch { what: "kind commitment" }
    );
    assert_eq!(changed(|c| c.size_class += 1), OpenRecordError::Mismatch { what: "size class" });
    let wrong_manifest = changed(|c| c.manifest = ContentId::of_dag_cbor(b"other"));
    assert!(matches!(wrong_manifest, OpenRecordError::WrongManifest { .. }));
}

#[test]
fn damage_and_absence_are_named() {
    let mut stored = store();
    let (id, bytes) = stored.sealed.bodies[2].clone();
    stored.blobs.get_mut(&id).unwrap()[100] ^= 1;
    assert_eq!(stored.error(), OpenRecordError::WrongBody { section: 2 });
    stored.blobs.remove(&id);
    assert_eq!(stored.error(), OpenRecordError::Missing { section: 2, body: id });
    stored.blobs.insert(id, bytes);
    assert!(stored.open_as(PLACE, &stored.content).is_ok());

    stored.sealed.keys = stored.sealed.keys.only(&[0, 1, 3]);
    assert_eq!(stored.error(), OpenRecordError::NoKey { section: 2 });
    let broken = |_: &ContentId| Err(BlobError::Full);
    let err =
        open_version(PLACE, &stored.content, &stored.sealed.manifest, &stored.sealed.keys, broken).err();
    assert_eq!(err, Some(OpenRecordError::Store { section: 0, error: BlobError::Full }));
}

#[test]
fn the_author_cannot_sign_one_thing_and_seal_another() {
    // An author who seals under a root of its own making: all opens, the leaves do not add up.
    let honest = store();
    let mut content = honest.content.clone();
    content.plain_root = Hash32([9; 32]);
    let key = honest.sealed.keys.get(0).unwrap();
    let context = ehr_core::crypto::seal::SealContext::section(
        PLACE.chain,
        PLACE.account,
        PLACE.record,
        PLACE.version,
        0,
        content.plain_root,
    )
    .unwrap();
    let descriptor = Descriptor { kind: "X".into(), kind_salt: Salt16::ZERO, media_types: vec![] };
    let plain = descriptor.to_bytes().unwrap();
    let padded = ehr_core::crypto::seal::padded_len(plain.len() as u64) as usize;
    let mut payload = [&[0; 16][..], &(plain.len() as u64).to_be_bytes(), &plain].concat();
    payload.resize(24 + padded, 0);
    let sealed = ehr_core::crypto::seal::seal(key, &context, &[0; 24], &payload).unwrap();
    let body = ContentId::of_raw(&sealed);
    let entry = ManifestEntry { body, len: sealed.len() as u64, format: 1 };
    let manifest = Manifest { format: 1, sections: vec![entry] }.to_bytes().unwrap();
    content.manifest = ContentId::of_dag_cbor(&manifest);
    content.size_class = ehr_core::crypto::seal::size_class(sealed.len() as u64);
    content.kind_commit = descriptor.kind_commit();
    let open = |content: &VersionContent| {
        open_version(PLACE, content, &manifest, &honest.sealed.keys, |_| Ok(Some(sealed.clone()))).err()
    };
    assert_eq!(open(&content), Some(OpenRecordError::Mismatch { what: "plain root" }));
}

#[test]
fn one_section_is_shared_and_proven_without_the_others() {
    let stored = store();
    let only = stored.sealed.keys.only(&[2]);
    assert_eq!(only.len(), 1);
    let fetch = |id: &ContentId| Ok(stored.blobs.get(id).cloned());
    let dek = only.get(2).unwrap();
    let opened = open_section(PLACE, &stored.content, &stored.sealed.manifest, 2, dek, fetch).unwrap();
    assert_eq!(opened.leaf, section_leaf(&opened.salt, &opened.plain));

    let mut tree = Tree::new();
    let whole = stored.open_as(PLACE, &stored.content).unwrap();
    whole.leaves.iter().for_each(|leaf| tree.push_hash(*leaf));
    let proof = tree.prove_inclusion(2, 4).unwrap();
    verify_inclusion(2, 4, &opened.leaf, proof.as_slice(), &stored.content.plain_root).unwrap();
    let outside = open_section(PLACE, &stored.content, &stored.sealed.manifest, 4, dek, fetch).err();
    assert_eq!(outside, Some(OpenRecordError::NoSection { section: 4, sections: 4 }));
}

#[test]
fn wrapped_keys_open_the_version_and_no_other() {
    let stored = store();
    let mut rng = rng(8);
    let scope = EncryptionKeyPair::generate(&mut rng);
    let hospital = EncryptionKeyPair::generate(&mut rng);
    let author = AccountId([6; 32]);
    let to = [
        Recipient { account: PLACE.account, key: scope.public() },
        Recipient { account: AccountId([5; 32]), key: hospital.public() },
    ];
    let wraps = wrap_version(PLACE, &stored.sealed.keys, author, &to, &mut rng).unwrap();
    for (wrap, key) in wraps.iter().zip([&scope, &hospital]) {
        let keys = unwrap_version(PLACE, wrap, key).unwrap();
        let fetch = |id: &ContentId| Ok(stored.blobs.get(id).cloned());
        assert!(open_version(PLACE, &stored.content, &stored.sealed.manifest, &keys, fetch).is_ok());
    }
    let next = Place { version: VersionNo(5), ..PLACE };
    let err = unwrap_version(next, &wraps[0], &scope).err();
    assert_eq!(err, Some(WrapError::WrongSubject { expected: "version" }));
}

#[test]
fn section_keys_are_canonical_and_ordered() {
    let keys = store().sealed.keys;
    let bytes = keys.to_bytes().unwrap();
    assert_eq!(SectionKeys::from_bytes(&bytes).unwrap().to_bytes().unwrap(), bytes);
    // [[0, key], [1, key], ...]: the first section's number made 1, then the array reads 1, 1, 2, 3.
    let mut twice = bytes.to_vec();
    assert_eq!(twice[2], 0);
    twice[2] = 1;
    assert!(SectionKeys::from_bytes(&twice).is_err());
}

#[test]
fn equal_content_shows_nothing_equal_outside_and_lengths_are_hidden() {
    let (a, b) = (store(), store_at(PLACE, 9));
    assert_ne!(a.content.plain_root, b.content.plain_root);
    assert_ne!(a.content.kind_commit, b.content.kind_commit);
    assert_ne!(a.sealed.bodies[1].0, b.sealed.bodies[1].0);
    let len = |n: usize| {
        let body = vec![0; n];
        let section = [Section { media_type: JSON, body: &body }];
        seal_version(PLACE, "X", &section, &mut rng(1)).unwrap().bodies[1].1.len()
    };
    assert_eq!(len(10_001), len(10_200));
}

#[test]
fn limits_name_field_and_limit() {
    let many = vec![Section { media_type: JSON, body: b"" }; 256];
    let err = seal_version(PLACE, "X", &many, &mut rng(1)).err();
    assert_eq!(err, Some(SealRecordError::TooManySections { limit: 256, got: 257 }));
    let err = seal_version(PLACE, &"x".repeat(129), &[], &mut rng(1)).err();
    assert_eq!(err, Some(SealRecordError::NameTooLong { field: "kind", limit: 128, got: 129 }));
    let most = seal_version(PLACE, &"x".repeat(128), &many[1..], &mut rng(1)).unwrap();
    assert_eq!(most.bodies.len(), 256);
    let key = EncryptionKeyPair::generate(&mut rng(1));
    let to = [Recipient { account: PLACE.account, key: key.public() }];
    let wraps = wrap_version(PLACE, &most.keys, PLACE.account, &to, &mut rng(1)).unwrap();
    assert_eq!(unwrap_version(PLACE, &wraps[0], &key).unwrap().len(), 256);
    assert!(wraps[0].to_bytes().unwrap().len() <= 16 * 1024);
}
