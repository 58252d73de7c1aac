//! The one source of chance: everything a run does follows from its seed.

use rand_chacha::ChaCha8Rng;
use rand_core::{Rng, SeedableRng};

/// Seeded chance.
pub struct SimRng(ChaCha8Rng);

impl SimRng {
    /// Chance of a seed; `stream` separates uses, so that one more draw here changes nothing there.
    pub fn new(seed: u64, stream: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream);
        Self(rng)
    }
    /// A number below `n`; 0 for 0.
    pub fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n.max(1)
    }
    /// A number from `lo` to `hi`, both included.
    pub fn between(&mut self, lo: u64, hi: u64) -> u64 {
        lo + self.below(hi - lo + 1)
    }
    /// `true` once in a hundred for each per cent.
    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }
    /// One of a non-empty slice.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let i = usize::try_from(self.below(from.len() as u64)).unwrap_or(0);
        &from[i]
    }
    /// Random bytes.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut out = [0; N];
        self.0.fill_bytes(&mut out);
        out
    }
    /// Time until the next of events that come once in `mean` milliseconds on average: geometric, in steps of a
    /// sixteenth of the mean, so that no float decides anything.
    pub fn waiting(&mut self, mean: u64) -> u64 {
        let step = (mean / 16).max(1);
        let mut t = self.below(step) + 1;
        while self.below(16) != 0 && t < mean * 12 {
            t += step;
        }
        t
    }
}
