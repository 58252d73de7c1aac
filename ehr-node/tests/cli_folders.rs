//! `ehr verify` and `ehr show` on folders: which of them are ledgers, whether they open, and whose they are.

mod cli;

use cli::{arg, ehr, files, kept, problems, rewrite};
use ehr_core::codec::Wire as _;
use ehr_core::primitives::AccountId;
use ehr_core::state::{Entry as _, Institution};
use ehr_core::store::{LedgerRead as _, Table};
use ehr_store_disk::DiskLayout;
use serde_json::Value;
use std::fs;
use tempfile::TempDir;

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
