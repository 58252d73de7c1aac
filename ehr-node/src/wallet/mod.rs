//! Randomness for keys, and who pays for transactions on this machine.

mod key_store;
mod payer;
mod voter;

pub use key_store::{KEY_FILE, KeyStoreError};
pub use payer::Payer;
pub use voter::Voter;

use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng as _;

/// A generator for keys, salts and nonces, seeded by the operating system.
///
/// # Errors
/// The operating system gives no randomness.
pub fn os_rng() -> Result<ChaCha20Rng, getrandom::Error> {
    let mut seed = zeroize::Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut())?;
    Ok(ChaCha20Rng::from_seed(*seed))
}
