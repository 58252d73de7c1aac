//! Rules SK-9 to SK-13: who is convicted by its own signatures loses stake (kind 37).

use super::{Run, stake};
use crate::block::EventCode;
use crate::primitives::Height;
use crate::state::claims::{Claim, Source};
use crate::state::entries::{Offence, OffenceId, StakeEntry};
use crate::state::stake::{jail, slash};
use crate::state::{StateRead, TxError, credit};
use crate::tx::ReportEvidence;
use std::borrow::Cow;

/// Kind 37.
pub(super) fn report(run: &mut Run<'_, '_, '_>, report: &ReportEvidence) -> Result<(), TxError> {
    let rules = stake::rules(run)?;
    let evidence = &report.evidence;
    evidence.check()?;
    // Rule SK-9: both messages are signed by the key of the offender's stake. Which set the offender was in does not
    // matter: the key is bound to the stake, and signs nothing twice wherever it is.
    let offender = evidence.offender();
    let mut entry = StakeEntry::clone(&*run.draft.need::<StakeEntry>(&offender)?);
    for (index, (domain, message, signature)) in (0u8..).zip(evidence.signed(&run.ctx.chain_id)) {
        run.claims.push(Claim {
            source: Source::Evidence { index },
            key: entry.key,
            domain,
            message: Cow::Owned(message),
            signature,
        });
    }
    // Rule SK-10: not too long ago, and not before the stake was placed.
    let (got, until) = (evidence.height(), run.ctx.height);
    let from: Height = until.minus(rules.evidence_blocks).max(entry.since);
    if got < from || got > until {
        return Err(TxError::EvidenceHeight { from, until, got });
    }
    // Rule SK-11: once.
    let offence = OffenceId::of(evidence);
    if run.draft.get::<Offence>(&offence)?.is_some() {
        return Err(TxError::Exists { what: "offence of", id: offender.into() });
    }
    // Rules SK-12 and SK-13.
    let slashed = slash(run.ctx, &mut entry, rules.slash_equivocation);
    jail(&mut entry, run.ctx.time, rules.jail_ms);
    run.draft.put(&offender, entry);
    run.draft.put(&offence, Offence { punished: run.ctx.height, slashed });
    let reward = u128::from(slashed).saturating_mul(u128::from(rules.reporter_share)) / 1000;
    credit(&mut run.draft, report.reporter, u64::try_from(reward).unwrap_or(slashed))?;
    run.event(EventCode::Slashed, offender);
    Ok(())
}
