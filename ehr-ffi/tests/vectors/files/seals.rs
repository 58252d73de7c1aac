//! Sealed bodies, keys and records.

use super::{Fault, Read, Sheet, recodes};
use ehr_core::primitives::VersionNo;
use ehr_core::record::Place;
use ehr_ffi::EhrError;
use ehr_ffi::toolbox::{hashing::*, merkle::*, records::*, sealing, sealing::*, secrets::*};
use serde_json::Value;

fn place(file: &Value) -> Result<Place, Fault> {
    let place = file.at("place")?;
    Ok(Place {
        chain: place.id("chain")?,
        account: place.id("account")?,
        record: place.id("record")?,
        version: VersionNo(place.number("version")?),
    })
}

pub(super) fn seal(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let (key, salt, context) = (file.bytes("key")?, file.bytes("salt")?, file.bytes("context")?);
    sheet.case("context", |case| {
        let computed = section_context(place(file)?, file.number("section")?, file.bytes("plain_root")?)?;
        case.same("section_context", &context, &computed);
        Ok(())
    });
    for (i, one) in file.at("cases")?.list()?.iter().enumerate() {
        sheet.case(&format!("cases[{i}]"), |case| {
            let len: u64 = one.number("len")?;
            let plain: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
            let sealed = sealing::seal(key.clone(), context.clone(), salt.clone(), plain.clone())?;
            case.same("length", one.number("sealed_len")?, sealed.len() as u64);
            case.same("sealed_len", one.number("sealed_len")?, sealed_len(len));
            case.same("sha256", one.bytes("sealed_sha256")?, sha256(sealed.clone()));
            if !one.at("sealed")?.is_null() {
                case.same("sealed", &one.bytes("sealed")?, &sealed);
            }
            case.same("open_sealed", plain, open_sealed(key.clone(), context.clone(), sealed.clone())?);
            Ok(())
        });
    }
    type Table = fn(u64) -> u64;
    let tables: [(&str, Table); 2] = [("padded_len", padded_len), ("size_class", |n| size_class(n).into())];
    for (name, table) in tables {
        for (i, pair) in file.at(name)?.list()?.iter().enumerate() {
            sheet.case(&format!("{name}[{i}]"), |case| {
                let [from, to] = pair.list()?.as_slice() else { return Err("not a pair".into()) };
                case.same(name, to.int()?, table(from.int()?));
                Ok(())
            });
        }
    }
    Ok(())
}

pub(super) fn keys(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    sheet.case("generation", |case| {
        let one = file.at("generation")?;
        let keys = generation_keys(one.bytes("seed")?)?;
        case.same("local", one.bytes("local")?, keys.local);
        case.same("x25519_secret", one.bytes("x25519_secret")?, keys.x25519_secret);
        case.same("x25519", one.bytes("x25519")?, keys.x25519);
        Ok(())
    });
    let recovery = file.at("recovery")?;
    sheet.case("recovery", |case| {
        let keys = recovery_keys(recovery.bytes("seed")?)?;
        case.same("ed25519_seed", recovery.bytes("ed25519_seed")?, keys.ed25519_seed);
        case.same("x25519_secret", recovery.bytes("x25519_secret")?, keys.x25519_secret);
        case.same("x25519", recovery.bytes("x25519")?, keys.x25519);
        Ok(())
    });
    let keyring = file.at("keyring")?;
    let restored = |secret: &[u8]| {
        let (sealed, published) = (keyring.bytes("sealed")?, keyring.bytes("published")?);
        let all = restore_keyring(sealed, keyring.id("account")?, secret.to_vec(), published)?;
        Ok::<_, Fault>(all.into_iter().map(|g| (g.local, g.x25519)).collect::<Vec<_>>())
    };
    let generations = || {
        let pair = |one: &Value| Ok((one.bytes("local")?, one.bytes("x25519")?));
        keyring.at("generations")?.list()?.iter().map(pair).collect::<Result<Vec<_>, Fault>>()
    };
    sheet.case("keyring with the device", |case| {
        recodes(case, "sealed keyring", &keyring.bytes("sealed")?)?;
        let device = device_keys(keyring.bytes("device")?)?;
        case.same("restore_keyring", generations()?, restored(&device.x25519_secret)?);
        Ok(())
    });
    sheet.case("keyring with the recovery seed", |case| {
        let keys = recovery_keys(recovery.bytes("seed")?)?;
        case.same("restore_keyring", generations()?, restored(&keys.x25519_secret)?);
        Ok(())
    });
    sheet.case("key_file", |case| {
        let one = file.at("key_file")?;
        let (bytes, passphrase) = (one.bytes("file")?, one.text("passphrase")?);
        recodes(case, "key file", &bytes)?;
        case.same("open_key_file", one.bytes("content")?, open_key_file(bytes.clone(), &passphrase)?);
        let other = open_key_file(bytes.clone(), &format!("{passphrase}x"));
        case.holds("another passphrase", matches!(other, Err(EhrError::CannotOpen { .. })));
        Ok(())
    });
    Ok(())
}

