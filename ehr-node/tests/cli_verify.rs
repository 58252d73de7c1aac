//! `ehr verify` and `ehr show` on ledgers that are sound, changed, held open, or none at all.

mod cli;

use cli::{arg, ehr, files, kept};
use ehr_core::codec::Wire as _;
use ehr_core::engine::{block_at, block_entry};
use ehr_core::primitives::{AccountId, Height};
use ehr_core::state::{Entry as _, GrantEntry, GrantStatus, Institution};
use ehr_core::store::{ChangeSet, LedgerRead as _, LedgerStore as _, Table};
use ehr_store_disk::{DiskLayout, RedbStore};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

fn problems(dir: &Path) -> Vec<Value> {
    let report = ehr(&["verify", arg(dir), "--json"]).expect(1).json();
    assert_eq!(report["sound"], false);
    report["ledgers"][0]["problems"].as_array().unwrap().clone()
}

/// Changes hospital A's ledger through its own store, so that only the ledger's own hashes can tell.
fn rewrite(kept: &Path, change: impl FnOnce(&RedbStore, &mut ChangeSet)) -> std::path::PathBuf {
    let dir = kept.join("hospital-a");
    let (mut store, _) = DiskLayout::new(&dir).open().unwrap();
    let mut changes = ChangeSet::new();
    change(&store, &mut changes);
    assert!(!changes.is_empty());
    store.commit(&changes).unwrap();
    dir
}

#[test]
fn verifying_and_showing_change_nothing_and_work_on_read_only_files() {
    let (_dir, kept, _) = kept();
    let before = files(&kept);
    let report = ehr(&["verify", arg(&kept), "--json"]).expect(0).json();
    assert_eq!((report["sound"].as_bool(), report["ledgers"].as_array().unwrap().len()), (Some(true), 2));
    for part in ["hospital-a", "hospital-b"] {
        ehr(&["verify", arg(&kept.join(part))]).expect(0);
        ehr(&["show", arg(&kept.join(part))]).expect(0);
    }
    assert!(files(&kept) == before);
    // A copy without the lock file, as from a backup.
    fs::remove_file(kept.join("hospital-a/lock")).unwrap();
    ehr(&["verify", arg(&kept.join("hospital-a"))]).expect(0);
    assert!(!kept.join("hospital-a/lock").exists());
}

#[test]
fn a_ledger_that_is_open_elsewhere_is_refused_with_a_reason() {
    let (_dir, kept, _) = kept();
    let dir = kept.join("hospital-a");
    let opened = DiskLayout::new(&dir).open().unwrap();
    let (verified, shown) = (ehr(&["verify", arg(&dir)]).expect(1), ehr(&["show", arg(&dir)]).expect(1));
    for says in [verified.out, shown.err] {
        let line = says.lines().find(|line| line.contains("open in another process")).expect(&says);
        assert_eq!(line.matches(arg(&dir)).count(), 1, "{line}");
    }
    drop(opened);
    // Readers do not keep each other out.
    let reading = DiskLayout::new(&dir).open_read_only().unwrap();
    ehr(&["verify", arg(&dir)]).expect(0);
    assert!(DiskLayout::new(&dir).open().is_err(), "nobody writes while somebody reads");
    drop(reading);
}

#[test]
fn a_ledger_whose_process_was_killed_is_verified_without_repairing_it() {
    let (dir, kept, _) = kept();
    let killed = dir.path().join("killed");
    let opened = DiskLayout::new(kept.join("hospital-a")).open().unwrap();
    cli::copy_folder(&kept.join("hospital-a"), &killed);
    drop(opened);
    let before = files(&killed);
    assert!(before != files(&kept.join("hospital-a")), "closing writes, so the copy is of an open ledger");
    ehr(&["verify", arg(&killed)]).expect(0);
    assert!(files(&killed) == before);
}

#[test]
fn the_chain_and_its_tip_are_told_and_whether_there_is_more_than_one_chain() {
    let (_dir, kept, _) = kept();
    let report = ehr(&["verify", arg(&kept), "--json"]).expect(0).json();
    let text = ehr(&["verify", arg(&kept)]).expect(0).out;
    for ledger in report["ledgers"].as_array().unwrap() {
        let told = |name: &str| ledger[name].as_str().unwrap();
        let line = text.lines().find(|line| line.contains(told("ledger"))).unwrap();
        let (chain, height, tip) = (told("chain"), &ledger["height"], told("tip"));
        assert!(line.ends_with(&format!("chain {chain}, height {height}, tip {tip}")), "{line}");
    }
    assert!(!text.contains("different chains"), "{text}");
    let (dir, other) = (TempDir::new().unwrap(), kept.join("other"));
    let at = dir.path().join("kept");
    ehr(&["demo", "--patients", "1", "--seed", "2", "--keep", arg(&at)]).expect(0);
    fs::rename(at.join("hospital-b"), other).unwrap();
    let text = ehr(&["verify", arg(&kept)]).expect(0).out;
    assert!(text.contains("2 different chains"), "{text}");
}

