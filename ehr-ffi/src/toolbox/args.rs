//! Arguments as they come from outside, and refusals as they go there.

use crate::EhrError;
use core::fmt::Display;
use core::str::FromStr;
use ehr_core::codec::{DecodeError, Wire};
use ehr_core::crypto::domain::Domain;
use ehr_core::primitives::Hash32;

/// Exactly `N` bytes.
pub(super) fn fixed<const N: usize>(field: &str, bytes: &[u8]) -> Result<[u8; N], EhrError> {
    bytes.try_into().map_err(|_| invalid(field, format!("{} bytes, must be {N}", bytes.len())))
}

/// A hash.
pub(super) fn hash(field: &str, bytes: &[u8]) -> Result<Hash32, EhrError> {
    fixed(field, bytes).map(Hash32)
}

/// An id or content id of its text.
pub(super) fn id<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, EhrError> {
    text.parse().map_err(|error: T::Err| invalid(field, error))
}

/// The domain of its name.
pub(super) fn domain(name: &str) -> Result<Domain, EhrError> {
    let mut all = Domain::ALL.iter().copied();
    let found = all.find(|domain| format!("{domain:?}") == name);
    found.ok_or_else(|| invalid("domain", "no such domain; `domains` lists them"))
}

/// A value of its canonical bytes.
pub(super) fn decode<T: Wire>(bytes: &[u8]) -> Result<T, EhrError> {
    T::from_bytes(bytes).map_err(malformed)
}

pub(super) fn invalid(field: &str, reason: impl Display) -> EhrError {
    EhrError::InvalidArgument { field: field.to_owned(), reason: reason.to_string() }
}

#[allow(clippy::needless_pass_by_value, reason = "passed to map_err by name")]
pub(super) fn malformed(error: DecodeError) -> EhrError {
    EhrError::Malformed { reason: error.to_string() }
}

pub(super) fn refused(error: impl Display) -> EhrError {
    EhrError::Refused { reason: error.to_string() }
}

pub(super) fn cannot_open(error: impl Display) -> EhrError {
    EhrError::CannotOpen { reason: error.to_string() }
}

/// What cannot happen with values that were decoded before.
pub(super) fn internal(error: impl Display) -> EhrError {
    EhrError::Internal { reason: error.to_string() }
}
