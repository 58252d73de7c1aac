//! Genesis, state entries and the header above them.

use super::{Fault, Read, Sheet, described, recodes};
use ehr_ffi::toolbox::{
    chain::*, hashing::*, headers::*, merkle::*, stake::validator_set_facts, state_tree,
    state_tree::TreeEntry, transactions::decode_transaction, wire::*,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Positions of fields in a header (`docs/spec/header.md`).
const RECEIPTS_ROOT: usize = 8;
const STATE_ROOT: usize = 9;
const PARAMS_HASH: usize = 13;
/// First namespace of the entries of stake.
const STAKE: u8 = 13;

pub(super) fn state(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    sheet.case("genesis", |case| {
        let (genesis, block) = (file.bytes("genesis")?, file.bytes("genesis_block")?);
        recodes(case, "genesis specification", &genesis)?;
        recodes(case, "block", &block)?;
        let facts = genesis_facts(genesis.clone())?;
        case.same("chain_id", file.id("chain_id")?, facts.chain_id);
        case.same("block", &block, &facts.block);
        case.same("tagged_hash", file.bytes("chain_id")?, tagged_hash("Genesis", genesis.clone())?);
        Ok(())
    });
    let kinds = keys(file, sheet, |namespace| namespace < STAKE)?;
    sheet.case("tip", |case| {
        let tip = file.bytes("tip")?;
        recodes(case, "header", &tip)?;
        case.same("id", file.id("tip_id")?, header_digests(tip.clone())?.id);
        let fields = described("header", &tip)?;
        case.same("state_root", Some(file.at("state_root")?), fields.get(STATE_ROOT));
        let receipt = file.bytes("tip_receipt")?;
        recodes(case, "receipt", &receipt)?;
        let receipts_root = json!(hex::encode(merkle_root(&[receipt])));
        case.same("receipts_root", Some(&receipts_root), fields.get(RECEIPTS_ROOT));
        Ok(())
    });
    let entries = entries(file)?;
    sheet.case("state_root", |case| {
        case.same("state_root", file.bytes("state_root")?, state_tree::state_root(&entries)?);
        Ok(())
    });
    recode_entries(&entries, &kinds, sheet);
    Ok(())
}

/// The entries of a chain of stake, its genesis, its sets and its transactions.
pub(super) fn stake(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    sheet.case("genesis", |case| {
        let (genesis, header) = (file.bytes("genesis")?, file.bytes("genesis_header")?);
        recodes(case, "genesis specification", &genesis)?;
        recodes(case, "header", &header)?;
        case.same("chain_id", file.id("chain_id")?, genesis_facts(genesis)?.chain_id);
        let fields = described("header", &header)?;
        case.same("params_hash", Some(file.at("params_hash")?), fields.get(PARAMS_HASH));
        Ok(())
    });
    keys(file, sheet, |namespace| namespace >= STAKE)?;
    for name in ["last", "current", "next"] {
        sheet.case(&format!("sets.{name}"), |case| {
            let one = file.at("sets")?.at(name)?;
            let bytes = one.bytes("bytes")?;
            recodes(case, "validator set", &bytes)?;
            case.same("hash", one.bytes("hash")?, validator_set_facts(bytes)?.hash);
            Ok(())
        });
    }
    for (i, one) in file.at("transactions")?.list()?.iter().enumerate() {
        sheet.case(&format!("transactions[{i}]"), |case| {
            let (bytes, body) = (one.bytes("bytes")?, one.bytes("body")?);
            recodes(case, "signed transaction", &bytes)?;
            recodes(case, "transaction body", &body)?;
            let decoded = decode_transaction(bytes)?;
            case.same("id", one.id("txid")?, decoded.id);
            case.same("kind", one.number("kind")?, decoded.kind);
            case.same("name", one.text("name")?, decoded.name);
            case.same("body", &body, &decoded.body);
            Ok(())
        });
    }
    let all: Vec<WireKind> = wire_kinds().into_iter().filter(|kind| kind.namespace.is_some()).collect();
    recode_entries(&entries(file)?, &all, sheet);
    Ok(())
}

/// Names of entries: the kinds with these namespaces, which are all of them.
fn keys(file: &Value, sheet: &mut Sheet, mine: impl Fn(u8) -> bool) -> Result<Vec<WireKind>, Fault> {
    let kinds: Vec<WireKind> =
        wire_kinds().into_iter().filter(|kind| kind.namespace.is_some_and(&mine)).collect();
    sheet.case("kinds of entries", |case| {
        let named = file.at("keys")?.list()?.iter().map(|one| one.text("entry"));
        let named = named.collect::<Result<BTreeSet<_>, _>>()?;
        case.same("wire_kinds", named, kinds.iter().map(|kind| kind.name.clone()).collect());
        Ok(())
    });
    for (i, one) in file.at("keys")?.list()?.iter().enumerate() {
        sheet.case(&format!("keys[{i}]"), |case| {
            let (name, namespace) = (one.text("entry")?, one.number("namespace")?);
            let kind = kinds.iter().find(|kind| kind.name == name).ok_or("no such kind")?;
            case.same("namespace", Some(namespace), kind.namespace);
            case.same("state_key", one.bytes("key")?, state_key(namespace, one.bytes("id")?));
            Ok(())
        });
    }
    Ok(kinds)
}

fn entries(file: &Value) -> Result<Vec<TreeEntry>, Fault> {
    let entry = |one: &Value| Ok(TreeEntry { key: one.bytes("key")?, value: one.bytes("value")? });
    file.at("entries")?.list()?.iter().map(entry).collect()
}

fn recode_entries(entries: &[TreeEntry], kinds: &[WireKind], sheet: &mut Sheet) {
    for (i, entry) in entries.iter().enumerate() {
        sheet.case(&format!("entries[{i}]"), |case| {
            let is = |kind: &WireKind| {
                recode(&kind.name, entry.value.clone()).is_ok_and(|again| again == entry.value)
            };
            case.holds("recode", kinds.iter().any(is));
            Ok(())
        });
    }
}
