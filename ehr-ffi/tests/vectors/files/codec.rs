//! Bytes of values, transactions and messages.

use super::{Fault, Read, Sheet, described, recodes};
use ehr_ffi::EhrError;
use ehr_ffi::toolbox::{hashing::*, transactions::*, wire::*};
use serde_json::{Value, json};

const SPECIMEN: &str = "specimen";

pub(super) fn codec(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    sheet.case("limits", |case| {
        let kind = wire_kinds().into_iter().find(|kind| kind.name == SPECIMEN).ok_or("no specimen")?;
        case.same("max_bytes", file.number("max_bytes")?, kind.max_bytes);
        case.same("max_depth", file.number("max_depth")?, kind.max_depth);
        for good in file.at("good")?.list()? {
            let fields = described(SPECIMEN, &good.bytes("hex")?)?.list()?.len();
            case.same("fields", file.at("fields")?.list()?.len(), fields);
        }
        Ok(())
    });
    for (i, good) in file.at("good")?.list()?.iter().enumerate() {
        sheet.case(&format!("good[{i}]"), |case| {
            let bytes = good.bytes("hex")?;
            recodes(case, SPECIMEN, &bytes)?;
            case.same("decode_fault", None, decode_fault(SPECIMEN, bytes.clone())?);
            case.same("describe", good.at("value")?, &described(SPECIMEN, &bytes)?);
            Ok(())
        });
    }
    for (i, bad) in file.at("bad")?.list()?.iter().enumerate() {
        sheet.case(&format!("bad[{i}]"), |case| {
            let bytes = bad.bytes("hex")?;
            case.holds("recode", matches!(recode(SPECIMEN, bytes.clone()), Err(EhrError::Malformed { .. })));
            let fault = decode_fault(SPECIMEN, bytes.clone())?.ok_or("no fault")?;
            let mut computed = json!({ "kind": fault.kind });
            let numbers = [
                ("offset", fault.offset.map(Value::from)),
                ("limit", fault.limit.map(Value::from)),
                ("got", fault.got.map(Value::from)),
                ("extra", fault.extra.map(Value::from)),
                ("form", fault.form.map(Value::from)),
            ];
            for (key, value) in numbers {
                value.into_iter().for_each(|value| computed[key] = value);
            }
            case.same("decode_fault", bad.at("error")?, &computed);
            Ok(())
        });
    }
    Ok(())
}

pub(super) fn messages(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, good) in file.at("good")?.list()?.iter().enumerate() {
        sheet.case(&format!("good[{i}]"), |case| {
            let bytes = good.bytes("bytes")?;
            recodes(case, "message", &bytes)?;
            let kind = message_kind(bytes.clone())?;
            case.same("code", good.number("code")?, kind.code);
            case.same("name", good.text("name")?, kind.name);
            Ok(())
        });
    }
    for (i, bad) in file.at("bad")?.list()?.iter().enumerate() {
        sheet.case(&format!("bad[{i}]"), |case| {
            let computed = recode("message", bad.bytes("bytes")?);
            case.holds("recode", matches!(computed, Err(EhrError::Malformed { .. })));
            Ok(())
        });
    }
    Ok(())
}

pub(super) fn transactions(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, tx) in file.at("transactions")?.list()?.iter().enumerate() {
        sheet.case(&format!("transactions[{i}]"), |case| {
            let (bytes, body) = (tx.bytes("bytes")?, tx.bytes("body")?);
            recodes(case, "signed transaction", &bytes)?;
            recodes(case, "transaction body", &body)?;
            let decoded = decode_transaction(bytes.clone())?;
            case.same("id", tx.id("txid")?, decoded.id);
            case.same("kind", tx.number("kind")?, decoded.kind);
            case.same("name", tx.text("name")?, decoded.name);
            case.same("body", &body, &decoded.body);
            let signatures: Vec<Value> = decoded
                .signatures
                .iter()
                .map(
                    |s| json!({ "account": s.account, "key": s.key, "signature": hex::encode(&s.signature) }),
                )
                .collect();
            case.same("signatures", tx.at("signatures")?.list()?, &signatures);
            case.same("tagged_hash", tx.bytes("txid")?, tagged_hash("TxId", body.clone())?);
            Ok(())
        });
    }
    Ok(())
}
