//! Signed wraps.

use super::{WrapBody, WrapError};
use crate::codec::{Wire, limits};
use crate::crypto::domain::Domain;
use crate::crypto::signature::{AdmittedKey, verify};
use crate::primitives::Signature;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// A wrap and its author's signature: evidence of what was handed to whom, wrong contents included (rule WR-5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Wrap {
    /// What is signed.
    pub body: WrapBody,
    /// By a key of [`WrapBody::author`].
    pub signature: Signature,
}

impl Wire for Wrap {
    const NAME: &'static str = "wrap";
    const MAX_BYTES: usize = limits::MAX_WRAP;
}

impl Wrap {
    /// Checks the signature against a key of the author.
    pub fn verify(&self, key: &AdmittedKey) -> Result<(), WrapError> {
        verify(Domain::Wrap, key, &self.body.to_bytes()?, &self.signature).map_err(WrapError::from)
    }
}
