//! The validator sets of the heights around a block.

use crate::consensus::StakeParams;
use crate::consensus::bft::{Validator, ValidatorSet, order};
use crate::primitives::{AccountId, Height};
use crate::state::entries::{SetEntry, SetSlot, StakeEntry, Stakers};
use crate::state::{Draft, StateRead, StateView};
use crate::store::{LedgerRead, ReadError};
use std::rc::Rc;

/// The sets that the state after a block at height `h` holds (rules SK-17 and BF-29).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sets {
    /// Who decided `h`: whose precommits the certificate in block `h + 1` holds.
    pub last: ValidatorSet,
    /// Who decides `h + 1`: `validators_hash` of its header.
    pub current: ValidatorSet,
    /// Who decides `h + 2`: `next_validators_hash` of the header of `h + 1`.
    pub next: ValidatorSet,
}

/// Reads them; none under proof of work.
///
/// # Errors
/// The store did not answer, or holds what is no validator set.
pub fn validator_sets(read: &dyn LedgerRead) -> Result<Option<Sets>, ReadError> {
    let view = StateView::new(read);
    if view.get::<SetEntry>(&SetSlot::Current)?.is_none() {
        return Ok(None);
    }
    let entry = stored(&view, SetSlot::Current)?;
    let current = full(&entry.0)?;
    // Decoding keys is dear, and most blocks change nothing.
    let other = |slot| {
        let other = stored(&view, slot)?;
        if other.0 == entry.0 { Ok(current.clone()) } else { full(&other.0) }
    };
    Ok(Some(Sets { last: other(SetSlot::Last)?, next: other(SetSlot::Next)?, current: current.clone() }))
}

fn full(validators: &[Validator]) -> Result<ValidatorSet, ReadError> {
    let corrupt = |error| ReadError::Corrupt { what: format!("validator set: {error}") };
    ValidatorSet::new(validators.iter().copied()).map_err(corrupt)
}

fn stored(state: &impl StateRead, slot: SetSlot) -> Result<Rc<SetEntry>, ReadError> {
    let missing = || ReadError::Corrupt { what: format!("no validator set {slot:?}") };
    state.get::<SetEntry>(&slot)?.ok_or_else(missing)
}

/// An account and its stake.
type Staker = (AccountId, Rc<StakeEntry>);

/// Whoever has stake, in order of their accounts.
pub(crate) fn stakers(state: &impl StateRead) -> Result<Vec<Staker>, ReadError> {
    let list = state.get::<Stakers>(Stakers::ID)?;
    let mut all = Vec::new();
    for account in list.iter().flat_map(|list| &list.accounts) {
        let missing = || ReadError::Corrupt { what: format!("no stake of {account}") };
        all.push((*account, state.get::<StakeEntry>(account)?.ok_or_else(missing)?));
    }
    Ok(all)
}

/// Whoever may vote: has stake bonded and is not jailed.
pub(crate) fn voters(state: &impl StateRead) -> Result<Vec<Staker>, ReadError> {
    let mut all = stakers(state)?;
    all.retain(|(_, stake)| stake.votes());
    Ok(all)
}

/// Whose stake decides the height after the next: whoever may vote; if that is nobody, those of the set before it
/// that have stake, jailed or not (rule SK-18). Empty if none of these has any.
pub(crate) fn deciders(state: &impl StateRead) -> Result<Vec<Staker>, ReadError> {
    let voters = voters(state)?;
    if !voters.is_empty() {
        return Ok(voters);
    }
    let before = stored(state, SetSlot::Next)?;
    let mut all = stakers(state)?;
    all.retain(|(account, stake)| stake.bonded > 0 && before.0.iter().any(|v| v.account == *account));
    Ok(all)
}

/// The set that decides the height after the next, as stake stands now; the one before if nobody of it has stake
/// (rules SK-17 and SK-18).
pub(crate) fn next_set(state: &impl StateRead, rules: &StakeParams) -> Result<Vec<Validator>, ReadError> {
    let deciders = deciders(state)?;
    if deciders.is_empty() {
        Ok(stored(state, SetSlot::Next)?.0.clone())
    } else {
        Ok(set_of(&deciders, rules))
    }
}

/// Stakes with the power they have (rule BF-13), in canonical order.
fn set_of(stakes: &[Staker], rules: &StakeParams) -> Vec<Validator> {
    let amounts: Vec<u64> = stakes.iter().map(|(_, stake)| stake.bonded).collect();
    let powers = rules.power.powers(&amounts);
    let validator =
        |((account, stake), power): (&Staker, _)| Validator { account: *account, key: stake.key, power };
    let mut set: Vec<Validator> = stakes.iter().zip(powers).map(validator).collect();
    set.sort_by_key(order);
    set
}

/// The sets of genesis: the first validators decide the first two heights, and begin the first epoch.
pub(crate) fn begin(draft: &mut Draft<'_, '_>, rules: &StakeParams) -> Result<ValidatorSet, ReadError> {
    let set = set_of(&voters(draft)?, rules);
    for slot in [SetSlot::Last, SetSlot::Current, SetSlot::Next, SetSlot::Base] {
        draft.put(&slot, SetEntry(set.clone()));
    }
    full(&set)
}

/// Hands the sets on by one height (rules SK-17 to SK-19). Who is jailed and decides all the same is jailed no more.
pub(super) fn hand_on(
    draft: &mut Draft<'_, '_>,
    height: Height,
    rules: &StakeParams,
) -> Result<(), ReadError> {
    let next = SetEntry(next_set(draft, rules)?);
    for (account, stake) in deciders(draft)? {
        if stake.jailed_until.is_some() {
            draft.put(&account, StakeEntry { jailed_until: None, ..StakeEntry::clone(&stake) });
        }
    }
    let (current, coming) = (stored(draft, SetSlot::Current)?, stored(draft, SetSlot::Next)?);
    let mut moves = vec![(SetSlot::Last, &*current), (SetSlot::Current, &*coming), (SetSlot::Next, &next)];
    if height.0.is_multiple_of(rules.epoch_blocks) {
        moves.push((SetSlot::Base, &next));
    }
    for (slot, set) in moves {
        if *stored(draft, slot)? != *set {
            draft.put(&slot, set.clone());
        }
    }
    Ok(())
}
