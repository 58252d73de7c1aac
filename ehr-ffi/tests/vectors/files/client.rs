//! Account keys and drafts.

use super::{Fault, Read, Sheet, described};
use ehr_core::primitives::{AccountId, ContentId};
use ehr_ffi::EhrError;
use ehr_ffi::toolbox::client::*;
use serde_json::{Value, json};

/// Position of the chain id in a transaction body (`docs/spec/transactions.md`).
const CHAIN: usize = 1;

pub(super) fn client(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, one) in file.at("account_keys")?.list()?.iter().enumerate() {
        sheet.case(&format!("account_keys[{i}]"), |case| {
            let (bytes, signing_key) = (one.bytes("bytes")?, one.bytes("signing_key")?);
            let foreign = one.at("foreign_signer")?.bool()?.then(|| signing_key.clone());
            let keys = decode_account_keys(bytes.clone(), foreign)?;
            case.same("bytes", bytes, keys.bytes);
            case.same("account", one.id("account")?, keys.account);
            case.same("role", one.at("role")?.str()?, keys.role.name());
            case.same("signing_key", signing_key, keys.signing_key);
            case.same("device_key", one.bytes("device_key")?, keys.device_key);
            case.same("generation", one.number("generation")?, keys.generation);
            case.same("encryption_key", one.bytes("encryption_key")?, keys.encryption_key);
            case.same("backup_seed", one.at("backup_seed")?, &json!(keys.backup_seed.map(hex::encode)));
            Ok(())
        });
    }
    for (i, one) in file.at("account_keys_refused")?.list()?.iter().enumerate() {
        sheet.case(&format!("account_keys_refused[{i}]"), |case| {
            let computed = decode_account_keys(one.bytes("bytes")?, None);
            let refused = matches!(computed, Err(EhrError::Malformed { .. } | EhrError::NewerFormat { .. }));
            case.holds("decode_account_keys", refused);
            Ok(())
        });
    }
    let one = file.at("draft")?;
    sheet.case("draft", |case| {
        let bytes = one.bytes("bytes")?;
        let draft = decode_draft(bytes.clone())?;
        case.same("bytes", bytes, draft.bytes);
        case.same("id", one.id("id")?, draft.id);
        case.same("kind", one.text("kind")?, draft.kind);
        case.same("signed", ids::<AccountId>(one.at("signed")?)?, draft.signed);
        case.same("missing", Some(ids::<AccountId>(one.at("missing")?)?), draft.missing);
        case.same("bodies", ids::<ContentId>(one.at("bodies")?)?, draft.bodies);
        let fields = described("transaction body", &draft.body)?;
        case.same("chain", Some(one.at("chain")?), fields.get(CHAIN));
        Ok(())
    });
    sheet.case("draft opened by the patient", |case| {
        let opened = open_draft(one.bytes("bytes")?, one.bytes("patient_keys")?)?;
        case.same("sections", vec![one.bytes("section")?], opened.sections);
        Ok(())
    });
    Ok(())
}

fn ids<T: std::str::FromStr<Err: std::error::Error + 'static>>(list: &Value) -> Result<Vec<T>, Fault> {
    list.list()?.iter().map(|one| Ok(one.str()?.parse()?)).collect()
}
