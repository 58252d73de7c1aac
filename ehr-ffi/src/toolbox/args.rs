//! Arguments as they come from outside. They are owned, as other languages hand them over; secret ones are wiped.

use crate::EhrError;
use ehr_core::codec::Wire;
use ehr_core::crypto::domain::Domain;
use ehr_core::primitives::Hash32;
use zeroize::Zeroizing;

/// Exactly `N` bytes.
pub(super) fn fixed<const N: usize>(field: &str, bytes: &[u8]) -> Result<[u8; N], EhrError> {
    bytes.try_into().map_err(|_| EhrError::argument(field, format!("{} bytes, must be {N}", bytes.len())))
}

/// Exactly `N` bytes that are secret.
pub(super) fn secret<const N: usize>(field: &str, bytes: Vec<u8>) -> Result<Zeroizing<[u8; N]>, EhrError> {
    fixed(field, &Zeroizing::new(bytes)).map(Zeroizing::new)
}

/// A hash.
pub(super) fn hash(field: &str, bytes: &[u8]) -> Result<Hash32, EhrError> {
    fixed(field, bytes).map(Hash32)
}

/// The domain of its name.
pub(super) fn domain(name: &str) -> Result<Domain, EhrError> {
    let mut all = Domain::ALL.iter().copied();
    let found = all.find(|domain| format!("{domain:?}") == name);
    found.ok_or_else(|| EhrError::argument("domain", "no such domain; `domains` lists them"))
}

/// A value of its canonical bytes.
pub(super) fn decode<T: Wire>(bytes: &[u8]) -> Result<T, EhrError> {
    Ok(T::from_bytes(bytes)?)
}
