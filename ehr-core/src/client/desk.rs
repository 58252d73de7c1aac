//! One state, looked at from a desk.

use super::{BodyError, ClientError};
use crate::block::ChainSpec;
use crate::codec::Wire;
use crate::crypto::signature::AdmittedKey;
use crate::crypto::wrap::{Wrap, WrapSet};
use crate::primitives::{AccountId, ContentId, GrantId, Height, RecordId, ScopeId, Timestamp, VersionNo};
use crate::record::Place;
use crate::state::{
    Account, AccountGrants, GrantEntry, GrantStatus, Record, Scope, StateRead, StateView, Version, VersionId,
};
use crate::store::{BlobError, BlobStore};
use std::rc::Rc;

/// Where drafts are made and records read: one state and the bodies beside it.
pub struct Desk<'a> {
    /// The chain.
    pub spec: &'a ChainSpec,
    /// State after the tip.
    pub state: StateView<'a>,
    /// Sealed bodies, wraps and manifests.
    pub bodies: &'a dyn BlobStore,
    /// The tip's height.
    pub height: Height,
    /// The tip's time.
    pub time: Timestamp,
}

impl Desk<'_> {
    /// An account.
    pub(super) fn account(&self, account: AccountId) -> Result<Rc<Account>, ClientError> {
        self.state.get::<Account>(&account)?.ok_or(ClientError::NotEnrolled { account })
    }

    /// A scope.
    pub(super) fn scope_entry(&self, id: ScopeId) -> Result<Rc<Scope>, ClientError> {
        self.state.get::<Scope>(&id)?.ok_or(ClientError::NoScope { id })
    }

    /// A scope that must be `account`'s.
    pub(super) fn own_scope(&self, id: ScopeId, account: AccountId) -> Result<Rc<Scope>, ClientError> {
        let scope = self.scope_entry(id)?;
        owned("scope", scope.account, account)?;
        Ok(scope)
    }

    /// A record.
    pub(super) fn record_entry(&self, id: RecordId) -> Result<Rc<Record>, ClientError> {
        self.state.get::<Record>(&id)?.ok_or(ClientError::NoRecord { id })
    }

    /// A version of a record.
    pub(super) fn version_entry(
        &self,
        record: RecordId,
        version: VersionNo,
    ) -> Result<Rc<Version>, ClientError> {
        let id = VersionId::new(record, version);
        self.state.get::<Version>(&id)?.ok_or(ClientError::NoVersion { record, version })
    }

    /// A grant.
    pub(super) fn grant_entry(&self, id: GrantId) -> Result<Rc<GrantEntry>, ClientError> {
        self.state.get::<GrantEntry>(&id)?.ok_or(ClientError::NoGrant { id })
    }

    /// The grants of a patient that are neither revoked nor over, oldest first.
    pub(super) fn live_grants(
        &self,
        account: AccountId,
    ) -> Result<Vec<(GrantId, Rc<GrantEntry>)>, ClientError> {
        let listed = self.state.get::<AccountGrants>(&account)?;
        let mut live = Vec::new();
        for grant in listed.iter().flat_map(|grants| &grants.live) {
            let entry = self.grant_entry(grant.id)?;
            if entry.status == (GrantStatus::Active {}) && entry.grant.not_after > self.time {
                live.push((grant.id, entry));
            }
        }
        Ok(live)
    }

    /// Where a version of a record belongs.
    pub(super) fn place(&self, account: AccountId, record: RecordId, version: VersionNo) -> Place {
        Place { chain: self.spec.chain_id(), account, record, version }
    }

    /// A body, hashed again: whoever wrote the store is not trusted.
    pub(super) fn body(&self, id: &ContentId) -> Result<Vec<u8>, ClientError> {
        checked(id, self.bodies.get(id))
    }

    /// A set of wraps.
    pub(super) fn wraps(&self, id: &ContentId) -> Result<WrapSet, ClientError> {
        WrapSet::from_bytes(&self.body(id)?).map_err(|error| ClientError::body(*id, error))
    }

    /// That a wrap is by `author` (rule CL-4): names that account, and is signed by one of its live devices. The
    /// state forgets removed devices, so once an account has removed one, a signature by none of the live ones
    /// proves nothing either way; the wrap is then by whoever signed the transaction that names it, as it is anyway.
    pub(super) fn vouched(&self, wrap: &Wrap, author: AccountId) -> Result<(), ClientError> {
        let forged = ClientError::ForgedWrap { author };
        if wrap.body.author != author {
            return Err(forged);
        }
        let account = self.account(author)?;
        let by_one = |sig| AdmittedKey::admitted_before(sig).is_ok_and(|key| wrap.verify(&key).is_ok());
        let live = u32::try_from(account.devices.len()).unwrap_or(u32::MAX);
        let removed_some = live < account.next_device;
        if removed_some || account.devices.iter().any(|slot| by_one(&slot.key.sig)) {
            Ok(())
        } else {
            Err(forged)
        }
    }
}

/// A store's answer, if it is what the id names.
pub(super) fn checked(
    id: &ContentId,
    answer: Result<Option<Vec<u8>>, BlobError>,
) -> Result<Vec<u8>, ClientError> {
    let bytes = answer.map_err(|error| ClientError::body(*id, error))?;
    let bytes = bytes.ok_or_else(|| ClientError::body(*id, BodyError::Missing))?;
    if id.matches(&bytes) { Ok(bytes) } else { Err(ClientError::body(*id, BodyError::Damaged)) }
}

/// That something belongs to who acts.
pub(super) fn owned(what: &'static str, owner: AccountId, given: AccountId) -> Result<(), ClientError> {
    if owner == given { Ok(()) } else { Err(ClientError::NotTheOwner { what, owner, given }) }
}
