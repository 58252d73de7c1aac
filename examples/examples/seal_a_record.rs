//! Seals a record and opens it again: `cargo run -p ehr-examples --example seal_a_record`.
//!
//! No ledger yet: this is what happens on a doctor's machine before anything is signed or sent.
#![allow(clippy::print_stdout, reason = "an example prints")]

use ehr_core::crypto::seal::{Dek, OpenError, SealContext, open, open_range, seal, sealed_len};
use ehr_core::primitives::{AccountId, ChainId, ContentId, Hash32, RecordId, VersionNo};
use ehr_core::record::{OpenRecordError, Place, Section, open_section, open_version, seal_version};
use ehr_core::store::{BlobStore, MemoryBlobs};
use ehr_core::tx::VersionContent;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use std::error::Error;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    // Randomness is always an argument. A fixed seed makes this example print the same every time; a program of
    // yours uses the system's generator.
    let mut rng = ChaCha20Rng::from_seed([1; 32]);

    // 1. The bottom layer: one key, one context, bytes in, bytes out.
    let observation = br#"{"resourceType":"Observation","valueQuantity":{"value":6.3,"unit":"mmol/L"}}"#;
    let key = Dek::generate(&mut rng);
    let here = SealContext::new(b"patient 17, record 4, version 0".as_slice());
    let mut salt = [0; 24];
    rng.fill_bytes(&mut salt);
    let sealed = seal(&key, &here, &salt, observation)?;
    assert_eq!(sealed.len() as u64, sealed_len(observation.len() as u64));
    println!("Sealed {} bytes into {}.", observation.len(), sealed.len());
    assert_eq!(open(&key, &here, &sealed)?.as_slice(), observation);
    // Long bodies need not be opened whole.
    assert_eq!(open_range(&key, &here, &sealed, 17..28)?.as_slice(), b"Observation");

    // Another patient, another key or one changed bit: nothing comes out.
    let elsewhere = SealContext::new(b"patient 18, record 4, version 0".as_slice());
    assert_eq!(open(&key, &elsewhere, &sealed).err(), Some(OpenError::Commitment));
    assert!(open(&Dek::generate(&mut rng), &here, &sealed).is_err());
    let mut spoilt = sealed;
    if let Some(byte) = spoilt.last_mut() {
        *byte ^= 1;
    }
    println!("With one bit changed: {}.", open(&key, &here, &spoilt).err().ok_or("it opened")?);

    // 2. What programs use: a version of a record, in sections, each with a key of its own, padded so that lengths
    // say little. The place ties it to one version of one record of one patient on one chain.
    let place = Place {
        chain: ChainId([1; 32]),
        account: AccountId([2; 32]),
        record: RecordId([3; 32]),
        version: VersionNo::ZERO,
    };
    let sections = [
        Section { media_type: "application/fhir+json", body: observation },
        Section { media_type: "text/plain", body: b"Fasting, taken at 07:40." },
    ];
    let version = seal_version(place, "Observation", &sections, &mut rng)?;
    println!("A version of {} sealed bodies; section 0 says what the others are.", version.bodies.len());

    // Sealed bodies may be stored anywhere: they are found by the hash of their bytes.
    let blobs = MemoryBlobs::new();
    for (id, body) in &version.bodies {
        blobs.put(id, body)?;
    }
    // What the ledger is told: commitments and a size class.
    let content = VersionContent {
        kind_commit: version.kind_commit,
        plain_root: version.plain_root,
        manifest: version.manifest_id,
        size_class: version.size_class,
        wraps_root: Hash32::ZERO, // keys are handed over in `consent_revoked.rs`
        wraps: ContentId::of_dag_cbor(&[]),
    };

    // Who has the keys opens it, and everything is checked against what the ledger was told.
    let opened = open_version(place, &content, &version.manifest, &version.keys, |id| blobs.get(id))?;
    assert_eq!(opened.sections.first().map(|s| s.as_slice()), Some(observation.as_slice()));
    println!("Opened: kind {}, {} sections.", opened.descriptor.kind, opened.sections.len());

    // The key of one section opens that section, and no other.
    let note = version.keys.get(2).ok_or("section 2 has a key")?;
    let read = |section| open_section(place, &content, &version.manifest, section, note, |id| blobs.get(id));
    println!("With the key of section 2 alone: {:?}", String::from_utf8_lossy(&read(2)?.plain));
    let refused = read(1).err().ok_or("the key of section 2 opened section 1")?;
    println!("On section 1 it says: {refused}.");

    // Moved to another patient's record, it does not open.
    let moved = Place { account: AccountId([9; 32]), ..place };
    let refused = open_version(moved, &content, &version.manifest, &version.keys, |id| blobs.get(id)).err();
    assert!(matches!(refused, Some(OpenRecordError::Seal { .. })));
    println!("Moved into another patient's account, it does not open either.");
    Ok(())
}