#[test]
fn a_ledger_that_does_not_open_hides_nothing_about_the_others() {
    let (_dir, kept, _) = kept();
    let damage = || {
        let body = files(&kept.join("hospital-b/blobs")).pop().unwrap().0;
        fs::write(body, "damaged").unwrap();
    };
    let opened = DiskLayout::new(kept.join("hospital-a")).open().unwrap();
    let check = || ehr(&["verify", arg(&kept), "--json"]).expect(1).json();
    let report = check();
    let problems = |report: &Value, which: usize| report["ledgers"][which]["problems"].clone();
    assert_eq!(report["sound"], false);
    assert!(problems(&report, 0)[0]["what"].as_str().unwrap().contains("open in another process"));
    assert_eq!(problems(&report, 1), serde_json::json!([]), "the other one is sound");
    damage();
    let report = check();
    assert!(problems(&report, 1)[0]["what"].as_str().unwrap().contains("damaged"), "{report}");
    let text = ehr(&["verify", arg(&kept)]).expect(1).out;
    assert!(text.contains("not checked") && text.contains("damaged"), "{text}");
    drop(opened);
}

#[test]
fn a_ledger_whose_file_is_empty_or_missing_is_named_once() {
    let (_dir, kept, _) = kept();
    let (dir, file) = (kept.join("hospital-a"), kept.join("hospital-a/ledger.redb"));
    let named_once = || {
        let (verified, shown) = (ehr(&["verify", arg(&dir)]).expect(1), ehr(&["show", arg(&dir)]).expect(1));
        for says in [verified.out.lines().find(|line| line.contains("WRONG")).unwrap(), shown.err.trim()] {
            assert_eq!(says.matches(arg(&dir)).count(), 1, "{says}");
        }
    };
    fs::write(&file, "").unwrap();
    named_once();
    fs::write(&file, "no redb file").unwrap();
    named_once();
    fs::remove_file(&file).unwrap();
    named_once();
}

#[test]
fn a_destroyed_ledger_is_missed_whatever_is_left_of_it() {
    let (_dir, kept, _) = kept();
    let dir = kept.join("hospital-a");
    fs::remove_file(dir.join("ledger.redb")).unwrap();
    let all = ["blobs", "lock", "node.json"];
    for left in all {
        let folder = kept.with_file_name(format!("only-{left}"));
        cli::copy_folder(&kept, &folder);
        for part in all.iter().filter(|part| **part != left) {
            let part = folder.join("hospital-a").join(part);
            if part.is_dir() { fs::remove_dir_all(part).unwrap() } else { fs::remove_file(part).unwrap() }
        }
        for dir in [folder.clone(), folder.join("hospital-a")] {
            let found = problems(&dir);
            let what = found[0]["what"].as_str().unwrap();
            assert!(what.contains("ledger.redb") && what.contains("No such file"), "{left}: {what}");
        }
    }
    // Negative control: a folder with no part of a ledger is none, nor is a file.
    fs::remove_dir_all(&dir).unwrap();
    fs::create_dir(&dir).unwrap();
    fs::write(dir.join("notes"), "text").unwrap();
    fs::write(kept.join("notes"), "text").unwrap();
    let report = ehr(&["verify", arg(&kept), "--json"]).expect(0).json();
    assert_eq!(report["ledgers"].as_array().unwrap().len(), 1);
}

/// A folder nobody can look into, whoever runs the tests: a link to itself.
#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_looked_into_is_not_passed_over() {
    let (_dir, kept, _) = kept();
    let looped = kept.join("a-loop");
    std::os::unix::fs::symlink(&looped, &looped).unwrap();
    let found = problems(&kept);
    assert!(found[0]["what"].as_str().unwrap().contains("a-loop"), "{found:?}");
}

