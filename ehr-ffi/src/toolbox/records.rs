//! Record versions (`docs/spec/sealing.md`).

use super::args::{decode, fixed, hash};
use super::wraps::{pair, refusal};
use crate::EhrError;
use ehr_core::primitives::{ContentId, Hash32, Salt16};
use ehr_core::record::{self, OpenRecordError, OpenedVersion, Place, SectionKeys};
use ehr_core::tx::VersionContent;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// What the chain holds of a version's content.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionPromise {
    /// Commitment to the kind.
    pub kind_commit: Vec<u8>,
    /// RFC 6962 root over the salted sections.
    pub plain_root: Vec<u8>,
    /// Content id of the manifest.
    pub manifest_id: ContentId,
    /// Size class of all bodies together.
    pub size_class: u8,
}

/// A version, proven to be what the chain holds.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedVersion {
    /// Kind of the record.
    pub kind: String,
    /// Salt of the commitment to it, 16 bytes.
    pub kind_salt: Vec<u8>,
    /// Media type of each section.
    pub media_types: Vec<String>,
    /// The sections.
    pub sections: Vec<Vec<u8>>,
    /// Leaves under `plain_root`; the first is the descriptor's, each other one a section's.
    pub leaves: Vec<Vec<u8>>,
}

impl From<OpenedVersion> for VerifiedVersion {
    fn from(opened: OpenedVersion) -> Self {
        Self {
            kind: opened.descriptor.kind,
            kind_salt: opened.descriptor.kind_salt.0.to_vec(),
            media_types: opened.descriptor.media_types,
            sections: opened.sections.iter().map(|section| section.to_vec()).collect(),
            leaves: opened.leaves.iter().map(|leaf| leaf.0.to_vec()).collect(),
        }
    }
}

/// The section keys of a version from a wrap of them: canonical bytes, secret.
///
/// # Errors
/// `Malformed`; `CannotOpen` for another secret or another version.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn unwrap_section_keys(place: Place, wrap_body: Vec<u8>, secret: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let keys = record::unwrap_version(place, &decode(&wrap_body)?, &pair(secret)?).map_err(refusal)?;
    let mut bytes = keys.to_bytes().map_err(EhrError::internal)?;
    Ok(core::mem::take(&mut *bytes))
}

/// Opens a version and checks all of it against the chain: manifest, bodies, sections, kind, size class (rule RM-8).
/// `bodies` are the sealed bodies the manifest links, in any order.
///
/// # Errors
/// `Malformed`, `NewerFormat`; `CannotOpen` if a body is missing or does not open; `Refused` if what opens is not
/// what the chain holds.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn open_version(
    place: Place,
    promise: &VersionPromise,
    manifest: Vec<u8>,
    keys: Vec<u8>,
    bodies: &[Vec<u8>],
) -> Result<VerifiedVersion, EhrError> {
    let content = VersionContent {
        kind_commit: hash("promise.kind_commit", &promise.kind_commit)?,
        plain_root: hash("promise.plain_root", &promise.plain_root)?,
        manifest: promise.manifest_id,
        size_class: promise.size_class,
        // Opening does not look at the wraps.
        wraps_root: Hash32::ZERO,
        wraps: ContentId::of_dag_cbor(&[]),
    };
    let keys = SectionKeys::from_bytes(&Zeroizing::new(keys))?;
    let bodies: BTreeMap<ContentId, &Vec<u8>> = bodies.iter().map(|b| (ContentId::of_raw(b), b)).collect();
    let fetch = |wanted: &ContentId| Ok(bodies.get(wanted).map(|body| (*body).clone()));
    let opened = record::open_version(place, &content, &manifest, &keys, fetch).map_err(open_refusal)?;
    Ok(VerifiedVersion::from(opened))
}

/// Leaf of a section under `plain_root`: its salt, 16 bytes, and its content.
///
/// # Errors
/// `InvalidArgument` for a salt of another length.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn section_leaf(salt: Vec<u8>, plain: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(record::section_leaf(&Salt16(fixed("salt", &salt)?), &plain).0.to_vec())
}

pub(super) fn open_refusal(error: OpenRecordError) -> EhrError {
    match error {
        OpenRecordError::Decode(error) => error.into(),
        OpenRecordError::Format { .. } => EhrError::newer_format(error),
        OpenRecordError::WrongManifest { .. }
        | OpenRecordError::WrongBody { .. }
        | OpenRecordError::Mismatch { .. } => EhrError::refused(error),
        _ => EhrError::cannot_open(error),
    }
}
