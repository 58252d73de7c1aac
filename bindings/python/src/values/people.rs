//! Accounts, memberships and terms.

use super::policy::{ResourceArg, SubjectArg};
use super::{Shown, Value, arguments, bytes, many};
use crate::args::{IdArg, Many, Set, When, Word};
use crate::ids::{AccountId, ScopeId};
use ehr_core::primitives::Timestamp;
use ehr_ffi::types::{AccountInfo, DeviceInfo, GrantTerms, MembershipInfo};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::type_hint_identifier;
use pyo3::types::PyTuple;

impl Shown for AccountInfo {
    const CLASS: &'static str = "AccountInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            AccountId(self.id), Word(self.role), self.sponsor.map(AccountId), bytes(py, &self.encryption_key),
            self.generation, self.devices, self.balance, self.admitted,
        )
    }
}

impl Shown for DeviceInfo {
    const CLASS: &'static str = "DeviceInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; self.number, bytes(py, &self.public_key), self.manages)
    }
}

impl Shown for MembershipInfo {
    const CLASS: &'static str = "MembershipInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; Set(self.roles), When(self.from.0), When(self.until.0))
    }
}

impl Shown for GrantTerms {
    const CLASS: &'static str = "GrantTerms";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            Value(self.subject), Value(self.resource), Set(self.actions), Set(self.purposes),
            When(self.not_after.0), When(self.not_before.0), self.depth, self.max_uses, Set(self.obligations),
            many(py, self.scopes, ScopeId)?,
        )
    }
}

/// `ehr_ledger.values.GrantTerms`.
pub(crate) struct TermsArg(pub(crate) GrantTerms);

impl FromPyObject<'_, '_> for TermsArg {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("ehr_ledger.values", "GrantTerms");
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if !value.is_instance(&super::values(value.py())?.getattr("GrantTerms")?)? {
            return Err(crate::args::expected("GrantTerms", &value));
        }
        let field = |name: &str| value.getattr(name);
        let time = |name: &str| PyResult::Ok(Timestamp(field(name)?.extract::<When>()?.0));
        let scopes: Many<IdArg<ScopeId>> = field("scopes")?.extract()?;
        Ok(Self(GrantTerms {
            subject: field("subject")?.extract::<SubjectArg>()?.0,
            resource: field("resource")?.extract::<ResourceArg>()?.0,
            actions: field("actions")?.extract::<Set<_>>()?.0,
            purposes: field("purposes")?.extract::<Set<_>>()?.0,
            not_before: time("not_before")?,
            not_after: time("not_after")?,
            depth: field("depth")?.extract()?,
            max_uses: field("max_uses")?.extract()?,
            obligations: field("obligations")?.extract::<Set<_>>()?.0,
            scopes: scopes.0.into_iter().map(|scope| scope.0).collect(),
        }))
    }
}
