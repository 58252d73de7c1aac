//! Where the committed corpus comes from: what a small ledger holds, golden vectors, and scripts.

use crate::Target;
use ehr_core::block::{Block, Checked};
use ehr_core::client::NewDevice;
use ehr_core::codec::{EncodeError, Wire};
use ehr_core::consensus::Weight;
use ehr_core::crypto::hash::sha256;
use ehr_core::crypto::seal::Dek;
use ehr_core::crypto::signature::{Signer as _, SoftwareSigner};
use ehr_core::engine::{BlockEntry, BlockStatus, Carried, Message, PROTOCOL, TipEntry};
use ehr_core::light::{LightProof, TrustAnchor};
use ehr_core::merkle::mmr::HistoryLeaf;
use ehr_core::primitives::{AccountId, ChainId, Hash32, Salt16, Timestamp};
use ehr_core::record::{Descriptor, SectionKey, SectionKeys};
use ehr_core::state::testkit::{Consortium, TestLedger, every_kind};
use ehr_core::state::{PendingRotation, Registry};
use ehr_core::store::{LedgerRead, Table};
use ehr_core::tx::Payload;
use serde_bytes::ByteArray;
use std::collections::BTreeSet;
use std::path::Path;

/// Seeds a target keeps.
const MOST: usize = 10;

/// Byte strings of every kind there is.
pub fn pool(vectors: &Path) -> BTreeSet<Vec<u8>> {
    let mut pool = BTreeSet::new();
    ledger(&mut pool);
    let files = std::fs::read_dir(vectors).unwrap_or_else(|e| panic!("{}: {e}", vectors.display()));
    for file in files {
        let path = file.expect("a readable folder").path();
        let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let value = serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        hex_strings(&value, &mut pool);
    }
    for bytes in pool.clone() {
        light(&bytes, &mut pool);
    }
    device(&mut pool);
    for count in 1..4 {
        let keys = (0..count).map(|section| SectionKey { section, dek: Dek::from_bytes(&[7; 32]) }).collect();
        let keys = SectionKeys::new(keys).expect("sorted");
        pool.insert(keys.to_bytes().expect("within the limits").to_vec());
        let media_types = vec!["application/fhir+json".to_owned(); usize::from(count)];
        let descriptor = Descriptor { kind: "Observation".into(), kind_salt: Salt16([3; 16]), media_types };
        pool.insert(descriptor.to_bytes().expect("within the limits"));
    }
    for bundle in ehr_node::fhir::synthetic::generate(1, 1) {
        pool.insert(bundle);
    }
    pool
}

/// A device that joins, and what it shows.
fn device(pool: &mut BTreeSet<Vec<u8>>) {
    let (seed, public) = (ByteArray::new([1; 32]), SoftwareSigner::from_seed(&[1; 32]).public_key());
    let keys = serde_ipld_dagcbor::to_vec(&(public, Some(seed), ByteArray::new([2; 32]))).expect("encodes");
    let device = NewDevice::from_bytes(&keys, None).expect("keys of a device");
    let offer = device.offer(ChainId::ZERO, AccountId::ZERO).expect("the key is here");
    pool.insert(offer.to_bytes().expect("within the limits"));
    pool.insert(keys);
}

fn ledger(pool: &mut BTreeSet<Vec<u8>>) {
    let mut kit = Consortium::new(2);
    let mut ledger = TestLedger::ready(&mut kit);
    pool.insert(kit.genesis.to_bytes().expect("within the limits"));
    pool.insert(kit.genesis.params.to_bytes().expect("within the limits"));
    pool.insert(Registry::default().to_bytes().expect("within the limits"));
    for tx in every_kind(&mut kit) {
        pool.insert(tx.bytes().to_vec());
        pool.insert(tx.body_bytes().to_vec());
        if let Payload::KeyRotate { rotate } = &tx.body().payload {
            let pending = PendingRotation { rotate: rotate.clone(), ready_at: Timestamp(5) };
            pool.insert(pending.to_bytes().expect("within the limits"));
        }
        let block = ledger.make(&[&tx]).expect("a valid transaction");
        pool.insert(block.bytes().to_vec());
        pool.insert(block.header().to_bytes().expect("within the limits"));
        for message in messages(&block) {
            pool.insert(message.to_bytes().expect("within the limits"));
        }
        let done = ledger.commit(&block).expect("a valid block");
        pool.extend(done.receipts.iter().map(|receipt| receipt.to_bytes().expect("within the limits")));
        for table in [Table::State, Table::Undo, Table::TxIndex, Table::Receipts] {
            let rows = ledger.store.range(table, &[], &[], usize::MAX).expect("memory");
            pool.extend(rows.into_iter().map(|(_, value)| value));
        }
    }
}

