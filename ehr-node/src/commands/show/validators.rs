//! Who decides blocks.

use super::error::ShowError;
use super::ledger::Ledger;
use super::tx::short;
use crate::ui::{Screen, count, utc};
use ehr_core::primitives::AccountId;
use ehr_core::state::{Liveness, StakeEntry, Stakers, StateRead as _, StateView, validator_sets};
use serde_json::{Value, json};

/// Everybody with stake, on a line.
pub(super) fn validators(ledger: &Ledger, screen: &Screen) -> Result<Value, ShowError> {
    let sets = validator_sets(&ledger.store)?.ok_or(ShowError::NoValidators)?;
    let view = StateView::new(&ledger.store);
    let stakers = view.get::<Stakers>(Stakers::ID)?.unwrap_or_default();
    let liveness = view.get::<Liveness>(Liveness::ID)?.unwrap_or_default();
    let missed = |account: &AccountId| {
        liveness.missed.iter().find(|missed| missed.account == *account).map_or(0, |missed| missed.blocks)
    };
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    for account in &stakers.accounts {
        let Some(stake) = view.get::<StakeEntry>(account)? else { continue };
        let (now, next) = (sets.current.power_of(account), sets.next.power_of(account));
        let unbonding = stake.unbonding.iter().fold(0u64, |sum, part| sum.saturating_add(part.amount));
        let until = stake.jailed_until.map(|until| utc(until.0));
        rows.push(vec![
            short(account),
            count(stake.bonded),
            count(unbonding),
            count(now),
            count(next),
            missed(account).to_string(),
            until.unwrap_or_default(),
        ]);
        all.push(json!({
            "account": account, "key": stake.key, "bonded": stake.bonded, "unbonding": stake.unbonding.iter().map(|part|
                json!({ "amount": part.amount, "time": part.time, "height": part.height })).collect::<Vec<_>>(),
            "power": now, "next_power": next, "missed_in_window": missed(account), "jailed_until": stake.jailed_until,
            "since": stake.since,
        }));
    }
    let height = ledger.tip.height;
    let title = format!("Validators, after block {height}");
    let header = ["account", "stake", "unbonding", "power now", "in two blocks", "missed", "kept out until"];
    screen.table(&title, &header, &rows);
    let (total, next) = (sets.current.total_power(), sets.next.total_power());
    screen.note(&format!("{} of {} power decide the next block", count(total * 2 / 3 + 1), count(total)));
    Ok(json!({
        "height": height, "validators": all, "total_power": total, "next_total_power": next,
        "validators_hash": sets.current.hash(), "next_validators_hash": sets.next.hash(),
    }))
}
