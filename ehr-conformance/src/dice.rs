//! Seeded choices for scripts.

use ehr_core::store::{ChangeSet, Table};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// A stream of choices that is the same for the same seed on every machine.
#[derive(Clone)]
pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }
    /// A number in `0..n`; 0 if `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        // The bias of the remainder is far below what a script can notice.
        usize::try_from(self.0.next_u64() % (n.max(1) as u64)).unwrap_or(0)
    }
    /// Random bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        self.0.fill_bytes(&mut bytes);
        bytes
    }
    /// A table.
    pub fn table(&mut self) -> Table {
        Table::ALL[self.below(Table::ALL.len())]
    }
    /// A key of 0 to 4 bytes over a small alphabet that includes both ends, so that keys meet and nest.
    pub fn key(&mut self) -> Vec<u8> {
        (0..self.below(5)).map(|_| [0, 1, 0x7f, 0xff][self.below(4)]).collect()
    }
    /// Up to `most` puts and deletes.
    pub fn change_set(&mut self, most: usize) -> ChangeSet {
        let mut set = ChangeSet::new();
        for _ in 0..self.below(most + 1) {
            let (table, key) = (self.table(), self.key());
            if self.below(3) == 0 {
                set.delete(table, &key);
            } else {
                let len = self.below(100);
                set.put(table, &key, self.bytes(len));
            }
        }
        set
    }
}
