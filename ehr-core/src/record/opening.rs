//! Sealed version to plaintext, checked against what the chain says.

use super::{Descriptor, Manifest, Place, SectionKeys, payload};
use crate::codec::{DecodeError, EncodeError, Wire, limits};
use crate::crypto::seal::{self, Dek, OpenError, size_class};
use crate::merkle::rfc6962;
use crate::primitives::{ContentId, Hash32, Salt16};
use crate::store::BlobError;
use crate::tx::VersionContent;
use zeroize::Zeroizing;

/// A version that does not open. Nothing of it is handed out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenRecordError {
    /// The manifest is not the one on the chain.
    #[error("manifest is {found}, the chain names {expected}")]
    WrongManifest {
        /// Id of the bytes given.
        found: ContentId,
        /// Id on the chain.
        expected: ContentId,
    },
    /// The manifest or descriptor does not decode.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A format this build does not read.
    #[error("{what} has format {found}, this program reads {expected}")]
    Format {
        /// Manifest or section.
        what: &'static str,
        /// Format found.
        found: u8,
        /// Format read.
        expected: u8,
    },
    /// The manifest has no such section, or none at all.
    #[error("version has {sections} sections, number {section} asked for")]
    NoSection {
        /// Number asked for.
        section: u16,
        /// Sections there are.
        sections: usize,
    },
    /// No key for a section.
    #[error("no key for section {section}")]
    NoKey {
        /// Its number.
        section: u16,
    },
    /// The store has no body for a section.
    #[error("sealed body {body} of section {section} is not in the store")]
    Missing {
        /// Number of the section.
        section: u16,
        /// The body.
        body: ContentId,
    },
    /// The store failed.
    #[error("section {section}: {error}")]
    Store {
        /// Number of the section.
        section: u16,
        /// Why.
        error: BlobError,
    },
    /// A body is not the one in the manifest.
    #[error("sealed body of section {section} is damaged")]
    WrongBody {
        /// Number of the section.
        section: u16,
    },
    /// A body does not open: wrong key, or moved here from another patient, record, version or section.
    #[error("section {section}: {error}")]
    Seal {
        /// Number of the section.
        section: u16,
        /// Why.
        error: OpenError,
    },
    /// What was sealed is not salt, length, plaintext and padding: its author broke the format.
    #[error("section {section} holds no section")]
    BadPayload {
        /// Number of the section.
        section: u16,
    },
    /// All opens, and is not what was signed.
    #[error("{what} does not match the chain")]
    Mismatch {
        /// Plain root, kind commitment, size class or number of sections.
        what: &'static str,
    },
    /// A context did not encode.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// A section by itself. What it says is certain only with a proof that `leaf` is under the signed root.
pub struct OpenedSection {
    /// Salt of the leaf, needed to show the section to others.
    pub salt: Salt16,
    /// Leaf of the section in `plain_root`.
    pub leaf: Hash32,
    /// Content.
    pub plain: Zeroizing<Vec<u8>>,
}

/// A whole version, proven to be what was signed.
pub struct OpenedVersion {
    /// Section 0.
    pub descriptor: Descriptor,
    /// Sections from 1; their media types are in the descriptor.
    pub sections: Vec<Zeroizing<Vec<u8>>>,
    /// Leaves from section 0, from which any section's inclusion proof is made.
    pub leaves: Vec<Hash32>,
}

/// The manifest of a version, if it is the one the chain names (rule RM-7).
fn check_manifest(content: &VersionContent, bytes: &[u8]) -> Result<Manifest, OpenRecordError> {
    let (found, expected) = (ContentId::of_dag_cbor(bytes), content.manifest);
    if found != expected {
        return Err(OpenRecordError::WrongManifest { found, expected });
    }
    let manifest = Manifest::from_bytes(bytes)?;
    if manifest.format != Manifest::FORMAT {
        let (found, expected) = (manifest.format, Manifest::FORMAT);
        return Err(OpenRecordError::Format { what: "manifest", found, expected });
    }
    let sections = manifest.sections.len();
    if sections == 0 || sections > limits::MAX_SECTIONS {
        return Err(OpenRecordError::NoSection { section: 0, sections });
    }
    Ok(manifest)
}

