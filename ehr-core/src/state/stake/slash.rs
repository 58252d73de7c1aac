//! What an offence costs.

use crate::planted::planted;
use crate::primitives::Timestamp;
use crate::state::BlockContext;
use crate::state::entries::StakeEntry;

/// Takes `share` thousandths of the stake, bonded and unbonding, each part rounded up so that nobody is too small to
/// be punished (rule SK-12). Returns how much that was.
pub(crate) fn slash(ctx: &BlockContext<'_>, stake: &mut StakeEntry, share: u16) -> u64 {
    if planted!(ctx, SKIP_SLASH) {
        return 0;
    }
    let parts = stake.unbonding.iter_mut().map(|unbonding| &mut unbonding.amount).chain([&mut stake.bonded]);
    let mut slashed = 0u64;
    for amount in parts {
        let lost = u128::from(*amount).saturating_mul(u128::from(share)).div_ceil(1000);
        let lost = u64::try_from(lost).unwrap_or(u64::MAX).min(*amount);
        *amount = amount.saturating_sub(lost);
        slashed = slashed.saturating_add(lost);
    }
    slashed
}

/// Keeps a validator out for `jail_ms` from now on, or for as long as it is kept out already (rule SK-13).
pub(crate) fn jail(stake: &mut StakeEntry, now: Timestamp, jail_ms: u64) {
    stake.jailed_until = stake.jailed_until.max(Some(now.plus(jail_ms)));
}
