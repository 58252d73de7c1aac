//! RFC 6962: the roots and proofs of transparency-dev/merkle, those that must be refused included.

use super::ipld::files;
use super::tally::{Tally, hex_field, read_json};
use ehr_core::crypto::hash::sha256;
use ehr_core::merkle::rfc6962::{
    Tree, root, verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
use ehr_core::primitives::Hash32;
use serde_json::Value;
use std::path::Path;

/// The nine roots over the first 0 to 8 leaves, by streaming and by the tree kept whole.
pub(crate) fn roots(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    let list = |name: &str| -> Vec<Vec<u8>> {
        let items = file[name].as_array().expect("a list").iter();
        items.map(|item| hex_field(&serde_json::json!({ "hex": item }), "hex")).collect()
    };
    let leaves = list("leaf_inputs_hex");
    let tree = Tree::from_leaves(&leaves);
    for (size, want) in list("root_by_tree_size_hex").iter().enumerate() {
        let streamed = root(&leaves[..size]);
        let kept = tree.root_at(size as u64);
        tally.check(streamed.0[..] == want[..] && kept == Some(streamed), size, "another root");
    }
}

/// Inclusion proofs.
pub(crate) fn inclusion(path: &Path, tally: &mut Tally) {
    each(path, tally, |case| {
        let (leaf, proof, root) = (hash(&case["leafHash"])?, hashes(&case["proof"])?, hash(&case["root"])?);
        verify_inclusion(int(case, "leafIdx"), int(case, "treeSize"), &leaf, &proof, &root).ok()
    });
}

/// Consistency proofs.
pub(crate) fn consistency(path: &Path, tally: &mut Tally) {
    each(path, tally, |case| {
        let (old, proof, new) = (hash(&case["root1"])?, hashes(&case["proof"])?, hash(&case["root2"])?);
        verify_consistency(int(case, "size1"), int(case, "size2"), &old, &proof, &new).ok()
    });
}

/// Inclusion proofs in subtrees (Merkle Tree Certificates draft).
pub(crate) fn subtree_inclusion(path: &Path, tally: &mut Tally) {
    each(path, tally, |case| {
        let (leaf, proof, root) = (hash(&case["leafHash"])?, hashes(&case["proof"])?, hash(&case["root"])?);
        let range = (int(case, "start"), int(case, "end"));
        verify_subtree_inclusion(int(case, "leafIdx"), range, &leaf, &proof, &root).ok()
    });
}

/// Proofs that a subtree belongs to a tree (Merkle Tree Certificates draft).
pub(crate) fn subtree_consistency(path: &Path, tally: &mut Tally) {
    each(path, tally, |case| {
        let (part, proof, whole) = (hash(&case["root1"])?, hashes(&case["proof"])?, hash(&case["root2"])?);
        let range = (int(case, "start"), int(case, "end"));
        verify_subtree_consistency(range, int(case, "size"), &part, &proof, &whole).ok()
    });
}

/// Runs every case below a folder; `verify` returns `None` to refuse.
fn each(folder: &Path, tally: &mut Tally, verify: impl Fn(&Value) -> Option<()>) {
    for file in files(folder, "json") {
        let case = read_json(&file);
        let want_refusal = case["wantErr"].as_bool().expect("wantErr");
        let why = if want_refusal { "accepted" } else { "refused" };
        tally.check(verify(&case).is_none() == want_refusal, file.display(), why);
    }
}

fn int(case: &Value, field: &str) -> u64 {
    case[field].as_u64().unwrap_or_else(|| panic!("field {field} is not an integer"))
}

fn hashes(list: &Value) -> Option<Vec<Hash32>> {
    list.as_array().map_or(Some(Vec::new()), |items| items.iter().map(hash).collect())
}

/// A hash, or `None` if it has another length: our type refuses it. Some cases write a text beginning with "don't
/// care" for a hash of any value: its SHA-256 stands in for it.
fn hash(text: &Value) -> Option<Hash32> {
    let bytes = base64(text.as_str().expect("base64 text"));
    if bytes.starts_with(b"don't care") { Some(sha256(&bytes)) } else { Hash32::try_from(&bytes[..]).ok() }
}

/// Standard base64 with padding, as Go writes byte slices.
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text
        .trim_end_matches('=')
        .bytes()
        .map(|c| DIGITS.iter().position(|d| *d == c).unwrap_or_else(|| panic!("not base64: {text}")));
    let (mut out, mut bits, mut held) = (Vec::new(), 0usize, 0u32);
    for digit in digits {
        bits = bits << 6 | digit;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    out
}
