//! Golden vectors: a staked chain's genesis, one transaction of each kind of stake, and the state they leave.

use crate::golden;
use ehr_core::codec::Wire;
use ehr_core::consensus::StakeParams;
use ehr_core::consensus::bft::PowerRules;
use ehr_core::primitives::AccountId;
use ehr_core::state::testkit::{StakeLedger, Staked};
use ehr_core::state::{Entry, Liveness, Offence, OffenceId, SetEntry, SetSlot, StakeEntry, Stakers};
use ehr_core::tx::Tx;
use serde_json::{Value, json};

fn transaction(height: u64, tx: &Tx) -> Value {
    json!({
        "height": height,
        "kind": tx.body().payload.code(),
        "name": tx.body().payload.name(),
        "txid": tx.id().to_string(),
        "body": hex::encode(tx.body_bytes()),
        "bytes": hex::encode(tx.bytes()),
    })
}

fn key<E: Entry>(id: &E::Id) -> Value {
    json!({
        "entry": E::NAME,
        "namespace": E::NAMESPACE,
        "id": hex::encode(id.as_ref()),
        "key": E::key(id).to_string(),
    })
}

#[test]
fn stake() {
    let power = PowerRules { max_share: 400, max_change: 900 };
    let mut kit = Staked::new(&[1_000; 4], 2, StakeParams { power, reward: 5, ..crate::rules() });
    let mut ledger = StakeLedger::new(kit.spec());
    let (votes, proposals) = (kit.two_votes(0, 1, 0), kit.two_proposals(1, 1, 2));
    let offence = OffenceId::of(&votes);
    let mut list = Vec::new();
    let blocks = [
        vec![kit.report_tx(4, votes)],
        vec![kit.stake_tx(4, 500), kit.report_tx(5, proposals)],
        vec![kit.unstake_tx(2, 400)],
        vec![kit.unjail_tx(0)],
    ];
    for txs in blocks {
        // Validator 3 misses every block.
        let absent: &[AccountId] = if ledger.height.0 == 0 { &[] } else { &[kit.id(3)] };
        let outcomes = ledger.try_block(&txs, kit.id(2), absent);
        assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
        list.extend(txs.iter().map(|tx| transaction(ledger.height.0, tx)));
    }
    let sets = ledger.sets();
    let set = |set: &ehr_core::consensus::bft::ValidatorSet| json!({ "bytes": hex::encode(set.to_bytes().unwrap()), "hash": set.hash().to_string() });
    let entries: Vec<Value> = ledger
        .entries()
        .into_iter()
        .map(|(key, value)| json!({ "key": hex::encode(key), "value": hex::encode(value) }))
        .collect();
    golden::check(
        "stake",
        &json!({
            "genesis": hex::encode(kit.genesis.to_bytes().unwrap()),
            "chain_id": kit.chain_id.to_string(),
            "params_hash": kit.genesis.params.hash().to_string(),
            "genesis_header": hex::encode(kit.spec().block().header().to_bytes().unwrap()),
            "transactions": list,
            "keys": [
                key::<StakeEntry>(&kit.id(0)),
                key::<Stakers>(Stakers::ID),
                key::<SetEntry>(&SetSlot::Last),
                key::<SetEntry>(&SetSlot::Current),
                key::<SetEntry>(&SetSlot::Next),
                key::<SetEntry>(&SetSlot::Base),
                key::<Offence>(&offence),
                key::<Liveness>(Liveness::ID),
            ],
            "sets": { "last": set(&sets.last), "current": set(&sets.current), "next": set(&sets.next) },
            "entries": entries,
        }),
    );
}
