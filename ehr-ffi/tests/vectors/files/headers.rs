//! Headers, targets and work.

use super::{Fault, Read, Sheet, recodes};
use ehr_core::primitives::{Height, Timestamp};
use ehr_ffi::EhrError;
use ehr_ffi::toolbox::{hashing::sha256, headers::*, work::*};
use serde_json::Value;

pub(super) fn header(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, one) in file.at("cases")?.list()?.iter().enumerate() {
        sheet.case(&format!("cases[{i}]"), |case| {
            let header = one.bytes("header")?;
            recodes(case, "header", &header)?;
            let digests = header_digests(header.clone())?;
            case.same("digest", one.bytes("digest")?, digests.digest);
            case.same("proof_header", &one.bytes("proof_header")?, &digests.proof_header);
            case.same("id", one.id("id")?, digests.id);
            case.same("sha256", one.bytes("id")?, sha256(digests.proof_header.clone()));
            // The template of a header sealed by work is its proof header without the nonce.
            let search = nonce_search(header.clone())?;
            case.same("nonce_search", one.text("name")? == "work", search.is_some());
            let template = search.map(|search| [search.first, search.tail].concat());
            let without_nonce = digests.proof_header.get(..104).ok_or("too short")?.to_vec();
            case.holds("first and tail", template.is_none_or(|template| template == without_nonce));
            Ok(())
        });
    }
    Ok(())
}

pub(super) fn pow(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    for (i, one) in file.at("targets")?.list()?.iter().enumerate() {
        sheet.case(&format!("targets[{i}]"), |case| {
            let bits = one.at("bits")?.bits()?;
            let numbers = expand_target(bits)?;
            case.same("target", one.bytes("target")?, numbers.target);
            case.same("work", one.bytes("work")?, numbers.work);
            // The target itself, as an id, meets it.
            case.holds("meets_target", meets_target(bits, one.id("target")?)?);
            Ok(())
        });
    }
    for (i, bits) in file.at("refused_bits")?.list()?.iter().enumerate() {
        sheet.case(&format!("refused_bits[{i}]"), |case| {
            let computed = expand_target(bits.bits()?);
            case.holds("expand_target", matches!(computed, Err(EhrError::Refused { .. })));
            Ok(())
        });
    }
    for (i, one) in file.at("leading_zero_nibbles")?.list()?.iter().enumerate() {
        sheet.case(&format!("leading_zero_nibbles[{i}]"), |case| {
            case.same("bits", one.at("bits")?.bits()?, leading_zeros_target(one.number("zeros")?)?);
            Ok(())
        });
    }
    let asert = file.at("asert")?;
    let rule = AsertRule {
        anchor: asert.at("anchor")?.bits()?,
        genesis_time: Timestamp(asert.number("genesis_time")?),
        spacing_ms: asert.number("spacing_ms")?,
        half_life_ms: asert.number("half_life_ms")?,
    };
    for (i, one) in asert.at("cases")?.list()?.iter().enumerate() {
        sheet.case(&format!("asert.cases[{i}]"), |case| {
            let computed = asert_target(
                &rule,
                Height(one.number("parent_height")?),
                Timestamp(one.number("parent_time")?),
            )?;
            case.same("bits", one.at("bits")?.bits()?, computed);
            Ok(())
        });
    }
    Ok(())
}
