//! What the parameters of stake may be.

use crate::codec::limits::{MAX_REWARD, MAX_TOTAL_POWER};
use crate::consensus::StakeParams;

/// Field, smallest and largest value, value given (rule SK-1).
pub(crate) fn ranges(rules: &StakeParams) -> [(&'static str, u64, u64, u64); 14] {
    let (any, share) = (u64::MAX, 1000);
    let window = u64::from(rules.window_blocks);
    [
        ("stake.max_share", 1, share, u64::from(rules.power.max_share)),
        ("stake.max_change", 1, share, u64::from(rules.power.max_change)),
        ("stake.epoch_blocks", 1, any, rules.epoch_blocks),
        ("stake.min_stake", 1, MAX_TOTAL_POWER - 1, rules.min_stake),
        ("stake.unbonding_ms", 2, any, rules.unbonding_ms),
        ("stake.trusting_ms", 1, rules.unbonding_ms.saturating_sub(1), rules.trusting_ms),
        ("stake.evidence_blocks", 1, any, rules.evidence_blocks),
        ("stake.jail_ms", 0, any, rules.jail_ms),
        ("stake.slash_equivocation", 0, share, u64::from(rules.slash_equivocation)),
        ("stake.slash_downtime", 0, share, u64::from(rules.slash_downtime)),
        ("stake.reporter_share", 0, share, u64::from(rules.reporter_share)),
        ("stake.window_blocks", 1, any, window),
        ("stake.max_missed", 0, window.saturating_sub(1), u64::from(rules.max_missed)),
        ("stake.reward", 0, MAX_REWARD, rules.reward),
    ]
}
