//! Rules SK-2 to SK-8: stake is put up, withdrawn and comes back (kinds 34 to 36).

use super::keys::Admission;
use super::{Run, staff};
use crate::block::EventCode;
use crate::codec::limits::{MAX_INSTITUTIONS, MAX_TOTAL_POWER, MAX_UNBONDING, MAX_VALIDATORS};
use crate::consensus::StakeParams;
use crate::primitives::AccountId;
use crate::state::entries::{Account, SetEntry, SetSlot, StakeEntry, Stakers, Unbonding};
use crate::state::stake::{deciders, next_set, stakers, voters};
use crate::state::{StateRead, TxError};
use crate::store::ReadError;
use crate::tx::{Stake, Unjail, Unstake};

// Only admitted institutions have stake, so their limit bounds the sets.
const _: () = assert!(MAX_INSTITUTIONS <= MAX_VALIDATORS, "every institution may be a validator");

/// The chain's rules of stake (rule SK-2).
pub(super) fn rules(run: &Run<'_, '_, '_>) -> Result<StakeParams, TxError> {
    run.ctx.params.consensus.stake().copied().ok_or(TxError::NoStake)
}

/// Makes a change that a validator asks for, if it does not take the next set too far from the one the epoch began
/// with (rule SK-8). Where nobody has stake the set has no say: nothing could ever follow it.
fn change(
    run: &mut Run<'_, '_, '_>,
    rules: &StakeParams,
    id: AccountId,
    stake: StakeEntry,
) -> Result<(), TxError> {
    let Some(base) = run.draft.get::<SetEntry>(&SetSlot::Base)? else {
        // Genesis: the first set is what changes are counted from.
        return Ok(put(run, id, stake)?);
    };
    if deciders(&run.draft)?.is_empty() {
        return Ok(put(run, id, stake)?);
    }
    let before = next_set(&run.draft, rules)?;
    put(run, id, stake)?;
    let after = next_set(&run.draft, rules)?;
    Ok(rules.power.check_change(&base.0, &before, &after, rules.min_stake)?)
}

fn put(run: &mut Run<'_, '_, '_>, id: AccountId, stake: StakeEntry) -> Result<(), ReadError> {
    let mut list = Stakers::clone(&run.draft.get::<Stakers>(Stakers::ID)?.unwrap_or_default());
    if let Err(at) = list.accounts.binary_search(&id) {
        list.accounts.insert(at, id);
        run.draft.put(Stakers::ID, list);
    }
    run.draft.put(&id, stake);
    Ok(())
}

/// Kind 34.
pub(crate) fn stake(run: &mut Run<'_, '_, '_>, stake: &Stake) -> Result<(), TxError> {
    let rules = rules(run)?;
    let id = stake.account;
    staff::admitted(&run.draft, id)?;
    // Rule SK-3: a sound key that is held, and that is none of the account's own: those sign transactions.
    let mut account = Account::clone(&*run.draft.need::<Account>(&id)?);
    let mut held: Vec<_> = account.devices.iter().map(|slot| slot.key.sig).collect();
    held.push(account.recovery_sig);
    let proof = core::slice::from_ref(&stake.possession);
    Admission::new(id, held, 1, proof)?.next(run, "key", 0, stake.key)?;
    let all = stakers(&run.draft)?;
    let old = all.iter().find(|(owner, _)| *owner == id).map(|(_, entry)| StakeEntry::clone(entry));
    if old.as_ref().is_some_and(|old| old.key != stake.key) {
        return Err(TxError::OtherKey { account: id });
    }
    if let Some((holder, _)) = all.iter().find(|(owner, entry)| *owner != id && entry.key == stake.key) {
        return Err(TxError::KeyTaken { holder: *holder });
    }
    let mut entry = old.unwrap_or(StakeEntry {
        key: stake.key,
        bonded: 0,
        since: run.ctx.height,
        jailed_until: None,
        unbonding: Vec::new(),
    });
    // Rule SK-4: enough, not more than all validators may have, and not more than there is.
    let (got, min) = (stake.amount, rules.min_stake.saturating_sub(entry.bonded).max(1));
    if got < min {
        return Err(TxError::TooSmall { field: "amount", min, got });
    }
    let bonded = all.iter().fold(0u64, |sum, (_, entry)| sum.saturating_add(entry.bonded));
    let limit = MAX_TOTAL_POWER.saturating_sub(bonded).saturating_sub(1);
    if got > limit {
        return Err(TxError::TooLarge { field: "amount", limit, got });
    }
    let balance = account.balance;
    account.balance =
        balance.checked_sub(got).ok_or(TxError::BalanceTooLow { field: "amount", balance, got })?;
    entry.bonded = entry.bonded.saturating_add(got);
    run.draft.put(&id, account);
    change(run, &rules, id, entry)?;
    run.event(EventCode::Staked, id);
    Ok(())
}

/// Kind 35.
pub(super) fn unstake(run: &mut Run<'_, '_, '_>, unstake: &Unstake) -> Result<(), TxError> {
    let rules = rules(run)?;
    let (id, got) = (unstake.account, unstake.amount);
    let mut entry = StakeEntry::clone(&*run.draft.need::<StakeEntry>(&id)?);
    // Rule SK-5: all of it, or so much that enough is left.
    if got == 0 {
        return Err(TxError::TooSmall { field: "amount", min: 1, got });
    }
    let limit = entry.bonded;
    let left = limit.checked_sub(got).ok_or(TxError::TooLarge { field: "amount", limit, got })?;
    if left > 0 && left < rules.min_stake {
        return Err(TxError::StakeLeft { min: rules.min_stake, left });
    }
    // Rule SK-6: it waits. It still votes on the next height, which may be reported for `evidence_blocks` more.
    let waiting = entry.unbonding.len().saturating_add(1);
    if waiting > MAX_UNBONDING {
        return Err(TxError::TooMany { field: "unbonding", limit: MAX_UNBONDING, got: waiting });
    }
    entry.bonded = left;
    entry.unbonding.push(Unbonding {
        amount: got,
        time: run.ctx.time.plus(rules.unbonding_ms),
        height: run.ctx.height.plus(rules.evidence_blocks).plus(1),
    });
    change(run, &rules, id, entry)?;
    if left == 0 && voters(&run.draft)?.is_empty() {
        return Err(TxError::LastValidator { account: id });
    }
    run.event(EventCode::Unstaked, id);
    Ok(())
}

/// Kind 36 (rule SK-7).
pub(super) fn unjail(run: &mut Run<'_, '_, '_>, unjail: &Unjail) -> Result<(), TxError> {
    let rules = rules(run)?;
    let id = unjail.account;
    let mut entry = StakeEntry::clone(&*run.draft.need::<StakeEntry>(&id)?);
    let until = entry.jailed_until.take().ok_or(TxError::NotJailed { account: id })?;
    if run.ctx.time < until {
        return Err(TxError::Jailed { account: id, until });
    }
    if entry.bonded < rules.min_stake {
        return Err(TxError::TooSmall { field: "bonded", min: rules.min_stake, got: entry.bonded });
    }
    change(run, &rules, id, entry)?;
    run.event(EventCode::Unjailed, id);
    Ok(())
}
