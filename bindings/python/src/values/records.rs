//! Records, grants, requests and proposals.

use super::{Shown, Value, arguments, bytes, many};
use crate::args::{Data, Many, Set, When, expected};
use crate::error::invalid;
use crate::ids::{AccountId, ContentId, GrantId, RecordId, RequestId, ScopeId, TxId};
use ehr_ffi::types::{GrantInfo, OpenedVersion, ProposalInfo, RequestInfo, ScopeInfo, Section, VersionInfo};
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;
use pyo3::type_hint_identifier;
use pyo3::types::PyTuple;

impl Shown for Section {
    const CLASS: &'static str = "Section";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; bytes(py, &self.body), self.media_type)
    }
}

/// The sections of a record: either given as such, or one body and what it is.
pub(crate) fn sections_of(
    body: Option<Data>,
    media_type: Option<String>,
    sections: Option<Many<SectionArg>>,
) -> PyResult<Vec<Section>> {
    match (body, sections) {
        (Some(body), None) => {
            let media_type = media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            Ok(vec![Section { media_type, body: body.to_vec() }])
        }
        (None, Some(sections)) if media_type.is_none() => Ok(sections.0.into_iter().map(|s| s.0).collect()),
        _ => Err(invalid("body", "give either body, with its media_type, or sections")),
    }
}

/// `ehr_ledger.values.Section`.
pub(crate) struct SectionArg(Section);

impl FromPyObject<'_, '_> for SectionArg {
    type Error = PyErr;
    const INPUT_TYPE: PyStaticExpr = type_hint_identifier!("ehr_ledger.values", "Section");
    fn extract(value: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        if !value.is_instance(&super::values(value.py())?.getattr("Section")?)? {
            return Err(expected("Section", &value));
        }
        let body = value.getattr("body")?.extract::<Data>()?.to_vec();
        Ok(Self(Section { media_type: value.getattr("media_type")?.extract()?, body }))
    }
}

impl Shown for OpenedVersion {
    const CLASS: &'static str = "OpenedVersion";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            RecordId(self.record), self.version.0, self.kind, many(py, self.sections, Value)?, AccountId(self.author),
            AccountId(self.institution), Value(self.basis),
        )
    }
}

impl Shown for VersionInfo {
    const CLASS: &'static str = "VersionInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            RecordId(self.record), self.version.0, AccountId(self.account), ScopeId(self.scope), self.epoch.0,
            AccountId(self.author), AccountId(self.institution), TxId(self.transaction), self.ratified_by.map(TxId),
            self.height.0, When(self.time.0), ContentId(self.manifest), ContentId(self.wraps),
        )
    }
}

impl Shown for ScopeInfo {
    const CLASS: &'static str = "ScopeInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py; ScopeId(self.id), AccountId(self.account), self.epoch.0)
    }
}

impl Shown for GrantInfo {
    const CLASS: &'static str = "GrantInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            GrantId(self.id), AccountId(self.account), AccountId(self.grantor), self.parent.map(GrantId),
            Value(self.terms), self.uses, self.revoked.map(|height| height.0),
        )
    }
}

impl Shown for RequestInfo {
    const CLASS: &'static str = "RequestInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            RequestId(self.id), AccountId(self.requester), AccountId(self.institution), AccountId(self.account),
            Value(self.resource), Set(self.actions), Set(self.purposes), When(self.until.0), self.status,
            self.grant.map(GrantId),
        )
    }
}

impl Shown for ProposalInfo {
    const CLASS: &'static str = "ProposalInfo";
    fn arguments<'py>(self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        arguments!(py;
            TxId(self.id), RecordId(self.record), self.version.0, AccountId(self.author),
            AccountId(self.institution), When(self.expires.0), self.status,
        )
    }
}
