//! Headers (`docs/spec/header.md`).

use super::args::decode;
use crate::EhrError;
use ehr_core::block::{Header, WorkTemplate};
use ehr_core::primitives::BlockId;

/// What stands for a header.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderDigests {
    /// Digest of the whole header without its nonce (rule H-4).
    pub digest: Vec<u8>,
    /// The 112 bytes that are hashed for work (rule H-3).
    pub proof_header: Vec<u8>,
    /// SHA-256 of them: the block id.
    pub id: BlockId,
}

/// What a miner needs to search for a nonce: the nonce is eight bytes, big-endian, behind `first` and `tail`.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NonceSearch {
    /// First 64 bytes of the proof header: one block of SHA-256.
    pub first: Vec<u8>,
    /// The 40 bytes after them.
    pub tail: Vec<u8>,
    /// Compact target the id must meet.
    pub bits: u32,
}

/// Digest, proof header and id of a header's canonical bytes.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn header_digests(header: Vec<u8>) -> Result<HeaderDigests, EhrError> {
    let header: Header = decode(&header)?;
    Ok(HeaderDigests {
        digest: header.digest().0.to_vec(),
        proof_header: header.proof().to_bytes().to_vec(),
        id: header.id(),
    })
}

/// What to search a nonce with; none for a header that is not sealed by work.
///
/// # Errors
/// `Malformed`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn nonce_search(header: Vec<u8>) -> Result<Option<NonceSearch>, EhrError> {
    let template = WorkTemplate::new(&decode(&header)?);
    Ok(template.map(|template| NonceSearch {
        first: template.first.to_vec(),
        tail: template.tail.to_vec(),
        bits: template.target.bits(),
    }))
}
