//! Proofs for light clients.

use super::{Fault, Read, Sheet, recodes};
use ehr_ffi::toolbox::{hashing::*, light::*};
use serde_json::{Value, json};

pub(super) fn light(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, one) in file.at("proofs")?.list()?.iter().enumerate() {
        sheet.case(&format!("proofs[{i}]"), |case| {
            let proof = one.bytes("proof")?;
            recodes(case, "light proof", &proof)?;
            let facts = verify_light_proof(proof.clone(), one.id("trusted")?)?;
            case.same("as_of", one.id("as_of")?, facts.as_of);
            case.same("height", one.number("height")?, facts.height.0);
            let entry = |e: &ProvenEntry| {
                json!({
                    "namespace": e.namespace, "id": hex::encode(&e.id), "key": hex::encode(&e.key),
                    "value": e.value.as_ref().map(hex::encode),
                })
            };
            let state: Vec<Value> = facts.state.iter().map(entry).collect();
            case.same("state", one.at("state")?.list()?, &state);
            case.holds(
                "state_key",
                facts.state.iter().all(|e| state_key(e.namespace, e.id.clone()) == e.key),
            );
            let hashes =
                |leaves: &[Vec<u8>]| leaves.iter().map(|leaf| sha256(leaf.clone())).collect::<Vec<_>>();
            case.same("txs", one.at("txs")?.hexes()?, hashes(&facts.transactions));
            case.same("receipts", one.at("receipts")?.hexes()?, hashes(&facts.receipts));
            Ok(())
        });
    }
    let refused = file.at("refused")?;
    for (i, proof) in refused.at("proofs")?.list()?.iter().enumerate() {
        sheet.case(&format!("refused.proofs[{i}]"), |case| {
            case.refused("verify_light_proof", &verify_light_proof(proof.hex()?, refused.id("trusted")?));
            Ok(())
        });
    }
    Ok(())
}
