//! Randomness: the system's, or a stream that follows from a seed.

use crate::{EhrError, Result};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::sync::{Arc, Mutex, PoisonError};
use zeroize::Zeroizing;

/// Where keys, nonces and ids take their randomness from.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Entropy(Source);

enum Source {
    System,
    Seeded(Box<Mutex<ChaCha20Rng>>),
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Entropy {
    /// The operating system's randomness. Nothing is kept between calls, so processes that fork share nothing.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn system() -> Arc<Self> {
        Arc::new(Self(Source::System))
    }

    /// A stream that is the same for the same seed of 32 bytes: for reproducible tests ONLY, as whoever knows the
    /// seed knows every key.
    ///
    /// # Errors
    /// The seed is not 32 bytes long.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn seeded(seed: Vec<u8>) -> Result<Arc<Self>> {
        let seed = Zeroizing::new(seed);
        let seed = <[u8; 32]>::try_from(seed.as_slice())
            .map_err(|_| EhrError::argument("seed", format!("{} bytes, must be 32", seed.len())))?;
        Ok(Arc::new(Self(Source::Seeded(Box::new(Mutex::new(ChaCha20Rng::from_seed(seed)))))))
    }
}

impl Entropy {
    /// A generator of one operation. It is a new one each time, so that no lock is held while a foreign signer runs.
    pub(crate) fn rng(&self) -> Result<ChaCha20Rng> {
        let mut seed = Zeroizing::new([0u8; 32]);
        match &self.0 {
            Source::System => getrandom::fill(seed.as_mut())
                .map_err(|_| EhrError::internal("the system gives no randomness"))?,
            Source::Seeded(stream) => {
                stream.lock().unwrap_or_else(PoisonError::into_inner).fill_bytes(seed.as_mut());
            }
        }
        Ok(ChaCha20Rng::from_seed(*seed))
    }

    /// What was given, or the system's.
    pub(crate) fn or_system(entropy: Option<Arc<Self>>) -> Arc<Self> {
        entropy.unwrap_or_else(Self::system)
    }
}
