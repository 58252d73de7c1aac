//! Secrets under a passphrase.

use crate::{Entropy, Result};
use ehr_core::codec::Wire as _;
use ehr_core::crypto::key_file::{Argon2Params, KeyFile};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Seals secrets with Argon2id. `memory_kib` is what opening costs, 64 MiB if not given.
pub(crate) fn seal(
    content: &[u8],
    passphrase: &Zeroizing<String>,
    memory_kib: Option<u32>,
    entropy: Option<Arc<Entropy>>,
) -> Result<Vec<u8>> {
    let mut params = Argon2Params::default();
    params.memory = memory_kib.unwrap_or(params.memory);
    let mut rng = Entropy::or_system(entropy).rng()?;
    Ok(KeyFile::seal(passphrase.as_bytes(), params, content, &mut rng)?.to_bytes()?)
}

/// What is in a key file. Takes as long and as much memory as it was made with.
pub(crate) fn open(bytes: &[u8], passphrase: &Zeroizing<String>) -> Result<Zeroizing<Vec<u8>>> {
    Ok(KeyFile::from_bytes(bytes)?.open(passphrase.as_bytes())?)
}
