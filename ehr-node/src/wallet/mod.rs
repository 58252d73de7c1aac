//! Keys of people and institutions on this machine, and the transactions made with them.
//!
//! Keys live in memory only and are wiped when dropped; nothing here has `Debug`.

mod owner;
mod payer;

pub use owner::{KeyError, Owner};
pub use payer::{Payer, SignTxError};

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