#[test]
fn what_is_no_ledger_is_said_to_be_none() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("file");
    fs::write(&file, "text").unwrap();
    for (path, says) in [
        (dir.path().to_owned(), "not a ledger folder"),
        (dir.path().join("absent"), "No such file"),
        (file, "Not a directory"),
    ] {
        for command in ["verify", "show"] {
            let ran = ehr(&[command, arg(&path)]).expect(1);
            assert!(ran.err.contains(says) && ran.err.contains(arg(&path)), "{}", ran.err);
        }
    }
    for content in [&b""[..], b"no redb file", &[0; 5000]] {
        fs::write(dir.path().join("ledger.redb"), content).unwrap();
        let ran = ehr(&["verify", arg(dir.path())]).expect(1);
        assert!(!format!("{}{}", ran.out, ran.err).trim().is_empty());
        assert_eq!(fs::read(dir.path().join("ledger.redb")).unwrap(), content, "left as it was");
    }
}

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
    let dir = rewrite(&kept, |store, changes| {
        let state = store.range(Table::State, &[], &[], usize::MAX).unwrap();
        let version =
            state.iter().find(|(_, value)| ehr_core::state::Version::from_bytes(value).is_ok()).unwrap();
        changes.delete(Table::State, &version.0);
        changes.put(Table::State, &[0x55; 32], version.1.clone());
    });
    let found = problems(&dir);
    let says = |text: &str| found.iter().any(|problem| problem["what"].as_str().unwrap().contains(text));
    assert!(says("is missing") && says("follows from no block"), "{found:?}");
    let named = found.iter().find(|problem| problem["record"].is_string()).unwrap();
    assert_eq!(named["version"], 0);
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
fn whose_bodies_are_expected_is_told_and_must_be_an_institution_of_the_chain() {
    let (_dir, kept, _) = kept();
    let dir = kept.join("hospital-b");
    let file = dir.join("node.json");
    let verify = |code| ehr(&["verify", arg(&dir), "--json"]).expect(code).json()["ledgers"][0].clone();
    let text = || ehr(&["verify", arg(&dir)]).out;
    let noted: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let sound = verify(0);
    assert_eq!(sound["operator"], noted["operator"]);
    assert!(sound["bodies_elsewhere"].as_u64().unwrap() > 0, "B lacks bodies of A's: {sound}");
    assert!(text().contains(&format!("kept by {}", noted["operator"].as_str().unwrap())));
    // Without the file, or with one that names nobody who could keep a ledger, nothing may be absent.
    fs::remove_file(&file).unwrap();
    let missing = verify(1);
    assert_eq!((&missing["operator"], &missing["bodies_elsewhere"]), (&Value::Null, &Value::from(0)));
    assert!(missing["problems"][0]["what"].as_str().unwrap().ends_with("is missing"), "{missing}");
    assert!(text().contains("node.json is missing or wrong: every body is expected"), "{}", text());
    for (named, says) in [("0".repeat(64).as_str(), "no admitted institution"), ("xyz", "node.json")] {
        fs::write(&file, serde_json::json!({ "operator": named }).to_string()).unwrap();
        let wrong = verify(1);
        assert!(wrong["problems"][0]["what"].as_str().unwrap().contains(says), "{wrong}");
        assert_eq!((&wrong["operator"], &wrong["bodies_elsewhere"]), (&Value::Null, &Value::from(0)));
    }
    // Not even if every body is taken away.
    fs::write(&file, serde_json::json!({ "operator": "1".repeat(64) }).to_string()).unwrap();
    fs::remove_dir_all(dir.join("blobs")).unwrap();
    assert!(verify(1)["more_problems"].as_u64().unwrap() > 20);
}

/// Naming it in the stored state as well does not help.
#[test]
fn an_institution_that_is_only_in_the_stored_state_makes_nothing_sound() {
    let (_dir, kept, _) = kept();
    let forged = AccountId([9; 32]);
    let dir = rewrite(&kept, |store, changes| {
        let state = store.range(Table::State, &[], &[], usize::MAX).unwrap();
        let real = state.iter().find(|(_, value)| Institution::from_bytes(value).is_ok()).unwrap();
        changes.put(Table::State, Institution::key(&forged).as_ref(), real.1.clone());
    });
    fs::write(dir.join("node.json"), serde_json::json!({ "operator": forged }).to_string()).unwrap();
    fs::remove_dir_all(dir.join("blobs")).unwrap();
    let found = problems(&dir);
    assert!(found[0]["what"].as_str().unwrap().contains("follows from no block"), "{found:?}");
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
