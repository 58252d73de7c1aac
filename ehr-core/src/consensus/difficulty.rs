//! Which target a block must have: fixed by genesis, or ASERT from genesis parameters (rules W-3 and W-4).

use super::{AsertInput, CompactTarget, asert_target};
use crate::primitives::{Height, Timestamp, tagged_enum};
use core::num::NonZeroU64;

/// Height of the block whose target anchors ASERT. Its parent is genesis.
const ANCHOR_HEIGHT: u64 = 1;

tagged_enum! {
    /// The difficulty rule of a chain, part of its genesis. On the wire `[0, target]` or
    /// `[1, anchor, spacing_ms, half_life_ms]`.
    DifficultyRule: u8 {
        /// The same target for ever: demonstrations, tests, the papers' "difficulty 2".
        Fixed {
            /// Target of every block.
            target: CompactTarget,
        } = 0,
        /// aserti3-2d, anchored at block 1.
        Asert {
            /// Target of block 1.
            anchor: CompactTarget,
            /// Wanted time between blocks, milliseconds.
            spacing_ms: NonZeroU64,
            /// Time off schedule that halves or doubles the target, milliseconds; not multiplied by the spacing.
            half_life_ms: NonZeroU64,
        } = 1,
    }
}

impl Copy for DifficultyRule {}

impl DifficultyRule {
    /// ASERT with a block every 30 s and a half-life of one hour.
    pub const fn default_asert(anchor: CompactTarget) -> Self {
        const SPACING: NonZeroU64 = NonZeroU64::MIN.saturating_add(30_000 - 1);
        const HALF_LIFE: NonZeroU64 = NonZeroU64::MIN.saturating_add(3_600_000 - 1);
        Self::Asert { anchor, spacing_ms: SPACING, half_life_ms: HALF_LIFE }
    }

    /// Wanted time between blocks in milliseconds, where the rule has one.
    pub const fn spacing_ms(&self) -> Option<NonZeroU64> {
        match self {
            Self::Fixed { .. } => None,
            Self::Asert { spacing_ms, .. } => Some(*spacing_ms),
        }
    }

    /// The target that the child of a block at `parent_height` with `parent_time` must have (rule W-3). A
    /// header that claims any other is invalid, easier or harder.
    pub fn target_after(
        &self,
        genesis_time: Timestamp,
        parent_height: Height,
        parent_time: Timestamp,
    ) -> CompactTarget {
        match *self {
            Self::Fixed { target } => target,
            Self::Asert { anchor, spacing_ms, half_life_ms } => {
                let Some(blocks) = parent_height.0.checked_sub(ANCHOR_HEIGHT) else { return anchor };
                let elapsed = i128::from(parent_time.0).saturating_sub(i128::from(genesis_time.0));
                CompactTarget::from_target(asert_target(&AsertInput {
                    anchor: anchor.expand(),
                    limit: CompactTarget::EASIEST.expand(),
                    spacing: spacing_ms,
                    half_life: half_life_ms,
                    elapsed,
                    blocks,
                }))
            }
        }
    }
}
