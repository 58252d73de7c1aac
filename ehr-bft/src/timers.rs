//! The core's timeouts as deadlines.

use crate::config::Timeouts;
use ehr_core::primitives::Timestamp;
use malachite_core_types::{Timeout, TimeoutKind};
use std::collections::BTreeMap;

/// Code of a kind in the log and in the order of deadlines.
pub(crate) const fn code(kind: TimeoutKind) -> Option<u8> {
    match kind {
        TimeoutKind::Propose => Some(1),
        TimeoutKind::Prevote => Some(2),
        TimeoutKind::Precommit => Some(3),
        TimeoutKind::Rebroadcast => Some(4),
        // Needs a target time, which is never given: it would read the machine's clock.
        TimeoutKind::FinalizeHeight(_) => None,
    }
}

pub(crate) const fn kind(code: u8) -> Option<TimeoutKind> {
    match code {
        1 => Some(TimeoutKind::Propose),
        2 => Some(TimeoutKind::Prevote),
        3 => Some(TimeoutKind::Precommit),
        4 => Some(TimeoutKind::Rebroadcast),
        _ => None,
    }
}

/// What runs, one of each kind and round.
#[derive(Debug, Default)]
pub(crate) struct Timers(BTreeMap<(u32, u8), (Timestamp, Timeout)>);

fn key(timeout: &Timeout) -> Option<(u32, u8)> {
    Some((timeout.round.as_u32()?, code(timeout.kind)?))
}

impl Timers {
    pub(crate) fn schedule(&mut self, timeout: Timeout, now: Timestamp, lengths: &Timeouts) {
        let Some(at) = key(&timeout) else { return };
        self.0.insert(at, (now.plus(length(at, lengths)), timeout));
    }

    pub(crate) fn cancel(&mut self, timeout: &Timeout) {
        if let Some(at) = key(timeout) {
            self.0.remove(&at);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.0.values().map(|(due, _)| *due).min()
    }

    /// Takes the one that is due longest.
    pub(crate) fn pop_due(&mut self, now: Timestamp) -> Option<Timeout> {
        let due = self.0.iter().filter(|(_, (due, _))| *due <= now).min_by_key(|(at, (due, _))| (*due, **at));
        let at = *due?.0;
        self.0.remove(&at).map(|(_, timeout)| timeout)
    }
}

fn length((round, kind): (u32, u8), lengths: &Timeouts) -> u64 {
    let base = match kind {
        1 => lengths.propose_ms,
        2 => lengths.prevote_ms,
        3 => lengths.precommit_ms,
        _ => return lengths.rebroadcast_ms,
    };
    base.saturating_add(lengths.delta_ms.saturating_mul(u64::from(round))).min(lengths.max_ms)
}
