//! The largest entries that a record or grant can have, for the sizes of proofs.
#![allow(dead_code, reason = "each test uses its part")]

use ehr_core::crypto::hash::sha256;
use ehr_core::policy::{Actions, Obligations, Purposes, Resource, Subject};
use ehr_core::primitives::{
    AccountId, ContentId, Epoch, GrantId, Hash32, Height, RecordId, ScopeId, Timestamp, TxId, VersionNo,
};
use ehr_core::state::{Entry, GrantEntry, GrantStatus, Record, Version, VersionId};
use ehr_core::tx::{Grant, VersionContent};
use std::collections::BTreeMap;

pub(crate) const RECORD: RecordId = RecordId([0x11; 32]);
pub(crate) const HEAD: VersionNo = VersionNo(70_000);
pub(crate) const GRANT: GrantId = GrantId([0x22; 32]);
pub(crate) const CHILD: GrantId = GrantId([0x23; 32]);
pub(crate) const REVOKED: GrantId = GrantId([0x24; 32]);
pub(crate) const NOBODY: AccountId = AccountId([0x99; 32]);

pub(crate) fn id32(what: &str, n: u64) -> [u8; 32] {
    sha256(&[what.as_bytes(), &n.to_be_bytes()].concat()).0
}

pub(crate) fn content(n: u64) -> ContentId {
    ContentId::of_raw(&n.to_be_bytes())
}

pub(crate) fn version() -> Version {
    Version {
        content: VersionContent {
            kind_commit: Hash32(id32("kind", 0)),
            plain_root: Hash32(id32("plain", 0)),
            manifest: content(1),
            size_class: 30,
            wraps_root: Hash32(id32("wraps", 0)),
            wraps: content(2),
        },
        epoch: Epoch(70_000),
        institution: AccountId(id32("hospital", 0)),
        author: AccountId(id32("doctor", 0)),
        tx: TxId(id32("tx", 0)),
        ratified_by: Some(TxId(id32("ratified", 0))),
        height: Height(u64::MAX / 2),
        time: Timestamp(u64::MAX / 2),
    }
}

/// The largest a grant gets.
pub(crate) fn grant(parent: Option<GrantId>, status: GrantStatus) -> GrantEntry {
    GrantEntry {
        grant: Grant {
            account: AccountId(id32("patient", 0)),
            parent,
            subject: Subject::Institution { id: AccountId(id32("hospital", 1)) },
            resource: Resource::Section { record: RECORD, version: HEAD, section: 60_000 },
            actions: Actions::ALL,
            purposes: Purposes::ALL,
            not_before: Timestamp(1),
            not_after: Timestamp(u64::MAX / 2),
            depth: 4,
            max_uses: Some(4_000_000_000),
            obligations: Obligations::ALL,
            policy_commit: Hash32(id32("policy", 0)),
            wraps: Some(content(3)),
        },
        grantor: AccountId(id32("patient", 0)),
        uses: 3_000_000_000,
        status,
    }
}

fn put<E: Entry>(state: &mut BTreeMap<Hash32, Option<Vec<u8>>>, id: &E::Id, entry: &E) {
    state.insert(E::key(id), Some(entry.to_bytes().unwrap()));
}

/// A record, its newest version, a grant, one delegated from it and a revoked one, among so many other entries.
pub(crate) fn entries_and(others: u64) -> BTreeMap<Hash32, Option<Vec<u8>>> {
    let mut state: BTreeMap<_, _> =
        (0..others).map(|n| (Hash32(id32("key", n)), Some(n.to_be_bytes().to_vec()))).collect();
    let account = AccountId(id32("patient", 0));
    let scope = ScopeId(id32("scope", 0));
    put(&mut state, &RECORD, &Record { account, scope, head: HEAD, head_tx: TxId(id32("tx", 0)) });
    put(&mut state, &VersionId::new(RECORD, HEAD), &version());
    put(&mut state, &GRANT, &grant(None, GrantStatus::Active {}));
    put(&mut state, &CHILD, &grant(Some(GRANT), GrantStatus::Active {}));
    put(&mut state, &REVOKED, &grant(None, GrantStatus::Revoked { height: Height(3) }));
    state
}
