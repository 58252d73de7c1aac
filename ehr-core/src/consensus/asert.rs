//! ASERT (aserti3-2d): the target as an exponential of how far the chain is ahead of or behind its schedule
//! (rule W-4). Source: Bitcoin Cash network upgrade specification 2020-11-15.

use core::num::NonZeroU64;
use ruint::{Uint, aliases::U256};

/// Wide enough for a 256-bit target times the 17-bit factor.
type U320 = Uint<320, 5>;

/// One step of the schedule, fixed point with 16 fractional bits.
const RADIX: i128 = 1 << 16;

/// What the target of a block depends on. `spacing`, `half_life` and `elapsed` are in the same unit, whichever
/// it is: seconds in the published vectors, milliseconds in this ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AsertInput {
    /// Target of the anchor block.
    pub anchor: U256,
    /// Easiest target allowed.
    pub limit: U256,
    /// Wanted time between blocks.
    pub spacing: NonZeroU64,
    /// Time ahead of schedule that halves the target (or behind, that doubles it). A time, not a count of
    /// blocks.
    pub half_life: NonZeroU64,
    /// Time of the block's parent minus time of the *anchor's* parent.
    pub elapsed: i128,
    /// Height of the block's parent minus height of the anchor.
    pub blocks: u64,
}

/// The target of the next block, from 1 to the limit; not yet rounded to compact form.
pub fn asert_target(input: &AsertInput) -> U256 {
    let schedule = i128::from(input.spacing.get()).saturating_mul(i128::from(input.blocks).saturating_add(1));
    let ahead = input.elapsed.saturating_sub(schedule);
    // Truncating division, as in C: the published rule, and not what Python's // does.
    let half_life = i128::from(input.half_life.get());
    let exponent = ahead.saturating_mul(RADIX).checked_div(half_life).unwrap_or(0);
    // Floor to whole halvings; what is left is never negative.
    let fraction = u64::try_from(exponent & 0xffff).unwrap_or(0);
    let scaled = U320::from(input.anchor).wrapping_mul(U320::from(factor(fraction)));
    // The factor carries 16 fractional bits, so the shift starts 16 lower.
    let shift = (exponent >> 16).saturating_sub(16);
    let distance = usize::try_from(shift.unsigned_abs()).unwrap_or(usize::MAX);
    let limit = U320::from(input.limit);
    // Both shifts take any distance: down ends at zero, up at the largest number, far above every limit.
    let next = if shift < 0 { scaled.wrapping_shr(distance) } else { scaled.saturating_shl(distance) };
    next.min(limit).saturating_to::<U256>().max(U256::ONE)
}

/// 2^(fraction / 65536) in 16-bit fixed point by the specified cubic, for a fraction below 65536. The largest
/// sum is just below 2^64.
fn factor(f: u64) -> u64 {
    let (f2, f3) = (f.wrapping_mul(f), f.wrapping_mul(f).wrapping_mul(f));
    let sum = 195_766_423_245_049u64
        .wrapping_mul(f)
        .wrapping_add(971_821_376u64.wrapping_mul(f2))
        .wrapping_add(5_127u64.wrapping_mul(f3))
        .wrapping_add(1 << 47);
    (sum >> 48).wrapping_add(1 << 16)
}

#[cfg(test)]
#[path = "asert_tests.rs"]
mod tests;
