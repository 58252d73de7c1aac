//! Sealed bodies: C2SP chunked encryption with a context (`docs/spec/sealing.md`, rules E-1 to E-8).

use super::args::{fixed, hash, secret};
use crate::EhrError;
use ehr_core::crypto::seal::{self, Dek, SealContext};
use ehr_core::record::Place;
use zeroize::Zeroizing;

pub(super) fn dek(key: Vec<u8>) -> Result<Dek, EhrError> {
    Ok(Dek::from_bytes(&*secret("key", key)?))
}

/// The context of one section of one record version.
///
/// # Errors
/// `InvalidArgument` for a root that is not 32 bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn section_context(place: Place, section: u16, plain_root: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let root = hash("plain_root", &plain_root)?;
    SealContext::section(place.chain, place.account, place.record, place.version, section, root)
        .map(|context| context.as_bytes().to_vec())
        .map_err(EhrError::internal)
}

/// Seals bytes under a 32-byte key. The salt, 24 bytes, must be random: with one key it must never repeat.
///
/// # Errors
/// `InvalidArgument`, or `Refused` for more than the format holds.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn seal(key: Vec<u8>, context: Vec<u8>, salt: Vec<u8>, plain: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let (dek, salt) = (dek(key)?, fixed("salt", &salt)?);
    seal::seal(&dek, &SealContext::new(context), &salt, &Zeroizing::new(plain)).map_err(EhrError::refused)
}

/// Opens sealed bytes. Every part is authenticated before any of it is returned.
///
/// # Errors
/// `CannotOpen` for another key or context, or altered bytes.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn open_sealed(key: Vec<u8>, context: Vec<u8>, sealed: Vec<u8>) -> Result<Vec<u8>, EhrError> {
    let mut plain =
        seal::open(&dek(key)?, &SealContext::new(context), &sealed).map_err(EhrError::cannot_open)?;
    Ok(core::mem::take(&mut *plain))
}

/// Bytes that a plaintext of this length seals to.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn sealed_len(plain: u64) -> u64 {
    seal::sealed_len(plain)
}

/// The length a plaintext is padded to before it is sealed (Padmé).
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn padded_len(plain: u64) -> u64 {
    seal::padded_len(plain)
}

/// The smallest `n` for which the length is at most 2^n.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn size_class(len: u64) -> u8 {
    seal::size_class(len)
}
