//! Golden vectors: one signed transaction of each kind, and the state entries and roots they leave.

mod golden;

use ehr_core::codec::Wire;
use ehr_core::state::Entry;
use ehr_core::state::testkit::{Consortium, TestLedger, every_kind};
use ehr_core::state::{
    Account, AccountGrants, GrantEntry, Institution, Membership, MembershipId, PendingRotation, Proposal,
    Record, Registry, Request, Scope, Version, VersionId,
};
use ehr_core::store::{LedgerRead, Table};
use ehr_core::tx::Tx;
use ehr_core::validate::BlockReceipts;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn all_kinds() -> (Consortium, TestLedger, Vec<Tx>) {
    let mut kit = Consortium::new(2);
    let mut ledger = TestLedger::new(kit.spec());
    let mut txs = kit.setup();
    txs.extend(every_kind(&mut kit));
    for tx in &txs {
        ledger.block(&[tx]).unwrap();
    }
    (kit, ledger, txs)
}

fn transaction(tx: &Tx) -> Value {
    let signatures: Vec<Value> = tx
        .signatures()
        .iter()
        .map(|s| {
            json!({
                "account": s.account.to_string(),
                "key": s.key.0,
                "signature": s.signature.to_string(),
            })
        })
        .collect();
    json!({
        "kind": tx.body().payload.code(),
        "name": tx.body().payload.name(),
        "txid": tx.id().to_string(),
        "body": hex::encode(tx.body_bytes()),
        "signatures": signatures,
        "bytes": hex::encode(tx.bytes()),
    })
}

#[test]
fn transactions() {
    let (_, _, txs) = all_kinds();
    let mut seen = BTreeSet::new();
    let first_of_kind = txs.iter().filter(|tx| seen.insert(tx.body().payload.code()));
    let list: Vec<Value> = first_of_kind.map(transaction).collect();
    // Every kind but those of stake, which are in `stake.json`.
    assert_eq!(seen, BTreeSet::from([1, 2, 4, 5, 11, 12, 13, 14, 15, 16, 17, 20, 21, 23, 24, 25, 26]));
    for one in &list {
        let bytes = hex::decode(one["bytes"].as_str().unwrap()).unwrap();
        assert_eq!(Tx::decode(&bytes).unwrap().id().to_string(), one["txid"].as_str().unwrap());
    }
    golden::check("transactions", &json!({ "transactions": list }));
}

fn namespaces() -> Value {
    fn one<E: Entry>(id: &E::Id) -> Value {
        json!({
            "entry": E::NAME,
            "namespace": E::NAMESPACE,
            "id": hex::encode(id.as_ref()),
            "key": E::key(id).to_string(),
        })
    }
    let id = [0x11; 32];
    json!([
        one::<Account>(&id.into()),
        one::<Institution>(&id.into()),
        one::<Membership>(&MembershipId::new(id.into(), [0x22; 32].into())),
        one::<Scope>(&id.into()),
        one::<Record>(&id.into()),
        one::<Version>(&VersionId::new(id.into(), ehr_core::primitives::VersionNo(7))),
        one::<Proposal>(&id.into()),
        one::<GrantEntry>(&id.into()),
        one::<AccountGrants>(&id.into()),
        one::<Request>(&id.into()),
        one::<Registry>(Registry::ID),
        one::<PendingRotation>(&id.into()),
    ])
}

#[test]
fn state() {
    let (kit, ledger, _) = all_kinds();
    let entries: Vec<Value> = ledger
        .store
        .range(Table::State, &[], &[], usize::MAX)
        .unwrap()
        .into_iter()
        .map(|(key, value)| json!({ "key": hex::encode(key), "value": hex::encode(value) }))
        .collect();
    let header = ledger.tip();
    let receipts = ledger.store.get(Table::Receipts, header.id().as_ref()).unwrap().unwrap();
    let receipt = BlockReceipts::from_bytes(&receipts).unwrap().0.remove(0);
    golden::check(
        "state",
        &json!({
            "keys": namespaces(),
            "genesis": hex::encode(kit.genesis.to_bytes().unwrap()),
            "chain_id": kit.chain_id.to_string(),
            "genesis_block": hex::encode(ledger.spec.block().bytes()),
            "tip": hex::encode(header.to_bytes().unwrap()),
            "tip_id": header.id().to_string(),
            "tip_receipt": hex::encode(receipt.to_bytes().unwrap()),
            "state_root": header.state_root.to_string(),
            "entries": entries,
        }),
    );
}
