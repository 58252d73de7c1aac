//! Links between nodes: loss, delay, duplication, partition.

use super::rng::SimRng;
use std::collections::{BTreeMap, BTreeSet};

/// How bad the links are in one run.
#[derive(Clone, Copy, Debug)]
pub struct LinkFaults {
    /// Frames lost, per cent.
    pub loss: u64,
    /// Frames delivered twice, per cent.
    pub duplicate: u64,
    /// Longest delay, milliseconds.
    pub delay: u64,
}

/// A frame to be delivered, and when.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    /// When.
    pub(super) at: u64,
    /// The connection it was sent on: frames of a closed connection are dropped.
    pub(super) session: u64,
    /// The frame.
    pub(super) bytes: Vec<u8>,
}

/// Who is connected with whom.
pub(super) struct Network {
    faults: LinkFaults,
    sessions: BTreeMap<(usize, usize), u64>,
    opened: u64,
    cut: BTreeSet<(usize, usize)>,
    /// Frames lost, for the report.
    pub(super) lost: u64,
}

const fn pair(a: usize, b: usize) -> (usize, usize) {
    if a < b { (a, b) } else { (b, a) }
}

impl Network {
    /// No connections yet.
    pub(super) const fn new(faults: LinkFaults) -> Self {
        Self { faults, sessions: BTreeMap::new(), opened: 0, cut: BTreeSet::new(), lost: 0 }
    }
    /// Opens a connection; `false` if it is open.
    pub(super) fn open(&mut self, a: usize, b: usize) -> bool {
        if self.sessions.contains_key(&pair(a, b)) {
            return false;
        }
        self.opened += 1;
        self.sessions.insert(pair(a, b), self.opened);
        true
    }
    /// Closes a connection; `false` if it was not open.
    pub(super) fn close(&mut self, a: usize, b: usize) -> bool {
        self.sessions.remove(&pair(a, b)).is_some()
    }
    /// The connection between two nodes.
    pub(super) fn session(&self, a: usize, b: usize) -> Option<u64> {
        self.sessions.get(&pair(a, b)).copied()
    }
    /// Everybody connected with a node.
    pub(super) fn neighbours(&self, node: usize) -> Vec<usize> {
        self.sessions
            .keys()
            .filter(|(a, b)| *a == node || *b == node)
            .map(|(a, b)| if *a == node { *b } else { *a })
            .collect()
    }
    /// Cuts the links between a group and everybody else, in both directions.
    pub(super) fn partition(&mut self, group: &BTreeSet<usize>, nodes: usize) {
        for a in 0..nodes {
            for b in a + 1..nodes {
                if group.contains(&a) != group.contains(&b) {
                    self.cut.insert((a, b));
                }
            }
        }
    }
    /// Mends all cut links.
    pub(super) fn mend(&mut self) {
        self.cut.clear();
    }
    /// From now on nothing is lost, doubled or slow.
    pub(super) fn heal(&mut self) {
        self.mend();
        self.faults = LinkFaults { loss: 0, duplicate: 0, delay: 50 };
    }
    /// What becomes of a frame.
    pub(super) fn send(
        &mut self,
        rng: &mut SimRng,
        now: u64,
        from: usize,
        to: usize,
        bytes: Vec<u8>,
    ) -> Vec<Delivery> {
        let Some(session) = self.session(from, to) else { return Vec::new() };
        if self.cut.contains(&pair(from, to)) || rng.percent(self.faults.loss) {
            self.lost += 1;
            return Vec::new();
        }
        let copies = if rng.percent(self.faults.duplicate) { 2 } else { 1 };
        (0..copies)
            .map(|_| Delivery { at: now + 1 + rng.below(self.faults.delay), session, bytes: bytes.clone() })
            .collect()
    }
}
