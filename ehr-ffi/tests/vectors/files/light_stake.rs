//! The light client under stake, forks and checkpoints.

use super::{Fault, Read, Sheet, described, recodes};
use ehr_core::primitives::{AccountId, BlockId, Timestamp};
use ehr_ffi::toolbox::{checkpoints::*, headers::header_digests, light_stake::*, signing::verify_signature};
use serde_json::Value;

fn ids<T: std::str::FromStr<Err: std::error::Error + 'static>>(list: &Value) -> Result<Vec<T>, Fault> {
    list.list()?.iter().map(|one| Ok(one.str()?.parse()?)).collect()
}

pub(super) fn light_stake(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let anchor = file.at("anchor")?.bytes("bytes")?;
    let (trusting, now) = (file.number("trusting_ms")?, Timestamp(file.number("now")?));
    sheet.case("anchor", |case| {
        let one = file.at("anchor")?;
        let (header, next) = (one.bytes("header")?, one.bytes("next")?);
        recodes(case, "stake anchor", &anchor)?;
        case.same("stake_anchor", &anchor, &stake_anchor(header.clone(), next)?);
        case.same("id", one.id("id")?, header_digests(header.clone())?.id);
        case.same("height", one.at("height")?, described("header", &header)?.get(3).ok_or("no height")?);
        Ok(())
    });
    for (i, one) in file.at("steps")?.list()?.iter().enumerate() {
        sheet.case(&format!("steps[{i}]"), |case| {
            let block = one.bytes("block")?;
            recodes(case, "light block", &block)?;
            let step = light_step(anchor.clone(), trusting, Timestamp(one.number("now")?), block);
            match one.at("verdict")?.str()? {
                "trusted" => case.same("anchor", Some(one.bytes("anchor")?), step?.anchor),
                "bisect" => case.same("need", Some(one.number("need")?), step?.need.map(|h| h.0)),
                "expired" | "refused" => case.refused("light_step", &step),
                _ => return Err("no such verdict".into()),
            }
            Ok(())
        });
    }
    proofs(file, sheet, &anchor, trusting, now)?;
    for (i, one) in file.at("forks")?.list()?.iter().enumerate() {
        sheet.case(&format!("forks[{i}]"), |case| {
            let proof = one.bytes("proof")?;
            recodes(case, "fork proof", &proof)?;
            let facts = verify_fork_proof(anchor.clone(), proof)?;
            case.same("height", one.number("height")?, facts.height.0);
            case.same("blocks", ids::<BlockId>(one.at("blocks")?)?, facts.blocks);
            case.same("offenders", ids::<AccountId>(one.at("offenders")?)?, facts.offenders);
            let signed = one.at("signed")?.list()?.iter().map(ids).collect::<Result<Vec<_>, _>>()?;
            case.same("signed", signed, facts.signed);
            case.same("evidence", one.at("evidence")?.hexes()?, facts.evidence);
            Ok(())
        });
    }
    for (i, one) in file.at("forks_refused")?.list()?.iter().enumerate() {
        sheet.case(&format!("forks_refused[{i}]"), |case| {
            case.refused("verify_fork_proof", &verify_fork_proof(anchor.clone(), one.hex()?));
            Ok(())
        });
    }
    checkpoints(file, sheet)
}

