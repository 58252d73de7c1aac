//! What a run is like.

use crate::Timeouts;
use std::collections::BTreeMap;

/// Who has how much stake.
#[derive(Clone, Debug)]
pub enum Stake {
    /// Everybody the same.
    Equal,
    /// These, at every height.
    Fixed(Vec<u64>),
    /// Another set and other stakes at every height: in turn one of them is out.
    Changing,
}

impl Stake {
    pub(super) fn of(&self, node: usize, nodes: usize, height: u64) -> u64 {
        match self {
            Self::Equal => 100,
            Self::Fixed(stakes) => stakes[node],
            Self::Changing if (height / 3) as usize % nodes == node => 0,
            Self::Changing => 100 + (height * 7 + node as u64 * 13) % 50,
        }
    }
}

/// How a validator misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Never runs.
    Silent,
    /// Signs a second, conflicting message for everything it sends; the copy goes to everybody, this much later.
    Equivocate {
        /// Milliseconds.
        late_ms: u64,
    },
    /// Shows one half of the validators one message and the other half a conflicting one.
    Split,
    /// Keeps half of its messages from each peer.
    Withhold,
    /// Sends everything late.
    Delay {
        /// Milliseconds.
        ms: u64,
    },
    /// Proposes blocks that do not follow the last one.
    BadBlocks,
    /// Forgets, again and again, what it signed.
    Amnesia,
    /// Sends damaged frames, impossible rounds and far-future heights.
    Garbage,
}

/// What a crash leaves of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// Everything acknowledged, and sometimes a torn piece of what was not.
    Synced,
    /// Nothing, and no sign-protection record either: the negative control.
    Lost,
}

/// A run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Decides every chance.
    pub seed: u64,
    /// Validators.
    pub nodes: usize,
    /// Heights every honest validator must decide.
    pub heights: u64,
    /// Stakes.
    pub stake: Stake,
    /// Validators that misbehave; less than a third of the stake, or nothing is promised.
    pub byzantine: BTreeMap<usize, Behaviour>,
    /// Delay of a frame, microseconds.
    pub delay_us: (u64, u64),
    /// Frames lost, in thousandths.
    pub loss: u64,
    /// Time a write to the log takes, microseconds.
    pub disk_us: (u64, u64),
    /// A validator crashes this often, milliseconds; never so many at once that the rest cannot go on.
    pub crash_every_ms: Option<u64>,
    /// What a crash leaves.
    pub log: Log,
    /// Whether decided blocks are asked for and sent.
    pub catch_up: bool,
    /// A validator that starts only when others have decided this height.
    pub joins: Option<(usize, u64)>,
    /// [`Config::evidence_heights`](crate::Config).
    pub evidence_heights: u64,
    /// Steps.
    pub timeouts: Timeouts,
    /// Whether validators share what they verified.
    pub shared_memo: bool,
    /// Whether every certificate is verified again by the observer; off where validators are measured.
    pub verify_certificates: bool,
    /// Events after which a run counts as stuck.
    pub max_events: u64,
}

impl Scenario {
    /// Four equal validators, nothing wrong, a hundred heights.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            nodes: 4,
            heights: 100,
            stake: Stake::Equal,
            byzantine: BTreeMap::new(),
            delay_us: (5_000, 15_000),
            loss: 0,
            disk_us: (0, 0),
            crash_every_ms: None,
            log: Log::Synced,
            catch_up: true,
            joins: None,
            evidence_heights: 100,
            timeouts: Timeouts {
                propose_ms: 300,
                prevote_ms: 100,
                precommit_ms: 100,
                commit_ms: 50,
                delta_ms: 50,
                rebroadcast_ms: 500,
                max_ms: 10_000,
            },
            shared_memo: true,
            verify_certificates: true,
            max_events: 2_000_000,
        }
    }
}
