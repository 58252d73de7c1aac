//! Rule T-2: the signatures are exactly those that payload and state ask for, plus the fee payer's, each by a live
//! key that may. One signature more or less and anybody on the way could change what a block commits to.

use super::{Run, account, grant, institution, keys, proposal, record, release, request, revoke, scope};
use crate::codec::limits::MAX_SIGNATURES;
use crate::crypto::domain::Domain;
use crate::primitives::AccountId;
use crate::state::claims::{Claim, Source};
use crate::state::entries::Registry;
use crate::state::{Draft, StateRead, StateView, TxError};
use crate::tx::{Payload, SignatureEntry, Tx};
use std::borrow::Cow;

/// Who must sign, beside the fee payer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// All of these.
    All(Vec<AccountId>),
    /// One of these, and if the payload cannot do without one of them, that one.
    OneOf {
        /// Those who may.
        candidates: Vec<AccountId>,
        /// The one who must.
        must: Option<AccountId>,
    },
    /// Two thirds of the admitted institutions, no more (rule I-2).
    Quorum,
}

/// Who must sign a payload in a state (rule T-2).
///
/// # Errors
/// The payload names what does not exist, or the store did not answer.
pub fn signers_of(state: &StateView<'_>, payload: &Payload) -> Result<Authority, TxError> {
    authority(&Draft::new(state), payload)
}

/// Checks who signed and with which keys, and collects the signatures to verify. Returns those signers who may
/// authorise the payload.
pub(crate) fn check<'t>(run: &mut Run<'_, '_, 't>, tx: &'t Tx) -> Result<Vec<AccountId>, TxError> {
    let (body, entries) = (tx.body(), tx.signatures());
    if entries.len() > MAX_SIGNATURES {
        return Err(TxError::TooMany { field: "signatures", limit: MAX_SIGNATURES, got: entries.len() });
    }
    if !entries.is_sorted_by(|a, b| a.account < b.account) {
        return Err(TxError::UnsortedSignatures);
    }
    let payer = body.fee_payer;
    if !signed(entries, &payer) {
        return Err(TxError::MissingSignature { account: payer });
    }
    let acting = match authority(&run.draft, &body.payload)? {
        Authority::All(all) => exactly(entries, payer, all)?,
        Authority::OneOf { candidates, must } => one_of(entries, payer, &candidates, must)?,
        Authority::Quorum => quorum(&run.draft, entries, payer)?,
    };
    for entry in entries {
        let key = keys::resolve(run, &body.payload, entry)?;
        run.claims.push(Claim {
            source: Source::Entry { account: entry.account, key: entry.key },
            key,
            domain: Domain::Tx,
            message: Cow::Borrowed(tx.body_bytes()),
            signature: entry.signature,
        });
    }
    Ok(acting)
}

/// Who must sign a payload.
fn authority(draft: &Draft<'_, '_>, payload: &Payload) -> Result<Authority, TxError> {
    Ok(match payload {
        Payload::EnrolAccount { enrol } => Authority::All(account::enrol_signers(enrol)?),
        Payload::AdmitInstitution { .. } => Authority::Quorum,
        Payload::SetMembership { membership } => Authority::All(institution::membership_signers(membership)),
        Payload::KeyRotate { rotate } => Authority::All(vec![rotate.account]),
        Payload::ScopeCreate { create } => Authority::All(vec![create.account]),
        Payload::ScopeRotate { rotate } => Authority::All(vec![scope::owner(draft, rotate.scope)?]),
        Payload::RecordCreate { create } => Authority::All(vec![create.author, create.account]),
        Payload::VersionAppend { append } => {
            Authority::All(vec![append.author, record::patient(draft, append.record)?])
        }
        Payload::RecordPropose { propose } => Authority::All(vec![proposal::author(propose)]),
        Payload::CoSign { cosign } => Authority::All(vec![proposal::patient(draft, cosign.proposal)?]),
        Payload::RecordReject { reject } => Authority::All(vec![proposal::patient(draft, reject.proposal)?]),
        Payload::Grant { grant } => Authority::All(vec![grant::grantor(draft, grant)?]),
        Payload::Revoke { revoke } => Authority::OneOf {
            candidates: revoke::parties(draft, &revoke.target)?,
            must: revoke::rotator(draft, revoke)?,
        },
        Payload::AccessRequest { request } => Authority::All(vec![request.requester, request.institution]),
        Payload::Acknowledge { acknowledge } => {
            Authority::All(vec![request::patient(draft, acknowledge.request)?])
        }
        Payload::DenyRequest { deny } => Authority::All(vec![request::patient(draft, deny.request)?]),
        Payload::ReleaseReceipt { receipt } => Authority::All(vec![release::releaser(receipt)]),
        Payload::Stake { stake } => Authority::All(vec![stake.account]),
        Payload::Unstake { unstake } => Authority::All(vec![unstake.account]),
        Payload::Unjail { unjail } => Authority::All(vec![unjail.account]),
        Payload::ReportEvidence { report } => Authority::All(vec![report.reporter]),
    })
}

fn signed(entries: &[SignatureEntry], account: &AccountId) -> bool {
    entries.binary_search_by_key(account, |entry| entry.account).is_ok()
}

fn exactly(
    entries: &[SignatureEntry],
    payer: AccountId,
    all: Vec<AccountId>,
) -> Result<Vec<AccountId>, TxError> {
    if let Some(account) = all.iter().find(|account| !signed(entries, account)) {
        return Err(TxError::MissingSignature { account: *account });
    }
    match entries.iter().find(|entry| entry.account != payer && !all.contains(&entry.account)) {
        Some(extra) => Err(TxError::ExtraSignature { account: extra.account }),
        None => Ok(all),
    }
}

fn one_of(
    entries: &[SignatureEntry],
    payer: AccountId,
    candidates: &[AccountId],
    must: Option<AccountId>,
) -> Result<Vec<AccountId>, TxError> {
    let mut others = entries.iter().map(|entry| entry.account).filter(|account| *account != payer);
    let other = others.next();
    // A second one, one who has no say, or one beside a payer who has a say could be left out by anybody.
    let settled = candidates.contains(&payer);
    let surplus = |account: &AccountId| !candidates.contains(account) || settled && must != Some(*account);
    let extra = others.next().or_else(|| other.filter(surplus));
    if let Some(account) = extra {
        return Err(TxError::ExtraSignature { account });
    }
    let acting: Vec<AccountId> =
        other.into_iter().chain([payer]).filter(|account| candidates.contains(account)).collect();
    if acting.is_empty() { Err(TxError::NoAuthority) } else { Ok(acting) }
}

fn quorum(
    draft: &Draft<'_, '_>,
    entries: &[SignatureEntry],
    payer: AccountId,
) -> Result<Vec<AccountId>, TxError> {
    let registry = draft.get::<Registry>(Registry::ID)?.unwrap_or_default();
    let is_admitted = |account: &AccountId| registry.institutions.binary_search(account).is_ok();
    let mut acting: Vec<AccountId> = entries.iter().map(|entry| entry.account).collect();
    if let Some(extra) = acting.iter().find(|account| **account != payer && !is_admitted(account)) {
        return Err(TxError::ExtraSignature { account: *extra });
    }
    acting.retain(is_admitted);
    let needed = registry.quorum();
    if acting.len() < needed {
        return Err(TxError::NoQuorum { got: acting.len(), needed });
    }
    // Of more than are needed, anybody could leave one out.
    match acting.iter().rfind(|account| **account != payer) {
        Some(surplus) if acting.len() > needed => Err(TxError::ExtraSignature { account: *surplus }),
        _ => Ok(acting),
    }
}
