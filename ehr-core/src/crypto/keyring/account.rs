//! The keyring in memory: every generation of an account's keys.

use super::seed::GenerationSeed;
use crate::codec::limits;
use crate::crypto::EncryptionKeyPair;
use crate::crypto::wrap::{WrapBody, WrapError};
use crate::primitives::EncryptionKey;
use rand_core::CryptoRng;
use zeroize::Zeroizing;

/// The keyring has no room for another generation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("keyring has {limit} generations, the most it may have")]
pub struct GenerationLimit {
    /// Limit of generations.
    pub limit: u32,
}

/// All generation seeds of an account, from generation 0 to the current one.
pub struct Keyring {
    current: GenerationSeed,
    /// Generations before the current one, oldest first.
    past: Vec<GenerationSeed>,
}

impl Keyring {
    /// A keyring of one fresh generation.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self { current: GenerationSeed::generate(rng), past: Vec::new() }
    }

    pub(crate) fn from_seeds(past: Vec<GenerationSeed>, current: GenerationSeed) -> Self {
        Self { current, past }
    }

    /// Begins a new generation from a fresh random seed: nothing of it follows from what a removed device knows
    /// (rule K-4).
    pub fn rotate(&mut self, rng: &mut impl CryptoRng) -> Result<(), GenerationLimit> {
        let limit = limits::MAX_GENERATIONS;
        if self.generation().saturating_add(1) >= limit {
            return Err(GenerationLimit { limit });
        }
        self.push(GenerationSeed::generate(rng));
        Ok(())
    }

    /// Makes `seed` the current generation.
    pub(crate) fn push(&mut self, seed: GenerationSeed) {
        self.past.push(core::mem::replace(&mut self.current, seed));
    }

    /// Puts `seed` in the place of the current one, which is given back.
    pub(crate) fn replace_current(&mut self, seed: GenerationSeed) -> GenerationSeed {
        core::mem::replace(&mut self.current, seed)
    }

    /// Number of the current generation, the first is 0.
    pub fn generation(&self) -> u32 {
        u32::try_from(self.past.len()).unwrap_or(u32::MAX)
    }

    /// The current seed.
    pub const fn current(&self) -> &GenerationSeed {
        &self.current
    }

    /// The seed of a generation.
    pub fn seed(&self, generation: u32) -> Option<&GenerationSeed> {
        self.seeds().nth(usize::try_from(generation).ok()?)
    }

    /// The key pair behind a public key of any generation.
    pub fn key_pair(&self, public: &EncryptionKey) -> Option<EncryptionKeyPair> {
        self.seeds().rev().map(GenerationSeed::encryption_key).find(|k| k.public() == *public)
    }

    /// Opens a wrap made to any generation.
    pub fn open(&self, wrap: &WrapBody) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        let key = wrap.recipient_key;
        wrap.open(&self.key_pair(&key).ok_or(WrapError::NoneForKey { key })?)
    }

    /// Every seed, oldest first.
    pub(crate) fn seeds(&self) -> impl DoubleEndedIterator<Item = &GenerationSeed> {
        self.past.iter().chain([&self.current])
    }
}