/// What peers would say of a block.
fn messages(block: &Block<Checked>) -> Vec<Message> {
    let (header, id) = (Carried::from(block.header()), block.id());
    let mut all = vec![
        Message::Hello {
            protocol: PROTOCOL,
            chain_id: block.header().chain_id,
            tip: id,
            height: block.header().height,
            weight: Weight::ZERO,
        },
        Message::GetHeaders { locator: vec![id, block.header().prev] },
        Message::Headers { headers: vec![header.clone()] },
        Message::GetBlocks { ids: vec![id] },
        Message::Block { bytes: Carried(block.bytes().to_vec()) },
        Message::NotFound { ids: vec![id] },
        Message::Announce { header },
    ];
    all.extend(block.txs().iter().map(|tx| Message::Tx { bytes: Carried(tx.bytes().to_vec()) }));
    all
}

/// The parts of a light proof, and what a node or client keeps of its header.
fn light(bytes: &[u8], pool: &mut BTreeSet<Vec<u8>>) {
    let Ok(proof) = LightProof::from_bytes(bytes) else { return };
    let header = proof.header.clone();
    let (id, height, time_ms) = (header.id(), header.height, header.time);
    let mut add = |bytes: Result<Vec<u8>, EncodeError>| pool.insert(bytes.expect("within the limits"));
    for fact in &proof.state {
        add(fact.to_bytes());
        add(fact.path.to_bytes());
        add(fact.path.siblings.to_bytes());
    }
    proof.txs.iter().chain(&proof.receipts).for_each(|fact| {
        add(fact.to_bytes());
    });
    proof.ancestor.iter().for_each(|ancestor| {
        add(ancestor.to_bytes());
    });
    add(TrustAnchor::genesis(&header.proof()).to_bytes());
    add(TipEntry { id, height }.to_bytes());
    add(HistoryLeaf { height, id, time_ms, total_work: Hash32::ZERO }.to_bytes());
    for status in [BlockStatus::Stored, BlockStatus::Connected, BlockStatus::Invalid] {
        add(BlockEntry { header: header.clone(), total: Weight::ZERO, status }.to_bytes());
    }
}

fn hex_strings(value: &serde_json::Value, pool: &mut BTreeSet<Vec<u8>>) {
    match value {
        serde_json::Value::String(text) => pool.extend(hex::decode(text).ok().filter(|b| b.len() > 1)),
        serde_json::Value::Array(items) => items.iter().for_each(|item| hex_strings(item, pool)),
        serde_json::Value::Object(fields) => fields.values().for_each(|field| hex_strings(field, pool)),
        _ => {}
    }
}

/// The corpus of a target: what its decoder accepts, one of each length and the shortest first, and two that it
/// refuses.
pub fn seeds(target: &Target, pool: &BTreeSet<Vec<u8>>) -> Vec<Vec<u8>> {
    match target.name {
        "fhir_bundle" => bundles(pool),
        "open_sealed" | "state_machine" | "engine_script" | "light_client" | "store_reopen" => {
            scripts(target.name)
        }
        _ => {
            let mut accepted: Vec<&Vec<u8>> = pool.iter().filter(|bytes| (target.accepts)(bytes)).collect();
            accepted.sort_by_key(|bytes| bytes.len());
            accepted.dedup_by_key(|bytes| bytes.len());
            let mut seeds: Vec<Vec<u8>> = accepted.into_iter().take(MOST).cloned().collect();
            if let Some(first) = seeds.first().cloned() {
                seeds.push(first[..first.len() - 1].to_vec());
                seeds.push([&first[..], &[0]].concat());
            }
            seeds
        }
    }
}

/// Bytes that follow from a name.
fn scripts(name: &str) -> Vec<Vec<u8>> {
    (0..MOST as u8)
        .map(|n| {
            let block = |part: u8| sha256(&[name.as_bytes(), &[n, part]].concat()).0;
            (0..=n / 2).flat_map(block).collect()
        })
        .collect()
}

fn bundles(pool: &BTreeSet<Vec<u8>>) -> Vec<Vec<u8>> {
    let whole = pool.iter().find(|bytes| bytes.starts_with(b"{")).expect("a synthetic bundle");
    let value: serde_json::Value = serde_json::from_slice(whole).expect("JSON");
    let entries = value["entry"].as_array().expect("entries");
    let some = |range: std::ops::Range<usize>| {
        let part: Vec<_> = entries.iter().take(1).chain(&entries[range]).collect();
        serde_json::json!({ "resourceType": "Bundle", "type": "collection", "entry": part })
            .to_string()
            .into_bytes()
    };
    let mut seeds: Vec<Vec<u8>> = (0..5).map(|n| some(1 + 2 * n..3 + 2 * n)).collect();
    seeds.extend([b"{}".to_vec(), b"[".to_vec(), br#"{"resourceType":"Bundle","entry":[{}]}"#.to_vec()]);
    seeds
}
