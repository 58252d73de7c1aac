//! A resource becomes a sealed version: bodies, manifest, wraps, and what the chain is told.

use super::error::DemoError;
use super::hospital::Blob;
use super::patient::{Kept, Patient, wrap_blob};
use crate::wallet::Owner;
use ehr_core::crypto::wrap::WrapSet;
use ehr_core::record::{Place, Recipient, Section, seal_version, wrap_version, wraps_root};
use ehr_core::tx::VersionContent;
use rand_core::CryptoRng;

const MEDIA_TYPE: &str = "application/fhir+json";

/// A sealed version on its way: what to store, and what to remember.
pub(super) struct Sealed {
    pub(super) blobs: Vec<Blob>,
    pub(super) kept: Kept,
}

/// Seals `plain` for the patient's current scope epoch. The keys are wrapped to the patient, the scope and the
/// author's institution, so nobody needs to be online but the author.
pub(super) fn seal(
    place: Place,
    kind: &str,
    plain: Vec<u8>,
    patient: &Patient,
    author: &Owner,
    institution: &Owner,
    rng: &mut impl CryptoRng,
) -> Result<Sealed, DemoError> {
    let section = Section { media_type: MEDIA_TYPE, body: &plain };
    let sealed = seal_version(place, kind, &[section], rng)?;
    let recipients = [
        Recipient { account: patient.owner.id(), key: patient.owner.encryption_key() },
        Recipient { account: patient.owner.id(), key: patient.key()?.pair().public() },
        Recipient { account: institution.id(), key: institution.encryption_key() },
    ];
    let bodies = wrap_version(place, &sealed.keys, author.id(), &recipients, rng)?;
    let wraps = WrapSet::sign(bodies, author.signer())?;
    let wraps_blob = wrap_blob(&wraps)?;
    let content = VersionContent {
        kind_commit: sealed.kind_commit,
        plain_root: sealed.plain_root,
        manifest: sealed.manifest_id,
        size_class: sealed.size_class,
        wraps_root: wraps_root(&wraps)?,
        wraps: wraps_blob.0,
    };
    let mut blobs = sealed.bodies;
    blobs.push((sealed.manifest_id, sealed.manifest));
    blobs.push(wraps_blob);
    Ok(Sealed { blobs, kept: Kept { kind: kind.to_owned(), place, content, plain } })
}
