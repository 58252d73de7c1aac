//! Entries of the state as values that cross.

use crate::types::{GrantInfo, VersionInfo};
use ehr_core::client::GrantTerms;
use ehr_core::primitives::{GrantId, RecordId, VersionNo};
use ehr_core::state::{GrantEntry, GrantStatus, Record, Version};

pub(crate) fn grant_info(id: GrantId, entry: &GrantEntry) -> GrantInfo {
    let grant = &entry.grant;
    GrantInfo {
        id,
        account: grant.account,
        grantor: entry.grantor,
        parent: grant.parent,
        terms: GrantTerms {
            subject: grant.subject.clone(),
            resource: grant.resource.clone(),
            actions: grant.actions,
            purposes: grant.purposes,
            not_before: grant.not_before,
            not_after: grant.not_after,
            depth: grant.depth,
            max_uses: grant.max_uses,
            obligations: grant.obligations,
            scopes: Vec::new(),
        },
        uses: entry.uses,
        revoked: match entry.status {
            GrantStatus::Active {} => None,
            GrantStatus::Revoked { height } => Some(height),
        },
    }
}

pub(crate) fn version_info(
    id: RecordId,
    version: VersionNo,
    record: &Record,
    entry: &Version,
) -> VersionInfo {
    VersionInfo {
        record: id,
        version,
        account: record.account,
        scope: record.scope,
        epoch: entry.epoch,
        author: entry.author,
        institution: entry.institution,
        transaction: entry.tx,
        ratified_by: entry.ratified_by,
        height: entry.height,
        time: entry.time,
        manifest: entry.content.manifest,
        wraps: entry.content.wraps,
    }
}
