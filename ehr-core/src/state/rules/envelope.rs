//! Rules T-1 to T-7: the envelope. A transaction is valid once, on one chain, in one window of heights.

use super::{Run, account};
use crate::codec::limits::MAX_VALIDITY;
use crate::planted::planted;
use crate::state::entries::Account;
use crate::state::{BlockContext, TxError};
use crate::tx::{TX_VERSION, Tx, TxBody};

/// Checks what needs no state, cheapest first.
pub(crate) fn check(ctx: &BlockContext<'_>, tx: &Tx) -> Result<(), TxError> {
    let body = tx.body();
    version_known(body)?;
    right_chain(ctx, body)?;
    in_window(ctx, body)?;
    enough_fee(ctx, body)
}

/// Rule T-1: the format is known.
fn version_known(body: &TxBody) -> Result<(), TxError> {
    match body.version {
        TX_VERSION => Ok(()),
        got => Err(TxError::UnknownVersion { got, want: TX_VERSION }),
    }
}

/// Rule T-3: made for this chain and shard (crypto-and-policy 5.2: replay across chains).
fn right_chain(ctx: &BlockContext<'_>, body: &TxBody) -> Result<(), TxError> {
    if body.chain_id != ctx.chain_id {
        return Err(TxError::OtherChain);
    }
    if body.shard != ctx.shard {
        return Err(TxError::OtherShard { got: body.shard, want: ctx.shard });
    }
    Ok(())
}

/// Rule T-5: the block's height is in the window, and the window is short enough that a forgotten co-signed body
/// dies (crypto-and-policy 5.2).
fn in_window(ctx: &BlockContext<'_>, body: &TxBody) -> Result<(), TxError> {
    let (from, until, height) = (body.valid_from, body.valid_until, ctx.height);
    if until < from || until > from.plus(MAX_VALIDITY) {
        return Err(TxError::Window { from, until, limit: MAX_VALIDITY });
    }
    if height < from {
        return Err(TxError::NotYetValid { from, height });
    }
    if height > until {
        return Err(TxError::NoLongerValid { until, height });
    }
    Ok(())
}

/// Rule T-6: the fee is what the chain asks. An account that enrols itself has no credits yet and pays none.
fn enough_fee(ctx: &BlockContext<'_>, body: &TxBody) -> Result<(), TxError> {
    let min = ctx.params.min_fee;
    if body.fee < min && !account::enrols_itself(body)? {
        return Err(TxError::FeeTooLow { min, got: body.fee });
    }
    Ok(())
}

/// Rules T-4 and T-7: the fee payer's nonce is fresh, so nothing applies twice, and it can pay.
pub(crate) fn charge(run: &mut Run<'_, '_, '_>, body: &TxBody) -> Result<(), TxError> {
    let mut payer = Account::clone(&*run.draft.need::<Account>(&body.fee_payer)?);
    let fresh = payer.nonces.take(body.nonce);
    if !planted!(run.ctx, ALLOW_REPLAY) {
        fresh?;
    }
    payer.balance = payer
        .balance
        .checked_sub(body.fee)
        .ok_or(TxError::CannotPay { balance: payer.balance, fee: body.fee })?;
    run.draft.put(&body.fee_payer, payer);
    Ok(())
}
