//! Subjects, resources and decisions.

use super::{Shown, Value, arguments, many, values};
use crate::args::{Account, IdArg, Set, When, expected};
use crate::ids::{AccountId, GrantId, RecordId, ScopeId};
use ehr_core::policy::{
    Basis, Decision, DenyReason, Effect, Obligations, Outcome, Reason, Resource, Subject, Why,
};
use ehr_core::primitives::VersionNo;
use pyo3::PyTypeInfo;
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use pyo3::{type_hint_identifier, type_hint_union};

impl Shown for Subject {
    const CLASS: &'static str = "Subject";
    fn class(&self) -> &'static str {
        match self {
            Self::Account { .. } => "OfAccount",
            Self::StaffOf { .. } => "StaffOf",
            Self::Institution { .. } => "OfInstitution",
            Self::AnyAdmitted { .. } => "AnyAdmitted",
        }
    }
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self {
            Self::Account { id } | Self::Institution { id } => arguments!(py; AccountId(id)),
            Self::StaffOf { institution, roles } => arguments!(py; AccountId(institution), Set(roles)),
            Self::AnyAdmitted { roles } => arguments!(py; Set(roles)),
        }
    }
}

impl Shown for Resource {
    const CLASS: &'static str = "Resource";
    fn class(&self) -> &'static str {
        match self {
            Self::AllOf { .. } => "AllOf",
            Self::Scope { .. } => "OfScope",
            Self::Record { .. } => "OfRecord",
            Self::Version { .. } => "OfVersion",
            Self::Section { .. } => "OfSection",
        }
    }
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self {
            Self::AllOf { account } => arguments!(py; AccountId(account)),
            Self::Scope { id } => arguments!(py; ScopeId(id)),
            Self::Record { id } => arguments!(py; RecordId(id)),
            Self::Version { record, version } => arguments!(py; RecordId(record), version.0),
            Self::Section { record, version, section } => {
                arguments!(py; RecordId(record), version.0, section)
            }
        }
    }
}

/// Which of the named classes of `ehr_ledger.values` a value is.
fn class_among(value: &Bound<'_, PyAny>, what: &str, names: &[&'static str]) -> PyResult<&'static str> {
    let module = values(value.py())?;
    for name in names.iter().copied() {
        if value.is_instance(&module.getattr(name)?)? {
            return Ok(name);
        }
    }
    Err(expected(what, value))
}

/// Whom a rule is about.
pub(crate) struct SubjectArg(pub(crate) Subject);

impl FromPyObject<'_, '_> for SubjectArg {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("ehr_ledger.values", "Subject");
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let account = |name: &str| PyResult::Ok(value.getattr(name)?.extract::<Account>()?.0);
        let roles = || PyResult::Ok(value.getattr("roles")?.extract::<Set<_>>()?.0);
        let names = ["OfAccount", "StaffOf", "OfInstitution", "AnyAdmitted"];
        Ok(Self(match class_among(&value, "a Subject", &names)? {
            "OfAccount" => Subject::Account { id: account("account")? },
            "StaffOf" => Subject::StaffOf { institution: account("institution")?, roles: roles()? },
            "OfInstitution" => Subject::Institution { id: account("institution")? },
            _ => Subject::AnyAdmitted { roles: roles()? },
        }))
    }
}

/// What a rule is about: a resource, or the id of a scope or record.
pub(crate) struct ResourceArg(pub(crate) Resource);

