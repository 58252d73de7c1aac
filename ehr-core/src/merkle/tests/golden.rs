//! Golden vectors of the three trees: roots, and proofs to accept and to refuse (`vectors/merkle.json`).

use super::history;
use super::naive::sha;
use super::state::{Changes, apply};
use crate::codec::Wire;
use crate::merkle::mmr::{self, HistoryLeaf};
use crate::merkle::rfc6962::{Tree, leaf_hash, verify_consistency, verify_inclusion};
use crate::merkle::sparse::{self, SparseProof};
use crate::merkle::{HashPath, ProofError};
use crate::primitives::{BlockId, Hash32, Height, Timestamp};
use crate::store::MemoryStore;
use serde_json::{Value, json};

#[path = "../../../tests/golden/mod.rs"]
mod file;

#[test]
fn the_trees_have_their_golden_bytes() {
    file::check("merkle", &json!({ "rfc6962": rfc6962(), "sparse": sparse(), "mmr": mmr() }));
}

fn wire<T: Wire>(value: &T) -> Vec<u8> {
    value.to_bytes().unwrap()
}

/// Wire forms of a proof to try: as it is, and changed in ways that must be refused.
fn variants(good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut bit_flipped = good.to_vec();
    *bit_flipped.last_mut().unwrap() ^= 1;
    let truncated = good[..good.len() - 1].to_vec();
    let trailing = [good, &[0]].concat();
    vec![
        ("good", good.to_vec()),
        ("bit flipped", bit_flipped),
        ("truncated", truncated),
        ("trailing", trailing),
    ]
}

fn outcome(result: Result<(), ProofError>) -> bool {
    result.is_ok()
}

fn rfc6962() -> Value {
    let leaves: Vec<Vec<u8>> = (0..13u8).map(|i| vec![i; usize::from(i)]).collect();
    let tree = Tree::from_leaves(&leaves);
    let roots: Vec<_> = (0..=13).map(|n| tree.root_at(n).unwrap()).collect();
    let (mut inclusion, mut consistency) = (Vec::new(), Vec::new());
    for (index, size) in [(0u64, 1u64), (0, 13), (5, 8), (6, 7), (12, 13)] {
        let leaf = leaf_hash(&leaves[index as usize]);
        let root = roots[size as usize];
        let good = wire(&tree.prove_inclusion(index, size).unwrap());
        let mut case = |desc: &str, index: u64, size: u64, path: &[u8]| {
            let verified = HashPath::from_bytes(path)
                .is_ok_and(|p| outcome(verify_inclusion(index, size, &leaf, p.as_slice(), &root)));
            assert_eq!(verified, desc == "good", "{desc}");
            inclusion.push(json!({ "desc": desc, "index": index, "size": size, "leaf_hash": leaf,
                "path": hex::encode(path), "root": root, "valid": verified }));
        };
        for (desc, path) in variants(&good) {
            case(desc, index, size, &path);
        }
        case("other index", index ^ 1, size, &good);
        case("index past the end", size, size, &good);
    }
    for (old, size) in [(1u64, 2u64), (6, 13), (8, 13), (13, 13)] {
        let (old_root, root) = (roots[old as usize], roots[size as usize]);
        let good = wire(&tree.prove_consistency(old, size).unwrap());
        let mut case = |desc: &str, old: u64, path: &[u8]| {
            let verified = HashPath::from_bytes(path)
                .is_ok_and(|p| outcome(verify_consistency(old, size, &old_root, p.as_slice(), &root)));
            assert_eq!(verified, desc == "good", "{desc}");
            consistency.push(json!({ "desc": desc, "old_size": old, "size": size, "old_root": old_root,
                "path": hex::encode(path), "root": root, "valid": verified }));
        };
        for (desc, path) in variants(&good) {
            case(desc, old, &path);
        }
        case("old size zero", 0, &good);
        case("old size past the end", size + 1, &good);
    }
    let leaves: Vec<_> = leaves.iter().map(hex::encode).collect();
    json!({ "leaves": leaves, "roots_by_size": roots, "inclusion": inclusion, "consistency": consistency })
}

