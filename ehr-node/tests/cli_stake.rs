//! The story under proof of stake, and what an operator does with the ledgers it leaves.

mod cli;

use cli::{arg, ehr, kept};
use serde_json::Value;
use std::process::Command;
use tempfile::TempDir;

#[test]
fn four_validators_tell_the_story_and_stake_changes_afterwards() {
    let dir = TempDir::new().unwrap();
    let root = dir.path();
    let told = ehr(&["demo", "--consensus", "bft", "--patients", "1", "--keep", arg(root), "--json"]);
    let told = told.expect(0).json();
    assert_eq!(told["hospitals"], 4);
    let verified = told["verified"].as_array().unwrap();
    assert_eq!(verified.len(), 4);
    // One may have stopped a block before another; all go through the same.
    let heights: Vec<u64> = verified.iter().map(|report| report["height"].as_u64().unwrap()).collect();
    let (low, high) = (heights.iter().min().unwrap(), heights.iter().max().unwrap());
    assert!(high - low <= 1, "{heights:?}");
    for report in verified {
        let same = verified.iter().find(|other| other["height"] == report["height"]).unwrap();
        assert_eq!((&report["tip"], &report["state_root"]), (&same["tip"], &same["state_root"]));
    }
    assert_eq!(told["shown"]["refused"].as_array().unwrap().len(), 6);
    assert_eq!(told["tampering"].as_array().unwrap().len(), 3);

    // Hospital B put up stake on the way.
    let before = ehr(&["validators", arg(root), "--json"]).expect(0).json();
    assert_eq!(before["validators"].as_array().unwrap().len(), 4);
    assert_eq!((&before["total_power"], &before["next_total_power"]), (&4_000_000.into(), &4_000_000.into()));

    let done = ehr(&["stake", arg(root), "--as", "hospital-b", "add", "5000", "--json"]).expect(0).json();
    assert_eq!((&done["stake_before"], &done["stake_after"]), (&1_000_000.into(), &1_005_000.into()));
    let height = done["height"].as_u64().unwrap();
    assert_eq!(done["counts_from"], height + 2);
    let after = ehr(&["validators", arg(root), "--json"]).expect(0).json();
    assert_eq!(after["next_total_power"], 4_005_000);
    let bonded = |all: &Value| -> Vec<u64> {
        all["validators"].as_array().unwrap().iter().map(|one| one["bonded"].as_u64().unwrap()).collect()
    };
    assert_eq!(bonded(&after).iter().sum::<u64>(), 4_005_000);

    let offences = ehr(&["evidence", arg(root), "--json"]).expect(0).json();
    assert_eq!(offences["offences"].as_array().unwrap().len(), 0);
    for (wrong, said) in [
        (["--as", "hospital-x", "add", "1"], "hospital-a, hospital-b, hospital-c, hospital-d"),
        (["--as", "hospital-c", "remove", "999999999"], "at most 1000000"),
        (["--as", "hospital-c", "add", "999999999"], "credits"),
    ] {
        let ran = ehr(&[&["stake", arg(root)], &wrong[..]].concat()).expect(1);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    let locked = Command::new(env!("CARGO_BIN_EXE_ehr"))
        .args(["stake", arg(root), "--as", "hospital-b", "unjail"])
        .env("EHR_PASSPHRASE", "another")
        .output()
        .unwrap();
    assert_eq!(locked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&locked.stderr).contains("passphrase"));
    ehr(&["verify", arg(root)]).expect(0);
}

#[test]
fn a_mined_ledger_has_no_validators() {
    let (_dir, root, _) = kept();
    for command in ["validators", "evidence"] {
        let ran = ehr(&[command, arg(&root)]).expect(1);
        assert!(ran.err.contains("mined"), "{}", ran.err);
    }
    let ran = ehr(&["stake", arg(&root), "--as", "hospital-a", "add", "5"]).expect(1);
    assert!(ran.err.contains("mined"), "{}", ran.err);
}