impl FromPyObject<'_, '_> for ResourceArg {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_union!(
        type_hint_identifier!("ehr_ledger.values", "Resource"),
        ScopeId::TYPE_HINT,
        RecordId::TYPE_HINT
    );
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if let Ok(id) = value.cast::<RecordId>() {
            return Ok(Self(Resource::Record { id: id.get().0 }));
        }
        if let Ok(id) = value.cast::<ScopeId>() {
            return Ok(Self(Resource::Scope { id: id.get().0 }));
        }
        let record = || PyResult::Ok(value.getattr("record")?.extract::<IdArg<RecordId>>()?.0);
        let version = || PyResult::Ok(VersionNo(value.getattr("version")?.extract()?));
        let names = ["AllOf", "OfScope", "OfRecord", "OfVersion", "OfSection"];
        Ok(Self(match class_among(&value, "a Resource, ScopeId or RecordId", &names)? {
            "AllOf" => Resource::AllOf { account: value.getattr("account")?.extract::<Account>()?.0 },
            "OfScope" => Resource::Scope { id: value.getattr("scope")?.extract::<IdArg<ScopeId>>()?.0 },
            "OfRecord" => Resource::Record { id: record()? },
            "OfVersion" => Resource::Version { record: record()?, version: version()? },
            _ => {
                let section = value.getattr("section")?.extract()?;
                Resource::Section { record: record()?, version: version()?, section }
            }
        }))
    }
}

impl Shown for Basis {
    const CLASS: &'static str = "Basis";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self {
            Self::Patient => arguments!(py; "Patient"),
            Self::AuthorInstitution => arguments!(py; "AuthorInstitution"),
            Self::Grant(id) => arguments!(py; "Grant", GrantId(id)),
        }
    }
}

impl Shown for DenyReason {
    const CLASS: &'static str = "Denial";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (word, time, rule) = match self {
            Self::Malformed => ("Malformed", None, None),
            Self::NotEnrolled => ("NotEnrolled", None, None),
            Self::Suspended => ("Suspended", None, None),
            Self::InstitutionNotAdmitted => ("InstitutionNotAdmitted", None, None),
            Self::NotMember => ("NotMember", None, None),
            Self::MembershipNotYet { from } => ("MembershipNotYet", Some(When(from.0)), None),
            Self::MembershipEnded { at } => ("MembershipEnded", Some(When(at.0)), None),
            Self::Tombstoned => ("Tombstoned", None, None),
            Self::DeniedBy { rule } => ("DeniedBy", None, Some(GrantId(rule))),
            Self::NoPermit => ("NoPermit", None, None),
            Self::Misplaced => ("Misplaced", None, None),
        };
        arguments!(py; word, self.code(), time, rule)
    }
}

impl Shown for Reason {
    const CLASS: &'static str = "Reason";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let (why, height, time, max_uses) = match self.why {
            Why::Matched => ("Matched", None, None, None),
            Why::OtherSubject => ("OtherSubject", None, None, None),
            Why::OutsideResource => ("OutsideResource", None, None, None),
            Why::TooBroad => ("TooBroad", None, None, None),
            Why::WrongAction => ("WrongAction", None, None, None),
            Why::WrongPurpose => ("WrongPurpose", None, None, None),
            Why::Revoked { height } => ("Revoked", Some(height.0), None, None),
            Why::NotYet { from } => ("NotYet", None, Some(When(from.0)), None),
            Why::Expired { at } => ("Expired", None, Some(When(at.0)), None),
            Why::UsedUp { max } => ("UsedUp", None, None, Some(max)),
            Why::TooDeep => ("TooDeep", None, None, None),
            Why::ParentRevoked { height } => ("ParentRevoked", Some(height.0), None, None),
            Why::ParentUsedUp => ("ParentUsedUp", None, None, None),
        };
        arguments!(py;
            GrantId(self.rule), matches!(self.effect, Effect::Permit), why, self.why.code(), height, time, max_uses,
        )
    }
}

impl Shown for Decision {
    const CLASS: &'static str = "Decision";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let text = ehr_ffi::decision_text(self.clone());
        let (basis, obligations, denial) = match self.outcome {
            Outcome::Permit { by, obligations } => (Some(Value(by)), obligations, None),
            Outcome::Deny { reason } => (None, Obligations::NONE, Some(Value(reason))),
        };
        let reasons = many(py, self.reasons, Value)?;
        arguments!(py; denial.is_none(), basis, Set(obligations), denial, reasons, text)
    }
}
