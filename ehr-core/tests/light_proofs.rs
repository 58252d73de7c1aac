//! Light proofs over a ledger laid out by hand: large, and with the largest entries a record or grant can have.
#![allow(clippy::disallowed_types, reason = "a test tells its sizes and how long it took")]

mod golden;
mod light_entries;

use core::time::Duration;
use ehr_core::block::{Block, Event, EventCode, Header, Receipt, Seal};
use ehr_core::codec::Wire;
use ehr_core::consensus::{CompactTarget, Weight};
use ehr_core::crypto::hash::sha256;
use ehr_core::engine::{BlockEntry, BlockStatus, TIP_KEY, TipEntry};
use ehr_core::light::{LightError, LightProof, Prover, prove_grant, prove_record, prove_tx};
use ehr_core::merkle::mmr::{self, HistoryLeaf};
use ehr_core::merkle::{ProofError, rfc6962, sparse};
use ehr_core::primitives::{
    AccountId, BlockId, ChainId, GrantId, Hash32, Height, RecordId, Signature, Timestamp, TxId, VersionNo,
};
use ehr_core::state::{Entry, GrantEntry, GrantStatus, Record, StateRead, Version, VersionId};
use ehr_core::store::{ChangeSet, LedgerStore, MemoryStore, Table};
use ehr_core::tx::{KeyId, SignatureEntry, SignedTx};
use ehr_core::validate::{BlockReceipts, TxPlace};
use light_entries::*;
use ruint::aliases::U256;
use std::collections::BTreeMap;

/// A ledger of `blocks` blocks above genesis whose last but `above` one holds `tx_count` transactions, and whose
/// state after the last one has `entries` more entries than the few that are asked for.
struct Ledger {
    store: MemoryStore,
    ids: Vec<BlockId>,
    tx: TxId,
    tx_height: Height,
}

impl Ledger {
    fn new(entries: u64, blocks: u64, above: u64, tx_count: u32) -> Self {
        let mut store = MemoryStore::new();
        let state = entries_and(entries);
        let tree = sparse::update(&store, &state).unwrap();
        let mut changes = tree.pages;
        for (key, value) in state {
            changes.put(Table::State, key.as_ref(), value.unwrap());
        }
        store.commit(&changes).unwrap();

        // A block of transactions of the usual size with a receipt each.
        let txs: Vec<SignedTx> = (0..tx_count).map(signed).collect();
        let bytes: Vec<Vec<u8>> = txs.iter().map(|tx| tx.to_bytes().unwrap()).collect();
        let receipts: Vec<Vec<u8>> = txs.iter().map(|tx| receipt(tx).to_bytes().unwrap()).collect();
        let tx_height = Height(blocks - above);
        let picked = tx_count / 3;
        let mut header = Header {
            version: 1,
            shard: 0,
            chain_id: ChainId([5; 32]),
            height: Height::ZERO,
            time: Timestamp(1_700_000_000_000),
            prev: BlockId::ZERO,
            tx_root: rfc6962::empty_root(),
            tx_count: 0,
            receipts_root: rfc6962::empty_root(),
            state_root: tree.root,
            history_root: mmr::root(&store, 0).unwrap(),
            validators_hash: Hash32::ZERO,
            next_validators_hash: Hash32::ZERO,
            params_hash: Hash32(id32("params", 0)),
            last_commit_hash: Hash32::ZERO,
            anchor: Hash32::ZERO,
            proposer: AccountId(id32("proposer", 0)),
            seal: Seal::Work { bits: CompactTarget::EASIEST, nonce: u64::MAX },
        };
        let mut ids = Vec::new();
        loop {
            let (id, height) = (header.id(), header.height);
            // A total that fills its 32 bytes.
            let total = Weight(U256::MAX >> 1).checked_add(Weight(U256::from(height.0))).unwrap();
            let mut changes = ChangeSet::new();
            let entry = BlockEntry { header: header.clone(), total, status: BlockStatus::Connected };
            changes.put(Table::Headers, id.as_ref(), entry.to_bytes().unwrap());
            changes.put(Table::Heights, &height.0.to_be_bytes(), id.0.to_vec());
            if height == tx_height {
                let block = Block::assemble(header.clone(), bytes.iter().map(Vec::as_slice)).unwrap();
                changes.put(Table::Bodies, id.as_ref(), block.bytes().to_vec());
                let list = BlockReceipts(txs.iter().map(receipt).collect());
                changes.put(Table::Receipts, id.as_ref(), list.to_bytes().unwrap());
                let place = TxPlace { block: id, height, index: picked };
                let key = txs[picked as usize].id();
                changes.put(Table::TxIndex, key.as_ref(), place.to_bytes().unwrap());
            }
            ids.push(id);
            if height.0 == blocks {
                let tip = TipEntry { id, height }.to_bytes().unwrap();
                changes.put(Table::Meta, TIP_KEY, tip);
                store.commit(&changes).unwrap();
                return Self { store, ids, tx: txs[picked as usize].id(), tx_height };
            }
            let total_work = Hash32(total.to_be_bytes());
            let leaf = HistoryLeaf { height, id, time_ms: header.time, total_work }.hash().unwrap();
            let (history, history_root) = mmr::append(&store, height.0, &leaf).unwrap();
            changes.merge(history);
            store.commit(&changes).unwrap();
            header.prev = id;
            header.history_root = history_root;
            header.height = height.next().unwrap();
            header.time = header.time.plus(30_000);
            let filled = header.height == tx_height;
            header.tx_count = if filled { tx_count } else { 0 };
            header.tx_root = if filled { rfc6962::root(&bytes) } else { rfc6962::empty_root() };
            header.receipts_root = if filled { rfc6962::root(&receipts) } else { rfc6962::empty_root() };
        }
    }

