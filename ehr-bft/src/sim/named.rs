//! The scenarios by name, as measured before this crate was written and since.

use super::{Behaviour, Log, Scenario, Stake};

/// Makes a scenario of a seed.
pub type Make = fn(u64) -> Scenario;

/// Every scenario that must hold, by name.
pub const SCENARIOS: &[(&str, Make)] = &[
    ("calm", Scenario::new),
    ("silent-quarter", silent_quarter),
    ("delays", delays),
    ("long-delays", long_delays),
    ("loss", loss),
    ("crashes", crashes),
    ("stakes", stakes),
    ("changing-set", changing_set),
    ("equivocator", equivocator),
    ("late-copies", late_copies),
    ("invalid-blocks", invalid_blocks),
    ("split", |seed| byzantine(seed, Behaviour::Split)),
    ("withhold", |seed| byzantine(seed, Behaviour::Withhold)),
    ("delay", |seed| byzantine(seed, Behaviour::Delay { ms: 400 })),
    ("amnesia", |seed| byzantine(seed, Behaviour::Amnesia)),
    ("garbage", |seed| byzantine(seed, Behaviour::Garbage)),
    ("mixed", Scenario::mixed),
];

/// One of four never speaks.
pub fn silent_quarter(seed: u64) -> Scenario {
    byzantine(seed, Behaviour::Silent)
}

/// Reordering up to 300 ms with timeouts from 100 ms.
pub fn delays(seed: u64) -> Scenario {
    Scenario { delay_us: (1_000, 300_000), ..Scenario::new(seed) }
}

/// Reordering up to 1.5 s: rounds pile up.
pub fn long_delays(seed: u64) -> Scenario {
    Scenario { delay_us: (1_000, 1_500_000), heights: 40, ..Scenario::new(seed) }
}

/// A fifth of all frames is lost.
pub fn loss(seed: u64) -> Scenario {
    Scenario { loss: 200, ..Scenario::new(seed) }
}

/// Somebody crashes every 40 ms and loses what was not synced; writes take up to 5 ms.
pub fn crashes(seed: u64) -> Scenario {
    Scenario {
        crash_every_ms: Some(40),
        delay_us: (1_000, 60_000),
        disk_us: (200, 5_000),
        ..Scenario::new(seed)
    }
}

/// Stakes 10:20:30:40.
pub fn stakes(seed: u64) -> Scenario {
    Scenario { stake: Stake::Fixed(vec![10, 20, 30, 40]), ..Scenario::new(seed) }
}

/// Five validators; who is in and with which stake changes at every height.
pub fn changing_set(seed: u64) -> Scenario {
    Scenario { nodes: 5, stake: Stake::Changing, ..Scenario::new(seed) }
}

/// One of four signs a second message for each of its own.
pub fn equivocator(seed: u64) -> Scenario {
    byzantine(seed, Behaviour::Equivocate { late_ms: 0 })
}

/// As [`equivocator`], but the second message comes after the height was decided.
pub fn late_copies(seed: u64) -> Scenario {
    byzantine(seed, Behaviour::Equivocate { late_ms: 200 })
}

/// One of four proposes blocks that do not follow.
pub fn invalid_blocks(seed: u64) -> Scenario {
    byzantine(seed, Behaviour::BadBlocks)
}

/// One of four misbehaves.
pub fn byzantine(seed: u64, behaviour: Behaviour) -> Scenario {
    Scenario { byzantine: [(1, behaviour)].into(), ..Scenario::new(seed) }
}

/// What must go wrong, by name.
pub const CONTROLS: &[(&str, Make)] = &[
    ("without-log", without_log),
    ("without-catch-up", without_catch_up),
    ("loss-without-catch-up", |seed| Scenario { catch_up: false, max_events: 400_000, ..loss(seed) }),
];

/// Negative control: [`crashes`] of validators that keep neither log nor sign-protection record.
pub fn without_log(seed: u64) -> Scenario {
    Scenario { log: Log::Lost, max_events: 300_000, ..crashes(seed) }
}

/// Negative control: [`long_delays`] where nobody sends decided blocks.
pub fn without_catch_up(seed: u64) -> Scenario {
    Scenario { catch_up: false, max_events: 160_000, ..long_delays(seed) }
}
