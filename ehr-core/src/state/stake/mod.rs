//! Stake in the state: what validators put up, which sets follow from it, and what a block does at its end
//! (`docs/spec/stake.md`).

mod end_block;
mod ranges;
mod sets;
mod slash;

pub(crate) use end_block::end_block;
pub(crate) use ranges::ranges;
pub use sets::{Sets, validator_sets};
pub(crate) use sets::{begin, deciders, next_set, stakers, voters};
pub(crate) use slash::{jail, slash};