    fn tip(&self) -> &BlockId {
        self.ids.last().unwrap()
    }
}

/// Two signatures and a body as long as a record creation's; what it says does not matter to a tree.
fn signed(n: u32) -> SignedTx {
    let mut body = vec![0x40; 420];
    body[..4].copy_from_slice(&n.to_be_bytes());
    let signature =
        |k: u8| SignatureEntry { account: AccountId([k; 32]), key: KeyId(0), signature: Signature([k; 64]) };
    SignedTx { body, signatures: vec![signature(1), signature(2)] }
}

fn receipt(tx: &SignedTx) -> Receipt {
    let about = Hash32(tx.id().0);
    let event = Event { code: EventCode::RecordCreated, about };
    Receipt { tx: tx.id(), kind: 13, created: Some(about), fee: 1, events: vec![event] }
}

/// Everything that must hold of an honest proof and of every spoilt one.
fn every_changed_byte_is_refused(proof: &LightProof, trusted: &BlockId, step: usize) {
    let bytes = proof.to_bytes().unwrap();
    assert_eq!(LightProof::from_bytes(&bytes).as_ref(), Ok(proof));
    proof.verify(trusted).unwrap();
    let other = proof.verify(&BlockId([1; 32])).unwrap_err();
    assert!(matches!(other, LightError::NotTrusted { .. }), "{other}");
    for at in (0..bytes.len()).step_by(step) {
        let mut bad = bytes.clone();
        bad[at] ^= 1 << (at % 8);
        let accepted = LightProof::from_bytes(&bad).is_ok_and(|p| p.verify(trusted).is_ok());
        assert!(!accepted, "byte {at} of {} changed", bytes.len());
    }
}

