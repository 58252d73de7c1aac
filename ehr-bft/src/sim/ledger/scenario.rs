//! What a run is like.

use crate::Timeouts;
use crate::sim::rng::Rng;

/// How a validator misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lie {
    /// Signs a second, conflicting message for each of its own; the copy goes to everybody, this much later.
    Equivocate {
        /// Milliseconds.
        late_ms: u64,
    },
    /// Proposes blocks whose certificate of the parent lacks signatures, so that others seem to have been absent.
    ForgeCertificates,
}

/// A mistake that is planted to show that the simulator notices it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mistake {
    /// A crash loses the log and the sign-protection record.
    LoseLog,
    /// Certificates in blocks are not verified.
    SkipCertificates,
    /// Offences cost nothing.
    SkipSlash,
    /// A revoked grant still permits.
    IgnoreRevoke,
}

impl Mistake {
    /// All of them, with their names.
    pub const ALL: [(&'static str, Self); 4] = [
        ("lose-log", Self::LoseLog),
        ("skip-certificates", Self::SkipCertificates),
        ("skip-slash", Self::SkipSlash),
        ("ignore-revoke", Self::IgnoreRevoke),
    ];
}

/// A run.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Decides every chance.
    pub seed: u64,
    /// Validators at the start.
    pub validators: usize,
    /// Institutions without stake that follow.
    pub followers: usize,
    /// Blocks that must become final everywhere. Misbehaviour ends some blocks before.
    pub heights: u64,
    /// Delay of a frame, microseconds.
    pub delay_us: (u64, u64),
    /// A machine whose frames, in and out, are under way for so much longer, microseconds.
    pub slow: Option<(usize, u64)>,
    /// Frames lost, in thousandths.
    pub loss: u64,
    /// Time a write takes, microseconds.
    pub disk_us: (u64, u64),
    /// Time from one crash to the next, milliseconds; half of the writes under way are lost. One machine is down or cut
    /// off at a time, as more need not go on without it.
    pub crash_every_ms: Option<u64>,
    /// Time from one cut connection to the next, milliseconds.
    pub cut_every_ms: Option<u64>,
    /// Somebody submits a transaction this often, milliseconds.
    pub tx_every_ms: u64,
    /// Whether stake changes.
    pub stake_changes: bool,
    /// Blocks of a window of liveness, and how many of them may be missed; otherwise nobody is slashed for sleeping.
    pub window: Option<(u32, u32)>,
    /// The first validator misbehaves.
    pub liar: Option<Lie>,
    /// A planted mistake.
    pub mistake: Option<Mistake>,
    /// How long an idle chain stands still, milliseconds.
    pub idle_ms: u64,
    /// Steps.
    pub timeouts: Timeouts,
    /// Whether replicas share what they verified.
    pub shared_memo: bool,
    /// Events after which a run counts as stuck.
    pub max_events: u64,
}

impl Scenario {
    /// Four validators, nothing wrong, twenty blocks.
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            validators: 4,
            followers: 0,
            heights: 20,
            delay_us: (1_000, 15_000),
            slow: None,
            loss: 0,
            disk_us: (100, 2_000),
            crash_every_ms: None,
            cut_every_ms: None,
            tx_every_ms: 100,
            stake_changes: false,
            window: None,
            liar: None,
            mistake: None,
            idle_ms: 1_000,
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
            max_events: 400_000,
        }
    }

    /// Four to seven validators with any mix of faults, chosen by the seed.
    pub fn mixed(seed: u64) -> Self {
        let mut rng = Rng(seed ^ 0x6c65_6467_6572);
        let base = Self::new(seed);
        Self {
            validators: rng.range((4, 7)) as usize,
            followers: rng.range((0, 1)) as usize,
            heights: 24,
            delay_us: [(1_000, 15_000), (1_000, 80_000), (1_000, 300_000)][rng.range((0, 2)) as usize],
            loss: [0, 0, 50, 150][rng.range((0, 3)) as usize],
            disk_us: [(0, 0), (100, 2_000), (500, 10_000)][rng.range((0, 2)) as usize],
            crash_every_ms: rng.permille(500).then(|| rng.range((500, 2_500))),
            cut_every_ms: rng.permille(300).then(|| rng.range((1_000, 4_000))),
            tx_every_ms: rng.range((50, 400)),
            stake_changes: rng.permille(700),
            liar: match rng.range((0, 3)) {
                0 => None,
                1 => Some(Lie::ForgeCertificates),
                _ => Some(Lie::Equivocate { late_ms: rng.range((0, 400)) }),
            },
            ..base
        }
    }

    /// A run in which a planted mistake should show.
    pub fn with_mistake(seed: u64, mistake: Mistake) -> Self {
        let base = Self { mistake: Some(mistake), ..Self::new(seed) };
        match mistake {
            Mistake::LoseLog => Self {
                crash_every_ms: Some(40),
                delay_us: (1_000, 60_000),
                disk_us: (200, 5_000),
                max_events: 60_000,
                ..base
            },
            Mistake::SkipCertificates => Self { liar: Some(Lie::ForgeCertificates), ..base },
            Mistake::IgnoreRevoke => Self { tx_every_ms: 10, ..base },
            Mistake::SkipSlash => Self { liar: Some(Lie::Equivocate { late_ms: 0 }), ..base },
        }
    }
}
