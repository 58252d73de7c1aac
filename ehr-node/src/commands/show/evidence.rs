//! Offences that were punished.

use super::error::ShowError;
use super::ledger::Ledger;
use super::tx::short;
use crate::ui::{Screen, count};
use ehr_core::consensus::bft::Evidence;
use ehr_core::state::{Offence, OffenceId, StateRead as _, StateView, validator_sets};
use ehr_core::tx::Payload;
use serde_json::{Value, json};

/// Every report on the chain, with what it cost.
pub(super) fn evidence(ledger: &Ledger, screen: &Screen) -> Result<Value, ShowError> {
    validator_sets(&ledger.store)?.ok_or(ShowError::NoValidators)?;
    let view = StateView::new(&ledger.store);
    let (mut rows, mut all) = (Vec::new(), Vec::new());
    let bar = screen.bar(ledger.tip.height.0.saturating_add(1), "blocks searched");
    for found in ledger.blocks() {
        let found = found?;
        bar.inc(1);
        for tx in &found.txs {
            let Payload::ReportEvidence { report } = &tx.body().payload else { continue };
            let evidence = &report.evidence;
            let kind = match evidence {
                Evidence::Votes { first, .. } => format!("two {:?} votes", first.vote.kind).to_lowercase(),
                Evidence::Proposals { .. } => "two proposals".to_owned(),
            };
            let offence = view.get::<Offence>(&OffenceId::of(evidence))?;
            let slashed = offence.map_or(0, |offence| offence.slashed);
            rows.push(vec![
                found.entry.header.height.to_string(),
                short(&evidence.offender()),
                kind.clone(),
                format!("{} / {}", evidence.height(), evidence.round()),
                count(slashed),
                short(&report.reporter),
            ]);
            all.push(json!({
                "tx": tx.id(), "punished_at": found.entry.header.height, "offender": evidence.offender(), "kind": kind,
                "height": evidence.height(), "round": evidence.round(), "slashed": slashed, "reporter": report.reporter,
            }));
        }
    }
    bar.finish();
    if rows.is_empty() {
        screen.note("no validator was convicted on this chain");
    } else {
        let header = ["block", "validator", "offence", "height / round", "cost", "reported by"];
        screen.table("Offences", &header, &rows);
    }
    Ok(json!({ "offences": all }))
}