fn sparse() -> Value {
    let mut store = MemoryStore::default();
    let mut entries = Vec::new();
    let mut roots = vec![sparse::root(&store).unwrap()];
    // Two keys that part in their last bit only, then hashed ones.
    let last_bit = [Hash32([0; 32]), Hash32(std::array::from_fn(|i| u8::from(i == 31)))];
    let keys: Vec<Hash32> =
        last_bit.into_iter().chain((0..38u32).map(|i| sha(&[&i.to_be_bytes()]))).collect();
    for (i, key) in (0u8..).zip(&keys) {
        let value = vec![i; usize::from(i % 4)];
        let change: Changes = [(*key, Some(value.clone()))].into();
        roots.push(apply(&mut store, &change));
        entries.push(json!({ "key": key, "value": hex::encode(value) }));
    }
    let root = *roots.last().unwrap();
    let mut proofs = Vec::new();
    let mut case = |desc: &str, key: &Hash32, value: Option<&[u8]>, proof: &[u8]| {
        let verified = SparseProof::from_bytes(proof).is_ok_and(|p| outcome(p.verify(&root, key, value)));
        assert_eq!(verified, desc == "good", "{desc} {key}");
        proofs.push(json!({ "desc": desc, "key": key, "value": value.map(hex::encode),
            "proof": hex::encode(proof), "valid": verified }));
    };
    let absent =
        [Hash32([0xff; 32]), sha(&[b"absent"]), Hash32(std::array::from_fn(|i| 2 * u8::from(i == 31)))];
    let mut kinds = (0, 0);
    for (key, value) in [(keys[1], Some(&[1u8][..])), (keys[4], Some(&[])), (keys[7], Some(&[7, 7, 7]))]
        .into_iter()
        .chain(absent.into_iter().map(|k| (k, None)))
    {
        let proof = sparse::prove(&store, &key).unwrap();
        kinds = (kinds.0 + usize::from(proof.other.is_some()), kinds.1 + 1);
        let good = wire(&proof);
        for (desc, bytes) in variants(&good) {
            case(desc, &key, value, &bytes);
        }
        case("other value", &key, Some(b"other"), &good);
        case("other kind", &key, value.map_or(Some(&[][..]), |_| None), &good);
        case("other key", &keys[20], value, &good);
    }
    assert_eq!(kinds, (2, 6), "both kinds of absence are covered");
    json!({ "entries": entries, "roots_after_each_entry": roots, "proofs": proofs })
}

fn mmr() -> Value {
    let mut store = MemoryStore::default();
    let mut roots = vec![mmr::root(&store, 0).unwrap()];
    let (mut leaves, mut hashes) = (Vec::new(), Vec::new());
    for n in 0..13u64 {
        let leaf = HistoryLeaf {
            height: Height(n),
            id: BlockId(sha(&[b"block", &n.to_be_bytes()]).0),
            time_ms: Timestamp(1_700_000_000_000 + 15_000 * n),
            total_work: Hash32(std::array::from_fn(|i| if i == 30 { n as u8 + 1 } else { 0 })),
        };
        let hash = leaf.hash().unwrap();
        roots.push(history::append(&mut store, n, &hash));
        leaves.push(
            json!({ "height": n, "id": leaf.id, "time_ms": leaf.time_ms, "total_work": leaf.total_work,
            "bytes": hex::encode(wire(&leaf)), "hash": hash }),
        );
        hashes.push(hash);
    }
    let mut proofs = Vec::new();
    for (index, count) in [(0u64, 1u64), (0, 13), (9, 13), (12, 13), (3, 7), (7, 8)] {
        let (leaf, root) = (hashes[index as usize], roots[count as usize]);
        let good = wire(&mmr::prove(&store, count, index).unwrap().unwrap());
        let mut case = |desc: &str, index: u64, count: u64, path: &[u8]| {
            let verified = HashPath::from_bytes(path)
                .is_ok_and(|p| outcome(mmr::verify(count, index, &leaf, p.as_slice(), &root)));
            assert_eq!(verified, desc == "good", "{desc}");
            proofs.push(json!({ "desc": desc, "leaf_index": index, "leaf_count": count, "leaf_hash": leaf,
                "path": hex::encode(path), "root": root, "valid": verified }));
        };
        for (desc, path) in variants(&good) {
            case(desc, index, count, &path);
        }
        case("other index", index ^ 1, count, &good);
        case("other leaf count", index, count + 1, &good);
        case("index past the end", count, count, &good);
    }
    json!({ "leaves": leaves, "roots_by_leaf_count": roots, "proofs": proofs })
}
