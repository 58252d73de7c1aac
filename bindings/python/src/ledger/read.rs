//! Asking the policy, and reading.

use super::Ledger;
use crate::args::{Account, IdArg, Keys, Set};
use crate::error::call;
use crate::ids::{GrantId, RecordId};
use crate::values::{ResourceArg, Value};
use ehr_core::policy::{AccessQuery, Actions, Decision, Purposes, Resource, ResourceChain};
use ehr_core::primitives::{RecordId as CoreRecordId, VersionNo};
use ehr_ffi::EhrError;
use ehr_ffi::types::OpenedVersion;
use pyo3::prelude::*;

/// The resource with everything around it, as the policy wants it.
fn chain(ledger: &ehr_ffi::Ledger, resource: &Resource) -> Result<ResourceChain, EhrError> {
    let of_record = |id: CoreRecordId, version: Option<VersionNo>, section: Option<u16>| {
        let first = ledger.history(id)?.into_iter().next();
        let first =
            first.ok_or_else(|| EhrError::NotFound { what: "record".to_owned(), id: id.to_string() })?;
        Ok(ResourceChain {
            account: first.account,
            scope: Some(first.scope),
            record: Some(id),
            version,
            section,
        })
    };
    match *resource {
        Resource::AllOf { account } => {
            Ok(ResourceChain { account, scope: None, record: None, version: None, section: None })
        }
        Resource::Scope { id } => {
            let scope = ledger.scope(id)?;
            let scope =
                scope.ok_or_else(|| EhrError::NotFound { what: "scope".to_owned(), id: id.to_string() })?;
            Ok(ResourceChain {
                account: scope.account,
                scope: Some(id),
                record: None,
                version: None,
                section: None,
            })
        }
        Resource::Record { id } => of_record(id, None, None),
        Resource::Version { record, version } => of_record(record, Some(version), None),
        Resource::Section { record, version, section } => of_record(record, Some(version), Some(section)),
    }
}

/// What the policy is asked.
fn query(
    ledger: &ehr_ffi::Ledger,
    resource: &ResourceArg,
    subject: &Account,
    action: Set<Actions>,
    purpose: Set<Purposes>,
    acting_for: Option<Account>,
) -> Result<AccessQuery, EhrError> {
    let acting_for = acting_for.map(|institution| institution.0);
    let resource = chain(ledger, &resource.0)?;
    Ok(AccessQuery { subject: subject.0, acting_for, action: action.0, purpose: purpose.0, resource })
}

#[pymethods]
impl Ledger {
    /// Whether this is allowed now, and every rule that was considered.
    ///
    /// One action and one purpose. `acting_for` is the institution the subject works for.
    #[pyo3(signature = (resource, *, subject, action, purpose, acting_for = None))]
    fn evaluate(
        &self,
        py: Python<'_>,
        resource: ResourceArg,
        subject: Account,
        action: Set<Actions>,
        purpose: Set<Purposes>,
        acting_for: Option<Account>,
    ) -> PyResult<Value<Decision>> {
        let ledger = self.get()?;
        call(py, || ledger.evaluate(query(ledger, &resource, &subject, action, purpose, acting_for)?))
            .map(Value)
    }
    /// As `evaluate` with one grant only: says why that one does not apply.
    #[pyo3(signature = (grant, resource, *, subject, action, purpose, acting_for = None))]
    #[allow(clippy::too_many_arguments, reason = "all but two have names in Python")]
    fn explain(
        &self,
        py: Python<'_>,
        grant: IdArg<GrantId>,
        resource: ResourceArg,
        subject: Account,
        action: Set<Actions>,
        purpose: Set<Purposes>,
        acting_for: Option<Account>,
    ) -> PyResult<Value<Decision>> {
        let ledger = self.get()?;
        call(py, || ledger.explain(query(ledger, &resource, &subject, action, purpose, acting_for)?, grant.0))
            .map(Value)
    }
    /// Opens a version, the newest if none is named: asks the policy, finds the keys, opens and checks the sections.
    ///
    /// `acting_for` is the institution the reader works for; give its keys where the version or the grant is for it.
    #[pyo3(signature = (record, *, reader, purpose, version = None, acting_for = None))]
    fn read(
        &self,
        py: Python<'_>,
        record: IdArg<RecordId>,
        reader: Keys,
        purpose: Set<Purposes>,
        version: Option<u32>,
        acting_for: Option<Account>,
    ) -> PyResult<Value<OpenedVersion>> {
        let ledger = self.get()?;
        let (institution, keys) = acting_for.map_or((None, None), |account| (Some(account.0), account.1));
        let version = version.map(VersionNo);
        call(py, || ledger.read(reader.0, record.0, version, purpose.0, institution, keys)).map(Value)
    }
}
