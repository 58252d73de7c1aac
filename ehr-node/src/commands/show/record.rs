//! One record: its versions, who was given access, who saw it.

use super::error::{ShowError, parse};
use super::ledger::{Found, Ledger};
use super::tx::short;
use crate::ui::{Screen, utc};
use ehr_core::policy::Resource;
use ehr_core::primitives::{AccountId, GrantId, RecordId, ScopeId, VersionNo};
use ehr_core::state::{Record, StateRead as _, StateView, Version, VersionId};
use ehr_core::tx::{Grant, Payload, RevokeTarget, Tx};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Everything the chain says about a record. Reads the whole chain: what touches a record is not indexed.
pub(super) fn record(ledger: &Ledger, id: &str, screen: &Screen) -> Result<Value, ShowError> {
    let id: RecordId = parse("record", id)?;
    let state = StateView::new(&ledger.store);
    let Some(record) = state.get::<Record>(&id)? else {
        return Err(ShowError::Unknown { what: "record", id: id.to_string() });
    };
    let (mut versions, mut rows) = (Vec::new(), Vec::new());
    for number in (0..=record.head.0).map(VersionNo) {
        let Some(version) = state.get::<Version>(&VersionId::new(id, number))? else { continue };
        rows.push(vec![
            number.to_string(),
            utc(version.time.0),
            version.height.to_string(),
            short(&version.author),
            short(&version.institution),
            version.epoch.to_string(),
            version.ratified_by.map_or("both at once", |_| "patient later").to_owned(),
            version.tx.to_string(),
        ]);
        versions.push(json!({
            "version": number, "time": version.time, "height": version.height, "author": version.author,
            "institution": version.institution, "epoch": version.epoch, "tx": version.tx,
            "ratified_by": version.ratified_by, "manifest": version.content.manifest,
            "size_class": version.content.size_class,
        }));
    }
    screen.note(&format!("record {id}"));
    screen.note(&format!("patient {}, scope {}", record.account, record.scope));
    let header = ["version", "time", "block", "author", "institution", "epoch", "signed", "transaction"];
    screen.table("Versions", &header, &rows);

    let mut history = History::new(id, &record);
    for found in ledger.blocks() {
        let found = found?;
        found.txs.iter().for_each(|tx| history.see(&found, tx));
    }
    history.print(screen);
    Ok(json!({
        "record": id, "account": record.account, "scope": record.scope, "head": record.head,
        "versions": versions,
        "grants": history.grants.values().map(|grant| &grant.document).collect::<Vec<_>>(),
        "releases": history.releases,
    }))
}

/// A grant that covers the record or a part of it.
struct Seen {
    row: Vec<String>,
    document: Value,
}

/// What happened to a record, besides its versions.
struct History {
    id: RecordId,
    account: AccountId,
    scope: ScopeId,
    grants: BTreeMap<GrantId, Seen>,
    releases: Vec<Value>,
    release_rows: Vec<Vec<String>>,
}

impl History {
    fn new(id: RecordId, record: &Record) -> Self {
        let (grants, releases, release_rows) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { id, account: record.account, scope: record.scope, grants, releases, release_rows }
    }

    fn see(&mut self, found: &Found, tx: &Tx) {
        let header = &found.entry.header;
        match &tx.body().payload {
            Payload::Grant { grant } => self.granted(found, tx, grant),
            Payload::Acknowledge { acknowledge } => self.granted(found, tx, &acknowledge.grant),
            Payload::Revoke { revoke } => {
                let hit = |id: &GrantId, seen: &Seen| match &revoke.target {
                    RevokeTarget::Grant { id: target } => id == target,
                    RevokeTarget::Subject { account, subject } => {
                        *account == self.account && seen.document["subject"] == json!(subject)
                    }
                };
                for (_, seen) in self.grants.iter_mut().filter(|(id, seen)| hit(id, seen)) {
                    if seen.document["revoked"].is_null() {
                        seen.document["revoked"] = json!(header.height);
                        if let Some(cell) = seen.row.last_mut() {
                            *cell = format!("revoked in block {}", header.height);
                        }
                    }
                }
            }
            Payload::ReleaseReceipt { receipt } if receipt.record == self.id => {
                let institution = receipt.institution.map(|id| short(&id)).unwrap_or_default();
                self.release_rows.push(vec![
                    utc(header.time.0),
                    header.height.to_string(),
                    receipt.version.to_string(),
                    short(&receipt.recipient),
                    institution,
                    receipt.purpose.names().collect::<Vec<_>>().join(" "),
                    receipt.grant.to_string(),
                ]);
                self.releases.push(json!({
                    "time": header.time, "height": header.height, "tx": tx.id(), "version": receipt.version,
                    "recipient": receipt.recipient, "institution": receipt.institution,
                    "purpose": receipt.purpose, "grant": receipt.grant, "releaser": receipt.releaser,
                }));
            }
            _ => {}
        }
    }

    fn granted(&mut self, found: &Found, tx: &Tx, grant: &Grant) {
        let covers = match &grant.resource {
            Resource::AllOf { account } => *account == self.account,
            Resource::Scope { id } => *id == self.scope,
            Resource::Record { id: record }
            | Resource::Version { record, .. }
            | Resource::Section { record, .. } => *record == self.id,
        };
        if grant.account != self.account || !covers {
            return;
        }
        let header = &found.entry.header;
        let row = vec![
            tx.id().to_string(),
            header.height.to_string(),
            grant.resource.name().to_owned(),
            grant.actions.names().collect::<Vec<_>>().join(" "),
            grant.purposes.names().collect::<Vec<_>>().join(" "),
            format!("until {}", utc(grant.not_after.0)),
            "not revoked".to_owned(),
        ];
        let document = json!({
            "grant": tx.id(), "height": header.height, "time": header.time, "subject": grant.subject,
            "terms": super::payload::grant_fields(grant).into_value(), "revoked": null,
        });
        self.grants.insert(GrantId::from(tx.id()), Seen { row, document });
    }

    fn print(&self, screen: &Screen) {
        let mut rows: Vec<_> = self.grants.values().collect();
        rows.sort_by_key(|seen| seen.document["height"].as_u64());
        let rows: Vec<Vec<String>> = rows.into_iter().map(|seen| seen.row.clone()).collect();
        screen.table("Grants", &["grant", "block", "on", "actions", "purposes", "window", "state"], &rows);
        let header = ["time", "block", "version", "to", "of", "purpose", "grant"];
        screen.table("Who saw it", &header, &self.release_rows);
    }
}
