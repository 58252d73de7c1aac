//! Plaintext to sealed version.

use super::{Descriptor, Manifest, ManifestEntry, Place, SectionKey, SectionKeys, payload};
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::seal::{self, Dek, SealError, Sealer, size_class};
use crate::merkle::rfc6962;
use crate::primitives::{ContentId, Hash32, Salt16};
use rand_core::CryptoRng;

/// One content section to be sealed.
#[derive(Clone, Copy)]
pub struct Section<'a> {
    /// Media type, such as `application/fhir+json`.
    pub media_type: &'a str,
    /// Content.
    pub body: &'a [u8],
}

/// A version that was not sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealRecordError {
    /// Too many content sections.
    #[error("{got} sections with the descriptor, at most {limit} allowed")]
    TooManySections {
        /// Limit, descriptor included.
        limit: usize,
        /// Sections given, descriptor included.
        got: usize,
    },
    /// A kind or media type is too long.
    #[error("{field} has {got} bytes, at most {limit} allowed")]
    NameTooLong {
        /// Kind or media type.
        field: &'static str,
        /// Limit in bytes.
        limit: usize,
        /// Bytes given.
        got: usize,
    },
    /// A section was not sealed.
    #[error("section {section}: {error}")]
    Seal {
        /// Its number.
        section: u16,
        /// Why.
        error: SealError,
    },
    /// Something did not encode.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// Everything a version consists of outside the chain, and what the chain is told of it.
pub struct SealedVersion {
    /// Canonical bytes of the [`Manifest`].
    pub manifest: Vec<u8>,
    /// Its id.
    pub manifest_id: ContentId,
    /// Sealed bodies in section order.
    pub bodies: Vec<(ContentId, Vec<u8>)>,
    /// Their keys, to be wrapped.
    pub keys: SectionKeys,
    /// RFC 6962 root over the salted sections.
    pub plain_root: Hash32,
    /// Commitment to the kind.
    pub kind_commit: Hash32,
    /// Size class of all bodies together.
    pub size_class: u8,
}

fn random<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

fn check_name(field: &'static str, name: &str) -> Result<(), SealRecordError> {
    let (limit, got) = (limits::MAX_KIND, name.len());
    if got > limit { Err(SealRecordError::NameTooLong { field, limit, got }) } else { Ok(()) }
}

/// Seals a version of the given kind. Every salt and key is drawn from `rng`: first the kind's salt, then each
/// section's leaf salt, then key and sealing salt of each section.
pub fn seal_version(
    place: Place,
    kind: &str,
    sections: &[Section<'_>],
    rng: &mut impl CryptoRng,
) -> Result<SealedVersion, SealRecordError> {
    let (limit, got) = (limits::MAX_SECTIONS, sections.len().saturating_add(1));
    if got > limit {
        return Err(SealRecordError::TooManySections { limit, got });
    }
    check_name("kind", kind)?;
    for section in sections {
        check_name("media type", section.media_type)?;
    }
    let media_types = sections.iter().map(|s| s.media_type.to_owned()).collect();
    let descriptor = Descriptor { kind: kind.to_owned(), kind_salt: Salt16(random(rng)), media_types };
    let first = descriptor.to_bytes()?;
    let plains: Vec<&[u8]> = [first.as_slice()].into_iter().chain(sections.iter().map(|s| s.body)).collect();
    let salts: Vec<Salt16> = plains.iter().map(|_| Salt16(random(rng))).collect();
    let leaves: Vec<Hash32> =
        salts.iter().zip(&plains).map(|(salt, plain)| payload::section_leaf(salt, plain)).collect();
    let plain_root = rfc6962::root_of_hashes(leaves);

    let (mut bodies, mut keys, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut total = 0u64;
    for ((section, plain), salt) in (0u16..).zip(&plains).zip(&salts) {
        let dek = Dek::generate(rng);
        let context = place.context(section, plain_root)?;
        let sealed = seal_payload(&dek, &context, &random(rng), salt, plain)
            .map_err(|error| SealRecordError::Seal { section, error })?;
        let len = u64::try_from(sealed.len()).unwrap_or(u64::MAX);
        total = total.saturating_add(len);
        let body = ContentId::of_raw(&sealed);
        entries.push(ManifestEntry { body, len, format: seal::FORMAT_ID });
        bodies.push((body, sealed));
        keys.push(SectionKey { section, dek });
    }
    let manifest = Manifest { format: Manifest::FORMAT, sections: entries }.to_bytes()?;
    Ok(SealedVersion {
        manifest_id: ContentId::of_dag_cbor(&manifest),
        manifest,
        bodies,
        keys: SectionKeys::new(keys).unwrap_or_default(),
        plain_root,
        kind_commit: descriptor.kind_commit(),
        size_class: size_class(total),
    })
}

/// Seals head, plaintext and padding without putting them together first.
fn seal_payload(
    dek: &Dek,
    context: &seal::SealContext,
    seal_salt: &[u8; seal::SALT_LEN],
    salt: &Salt16,
    plain: &[u8],
) -> Result<Vec<u8>, SealError> {
    let (head, padding) = payload::frame(salt, plain);
    let inner = head.len().saturating_add(plain.len()).saturating_add(padding);
    let len = seal::sealed_len(u64::try_from(inner).unwrap_or(u64::MAX));
    let mut out = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    let mut sealer = Sealer::new(dek, context, seal_salt, &mut out);
    sealer.push(&head, &mut out)?;
    sealer.push(plain, &mut out)?;
    sealer.push(&vec![0; padding], &mut out)?;
    sealer.finish(&mut out)?;
    Ok(out)
}