#[test]
fn a_record_or_a_grant_is_proven_in_4_kb() {
    let started = std::time::Instant::now();
    let ledger = Ledger::new(100_000, 3_000, 900, 1_000);
    let read = &ledger.store;
    let size = |proof: &LightProof| proof.to_bytes().unwrap().len();

    let record = prove_record(read, &RECORD, None).unwrap();
    let proven = record.verify(ledger.tip()).unwrap();
    assert_eq!(proven.id(), *ledger.tip());
    assert_eq!(proven.entry::<Record>(&RECORD).unwrap().unwrap().head, HEAD);
    assert_eq!(proven.entry::<Version>(&VersionId::new(RECORD, HEAD)), Ok(Some(version())));

    let grant = prove_grant(read, &GRANT).unwrap();
    assert_eq!(grant.verify(ledger.tip()).unwrap().grant_in_force(&GRANT), Ok(true));
    let child = prove_grant(read, &CHILD).unwrap();
    assert_eq!(child.verify(ledger.tip()).unwrap().grant_in_force(&CHILD), Ok(true));

    // To a client that holds a later header only.
    let tx = prove_tx(read, &ledger.tx, Height(3_000)).unwrap();
    let proven = tx.verify(ledger.tip()).unwrap();
    assert_eq!(proven.as_of().height, ledger.tx_height);
    let shown = proven.receipt(&ledger.tx).unwrap();
    assert_eq!((shown.kind, shown.fee), (13, 1));

    let sizes = [
        ("record", size(&record)),
        ("grant", size(&grant)),
        ("delegated grant", size(&child)),
        ("tx", size(&tx)),
    ];
    println!("light proof, bytes: {sizes:?}; {:?}", started.elapsed());
    for (what, size) in sizes {
        assert!(size <= 4096, "{what}: {size} bytes");
        assert!(size > 1000, "{what}: {size} bytes cannot hold two tree paths");
    }
    for proof in [&record, &child, &tx] {
        every_changed_byte_is_refused(proof, ledger.tip(), 13);
    }
    assert!(started.elapsed() < Duration::from_secs(60), "this is to stay a quick test");
}

#[test]
fn every_byte_of_a_proof_counts() {
    let ledger = Ledger::new(40, 40, 7, 5);
    let on = |height: u64| ledger.ids[height as usize];
    for proof in [prove_record(&ledger.store, &RECORD, Some(HEAD)), prove_grant(&ledger.store, &CHILD)] {
        every_changed_byte_is_refused(&proof.unwrap(), ledger.tip(), 1);
    }
    for height in ledger.tx_height.0..=40 {
        let proof = prove_tx(&ledger.store, &ledger.tx, Height(height)).unwrap();
        assert_eq!(proof.ancestor.is_none(), height == ledger.tx_height.0);
        every_changed_byte_is_refused(&proof, &on(height), if height % 8 == 0 { 1 } else { 31 });
    }
    let early = prove_tx(&ledger.store, &ledger.tx, Height(ledger.tx_height.0 - 1));
    assert_eq!(early, Err(LightError::Unknown { what: "later header" }));
    let never = prove_tx(&ledger.store, &ledger.tx, Height(41));
    assert_eq!(never, Err(LightError::Unknown { what: "later header" }));
}

#[test]
fn absence_and_silence_are_told_apart() {
    let ledger = Ledger::new(40, 3, 1, 2);
    let prover = Prover::at_tip(&ledger.store).unwrap();
    let unknown = GrantId([0x77; 32]);
    assert_eq!(prover.get::<GrantEntry>(&unknown), Ok(None));
    assert_eq!(prover.get::<GrantEntry>(&unknown), Ok(None));
    assert!(prover.get::<GrantEntry>(&REVOKED).unwrap().is_some());
    let proof = prover.finish();
    assert_eq!(proof.state.len(), 2, "each entry is shown once");
    let proven = proof.verify(ledger.tip()).unwrap();
    assert_eq!(proven.entry::<GrantEntry>(&unknown), Ok(None));
    assert_eq!(proven.grant_in_force(&unknown), Err(LightError::Unknown { what: "grant" }));
    assert_eq!(proven.grant_in_force(&REVOKED), Ok(false));
    assert_eq!(proven.entry::<GrantEntry>(&GRANT), Err(LightError::NotShown { what: "grant" }));
    assert!(StateRead::get::<GrantEntry>(&proven, &GRANT).is_err());
    // The same id under another kind is another entry.
    assert!(proven.entry::<ehr_core::state::Account>(&AccountId(unknown.0)).is_err());
    assert!(matches!(proven.receipt(&ledger.tx), Err(LightError::NotShown { .. })));

    let no_record = prove_record(&ledger.store, &RecordId([0; 32]), None);
    assert_eq!(no_record, Err(LightError::Unknown { what: "record" }));
    let no_version = prove_record(&ledger.store, &RECORD, Some(VersionNo(1)));
    assert_eq!(no_version, Err(LightError::Unknown { what: "record version" }));
    let no_tx = prove_tx(&ledger.store, &TxId(NOBODY.0), Height(3));
    assert!(matches!(no_tx, Err(LightError::Unknown { .. })));
    assert!(matches!(prove_grant(&MemoryStore::new(), &GRANT), Err(LightError::Unknown { .. })));
}