fn proofs(
    file: &Value,
    sheet: &mut Sheet,
    anchor: &[u8],
    trusting: u64,
    now: Timestamp,
) -> Result<(), Fault> {
    for (i, one) in file.at("proofs")?.list()?.iter().enumerate() {
        sheet.case(&format!("proofs[{i}]"), |case| {
            let proof = one.bytes("proof")?;
            recodes(case, "stake proof", &proof)?;
            let at = Timestamp(one.number("now")?);
            let proven = verify_stake_proof(one.bytes("from")?, trusting, at, proof)?;
            case.same("as_of", one.id("as_of")?, proven.facts.as_of);
            case.same("height", one.number("height")?, proven.facts.height.0);
            let keys: Vec<Vec<u8>> = proven.facts.state.iter().map(|e| e.key.clone()).collect();
            case.same("keys", one.at("keys")?.hexes()?, keys);
            let values: Vec<Value> =
                proven.facts.state.iter().map(|e| e.value.as_ref().map(hex::encode).into()).collect();
            case.same("values", one.at("values")?.list()?, &values);
            case.same("anchor", one.bytes("anchor")?, proven.anchor);
            Ok(())
        });
    }
    for (i, one) in file.at("proofs_refused")?.list()?.iter().enumerate() {
        sheet.case(&format!("proofs_refused[{i}]"), |case| {
            let refused = verify_stake_proof(anchor.to_vec(), trusting, now, one.hex()?);
            case.refused("verify_stake_proof", &refused);
            Ok(())
        });
    }
    Ok(())
}

fn checkpoints(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let one = file.at("checkpoint")?;
    let cosigners = one.bytes("cosigners")?;
    sheet.case("checkpoint", |case| {
        let (bytes, message) = (one.bytes("bytes")?, one.bytes("message")?);
        recodes(case, "checkpoint", &bytes)?;
        case.same("checkpoint_of", &bytes, &checkpoint_of(one.bytes("header")?, one.bytes("weight")?)?);
        case.same("checkpoint_message", &message, &checkpoint_message(bytes.clone())?);
        let signed = one.bytes("signed")?;
        recodes(case, "signed checkpoint", &signed)?;
        let described_signed = described("signed checkpoint", &signed)?;
        case.same("signed", Some(one.at("signature")?), described_signed.get(2));
        Ok(verify_signature("Checkpoint", one.bytes("key")?, message, one.bytes("signature")?)?)
    });
    sheet.case("checkpoint.cosigned", |case| {
        let cosigned = one.bytes("cosigned")?;
        recodes(case, "cosigned checkpoint", &cosigned)?;
        recodes(case, "cosigners", &cosigners)?;
        case.same("need", Some(one.at("need")?), described("cosigners", &cosigners)?.get(0));
        let described_cosigned = described("cosigned checkpoint", &cosigned)?;
        let by = described_cosigned.get(1).ok_or("no cosignatures")?.list()?.iter();
        let by: Vec<&Value> = by.filter_map(|cosignature| cosignature.get(0)).collect();
        case.same("cosigned_by", one.at("cosigned_by")?.list()?.iter().collect(), by.clone());
        case.same(
            "verify_cosigned",
            u32::try_from(by.len())?,
            verify_cosigned(cosigners.clone(), cosigned.clone())?,
        );
        let anchor = cosigned_anchor(cosigners.clone(), cosigned, one.bytes("header")?, one.bytes("next")?)?;
        case.same("cosigned_anchor", one.bytes("anchor")?, anchor);
        Ok(())
    });
    for (i, bad) in one.at("refused")?.list()?.iter().enumerate() {
        sheet.case(&format!("checkpoint.refused[{i}]"), |case| {
            case.refused("verify_cosigned", &verify_cosigned(cosigners.clone(), bad.hex()?));
            Ok(())
        });
    }
    for (i, one) in file.at("split_views")?.list()?.iter().enumerate() {
        sheet.case(&format!("split_views[{i}]"), |case| {
            let bytes = one.bytes("bytes")?;
            recodes(case, "split view", &bytes)?;
            case.same("institution", one.id("institution")?, verify_split_view(cosigners.clone(), bytes)?);
            Ok(())
        });
    }
    for (i, one) in file.at("split_views_refused")?.list()?.iter().enumerate() {
        sheet.case(&format!("split_views_refused[{i}]"), |case| {
            case.refused("verify_split_view", &verify_split_view(cosigners.clone(), one.hex()?));
            Ok(())
        });
    }
    Ok(())
}
