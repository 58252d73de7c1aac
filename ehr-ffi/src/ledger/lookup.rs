//! Looking things up.

use super::Ledger;
use crate::types::{
    AccountInfo, BlockInfo, GrantInfo, MembershipInfo, ProposalInfo, RequestInfo, ScopeInfo, TransactionInfo,
    VersionInfo,
};
use crate::{Result, unfinished};
use ehr_core::primitives::{AccountId, GrantId, Height, RecordId, RequestId, ScopeId, TxId};

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Ledger {
    /// An account.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn account(&self, id: AccountId) -> Result<Option<AccountInfo>> {
        let _ = (id,);
        unfinished()
    }

    /// A membership.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn membership(&self, institution: AccountId, staff: AccountId) -> Result<Option<MembershipInfo>> {
        let _ = (institution, staff);
        unfinished()
    }

    /// A scope.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn scope(&self, id: ScopeId) -> Result<Option<ScopeInfo>> {
        let _ = (id,);
        unfinished()
    }

    /// A block of the best chain.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn block(&self, height: Height) -> Result<Option<BlockInfo>> {
        let _ = (height,);
        unfinished()
    }

    /// A transaction that is mined or waits.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn transaction(&self, id: TxId) -> Result<Option<TransactionInfo>> {
        let _ = (id,);
        unfinished()
    }

    /// Every version of a record, oldest first; none if there is no such record.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn history(&self, record: RecordId) -> Result<Vec<VersionInfo>> {
        let _ = (record,);
        unfinished()
    }

    /// A grant, in force or not.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn grant(&self, id: GrantId) -> Result<Option<GrantInfo>> {
        let _ = (id,);
        unfinished()
    }

    /// Grants of a patient that were not revoked and have not ended, oldest first.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn live_grants(&self, patient: AccountId) -> Result<Vec<GrantInfo>> {
        let _ = (patient,);
        unfinished()
    }

    /// A request for access.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn request(&self, id: RequestId) -> Result<Option<RequestInfo>> {
        let _ = (id,);
        unfinished()
    }

    /// A proposal.
    ///
    /// # Errors
    /// `Closed`, `Busy`, or the storage fails.
    pub fn proposal(&self, id: TxId) -> Result<Option<ProposalInfo>> {
        let _ = (id,);
        unfinished()
    }
}
