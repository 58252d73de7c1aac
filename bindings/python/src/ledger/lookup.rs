//! Looking things up. What is not there is `None`.

use super::Ledger;
use crate::args::{Account, IdArg};
use crate::error::call;
use crate::ids::{GrantId, RecordId, RequestId, ScopeId, TxId};
use crate::values::Value;
use ehr_core::engine::LedgerEvent;
use ehr_core::primitives::Height;
use ehr_ffi::types::{
    AccountInfo, BlockInfo, GrantInfo, MembershipInfo, ProposalInfo, RequestInfo, ScopeInfo, TransactionInfo,
    VersionInfo,
};
use pyo3::prelude::*;

#[pymethods]
impl Ledger {
    /// An account.
    fn account_info(&self, py: Python<'_>, account: Account) -> PyResult<Option<Value<AccountInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.account(account.0)).map(|found| found.map(Value))
    }
    /// A person's roles at an institution.
    fn membership_info(
        &self,
        py: Python<'_>,
        institution: Account,
        staff: Account,
    ) -> PyResult<Option<Value<MembershipInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.membership(institution.0, staff.0)).map(|found| found.map(Value))
    }
    /// A scope.
    fn scope_info(&self, py: Python<'_>, scope: IdArg<ScopeId>) -> PyResult<Option<Value<ScopeInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.scope(scope.0)).map(|found| found.map(Value))
    }
    /// A block of the best chain.
    fn block_info(&self, py: Python<'_>, height: u64) -> PyResult<Option<Value<BlockInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.block(Height(height))).map(|found| found.map(Value))
    }
    /// A transaction that is mined or waits.
    fn transaction_info(&self, py: Python<'_>, tx: IdArg<TxId>) -> PyResult<Option<Value<TransactionInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.transaction(tx.0)).map(|found| found.map(Value))
    }
    /// Every version of a record, oldest first; empty if there is no such record.
    fn history(&self, py: Python<'_>, record: IdArg<RecordId>) -> PyResult<Vec<Value<VersionInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.history(record.0)).map(|all| all.into_iter().map(Value).collect())
    }
    /// A grant, in force or not.
    fn grant_info(&self, py: Python<'_>, grant: IdArg<GrantId>) -> PyResult<Option<Value<GrantInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.grant(grant.0)).map(|found| found.map(Value))
    }
    /// Grants of a patient that were not revoked and have not ended, oldest first.
    fn live_grants(&self, py: Python<'_>, patient: Account) -> PyResult<Vec<Value<GrantInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.live_grants(patient.0)).map(|all| all.into_iter().map(Value).collect())
    }
    /// A request for access.
    fn request_info(
        &self,
        py: Python<'_>,
        request: IdArg<RequestId>,
    ) -> PyResult<Option<Value<RequestInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.request(request.0)).map(|found| found.map(Value))
    }
    /// A proposal, named by its transaction.
    fn proposal_info(&self, py: Python<'_>, proposal: IdArg<TxId>) -> PyResult<Option<Value<ProposalInfo>>> {
        let ledger = self.get()?;
        call(py, || ledger.proposal(proposal.0)).map(|found| found.map(Value))
    }
    /// Takes up to `limit` events, oldest first. At most 1,024 are kept for whoever does not ask.
    #[pyo3(signature = (limit = 1024))]
    fn events(&self, py: Python<'_>, limit: u32) -> PyResult<Vec<Value<LedgerEvent>>> {
        let ledger = self.get()?;
        call(py, || ledger.events(limit)).map(|all| all.into_iter().map(Value).collect())
    }
    /// How many events were dropped because nobody asked.
    #[getter]
    fn events_lost(&self, py: Python<'_>) -> PyResult<u64> {
        let ledger = self.get()?;
        call(py, || ledger.events_lost())
    }
}
