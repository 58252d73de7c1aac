//! Stake in the state: what validators put up, which sets follow from it, and what a block does at its end
//! (`docs/spec/stake.md`).

mod end_block;
mod sets;

pub(crate) use end_block::end_block;
pub use sets::{Sets, validator_sets};
