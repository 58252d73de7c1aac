//! One transaction.

use super::error::{ShowError, parse};
use super::fields::Fields;
use super::ledger::{Ledger, get};
use super::payload::payload;
use crate::ui::{Screen, utc};
use ehr_core::block::Receipt;
use ehr_core::primitives::TxId;
use ehr_core::store::Table;
use ehr_core::tx::SignatureEntry;
use ehr_core::validate::TxPlace;
use serde_json::{Value, json};
use std::fmt::Display;

/// Envelope, payload, signatures and receipt.
pub(super) fn tx(ledger: &Ledger, id: &str, screen: &Screen) -> Result<Value, ShowError> {
    let id: TxId = parse("transaction", id)?;
    let unknown = || ShowError::Unknown { what: "transaction", id: id.to_string() };
    let place: TxPlace = get(&ledger.store, Table::TxIndex, id.as_ref())?.ok_or_else(unknown)?;
    let found = ledger.block(place.height)?;
    let index = usize::try_from(place.index).unwrap_or(usize::MAX);
    let tx = found.txs.get(index).filter(|tx| tx.id() == id).ok_or_else(unknown)?;
    let body = tx.body();
    let envelope = Fields::default()
        .with("id", id)
        .with("kind", body.payload.name())
        .with("block", place.block)
        .with("height", place.height)
        .with("index", place.index)
        .with("time", found.entry.header.time)
        .with("bytes", tx.bytes().len())
        .with("version", body.version)
        .with("chain_id", body.chain_id)
        .with("shard", body.shard)
        .with("fee_payer", body.fee_payer)
        .with("nonce", body.nonce)
        .with("fee", body.fee)
        .with("valid_from", body.valid_from)
        .with("valid_until", body.valid_until);
    envelope.print(&format!("Transaction of {}", utc(found.entry.header.time.0)), screen);
    let payload = payload(&body.payload);
    payload.print(body.payload.name(), screen);
    let signatures: Vec<Value> = tx.signatures().iter().map(signature).collect();
    let rows: Vec<Vec<String>> = tx
        .signatures()
        .iter()
        .map(|entry| vec![entry.account.to_string(), entry.key.0.to_string(), short(&entry.signature)])
        .collect();
    screen.table("Signatures", &["account", "key", "signature"], &rows);
    let receipt = ledger.receipts(&found.id)?.get(index).map(receipt_fields);
    if let Some(receipt) = &receipt {
        receipt.print("Receipt", screen);
    }
    Ok(json!({
        "envelope": envelope.into_value(),
        "payload": payload.into_value(),
        "signatures": signatures,
        "receipt": receipt.map(Fields::into_value),
    }))
}

fn signature(entry: &SignatureEntry) -> Value {
    json!({ "account": entry.account, "key": entry.key.0, "signature": entry.signature })
}

fn receipt_fields(receipt: &Receipt) -> Fields {
    let events: Vec<Value> =
        receipt.events.iter().map(|event| json!({ "what": event.code, "about": event.about })).collect();
    Fields::default().with("created", receipt.created).with("fee", receipt.fee).with("events", events)
}

/// The first digits of an id, for tables.
pub(super) fn short(id: &impl Display) -> String {
    id.to_string().chars().take(8).collect()
}
