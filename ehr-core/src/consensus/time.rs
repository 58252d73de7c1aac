//! Header time: strictly increasing, and not from the future (rules W-6 and W-7). `now` is always an argument:
//! the node's own clock, never an average of what peers say.

use super::DifficultyRule;
use crate::primitives::Timestamp;

/// The furthest ahead of the local clock any chain accepts a header, milliseconds.
pub const MAX_FUTURE_MS: u64 = 120_000;
/// Block spacings ahead of the local clock a header may be, where that is less.
const FUTURE_SPACINGS: u64 = 10;
/// Headers whose times [`median_time_past`] takes the median of.
const MEDIAN_SPAN: usize = 11;

/// A header time that is not acceptable, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TimeError {
    /// At or before the parent's time. Final.
    #[error("header time {time} ms is not after its parent's {parent} ms")]
    NotAfterParent {
        /// Header's time.
        time: Timestamp,
        /// Parent's time.
        parent: Timestamp,
    },
    /// Beyond what the local clock allows. Transient: the same header may be fine later, and its sender has done
    /// nothing wrong that can be proven.
    #[error("header time {time} ms is beyond {latest} ms, the latest accepted now")]
    TooFarAhead {
        /// Header's time.
        time: Timestamp,
        /// Latest acceptable time by the local clock.
        latest: Timestamp,
    },
}

/// How far ahead of the local clock a header may be, in milliseconds: ten spacings, at most two minutes.
pub fn future_bound_ms(rule: &DifficultyRule) -> u64 {
    match rule.spacing_ms() {
        Some(t) => t.get().saturating_mul(FUTURE_SPACINGS).min(MAX_FUTURE_MS),
        None => MAX_FUTURE_MS,
    }
}

/// Checks a header's time against its parent's and the local clock.
///
/// # Errors
/// Not strictly after the parent, or more than `future_bound_ms` after `now`.
pub fn check_header_time(
    time: Timestamp,
    parent: Timestamp,
    now: Timestamp,
    future_bound_ms: u64,
) -> Result<(), TimeError> {
    if time <= parent {
        return Err(TimeError::NotAfterParent { time, parent });
    }
    let latest = now.plus(future_bound_ms);
    if time > latest {
        return Err(TimeError::TooFarAhead { time, latest });
    }
    Ok(())
}

/// The time to put into a new header: the clock, or just after the parent if the clock is behind it.
pub fn propose_time(now: Timestamp, parent: Timestamp) -> Timestamp {
    now.max(parent.plus(1))
}

/// Median of the last eleven header times of a chain, oldest first; of fewer near genesis (then the upper of the
/// two middle ones). A clock for locks and expiry that no single miner moves. `None` of nothing.
pub fn median_time_past(times: &[Timestamp]) -> Option<Timestamp> {
    let start = times.len().saturating_sub(MEDIAN_SPAN);
    let mut last: Vec<Timestamp> = times.get(start..)?.to_vec();
    last.sort_unstable();
    last.get(last.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consensus::CompactTarget;
    use proptest::prelude::*;

    #[test]
    fn the_future_bound_is_ten_spacings_or_two_minutes() {
        let asert = |ms: u64| DifficultyRule::Asert {
            anchor: CompactTarget::EASIEST,
            spacing_ms: ms.try_into().unwrap(),
            half_life_ms: 3_600_000.try_into().unwrap(),
        };
        assert_eq!(future_bound_ms(&asert(500)), 5_000);
        assert_eq!(future_bound_ms(&asert(30_000)), 120_000);
        assert_eq!(future_bound_ms(&asert(u64::MAX)), 120_000);
        assert_eq!(future_bound_ms(&DifficultyRule::Fixed { target: CompactTarget::EASIEST }), 120_000);
    }

    #[test]
    fn median_counts_the_last_eleven() {
        let t = |v: &[u64]| v.iter().copied().map(Timestamp).collect::<Vec<_>>();
        assert_eq!(median_time_past(&[]), None);
        assert_eq!(median_time_past(&t(&[7])), Some(Timestamp(7)));
        assert_eq!(median_time_past(&t(&[1, 9])), Some(Timestamp(9)));
        let mut many = vec![1_000_000; 5];
        many.extend([3, 1, 2, 5, 4, 6, 11, 10, 9, 8, 7]);
        assert_eq!(median_time_past(&t(&many)), Some(Timestamp(6)));
    }

    proptest! {
        #[test]
        fn accepted_exactly_between_parent_and_bound(
            time in 0u64..12, parent in 0u64..12, now in 0u64..12, bound in 0u64..3,
        ) {
            let got = check_header_time(Timestamp(time), Timestamp(parent), Timestamp(now), bound);
            prop_assert_eq!(got.is_ok(), parent < time && time <= now + bound);
        }

        #[test]
        fn a_proposed_time_follows_its_parent_whatever_the_clock_says(now: u64, parent in 0..u64::MAX) {
            let (now, parent) = (Timestamp(now), Timestamp(parent));
            let time = propose_time(now, parent);
            prop_assert!(time > parent && time >= now);
            // And the proposer's own clock accepts it unless the parent was already at the bound.
            prop_assert_eq!(check_header_time(time, parent, now, 0).is_ok(), now > parent);
        }
    }
}