#[test]
fn a_delegated_grant_falls_with_its_parent() {
    let mut ledger = Ledger::new(10, 3, 1, 2);
    // The state after one more block, in which the parent was revoked or used up.
    let revoked = grant(None, GrantStatus::Revoked { height: Height(4) });
    let spent = GrantEntry { uses: 4_000_000_000, ..grant(None, GrantStatus::Active {}) };
    let mut early = grant(None, GrantStatus::Active {});
    early.grant.not_before = Timestamp(u64::MAX / 4);
    let mut late = grant(None, GrantStatus::Active {});
    late.grant.not_after = Timestamp(1_700_000_000_000);
    for parent in [revoked, spent, early, late] {
        let tip = change_tip(&mut ledger, &GRANT, &parent);
        let proof = prove_grant(&ledger.store, &CHILD).unwrap();
        assert_eq!(proof.verify(&tip).unwrap().grant_in_force(&CHILD), Ok(false));
        // Leaving the parent out shows nothing.
        let mut cut = proof.clone();
        cut.state.pop();
        assert_eq!(
            cut.verify(&tip).unwrap().grant_in_force(&CHILD),
            Err(LightError::NotShown { what: "grant" })
        );
    }
}

/// Gives the tip another state.
fn change_tip<E: Entry>(ledger: &mut Ledger, id: &E::Id, entry: &E) -> BlockId {
    let value = entry.to_bytes().unwrap();
    let tree = sparse::update(&ledger.store, &BTreeMap::from([(E::key(id), Some(value.clone()))])).unwrap();
    let mut proof = Prover::at_tip(&ledger.store).unwrap().finish();
    proof.header.state_root = tree.root;
    let mut changes = tree.pages;
    changes.put(Table::State, E::key(id).as_ref(), value);
    let id = proof.header.id();
    changes.put(Table::Meta, TIP_KEY, TipEntry { id, height: proof.header.height }.to_bytes().unwrap());
    let total = Weight(U256::from(9));
    let entry = BlockEntry { header: proof.header, total, status: BlockStatus::Connected };
    changes.put(Table::Headers, id.as_ref(), entry.to_bytes().unwrap());
    ledger.store.commit(&changes).unwrap();
    id
}

#[test]
fn refusals_name_the_part() {
    let ledger = Ledger::new(40, 9, 4, 3);
    let good = prove_tx(&ledger.store, &ledger.tx, Height(9)).unwrap();
    let spoilt = |change: &dyn Fn(&mut LightProof)| {
        let mut bad = good.clone();
        change(&mut bad);
        bad.verify(ledger.tip()).map(drop)
    };
    assert_eq!(spoilt(&|_| ()), Ok(()));
    let fact = |list, error| Err(LightError::Fact { list, index: 0, error });
    assert_eq!(spoilt(&|p| p.txs[0].leaf[0] ^= 1), fact("txs", ProofError::RootMismatch));
    assert_eq!(spoilt(&|p| p.txs[0].index = 3), fact("txs", ProofError::OutOfRange { index: 3, size: 3 }));
    assert_eq!(spoilt(&|p| p.receipts[0].leaf[5] ^= 1), fact("receipts", ProofError::RootMismatch));
    // A receipt is no transaction, nor the other way round.
    assert!(spoilt(&|p| p.txs = p.receipts.clone()).is_err());
    assert!(matches!(spoilt(&|p| p.header.time.0 += 1), Err(LightError::Ancestor { height: Height(5), .. })));
    let state = prove_record(&ledger.store, &RECORD, None).unwrap().state;
    // The state after block 9 is not the state after block 5 only where it differs: here it is the same.
    assert_eq!(spoilt(&|p| p.state = state.clone()), Ok(()));
    assert_eq!(
        spoilt(&|p| {
            p.state = state.clone();
            p.state[0].namespace = 7
        }),
        fact("state", ProofError::RootMismatch)
    );
    assert_eq!(
        spoilt(&|p| {
            p.state = state.clone();
            p.state[0].value = None
        }),
        fact("state", ProofError::RootMismatch)
    );
}

