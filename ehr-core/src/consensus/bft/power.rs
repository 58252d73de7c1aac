//! From stake to voting power: a cap on what one validator weighs and on what an epoch changes. Both are
//! parameters of a chain.

use super::Validator;
use core::cmp::Reverse;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};
use std::collections::BTreeMap;

/// The parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize_tuple, Deserialize_tuple)]
pub struct PowerRules {
    /// Most of the total power one validator may have, in thousandths; 1000 is no cap (rule BF-13).
    pub max_share: u16,
    /// Most of the total power that may come, and most that may go, in one epoch, in thousandths; 1000 or more is no
    /// cap (rule BF-14). Up to 333, more than a third of the set an epoch began with signs every block of it, so that a
    /// light client gets from one to the other in one step (rule LC-18), as long as nobody is slashed.
    pub max_change: u16,
}

/// A change that takes the next set too far from the one its epoch began with (rule BF-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{changed} of {total} voting power would change in this epoch, at most {limit} may, {left} still can"
)]
pub struct ChangeError {
    /// Power that would have come or gone since the epoch began, whichever is more than may.
    pub changed: u64,
    /// Power at its beginning.
    pub total: u64,
    /// Most that may come, and most that may go.
    pub limit: u64,
    /// What is left of that.
    pub left: u64,
}

impl PowerRules {
    /// No caps.
    pub const NONE: Self = Self { max_share: 1000, max_change: 1000 };

    /// The voting powers of stakes, in the order given (rule BF-13): each stake cut to the largest cap `c` with
    /// `c · 1000 ≤ max_share · sum(min(stake, c))`. Where validators are fewer than `1000 / max_share`, somebody has more
    /// than that share whatever the cap, so there is none; all then weigh as much as the smallest. A stake of 0 has no
    /// power and is not counted.
    pub fn powers(&self, stakes: &[u64]) -> Vec<u64> {
        let cap = self.cap(stakes);
        stakes.iter().map(|stake| (*stake).min(cap)).collect()
    }

    fn cap(&self, stakes: &[u64]) -> u64 {
        let share = u128::from(self.max_share);
        let mut sorted: Vec<u64> = stakes.iter().copied().filter(|stake| *stake > 0).collect();
        sorted.sort_by_key(|stake| Reverse(*stake));
        let Some((largest, smallest)) = sorted.first().zip(sorted.last()) else { return 0 };
        let mut rest: u128 = sorted.iter().map(|stake| u128::from(*stake)).sum();
        if u128::from(*largest).saturating_mul(1000) <= share.saturating_mul(rest) {
            return *largest;
        }
        // With the k largest cut to c: 1000 c <= share (k c + rest), so c = share · rest / (1000 - share · k), and
        // the cap is right for the k where the next stake is not above it.
        for (k, stake) in (1u128..).zip(&sorted) {
            rest = rest.saturating_sub(u128::from(*stake));
            let next = usize::try_from(k).ok().and_then(|k| sorted.get(k)).copied().unwrap_or_default();
            let Some(room) = 1000u128.checked_sub(share.saturating_mul(k)).filter(|room| *room > 0) else {
                break;
            };
            let cap = share.saturating_mul(rest).checked_div(room).unwrap_or_default();
            if rest > 0 && cap >= u128::from(next) {
                return u64::try_from(cap).unwrap_or(u64::MAX).max(1);
            }
        }
        *smallest
    }

    /// Whether a change may be made: it turns the set that would come, `before`, into `after`, in the epoch that
    /// began with `base` (rule BF-14). So much as `least`, the smallest stake there may be, may always come or go, or a small
    /// set would be what it is for ever. What undoes a change is always allowed, even where others went too far.
    ///
    /// # Errors
    /// How much would change and how much still may.
    pub fn check_change(
        &self,
        base: &[Validator],
        before: &[Validator],
        after: &[Validator],
        least: u64,
    ) -> Result<(), ChangeError> {
        if self.max_change >= 1000 || before == after {
            return Ok(());
        }
        let total = base.iter().fold(0u64, |sum, v| sum.saturating_add(v.power));
        let limit = u128::from(total).saturating_mul(u128::from(self.max_change)) / 1000;
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(least);
        let ways = [(gains(base, after), gains(base, before)), (gains(after, base), gains(before, base))];
        match ways.into_iter().find(|(changed, was)| changed > &limit && changed > was) {
            Some((changed, was)) => {
                Err(ChangeError { changed, total, limit, left: limit.saturating_sub(was) })
            }
            None => Ok(()),
        }
    }
}

/// Power that `to` has and `from` has not. A validator with another key is another validator.
fn gains(from: &[Validator], to: &[Validator]) -> u64 {
    let old: BTreeMap<_, _> = from.iter().map(|v| ((v.account, v.key), v.power)).collect();
    to.iter().fold(0u64, |sum, v| {
        let had = old.get(&(v.account, v.key)).copied().unwrap_or_default();
        sum.saturating_add(v.power.saturating_sub(had))
    })
}
