//! Targets, work and the difficulty rule (`docs/spec/proof-of-work.md`). Compact targets are their 32 bits.

use crate::EhrError;
use core::num::NonZeroU64;
use ehr_core::consensus::{CompactTarget, DifficultyRule, Weight};
use ehr_core::primitives::{BlockId, Height, Timestamp};

/// A compact target written out.
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetNumbers {
    /// The number that an id must not be above, 32 bytes, big-endian.
    pub target: Vec<u8>,
    /// Expected hashes to meet it, 32 bytes, big-endian (rule W-5).
    pub work: Vec<u8>,
}

/// The difficulty rule aserti3-2d, anchored at block 1 (rule W-4).
#[cfg_attr(feature = "uniffi", derive(uniffi::Record))]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsertRule {
    /// Compact target of block 1.
    pub anchor: u32,
    /// Time of block 0.
    pub genesis_time: Timestamp,
    /// Wanted time between blocks, ms.
    pub spacing_ms: u64,
    /// Time off schedule that halves or doubles the target, ms.
    pub half_life_ms: u64,
}

fn compact(field: &str, bits: u32) -> Result<CompactTarget, EhrError> {
    CompactTarget::from_bits(bits).map_err(|error| match field {
        "bits" => EhrError::refused(error),
        _ => EhrError::argument(field, error),
    })
}

/// Target and work of compact bits.
///
/// # Errors
/// `Refused` for bits that are no target: zero, negative, too easy, or another form of the same number (rule W-1).
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn expand_target(bits: u32) -> Result<TargetNumbers, EhrError> {
    let target = compact("bits", bits)?;
    Ok(TargetNumbers {
        target: target.expand().to_be_bytes::<32>().to_vec(),
        work: Weight::of_target(target).to_be_bytes().to_vec(),
    })
}

/// Compact bits of the papers' "difficulty n": an id must start with `n` zero digits.
///
/// # Errors
/// `InvalidArgument` unless `n` is 1 to 63.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn leading_zeros_target(n: u8) -> Result<u32, EhrError> {
    let target = CompactTarget::leading_zero_nibbles(n);
    Ok(target.ok_or_else(|| EhrError::argument("n", "must be 1 to 63"))?.bits())
}

/// Whether a block id meets a target (rule W-2).
///
/// # Errors
/// As [`expand_target`].
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn meets_target(bits: u32, block_id: BlockId) -> Result<bool, EhrError> {
    Ok(compact("bits", bits)?.is_met_by(&block_id))
}

/// Compact target that the child of a block must have under ASERT (rules W-3 and W-4).
///
/// # Errors
/// `InvalidArgument` for a rule that is none.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn asert_target(
    rule: &AsertRule,
    parent_height: Height,
    parent_time: Timestamp,
) -> Result<u32, EhrError> {
    let whole = |field, n| NonZeroU64::new(n).ok_or_else(|| EhrError::argument(field, "must not be 0"));
    let asert = DifficultyRule::Asert {
        anchor: compact("rule.anchor", rule.anchor)?,
        spacing_ms: whole("rule.spacing_ms", rule.spacing_ms)?,
        half_life_ms: whole("rule.half_life_ms", rule.half_life_ms)?,
    };
    Ok(asert.target_after(rule.genesis_time, parent_height, parent_time).bits())
}
