//! The three trees.

use super::{Fault, Read, Sheet, described, first, is_refused, recodes};
use ehr_ffi::EhrError;
use ehr_ffi::toolbox::{history::*, merkle::*, state_tree::*};
use serde_json::{Value, json};

pub(super) fn merkle(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    rfc6962(file.at("rfc6962")?, sheet)?;
    sparse(file.at("sparse")?, sheet)?;
    mmr(file.at("mmr")?, sheet)
}

/// Whether a check says what the vector says: accepted, or refused as a proof is refused.
fn verdict(one: &Value, computed: &Result<(), EhrError>) -> Result<bool, Fault> {
    Ok(if one.at("valid")?.bool()? { computed.is_ok() } else { is_refused(computed) })
}

fn is_good(one: &Value) -> Result<bool, Fault> {
    Ok(one.text("desc")? == "good")
}

fn rfc6962(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let leaves = file.at("leaves")?.hexes()?;
    for (n, root) in (0..).zip(file.at("roots_by_size")?.list()?) {
        sheet.case(&format!("rfc6962.roots_by_size[{n}]"), |case| {
            case.same("merkle_root", root.hex()?, merkle_root(first(&leaves, n)?));
            Ok(())
        });
    }
    for (i, one) in file.at("inclusion")?.list()?.iter().enumerate() {
        sheet.case(&format!("rfc6962.inclusion[{i}]"), |case| {
            let (index, size) = (one.number("index")?, one.number("size")?);
            let (leaf, path) = (one.bytes("leaf_hash")?, one.bytes("path")?);
            let computed =
                merkle_verify_inclusion(index, size, leaf.clone(), path.clone(), one.bytes("root")?);
            case.holds("merkle_verify_inclusion", verdict(one, &computed)?);
            if is_good(one)? {
                let tree = first(&leaves, size)?;
                case.same("merkle_prove_inclusion", path, merkle_prove_inclusion(tree, index)?);
                let bytes = leaves.get(usize::try_from(index)?).ok_or("no such leaf")?;
                case.same("merkle_leaf_hash", leaf, merkle_leaf_hash(bytes.clone()));
            }
            Ok(())
        });
    }
    for (i, one) in file.at("consistency")?.list()?.iter().enumerate() {
        sheet.case(&format!("rfc6962.consistency[{i}]"), |case| {
            let (old, size) = (one.number("old_size")?, one.number("size")?);
            let (old_root, path) = (one.bytes("old_root")?, one.bytes("path")?);
            let computed =
                merkle_verify_consistency(old, size, old_root.clone(), path.clone(), one.bytes("root")?);
            case.holds("merkle_verify_consistency", verdict(one, &computed)?);
            if is_good(one)? {
                let tree = first(&leaves, size)?;
                case.same("merkle_prove_consistency", path, merkle_prove_consistency(tree, old)?);
            }
            Ok(())
        });
    }
    Ok(())
}

fn sparse(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let entry = |one: &Value| Ok(TreeEntry { key: one.bytes("key")?, value: one.bytes("value")? });
    let entries: Vec<TreeEntry> =
        file.at("entries")?.list()?.iter().map(entry).collect::<Result<_, Fault>>()?;
    let roots = file.at("roots_after_each_entry")?.hexes()?;
    for (n, root) in (0..).zip(&roots) {
        sheet.case(&format!("sparse.roots_after_each_entry[{n}]"), |case| {
            case.same("state_root", root, &state_root(first(&entries, n)?)?);
            Ok(())
        });
    }
    let root = roots.last().ok_or("no root")?;
    for (i, one) in file.at("proofs")?.list()?.iter().enumerate() {
        sheet.case(&format!("sparse.proofs[{i}]"), |case| {
            let (key, proof) = (one.bytes("key")?, one.bytes("proof")?);
            let value = match one.at("value")? {
                Value::Null => None,
                value => Some(value.hex()?),
            };
            case.holds(
                "state_verify",
                verdict(one, &state_verify(root.clone(), key.clone(), value, proof.clone()))?,
            );
            if is_good(one)? {
                case.same("state_prove", proof, state_prove(&entries, key.clone())?);
            }
            Ok(())
        });
    }
    Ok(())
}

fn mmr(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let leaves = file.at("leaves")?.list()?;
    for (i, one) in leaves.iter().enumerate() {
        sheet.case(&format!("mmr.leaves[{i}]"), |case| {
            let bytes = one.bytes("bytes")?;
            recodes(case, "history leaf", &bytes)?;
            let fields = json!([one.at("height")?, one.at("id")?, one.at("time_ms")?, one.at("total_work")?]);
            case.same("describe", fields, described("history leaf", &bytes)?);
            case.same("merkle_leaf_hash", one.bytes("hash")?, merkle_leaf_hash(bytes.clone()));
            Ok(())
        });
    }
    let hashes: Vec<Vec<u8>> = leaves.iter().map(|one| one.bytes("hash")).collect::<Result<_, _>>()?;
    for (n, root) in (0..).zip(file.at("roots_by_leaf_count")?.list()?) {
        sheet.case(&format!("mmr.roots_by_leaf_count[{n}]"), |case| {
            case.same("history_root", root.hex()?, history_root(first(&hashes, n)?)?);
            Ok(())
        });
    }
    for (i, one) in file.at("proofs")?.list()?.iter().enumerate() {
        sheet.case(&format!("mmr.proofs[{i}]"), |case| {
            let (count, index) = (one.number("leaf_count")?, one.number("leaf_index")?);
            let (leaf, path) = (one.bytes("leaf_hash")?, one.bytes("path")?);
            let computed = history_verify(count, index, leaf.clone(), path.clone(), one.bytes("root")?);
            case.holds("history_verify", verdict(one, &computed)?);
            if is_good(one)? {
                case.same("history_prove", path, history_prove(first(&hashes, count)?, index)?);
            }
            Ok(())
        });
    }
    Ok(())
}
