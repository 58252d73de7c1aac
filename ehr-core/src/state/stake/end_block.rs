//! What a block does after its last transaction under proof of stake.

use super::{jail, sets, slash, stakers};
use crate::consensus::StakeParams;
use crate::planted::planted;
use crate::primitives::{AccountId, Height};
use crate::state::entries::{Liveness, StakeEntry, Stakers, Unbonding};
use crate::state::{BlockContext, Draft, StateRead, StateView, credit};
use crate::store::ReadError;

/// Counts missed blocks, pays out what has unbonded and the reward, and makes the set of the height after the next
/// (rules SK-14 to SK-20). `absent` are the validators of the block below that did not sign its certificate.
///
/// # Errors
/// The store did not answer.
pub(crate) fn end_block(
    view: &StateView<'_>,
    ctx: &BlockContext<'_>,
    proposer: AccountId,
    absent: &[AccountId],
) -> Result<(), ReadError> {
    let Some(rules) = ctx.params.consensus.stake() else { return Ok(()) };
    let mut draft = Draft::new(view);
    count_missed(&mut draft, ctx, rules, absent)?;
    pay_out(&mut draft, ctx)?;
    credit(&mut draft, proposer, rules.reward)?;
    sets::hand_on(&mut draft, ctx.height, rules)?;
    view.absorb(draft.into_delta())
}

/// Rule SK-14: who misses more blocks of a window than allowed is slashed and jailed, once in it.
fn count_missed(
    draft: &mut Draft<'_, '_>,
    ctx: &BlockContext<'_>,
    rules: &StakeParams,
    absent: &[AccountId],
) -> Result<(), ReadError> {
    if absent.is_empty() {
        return Ok(());
    }
    let into = ctx.height.0.checked_rem(u64::from(rules.window_blocks)).unwrap_or_default();
    let start = Height(ctx.height.0.saturating_sub(into));
    let counted = draft.get::<Liveness>(Liveness::ID)?.filter(|counted| counted.start == start);
    let mut liveness = counted.map_or(Liveness { start, missed: Vec::new() }, |l| Liveness::clone(&l));
    for account in absent {
        if liveness.count(*account) != rules.max_missed.saturating_add(1) {
            continue;
        }
        if let Some(stake) = draft.get::<StakeEntry>(account)? {
            let mut stake = StakeEntry::clone(&stake);
            slash(ctx, &mut stake, rules.slash_downtime);
            jail(&mut stake, ctx.time, rules.jail_ms);
            draft.put(account, stake);
        }
    }
    draft.put(Liveness::ID, liveness);
    Ok(())
}

/// Rules SK-15 and SK-16: what has unbonded goes back to its owner, and stake of which nothing is left is forgotten.
fn pay_out(draft: &mut Draft<'_, '_>, ctx: &BlockContext<'_>) -> Result<(), ReadError> {
    let is_due = |unbonding: &Unbonding| {
        planted!(ctx, EARLY_UNBOND) || unbonding.time <= ctx.time && unbonding.height <= ctx.height
    };
    let (mut list, mut gone) = (Vec::new(), false);
    for (account, stake) in stakers(draft)? {
        let due = stake.unbonding.iter().filter(|one| is_due(one));
        let (count, amount) =
            due.fold((0usize, 0u64), |(n, sum), one| (n.saturating_add(1), sum.saturating_add(one.amount)));
        let waits = count < stake.unbonding.len() || stake.bonded > 0;
        if !waits && stake.jailed_until.is_none_or(|until| until <= ctx.time) {
            draft.delete::<StakeEntry>(&account);
            gone = true;
        } else {
            list.push(account);
            if count > 0 {
                let mut stake = StakeEntry::clone(&stake);
                stake.unbonding.retain(|one| !is_due(one));
                draft.put(&account, stake);
            }
        }
        credit(draft, account, amount)?;
    }
    if gone {
        draft.put(Stakers::ID, Stakers { accounts: list });
    }
    Ok(())
}
