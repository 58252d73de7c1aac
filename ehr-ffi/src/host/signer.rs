//! A key that signs, kept by the host.

use crate::Result;

/// An Ed25519 key in a phone's key store, a card or an HSM. What it answers is verified. Check an implementation with
/// [`check_signer`](super::check_signer).
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait Signer: Send + Sync {
    /// The public key, 32 bytes; always the same.
    fn public_key(&self) -> Result<Vec<u8>>;
    /// The Ed25519 signature (RFC 8032, 64 bytes) of exactly these bytes; they begin with a domain tag.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>>;
}
