//! SHA-256, plain and with a domain tag. Every hash in the ledger goes through here.

use crate::crypto::domain::Domain;
use crate::primitives::Hash32;
use sha2::{Digest, Sha256};

/// SHA-256 of `bytes`, no domain tag: for content ids and published formats only.
pub fn sha256(bytes: &[u8]) -> Hash32 {
    Hash32(Sha256::digest(bytes).into())
}

/// SHA-256 of the tag followed by `parts`. Parts are not length-prefixed: callers pass fixed-length parts, or
/// one variable-length part last.
pub fn tagged(domain: Domain, parts: &[&[u8]]) -> Hash32 {
    let mut h = Sha256::new();
    h.update(domain.tag());
    for p in parts {
        h.update(p);
    }
    Hash32(h.finalize().into())
}

/// SHA-256 of one prefix byte followed by `parts` (tree leaves and nodes).
pub fn prefixed(prefix: u8, parts: &[&[u8]]) -> Hash32 {
    let mut h = Sha256::new();
    h.update([prefix]);
    for p in parts {
        h.update(p);
    }
    Hash32(h.finalize().into())
}
