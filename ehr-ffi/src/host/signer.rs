//! A key that signs, kept by the host.

use crate::fault::{ask, garbage};
use crate::{EhrError, Result};
use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::signature::{SignError, Signer as CoreSigner};
use ehr_core::primitives::{Signature, VerifyingKey};
use std::sync::Arc;

/// An Ed25519 key in a phone's key store, a card or an HSM. What it answers is verified. Check an implementation with
/// [`check_signer`](super::check_signer).
#[cfg_attr(feature = "uniffi", uniffi::export(foreign))]
pub trait Signer: Send + Sync {
    /// The public key, 32 bytes; always the same.
    fn public_key(&self) -> Result<Vec<u8>>;
    /// The Ed25519 signature (RFC 8032, 64 bytes) of exactly these bytes; they begin with a domain tag.
    fn sign(&self, message: Vec<u8>) -> Result<Vec<u8>>;
}

const WHO: &str = "signer";

/// A host's signer as the core sees it. The core verifies every signature.
#[derive(Clone)]
pub(crate) struct HostSigner {
    host: Arc<dyn Signer>,
    public: VerifyingKey,
}

impl HostSigner {
    /// Asks for the public key.
    pub(crate) fn new(host: Arc<dyn Signer>) -> Result<Self> {
        let public = ask(WHO, "public_key", || host.public_key()).map_err(EhrError::host)?;
        let public = VerifyingKey::try_from(public.as_slice())
            .map_err(|_| EhrError::host(garbage(WHO, "gave a public key that is not 32 bytes long")))?;
        Ok(Self { host, public })
    }

    pub(crate) fn boxed(&self) -> Box<dyn CoreSigner + Send + Sync> {
        Box::new(self.clone())
    }
}

impl CoreSigner for HostSigner {
    fn public_key(&self) -> VerifyingKey {
        self.public
    }

    fn sign(&self, domain: Domain, message: &[u8]) -> core::result::Result<Signature, SignError> {
        let unavailable = |reason| SignError::Unavailable { reason };
        let message = [domain.tag(), message].concat();
        let answer = ask(WHO, "sign", || self.host.sign(message)).map_err(unavailable)?;
        Signature::try_from(answer.as_slice())
            .map_err(|_| unavailable(garbage(WHO, "gave a signature that is not 64 bytes long")))
    }
}
