//! Seeded chance.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// A source of choices that depends only on the seed and the patient's number.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, number: usize) -> Self {
        let mut bytes = [0_u8; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&(number as u64).to_le_bytes());
        bytes[16..].copy_from_slice(b"ehr/synthetic/v1");
        Self(ChaCha8Rng::from_seed(bytes))
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn range(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        // The bias of the remainder is below 2^-40 for the small spans used here.
        low + i64::try_from(self.0.next_u64() % span).unwrap_or(0)
    }

    /// A whole number from `low` to `high` that prefers the middle.
    pub(super) fn bell(&mut self, low: i64, high: i64) -> i64 {
        (self.range(low, high) + self.range(low, high) + self.range(low, high)).div_euclid(3)
    }

    /// True `percent` times in a hundred.
    pub(super) fn chance(&mut self, percent: i64) -> bool {
        self.range(0, 99) < percent
    }

    /// One of the items; `items` is not empty.
    pub(super) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        let last = i64::try_from(items.len()).unwrap_or(1).saturating_sub(1);
        items[usize::try_from(self.range(0, last)).unwrap_or(0)]
    }

    /// A random UUID (version 4, RFC 9562).
    pub(super) fn uuid(&mut self) -> String {
        let mut bytes = [0_u8; 16];
        self.0.fill_bytes(&mut bytes);
        bytes[6] = (bytes[6] & 0x0f) | 0x40;
        bytes[8] = (bytes[8] & 0x3f) | 0x80;
        let hex = hex::encode(bytes);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}
