//! `ehr verify` and `ehr show` on ledgers that were changed, and on ids.

mod cli;

use cli::{arg, ehr, files, kept, problems, rewrite};
use ehr_core::codec::Wire as _;
use ehr_core::engine::{block_at, block_entry};
use ehr_core::primitives::{Height, RecordId, VersionNo};
use ehr_core::state::{Entry as _, GrantEntry, GrantStatus, Version, VersionId};
use ehr_core::store::{LedgerRead as _, Table};
use serde_json::Value;
use std::fs;

#[test]
fn a_foreign_body_under_a_block_is_named() {
    let (_dir, kept, _) = kept();
    let dir = rewrite(&kept, |store, changes| {
        let id = |height| block_at(store, Height(height)).unwrap().unwrap();
        let other = store.get(Table::Bodies, id(5).as_ref()).unwrap().unwrap();
        changes.put(Table::Bodies, id(4).as_ref(), other);
    });
    let found = problems(&dir);
    assert_eq!(found[0]["height"], 4);
    assert_eq!(found.len(), 1, "later blocks are fine by themselves: {found:?}");
}

#[test]
fn a_header_with_other_contents_or_weight_is_named() {
    let (_dir, kept, _) = kept();
    let dir = rewrite(&kept, |store, changes| {
        let id = |height| block_at(store, Height(height)).unwrap().unwrap();
        let mut entry = block_entry(store, &id(2)).unwrap().unwrap();
        entry.total = entry.total.checked_add(entry.total).unwrap();
        changes.put(Table::Headers, id(2).as_ref(), entry.to_bytes().unwrap());
        let mut entry = block_entry(store, &id(6)).unwrap().unwrap();
        entry.header.time.0 += 1;
        changes.put(Table::Headers, id(6).as_ref(), entry.to_bytes().unwrap());
    });
    let found = problems(&dir);
    assert_eq!((&found[0]["height"], &found[1]["height"]), (&Value::from(2), &Value::from(6)), "{found:?}");
    assert!(found[0]["what"].as_str().unwrap().contains("weight"));
}

#[test]
fn a_grant_brought_back_to_life_in_the_state_is_named() {
    let (_dir, kept, _) = kept();
    let dir = rewrite(&kept, |store, changes| {
        let state = store.range(Table::State, &[], &[], usize::MAX).unwrap();
        let revoked = state.iter().find_map(|(key, value)| {
            let mut grant = GrantEntry::from_bytes(value).ok()?;
            matches!(grant.status, GrantStatus::Revoked { .. }).then(|| {
                grant.status = GrantStatus::Active {};
                (key.clone(), grant)
            })
        });
        let (key, grant) = revoked.unwrap();
        assert_eq!(key.len(), GrantEntry::key(&ehr_core::primitives::GrantId::ZERO).as_ref().len());
        changes.put(Table::State, &key, grant.to_bytes().unwrap());
    });
    let found = problems(&dir);
    assert_eq!(found.len(), 1, "{found:?}");
    let what = found[0]["what"].as_str().unwrap();
    assert!(
        what.starts_with("the state entry of grant ") && what.ends_with("is not what the blocks give"),
        "{what}"
    );
}

#[test]
fn a_version_taken_out_of_the_state_and_one_that_nobody_wrote_are_named() {
    let (_dir, kept, told) = kept();
    let mut taken = Vec::new();
    let dir = rewrite(&kept, |store, changes| {
        let state = store.range(Table::State, &[], &[], usize::MAX).unwrap();
        let (key, version) = state.into_iter().find(|(_, value)| Version::from_bytes(value).is_ok()).unwrap();
        changes.delete(Table::State, &key);
        changes.put(Table::State, &[0x55; 32], version);
        taken = key;
    });
    let found = problems(&dir);
    let says = |text: &str| found.iter().any(|problem| problem["what"].as_str().unwrap().contains(text));
    assert!(says("is missing") && says("follows from no block"), "{found:?}");
    let named = found.iter().find(|problem| problem["record"].is_string()).unwrap();
    let record: RecordId = named["record"].as_str().unwrap().parse().unwrap();
    let number = VersionNo(u32::try_from(named["version"].as_u64().unwrap()).unwrap());
    assert_eq!(Version::key(&VersionId::new(record, number)).as_ref(), taken);
    assert_eq!(told["success"], true);
}

