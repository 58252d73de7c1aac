//! Hashes and what is named by them.

use super::args::domain;
use crate::EhrError;
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash;
use ehr_core::primitives::ContentId;

/// What a hash or signature is about.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainTag {
    /// Its name, the argument of [`tagged_hash`] and of signatures.
    pub name: String,
    /// The bytes put in front.
    pub tag: Vec<u8>,
}

/// Every domain, in the order of `docs/spec/signatures.md`.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn domains() -> Vec<DomainTag> {
    let shown = |domain: &Domain| DomainTag { name: format!("{domain:?}"), tag: domain.tag().to_vec() };
    Domain::ALL.iter().map(shown).collect()
}

/// SHA-256 of bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn sha256(bytes: Vec<u8>) -> Vec<u8> {
    hash::sha256(&bytes).0.to_vec()
}

/// SHA-256 of the domain's tag followed by bytes.
///
/// # Errors
/// `InvalidArgument` for a domain that is none.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn tagged_hash(name: &str, bytes: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    Ok(hash::tagged(domain(name)?, &[&bytes]).0.to_vec())
}

/// The content id of bytes: a CID whose codec is `raw` (sealed bodies) or `dag-cbor` (manifests, wrap sets).
///
/// # Errors
/// `InvalidArgument` for another codec.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn content_id(codec: &str, bytes: Vec<u8>) -> Result<ContentId, EhrError> {
    match codec {
        "raw" => Ok(ContentId::of_raw(&bytes)),
        "dag-cbor" => Ok(ContentId::of_dag_cbor(&bytes)),
        _ => Err(EhrError::argument("codec", "must be raw or dag-cbor")),
    }
}

/// Key of a state entry: SHA-256 over the domain's tag, the namespace and the id (rule ST-1).
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn state_key(namespace: u8, id: Vec<u8>) -> Vec<u8> {
    hash::tagged(Domain::StateKey, &[&[namespace], &id]).0.to_vec()
}
