//! Patients of the story, and what the story remembers of their records.

use ehr_core::client::{AccountKeys, Draft};
use ehr_core::primitives::{RecordId, ScopeId, VersionNo};
use std::sync::Arc;

/// A version that was sealed, with what went in: to compare with what comes out.
pub(super) struct Kept {
    /// FHIR type.
    pub(super) kind: String,
    pub(super) record: RecordId,
    pub(super) version: VersionNo,
    pub(super) plain: Vec<u8>,
}

impl Kept {
    /// What a draft of a record or version will be.
    pub(super) fn of(draft: &Draft, kind: String, plain: Vec<u8>) -> Self {
        let (record, version) = (draft.about.record, draft.about.version);
        Self { kind, record: record.unwrap_or(RecordId::ZERO), version: version.unwrap_or_default(), plain }
    }
}

/// A patient with one scope, in which everything is filed.
pub(super) struct Patient {
    /// "patient 1": the story knows no names.
    pub(super) name: String,
    pub(super) keys: Arc<AccountKeys>,
    pub(super) scope: ScopeId,
    /// Records in the order they began.
    pub(super) records: Vec<RecordId>,
    pub(super) kept: Vec<Kept>,
}

impl Patient {
    pub(super) fn new(number: usize, keys: AccountKeys) -> Self {
        let (name, keys) = (format!("patient {number}"), Arc::new(keys));
        Self { name, keys, scope: ScopeId::ZERO, records: Vec::new(), kept: Vec::new() }
    }

    /// Remembers a version that was submitted.
    pub(super) fn keep(&mut self, kept: Kept) {
        if kept.version == VersionNo::ZERO {
            self.records.push(kept.record);
        }
        self.kept.push(kept);
    }
}
