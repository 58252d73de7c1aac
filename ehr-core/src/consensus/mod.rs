//! Seal rules, targets and work, difficulty, header time, fork choice and finality. Pure functions over headers.

mod target;

pub use target::{CompactTarget, TargetError};