#[test]
fn a_damaged_ledger_gives_no_proof() {
    let ledger = Ledger::new(3_000, 9, 4, 3);
    let block = ledger.ids[5];
    let damaged = |table: Table, key: &[u8], at: usize| {
        let mut store = ledger.store.clone();
        let mut value = ehr_core::store::LedgerRead::get(&store, table, key).unwrap().unwrap();
        value[at] ^= 1;
        let mut changes = ChangeSet::new();
        changes.put(table, key, value);
        store.commit(&changes).unwrap();
        store
    };
    let is_damage = |result: Result<LightProof, LightError>| {
        assert!(matches!(result, Err(LightError::Read(_))), "{result:?}");
    };
    for (table, at) in [(Table::Bodies, 700), (Table::Receipts, 60)] {
        is_damage(prove_tx(&damaged(table, block.as_ref(), at), &ledger.tx, Height(9)));
    }
    is_damage(prove_tx(&damaged(Table::History, &7u64.to_be_bytes(), 3), &ledger.tx, Height(9)));
    let key = Record::key(&RECORD);
    is_damage(prove_record(&damaged(Table::State, key.as_ref(), 5), &RECORD, None));
    is_damage(prove_record(&damaged(Table::Headers, ledger.tip().as_ref(), 200), &RECORD, None));
}

#[test]
fn golden_proofs() {
    let ledger = Ledger::new(20, 12, 4, 5);
    let hex = |proof: &LightProof| hex::encode(proof.to_bytes().unwrap());
    let absent = Prover::at_tip(&ledger.store).unwrap();
    absent.get::<GrantEntry>(&GrantId([0x77; 32])).unwrap();
    let cases = [
        ("record with its newest version", prove_record(&ledger.store, &RECORD, None).unwrap(), 12),
        ("delegated grant", prove_grant(&ledger.store, &CHILD).unwrap(), 12),
        ("no such grant", absent.finish(), 12),
        ("transaction and receipt, header held", prove_tx(&ledger.store, &ledger.tx, Height(8)).unwrap(), 8),
        (
            "transaction and receipt under a later header",
            prove_tx(&ledger.store, &ledger.tx, Height(11)).unwrap(),
            11,
        ),
    ];
    let mut made = Vec::new();
    for (what, proof, trusted) in &cases {
        let trusted = &ledger.ids[*trusted];
        let proven = proof.verify(trusted).unwrap();
        made.push(serde_json::json!({
            "what": what,
            "trusted": trusted.to_string(),
            "as_of": proven.id().to_string(),
            "height": proven.as_of().height.0,
            "state": proof.state.iter().map(|fact| serde_json::json!({
                "namespace": fact.namespace,
                "id": hex::encode(&fact.id),
                "key": fact.key().to_string(),
                "value": fact.value.as_ref().map(hex::encode),
            })).collect::<Vec<_>>(),
            "txs": proof.txs.iter().map(|fact| sha256(&fact.leaf).to_string()).collect::<Vec<_>>(),
            "receipts": proof.receipts.iter().map(|fact| sha256(&fact.leaf).to_string()).collect::<Vec<_>>(),
            "proof": hex(proof),
        }));
    }
    let bytes = cases[0].1.to_bytes().unwrap();
    let refused: Vec<_> = [0, 1, 40, bytes.len() / 2, bytes.len() - 1]
        .iter()
        .map(|at| {
            let mut bad = bytes.clone();
            bad[*at] ^= 0x10;
            assert!(!LightProof::from_bytes(&bad).is_ok_and(|p| p.verify(ledger.tip()).is_ok()));
            hex::encode(bad)
        })
        .collect();
    let doc = serde_json::json!({
        "rules": "docs/spec/light.md",
        "proofs": made,
        "refused": { "trusted": ledger.tip().to_string(), "proofs": refused },
    });
    golden::check("light", &doc);
}
