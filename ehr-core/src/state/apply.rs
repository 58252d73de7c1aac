//! Applying one transaction.

use super::claims::{Claim, Claims};
use super::entries::Account;
use super::rules::{self, Run};
use super::{BlockContext, Draft, StateDelta, StateRead, StateView, TxError};
use crate::block::Receipt;
use crate::crypto::signature::SignatureCache;
use crate::planted::planted;
use crate::primitives::AccountId;
use crate::store::ReadError;
use crate::tx::Tx;

/// What a transaction does if its signatures hold.
pub(crate) struct Applied<'t> {
    pub(crate) delta: StateDelta,
    pub(crate) receipt: Receipt,
    pub(crate) claims: Vec<Claim<'t>>,
}

/// What a transaction changes in the state `view` shows, and its receipt. Pure: nothing is changed until the view
/// absorbs the delta. Verifies the signatures one by one; blocks verify all of theirs together.
///
/// # Errors
/// The first rule broken.
pub fn apply(
    view: &StateView<'_>,
    ctx: &BlockContext<'_>,
    tx: &Tx,
) -> Result<(StateDelta, Receipt), TxError> {
    apply_cached(view, ctx, tx, &SignatureCache::new())
}

/// As [`apply`], with what the caller's cache knows; it learns the signatures found valid.
pub(crate) fn apply_cached(
    view: &StateView<'_>,
    ctx: &BlockContext<'_>,
    tx: &Tx,
    cache: &SignatureCache,
) -> Result<(StateDelta, Receipt), TxError> {
    let applied = apply_claiming(view, ctx, tx)?;
    let mut claims = Claims::waiting(cache);
    claims.add(0, &applied.claims)?;
    let verified = if planted!(ctx, SKIP_SIGNATURES) { Ok(()) } else { claims.verify() };
    match verified {
        Ok(()) => Ok((applied.delta, applied.receipt)),
        Err(errors) => Err(errors.into_values().next().unwrap_or(TxError::NoAuthority)),
    }
}

/// As [`apply`], but leaves the signatures to the caller.
pub(crate) fn apply_claiming<'t>(
    view: &StateView<'_>,
    ctx: &BlockContext<'_>,
    tx: &'t Tx,
) -> Result<Applied<'t>, TxError> {
    rules::envelope::check(ctx, tx)?;
    let mut run = Run::new(ctx, tx.id(), Draft::new(view));
    let acting = rules::signers::check(&mut run, tx)?;
    // An account that enrols itself exists only after its own payload.
    let enrols_itself = rules::account::enrols_itself(tx.body())?;
    if !enrols_itself {
        rules::envelope::charge(&mut run, tx.body())?;
    }
    rules::payload(&mut run, &tx.body().payload, &acting)?;
    if enrols_itself {
        rules::envelope::charge(&mut run, tx.body())?;
    }
    Ok(run.finish(tx))
}

/// Adds credits to an account, if there is such an account.
pub(crate) fn credit(draft: &mut Draft<'_, '_>, account: AccountId, credits: u64) -> Result<(), ReadError> {
    if credits == 0 {
        return Ok(());
    }
    let Some(entry) = draft.get::<Account>(&account)? else { return Ok(()) };
    let mut entry = Account::clone(&entry);
    entry.balance = entry.balance.saturating_add(credits);
    draft.put(&account, entry);
    Ok(())
}