/// Opens one section with its own key, for a reader who was not given the others.
pub fn open_section(
    place: Place,
    content: &VersionContent,
    manifest: &[u8],
    section: u16,
    dek: &Dek,
    fetch: impl FnOnce(&ContentId) -> Result<Option<Vec<u8>>, BlobError>,
) -> Result<OpenedSection, OpenRecordError> {
    let manifest = check_manifest(content, manifest)?;
    open_one(place, content, &manifest, section, dek, fetch)
}

/// Opens a whole version and checks it against the chain: manifest id, body ids, plain root, kind commitment, size
/// class (rule RM-8). `fetch` finds sealed bodies, such as [`crate::store::BlobStore::get`].
pub fn open_version(
    place: Place,
    content: &VersionContent,
    manifest: &[u8],
    keys: &SectionKeys,
    mut fetch: impl FnMut(&ContentId) -> Result<Option<Vec<u8>>, BlobError>,
) -> Result<OpenedVersion, OpenRecordError> {
    let manifest = check_manifest(content, manifest)?;
    let total = manifest.sections.iter().fold(0u64, |sum, s| sum.saturating_add(s.len));
    if size_class(total) != content.size_class {
        return Err(OpenRecordError::Mismatch { what: "size class" });
    }
    let (mut leaves, mut sections) = (Vec::new(), Vec::new());
    for (section, _) in (0u16..).zip(&manifest.sections) {
        let dek = keys.get(section).ok_or(OpenRecordError::NoKey { section })?;
        let opened = open_one(place, content, &manifest, section, dek, &mut fetch)?;
        leaves.push(opened.leaf);
        sections.push(opened.plain);
    }
    if rfc6962::root_of_hashes(leaves.iter().copied()) != content.plain_root {
        return Err(OpenRecordError::Mismatch { what: "plain root" });
    }
    // The manifest has a section 0, so there is one here.
    let descriptor = Descriptor::from_bytes(&sections.remove(0))?;
    if descriptor.is_too_long() {
        return Err(OpenRecordError::Mismatch { what: "length of kind or media type" });
    }
    if descriptor.kind_commit() != content.kind_commit {
        return Err(OpenRecordError::Mismatch { what: "kind commitment" });
    }
    if descriptor.media_types.len() != sections.len() {
        return Err(OpenRecordError::Mismatch { what: "number of sections" });
    }
    Ok(OpenedVersion { descriptor, sections, leaves })
}

fn open_one(
    place: Place,
    content: &VersionContent,
    manifest: &Manifest,
    section: u16,
    dek: &Dek,
    fetch: impl FnOnce(&ContentId) -> Result<Option<Vec<u8>>, BlobError>,
) -> Result<OpenedSection, OpenRecordError> {
    let entry = manifest.sections.get(usize::from(section));
    let entry = entry.ok_or(OpenRecordError::NoSection { section, sections: manifest.sections.len() })?;
    if entry.format != seal::FORMAT_ID {
        let (found, expected) = (entry.format, seal::FORMAT_ID);
        return Err(OpenRecordError::Format { what: "section", found, expected });
    }
    let sealed = fetch(&entry.body).map_err(|error| OpenRecordError::Store { section, error })?;
    let sealed = sealed.ok_or(OpenRecordError::Missing { section, body: entry.body })?;
    if ContentId::of_raw(&sealed) != entry.body || u64::try_from(sealed.len()) != Ok(entry.len) {
        return Err(OpenRecordError::WrongBody { section });
    }
    let context = place.context(section, content.plain_root)?;
    let payload =
        seal::open(dek, &context, &sealed).map_err(|error| OpenRecordError::Seal { section, error })?;
    let (salt, plain) = payload::parse(&payload).ok_or(OpenRecordError::BadPayload { section })?;
    let leaf = payload::section_leaf(&salt, plain);
    Ok(OpenedSection { salt, leaf, plain: Zeroizing::new(plain.to_vec()) })
}
