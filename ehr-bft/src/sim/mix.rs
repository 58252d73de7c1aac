//! Every fault at once, chosen by the seed.

use super::rng::Rng;
use super::{Behaviour, Scenario, Stake};

impl Scenario {
    /// Four to seven validators with any mix of faults that the protocol promises to survive: misbehaving ones of less
    /// than a third of the stake, loss, delay, crashes, slow disks, changing sets.
    pub fn mixed(seed: u64) -> Self {
        let mut rng = Rng(seed ^ 0x6d69_7865);
        let nodes = rng.range((4, 7)) as usize;
        let mut scenario = Self { nodes, heights: 12, ..Self::new(seed) };
        scenario.stake = match rng.range((0, 2)) {
            0 => Stake::Equal,
            1 => Stake::Fixed((0..nodes).map(|_| rng.range((10, 40))).collect()),
            _ => Stake::Changing,
        };
        scenario.delay_us = [(1_000, 20_000), (1_000, 100_000), (1_000, 400_000)][rng.range((0, 2)) as usize];
        scenario.loss = [0, 0, 50, 150][rng.range((0, 3)) as usize];
        scenario.disk_us = [(0, 0), (500, 10_000)][rng.range((0, 1)) as usize];
        if rng.permille(400) {
            scenario.crash_every_ms = Some(rng.range((100, 1000)));
        }
        let behaviours = [
            Behaviour::Silent,
            Behaviour::Equivocate { late_ms: rng.range((0, 400)) },
            Behaviour::Split,
            Behaviour::Withhold,
            Behaviour::Delay { ms: rng.range((50, 800)) },
            Behaviour::BadBlocks,
            Behaviour::Amnesia,
            Behaviour::Garbage,
        ];
        let mut at = rng.range((0, nodes as u64 - 1)) as usize;
        for _ in 0..nodes {
            let behaviour = behaviours[rng.range((0, behaviours.len() as u64 - 1)) as usize];
            scenario.byzantine.insert(at, behaviour);
            if !scenario.byzantine_below_a_third() {
                scenario.byzantine.remove(&at);
            }
            at = (at + 1) % nodes;
        }
        scenario
    }

    /// Whether misbehaving validators have less than a third of the stake at every height of the run.
    pub fn byzantine_below_a_third(&self) -> bool {
        (0..=self.heights * 2 + 10).all(|height| {
            let of = |node: usize| self.stake.of(node, self.nodes, height);
            let bad: u64 = self.byzantine.keys().map(|node| of(*node)).sum();
            let all: u64 = (0..self.nodes).map(of).sum();
            bad * 3 < all
        })
    }
}
