//! Domains, signatures and wraps.

use super::{Fault, Read, Sheet, recodes};
use ehr_ffi::toolbox::{hashing::*, merkle::merkle_root, signing::*, wraps::*};
use serde_json::Value;

pub(super) fn domains(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let (seed, message) = (file.bytes("seed")?, file.bytes("message")?);
    let key = file.bytes("public_key")?;
    sheet.case("key", |case| {
        case.same("public_key", &key, &public_key(seed.clone())?);
        Ok(admit_key(key.clone())?)
    });
    let known = domains_of_this_build();
    sheet.case("number", |case| {
        case.same("number", file.at("domains")?.list()?.len(), known.len());
        Ok(())
    });
    for (i, domain) in file.at("domains")?.list()?.iter().enumerate() {
        sheet.case(&format!("domains[{i}]"), |case| {
            let name = domain.text("name")?;
            let tag = known.get(i).ok_or("no such domain")?;
            case.same("name", &name, &tag.name);
            case.same("tag", domain.bytes("tag")?, tag.tag.clone());
            case.same("hash", domain.bytes("hash")?, tagged_hash(&name, message.clone())?);
            let signature = domain.bytes("signature")?;
            case.same("signature", &signature, &sign(seed.clone(), &name, message.clone())?);
            Ok(verify_signature(&name, key.clone(), message.clone(), signature.clone())?)
        });
    }
    sheet.case("possession", |case| {
        let possession = file.at("possession")?;
        let (context, proof) = (possession.bytes("context")?, possession.bytes("proof")?);
        case.same("message", possession.bytes("message")?, possession_message(key.clone(), context.clone())?);
        case.same("proof", &proof, &possession_proof(seed.clone(), context.clone())?);
        Ok(verify_possession(key.clone(), context.clone(), proof.clone())?)
    });
    Ok(())
}

fn domains_of_this_build() -> Vec<DomainTag> {
    ehr_ffi::toolbox::hashing::domains()
}

pub(super) fn wrap(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let (seed, author_key) = (file.bytes("author_seed")?, file.bytes("author_key")?);
    let (secret, recipient_key) = (file.bytes("recipient_secret")?, file.bytes("recipient_key")?);
    let (author, recipient) = (file.id("author")?, file.id("recipient")?);
    sheet.case("keys", |case| {
        case.same("author_key", &author_key, &public_key(seed.clone())?);
        case.same("recipient_key", &recipient_key, &encryption_key(secret.clone())?);
        Ok(())
    });
    let (mut bodies, mut wraps) = (Vec::new(), Vec::new());
    for (i, one) in file.at("wraps")?.list()?.iter().enumerate() {
        let (body, wrap) = (one.bytes("body")?, one.bytes("wrap")?);
        sheet.case(&format!("wraps[{i}]"), |case| {
            recodes(case, "wrap body", &body)?;
            recodes(case, "wrap", &wrap)?;
            let shown = decode_wrap(body.clone())?;
            case.same("subject", one.at("subject")?.str()?, shown.subject.name());
            case.same("author", author, shown.author);
            case.same("recipient", recipient, shown.recipient);
            case.same("recipient_key", &recipient_key, &shown.recipient_key);
            let content = one.bytes("secret")?;
            case.same("open_wrap", &content, &open_wrap(body.clone(), secret.clone())?);
            case.same("sign_wrap", &wrap, &sign_wrap(body.clone(), seed.clone())?);
            verify_wrap(wrap.clone(), author_key.clone())?;
            // Sealed anew with other randomness: other bytes that open to the same.
            let anew = seal_wrap(
                author,
                recipient,
                recipient_key.clone(),
                shown.subject,
                content.clone(),
                [7; 32].to_vec(),
            )?;
            case.holds("seal_wrap", anew != body);
            case.same("seal_wrap and open_wrap", &content, &open_wrap(anew.clone(), secret.clone())?);
            Ok(())
        });
        bodies.push(body);
        wraps.push(wrap);
    }
    sheet.case("set", |case| {
        let set = file.bytes("set")?;
        recodes(case, "wrap set", &set)?;
        case.same("wrap_set", &set, &wrap_set(&bodies, seed.clone())?);
        case.same("set_id", file.id("set_id")?, content_id("dag-cbor", set.clone())?);
        case.same("wraps_root", file.bytes("wraps_root")?, wraps_root(set.clone())?);
        case.same("merkle_root", file.bytes("wraps_root")?, merkle_root(&wraps));
        Ok(())
    });
    Ok(())
}
