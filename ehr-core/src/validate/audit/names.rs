//! State keys are hashes: finding out, from the blocks, what one of them names.

use super::report::Problem;
use crate::block::{Block, ChainSpec};
use crate::engine::block_at;
use crate::primitives::{GrantId, Hash32, Height, RecordId, RequestId, VersionNo};
use crate::state::{
    Account, AccountGrants, Entry as _, GrantEntry, Institution, Membership, MembershipId, Proposal, Record,
    Registry, Request, Scope, Version, VersionId,
};
use crate::store::{LedgerRead, Table};
use crate::tx::{Payload, Proposed, RecordPropose, Tx};

/// What a state key names.
pub(super) struct Named {
    pub(super) what: String,
    record: Option<RecordId>,
    version: Option<VersionNo>,
}

impl Named {
    /// A problem about it, still without words.
    pub(super) fn problem(&self) -> Problem {
        Problem { record: self.record, version: self.version, ..Problem::general("") }
    }
}

/// Searches the chain for what a key names. Takes time in proportion to the chain: only for what is wrong already.
pub(super) fn find(read: &dyn LedgerRead, spec: &ChainSpec, tip: Height, key: &Hash32) -> Option<Named> {
    let plain = |what: String| Some(Named { what, record: None, version: None });
    if *key == Registry::key(Registry::ID) {
        return plain("the list of institutions".to_owned());
    }
    let genesis = spec.genesis();
    for id in genesis.accounts.iter().filter_map(|enrol| enrol.account_id().ok()) {
        if *key == Account::key(&id) {
            return plain(format!("account {id}"));
        }
        if *key == Institution::key(&id) {
            return plain(format!("institution {id}"));
        }
    }
    for height in (1..=tip.0).map(Height) {
        let Ok(Some(id)) = block_at(read, height) else { continue };
        let Ok(Some(bytes)) = read.get(Table::Bodies, id.as_ref()) else { continue };
        let Ok(block) = Block::decode(&bytes).map(|block| block.check(spec)) else { continue };
        if let Some(named) = block.ok().and_then(|block| block.txs().iter().find_map(|tx| in_tx(tx, key))) {
            return Some(named);
        }
    }
    None
}

fn in_tx(tx: &Tx, key: &Hash32) -> Option<Named> {
    let plain = |matches: bool, what: String| matches.then_some(Named { what, record: None, version: None });
    match &tx.body().payload {
        Payload::EnrolAccount { enrol } => {
            let id = enrol.account_id().ok()?;
            plain(*key == Account::key(&id), format!("account {id}")).or_else(|| {
                plain(*key == AccountGrants::key(&id), format!("the live grants of account {id}"))
            })
        }
        Payload::AdmitInstitution { admit } => {
            plain(*key == Institution::key(&admit.account), format!("institution {}", admit.account))
        }
        Payload::SetMembership { membership: set } => plain(
            *key == Membership::key(&MembershipId::new(set.institution, set.staff)),
            format!("the membership of {} in {}", set.staff, set.institution),
        ),
        Payload::ScopeCreate { create } => {
            plain(*key == Scope::key(&create.scope), format!("scope {}", create.scope))
        }
        Payload::RecordCreate { create } => record(create.record, VersionNo::ZERO, key),
        Payload::VersionAppend { append } => record(append.record, append.version, key),
        Payload::RecordPropose { propose: RecordPropose { proposed } } => {
            let (id, version) = match proposed {
                Proposed::Create { create } => (create.record, VersionNo::ZERO),
                Proposed::Append { append } => (append.record, append.version),
            };
            plain(*key == Proposal::key(&tx.id()), format!("proposal {}", tx.id()))
                .or_else(|| record(id, version, key))
        }
        Payload::Grant { .. } | Payload::Acknowledge { .. } => {
            plain(*key == GrantEntry::key(&GrantId::from(tx.id())), format!("grant {}", tx.id()))
        }
        Payload::AccessRequest { .. } => {
            plain(*key == Request::key(&RequestId::from(tx.id())), format!("request {}", tx.id()))
        }
        _ => None,
    }
}

fn record(id: RecordId, version: VersionNo, key: &Hash32) -> Option<Named> {
    if *key == Record::key(&id) {
        return Some(Named { what: format!("record {id}"), record: Some(id), version: None });
    }
    (*key == Version::key(&VersionId::new(id, version))).then(|| Named {
        what: format!("record {id} version {version}"),
        record: Some(id),
        version: Some(version),
    })
}