#[test]
fn receipts_and_index_of_a_block_are_checked() {
    let (_dir, kept, _) = kept();
    let dir = rewrite(&kept, |store, changes| {
        let id = |height| block_at(store, Height(height)).unwrap().unwrap();
        let other = store.get(Table::Receipts, id(3).as_ref()).unwrap().unwrap();
        changes.put(Table::Receipts, id(4).as_ref(), other);
        let (tx, place) = store.range(Table::TxIndex, &[], &[], 1).unwrap().remove(0);
        changes.put(Table::TxIndex, &tx, [&place[..place.len() - 1], &[0x17]].concat());
    });
    let found = problems(&dir);
    let says = |text: &str| found.iter().any(|problem| problem["what"].as_str().unwrap().contains(text));
    assert!(says("receipts") && says("index of transactions"), "{found:?}");
}

#[test]
fn a_missing_body_is_missed_where_it_belongs_and_damage_is_found_anywhere() {
    let (_dir, kept, _) = kept();
    let bodies = |name: &str| -> Vec<_> {
        files(&kept.join(name).join("blobs")).into_iter().map(|(path, _)| path).collect()
    };
    let at_b = bodies("hospital-b");
    let both = bodies("hospital-a")
        .into_iter()
        .find(|a| at_b.iter().any(|b| b.file_name() == a.file_name()))
        .unwrap();
    let at_b = at_b.iter().find(|b| b.file_name() == both.file_name()).unwrap();
    fs::remove_file(at_b).unwrap();
    ehr(&["verify", arg(&kept.join("hospital-b"))]).expect(0);
    fs::write(at_b, "damaged").unwrap();
    let found = problems(&kept.join("hospital-b"));
    assert!(found[0]["what"].as_str().unwrap().contains("damaged"), "{found:?}");
    assert!(found[0]["record"].is_string());
    fs::remove_file(&both).unwrap();
    let found = problems(&kept.join("hospital-a"));
    assert!(found[0]["what"].as_str().unwrap().contains("missing"), "{found:?}");
}

#[test]
fn many_problems_are_told_up_to_a_limit() {
    let (_dir, kept, _) = kept();
    let dir = kept.join("hospital-a");
    fs::remove_dir_all(dir.join("blobs")).unwrap();
    let report = ehr(&["verify", arg(&dir), "--json"]).expect(1).json();
    assert_eq!(report["ledgers"][0]["problems"].as_array().unwrap().len(), 20);
    assert!(report["ledgers"][0]["more_problems"].as_u64().unwrap() > 20);
    assert!(!dir.join("blobs").exists(), "not even a folder is created");
}

#[test]
fn unknown_and_malformed_ids_are_told_apart() {
    let (_dir, kept, _) = kept();
    let zeros = "0".repeat(64);
    let malformed = "not an id: ids have 64 hex digits; --json prints them in full";
    for (what, id, says) in [
        ("block", "9999", "the chain ends at"),
        ("block", zeros.as_str(), "no block 0000"),
        ("block", "-3", malformed),
        ("tx", zeros.as_str(), "no transaction 0000"),
        ("tx", "xyz", malformed),
        ("tx", "46237d31", malformed),
        ("record", zeros.as_str(), "no record 0000"),
        ("record", "", malformed),
    ] {
        let ran = ehr(&["show", arg(&kept), what, "--", id]).expect(1);
        assert!(ran.err.contains(says), "{what} {id}: {}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

#[test]
fn a_record_shows_who_saw_it() {
    let (_dir, kept, _) = kept();
    let block = ehr(&["show", arg(&kept), "block", "4", "--json"]).expect(0).json();
    let record = block["txs"][0]["created"].as_str().unwrap();
    let shown = ehr(&["show", arg(&kept), "record", record, "--json"]).expect(0).json();
    assert_eq!(shown["versions"].as_array().unwrap().len(), 2, "the amended record: {shown}");
    assert_eq!(shown["grants"].as_array().unwrap().len(), 1);
    assert!(shown["grants"][0]["revoked"].is_u64());
    assert_eq!(shown["releases"].as_array().unwrap().len(), 1);
    assert_eq!(shown["releases"][0]["purpose"][0], "TREAT");
    // The same for people, and upper case is understood.
    let text = ehr(&["show", arg(&kept), "record", &record.to_uppercase()]).expect(0).out;
    assert!(text.contains("Who saw it") && text.contains("revoked in block"), "{text}");
}
