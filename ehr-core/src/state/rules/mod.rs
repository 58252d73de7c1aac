//! The rules that make a transaction valid, one file a family of kinds, one named function a rule. Numbers as in
//! `docs/spec/transactions.md`; a new kind is a variant of [`Payload`], a file or function here, and a row there.

pub(crate) mod account;
pub(crate) mod envelope;
mod evidence;
mod grant;
pub(crate) mod institution;
mod keys;
mod proposal;
mod record;
mod release;
mod request;
mod resource;
mod revoke;
mod run;
mod scope;
pub(crate) mod signers;
mod staff;
pub(crate) mod stake;

pub(crate) use run::Run;

use super::TxError;
use crate::primitives::AccountId;
use crate::tx::Payload;

/// Applies a payload whose signers were checked; `acting` are those among them who may authorise it.
pub(crate) fn payload(
    run: &mut Run<'_, '_, '_>,
    payload: &Payload,
    acting: &[AccountId],
) -> Result<(), TxError> {
    match payload {
        Payload::EnrolAccount { enrol } => account::enrol(run, enrol),
        Payload::AdmitInstitution { admit } => institution::admit(run, admit),
        Payload::SetMembership { membership } => institution::set_membership(run, membership),
        Payload::KeyRotate { rotate } => account::rotate(run, rotate),
        Payload::ScopeCreate { create } => scope::create(run, create),
        Payload::ScopeRotate { rotate } => scope::rotate(run, rotate),
        Payload::RecordCreate { create } => record::create(run, create),
        Payload::VersionAppend { append } => record::append(run, append),
        Payload::RecordPropose { propose } => proposal::propose(run, propose),
        Payload::CoSign { cosign } => proposal::cosign(run, cosign),
        Payload::RecordReject { reject } => proposal::reject(run, reject),
        Payload::Grant { grant } => grant::grant(run, grant, acting),
        Payload::Revoke { revoke } => revoke::revoke(run, revoke, acting),
        Payload::AccessRequest { request } => request::ask(run, request),
        Payload::Acknowledge { acknowledge } => request::acknowledge(run, acknowledge),
        Payload::DenyRequest { deny } => request::deny(run, deny),
        Payload::ReleaseReceipt { receipt } => release::release(run, receipt),
        Payload::Stake { stake } => stake::stake(run, stake),
        Payload::Unstake { unstake } => stake::unstake(run, unstake),
        Payload::Unjail { unjail } => stake::unjail(run, unjail),
        Payload::ReportEvidence { report } => evidence::report(run, report),
    }
}