pub(super) fn record(file: &Value, sheet: &mut Sheet) -> Result<(), Fault> {
    let place = place(file)?;
    let (keys, manifest) = (file.bytes("keys")?, file.bytes("manifest")?);
    sheet.case("wrap_body", |case| {
        let wrap = file.bytes("wrap_body")?;
        recodes(case, "wrap body", &wrap)?;
        recodes(case, "section keys", &keys)?;
        case.same(
            "unwrap",
            &keys,
            &unwrap_section_keys(place, wrap.clone(), file.bytes("recipient_secret")?)?,
        );
        Ok(())
    });
    let bodies: Vec<Vec<u8>> =
        file.at("bodies")?.list()?.iter().map(|one| one.bytes("sealed")).collect::<Result<_, _>>()?;
    for (i, one) in file.at("bodies")?.list()?.iter().enumerate() {
        sheet.case(&format!("bodies[{i}]"), |case| {
            case.same("content_id", one.id("id")?, content_id("raw", one.bytes("sealed")?)?);
            Ok(())
        });
    }
    sheet.case("manifest", |case| {
        recodes(case, "manifest", &manifest)?;
        case.same("content_id", file.id("manifest_id")?, content_id("dag-cbor", manifest.clone())?);
        Ok(())
    });
    sheet.case("kind", |case| {
        let committed = [file.bytes("kind_salt")?, file.text("kind")?.into_bytes()].concat();
        case.same("kind_commit", file.bytes("kind_commit")?, tagged_hash("Commitment", committed.clone())?);
        Ok(())
    });
    let promise = VersionPromise {
        kind_commit: file.bytes("kind_commit")?,
        plain_root: file.bytes("plain_root")?,
        manifest_id: file.id("manifest_id")?,
        size_class: file.number("size_class")?,
    };
    sheet.case("version", |case| {
        let opened = open_version(place, &promise, manifest.clone(), keys.clone(), &bodies)?;
        case.same("kind", file.text("kind")?, opened.kind);
        case.same("kind_salt", file.bytes("kind_salt")?, opened.kind_salt);
        let media_types = file.at("media_types")?.list()?.iter().map(|one| Ok(one.str()?.to_owned()));
        case.same("media_types", media_types.collect::<Result<Vec<_>, Fault>>()?, opened.media_types);
        case.same("sections", file.at("sections")?.hexes()?, opened.sections);
        case.same("leaves", file.at("leaves")?.hexes()?, opened.leaves);
        let root = merkle_root_of_hashes(&file.at("leaves")?.hexes()?)?;
        case.same("plain_root", &promise.plain_root, &root);
        Ok(())
    });
    sheet.case("version at another place", |case| {
        let elsewhere = Place { version: place.version.plus(1), ..place };
        let computed = open_version(elsewhere, &promise, manifest.clone(), keys.clone(), &bodies);
        case.holds("open_version", matches!(computed, Err(EhrError::CannotOpen { .. })));
        Ok(())
    });
    Ok(())
}
