//! Looking things up.

use super::{Ledger, grant_info, version_info};
use crate::Result;
use crate::fault::call;
use crate::types::{
    AccountInfo, GrantInfo, MembershipInfo, ProposalInfo, RequestInfo, ScopeInfo, VersionInfo,
};
use ehr_core::primitives::{AccountId, GrantId, RecordId, RequestId, ScopeId, Timestamp, TxId, VersionNo};
use ehr_core::state::{
    Account, AccountGrants, Entry, GrantEntry, Institution, Membership, MembershipId, PendingRotation,
    Proposal, Record, Request, RequestStatus, Scope, StateRead as _, StateView, Version, VersionId,
};
use ehr_core::tx::Proposed;
use std::rc::Rc;

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// An account.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn account(&self, id: AccountId) -> Result<Option<AccountInfo>> {
        self.state(|state, _| {
            let Some(account) = state.get::<Account>(&id)? else { return Ok(None) };
            Ok(Some(AccountInfo {
                id,
                role: account.role,
                sponsor: account.sponsor,
                encryption_key: account.enc_key.0.to_vec(),
                generation: account.generation,
                devices: u32::try_from(account.devices.len()).unwrap_or(u32::MAX),
                balance: account.balance,
                admitted: state.get::<Institution>(&id)?.is_some(),
            }))
        })
    }

    /// A membership.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn membership(&self, institution: AccountId, staff: AccountId) -> Result<Option<MembershipInfo>> {
        let info = |found: Rc<Membership>| MembershipInfo {
            roles: found.roles,
            from: found.from,
            until: found.until,
        };
        self.entry::<Membership, _>(&MembershipId::new(institution, staff), info)
    }

    /// A scope.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn scope(&self, id: ScopeId) -> Result<Option<ScopeInfo>> {
        self.entry::<Scope, _>(&id, |found| ScopeInfo { id, account: found.account, epoch: found.epoch })
    }

    /// Every version of a record, oldest first; none if there is no such record.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn history(&self, record: RecordId) -> Result<Vec<VersionInfo>> {
        self.state(|state, _| {
            let Some(found) = state.get::<Record>(&record)? else { return Ok(Vec::new()) };
            let mut versions = Vec::new();
            for version in (0..=found.head.0).map(VersionNo) {
                if let Some(entry) = state.get::<Version>(&VersionId::new(record, version))? {
                    versions.push(version_info(record, version, &found, &entry));
                }
            }
            Ok(versions)
        })
    }

    /// A grant, in force or not.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn grant(&self, id: GrantId) -> Result<Option<GrantInfo>> {
        self.entry::<GrantEntry, _>(&id, |found| grant_info(id, &found))
    }

    /// Grants of a patient that were not revoked and have not ended, oldest first.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn live_grants(&self, patient: AccountId) -> Result<Vec<GrantInfo>> {
        self.state(|state, time| {
            let listed = state.get::<AccountGrants>(&patient)?;
            let mut grants = Vec::new();
            for live in listed.iter().flat_map(|listed| &listed.live).filter(|live| live.not_after > time) {
                if let Some(entry) = state.get::<GrantEntry>(&live.id)? {
                    grants.push(grant_info(live.id, &entry));
                }
            }
            Ok(grants)
        })
    }

    /// A request for access.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn request(&self, id: RequestId) -> Result<Option<RequestInfo>> {
        self.entry::<Request, _>(&id, |found| RequestInfo {
            id,
            requester: found.request.requester,
            institution: found.request.institution,
            account: found.request.account,
            resource: found.request.resource.clone(),
            actions: found.request.actions,
            purposes: found.request.purposes,
            until: found.request.until,
            status: found.status.name().to_owned(),
            grant: match found.status {
                RequestStatus::Granted { grant } => Some(grant),
                _ => None,
            },
        })
    }

    /// A proposal.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn proposal(&self, id: TxId) -> Result<Option<ProposalInfo>> {
        self.entry::<Proposal, _>(&id, |found| {
            let (record, version, author, institution) = match &found.proposed {
                Proposed::Create { create } => {
                    (create.record, VersionNo::ZERO, create.author, create.institution)
                }
                Proposed::Append { append } => {
                    (append.record, append.version, append.author, append.institution)
                }
            };
            let status = found.status.name().to_owned();
            ProposalInfo { id, record, version, author, institution, expires: found.expires, status }
        })
    }
}

impl Ledger {
    pub(super) fn account_entry(&self, id: AccountId) -> Result<Option<Account>> {
        self.entry::<Account, _>(&id, |found| Account::clone(&found))
    }

    pub(super) fn pending_rotation(&self, id: AccountId) -> Result<Option<PendingRotation>> {
        self.entry::<PendingRotation, _>(&id, |found| PendingRotation::clone(&found))
    }

    /// One entry of the state after the tip.
    fn entry<E: Entry, R>(&self, id: &E::Id, info: impl FnOnce(Rc<E>) -> R) -> Result<Option<R>> {
        self.state(|state, _| Ok(state.get::<E>(id)?.map(info)))
    }

    /// Reads the state after the tip, whose time is given.
    fn state<R>(&self, read: impl FnOnce(&StateView<'_>, Timestamp) -> Result<R>) -> Result<R> {
        call(|| {
            self.core(|core| {
                let view = core.engine.view(&core.store);
                read(&StateView::new(&view), core.engine.best().header.time)
            })
        })
    }
}
