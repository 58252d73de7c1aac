//! What an operation gives: a payload, and what goes with it.

use crate::codec::{EncodeError, Wire};
use crate::crypto::domain::Domain;
use crate::crypto::hash::tagged;
use crate::crypto::wrap::WrapSet;
use crate::primitives::{AccountId, ContentId, Hash32, RecordId, Salt16, ScopeId, VersionNo};
use crate::tx::Payload;
use rand_core::CryptoRng;

/// What a draft brings into being, and what its maker should keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Account that is enrolled.
    pub account: Option<AccountId>,
    /// Scope that is made or rotated.
    pub scope: Option<ScopeId>,
    /// Record that begins or is continued.
    pub record: Option<RecordId>,
    /// Its version.
    pub version: Option<VersionNo>,
    /// Salt of the [`commitment`] inside: with it and the text, anybody can check what was committed to.
    pub salt: Option<Salt16>,
    /// Scopes that a revocation had no room to rotate: to be rotated one by one.
    pub unrotated: Vec<ScopeId>,
}

/// A payload and the bodies it names, which are to be stored before it is submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// What the transaction does.
    pub payload: Payload,
    /// Bodies by content id.
    pub bodies: Vec<(ContentId, Vec<u8>)>,
    /// What it is about.
    pub about: About,
}

impl Draft {
    /// A payload that names no bodies and makes nothing.
    pub fn of(payload: Payload) -> Self {
        Self { payload, bodies: Vec::new(), about: About::default() }
    }
}

/// Salted commitment to a name, reason or document: SHA-256 over domain tag, salt and text, as rule RM-2.
pub fn commitment(salt: &Salt16, text: &str) -> Hash32 {
    tagged(Domain::Commitment, &[salt.as_ref(), text.as_bytes()])
}

/// A commitment under a fresh salt.
pub(super) fn commit(text: &str, rng: &mut impl CryptoRng) -> (Hash32, Salt16) {
    let salt = Salt16(random(rng));
    (commitment(&salt, text), salt)
}

/// Fresh random bytes.
pub(super) fn random<const N: usize>(rng: &mut impl CryptoRng) -> [u8; N] {
    let mut bytes = [0; N];
    rng.fill_bytes(&mut bytes);
    bytes
}

/// A wrap set as a body.
pub(super) fn wrap_body(set: &WrapSet) -> Result<(ContentId, Vec<u8>), EncodeError> {
    let bytes = set.to_bytes()?;
    Ok((ContentId::of_dag_cbor(&bytes), bytes))
}
