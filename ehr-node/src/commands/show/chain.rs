//! The chain, and one block of it.

use super::error::{ShowError, parse};
use super::fields::Fields;
use super::ledger::{Found, Ledger};
use super::tx::short;
use crate::ui::{Screen, count, utc};
use ehr_core::block::Seal;
use ehr_core::engine::{block_at, block_entry};
use ehr_core::primitives::{BlockId, Height};
use serde_json::{Value, json};

/// Every block on a line.
pub(super) fn chain(ledger: &Ledger, screen: &Screen) -> Result<Value, ShowError> {
    let (mut rows, mut blocks) = (Vec::new(), Vec::new());
    for found in ledger.blocks() {
        let found = found?;
        let header = &found.entry.header;
        rows.push(vec![
            header.height.to_string(),
            found.id.to_string(),
            utc(header.time.0),
            found.txs.len().to_string(),
            count(u64::try_from(found.bytes).unwrap_or(u64::MAX)),
            found.entry.total.to_string(),
        ]);
        blocks.push(summary(&found).into_value());
    }
    let title = format!("Chain {}, {}", ledger.spec.chain_id(), ledger.spec.genesis().name);
    screen.table(&title, &["height", "block", "time", "txs", "bytes", "total work"], &rows);
    Ok(json!({ "chain": ledger.spec.chain_id(), "name": ledger.spec.genesis().name, "blocks": blocks }))
}

/// One block with its transactions.
pub(super) fn block(ledger: &Ledger, which: &str, screen: &Screen) -> Result<Value, ShowError> {
    let found = ledger.block(find(ledger, which)?)?;
    let header = &found.entry.header;
    let bits = match header.seal {
        Seal::Work { bits, nonce } => Fields::default().with("bits", bits).with("nonce", nonce),
        Seal::Stake { round } => Fields::default()
            .with("round", round)
            .with("validators_hash", header.validators_hash)
            .with("last_commit_hash", header.last_commit_hash),
    };
    let fields = summary(&found)
        .with("prev", header.prev)
        .with("tx_root", header.tx_root)
        .with("receipts_root", header.receipts_root)
        .with("state_root", header.state_root)
        .with("history_root", header.history_root)
        .with("params_hash", header.params_hash)
        .with("proposer", header.proposer)
        .with_fields("seal", bits);
    fields.print(&format!("Block {} of {}", header.height, utc(header.time.0)), screen);
    let receipts = ledger.receipts(&found.id)?;
    let (mut rows, mut txs) = (Vec::new(), Vec::new());
    for (index, tx) in found.txs.iter().enumerate() {
        let created = receipts.get(index).and_then(|receipt| receipt.created);
        let signers: Vec<String> = tx.signatures().iter().map(|entry| short(&entry.account)).collect();
        let kind = tx.body().payload.name();
        let made = created.map(|id| id.to_string()).unwrap_or_default();
        rows.push(vec![index.to_string(), tx.id().to_string(), kind.to_owned(), signers.join(" "), made]);
        txs.push(json!({ "id": tx.id(), "kind": kind, "created": created, "bytes": tx.bytes().len() }));
    }
    screen.table("Transactions", &["", "id", "kind", "signed by", "created"], &rows);
    let mut document = fields.into_value();
    if let Some(object) = document.as_object_mut() {
        object.insert("txs".to_owned(), txs.into());
    }
    Ok(document)
}

fn summary(found: &Found) -> Fields {
    let header = &found.entry.header;
    Fields::default()
        .with("height", header.height)
        .with("id", found.id)
        .with("time", header.time)
        .with("tx_count", found.txs.len())
        .with("bytes", found.bytes)
        .with("total_work", found.entry.total.to_string())
}

/// The height of a block on the best chain that is named by height or id.
fn find(ledger: &Ledger, which: &str) -> Result<Height, ShowError> {
    // 64 digits are an id even if all of them are decimal.
    if which.len() != 64
        && let Ok(height) = which.parse::<u64>()
    {
        let tip = ledger.tip.height;
        return if height > tip.0 { Err(ShowError::NoHeight { height, tip }) } else { Ok(Height(height)) };
    }
    let id: BlockId = parse("block", which)?;
    let unknown = || ShowError::Unknown { what: "block", id: id.to_string() };
    let height = block_entry(&ledger.store, &id)?.ok_or_else(unknown)?.header.height;
    if block_at(&ledger.store, height)? == Some(id) { Ok(height) } else { Err(unknown()) }
}
