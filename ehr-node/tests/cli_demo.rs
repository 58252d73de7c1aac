//! `ehr demo` as a user runs it: what it shows, and what it says about bad input.

mod cli;

use cli::{Ran, arg, ehr, kept};
use std::fs;
use std::process::Command;
use tempfile::TempDir;

const PATIENT: &str = r#"{"resource":{"resourceType":"Patient","id":"p","name":[{"family":"X"}]}}"#;

fn bundle(entries: &[&str]) -> String {
    format!(r#"{{"resourceType":"Bundle","type":"collection","entry":[{}]}}"#, entries.join(","))
}

#[test]
fn the_story_is_told_and_adds_up() {
    let (_dir, _, told) = kept();
    let number = |field: &str| told[field].as_u64().unwrap_or_else(|| panic!("{field}: {told}"));
    assert_eq!(told["success"], true);
    assert_eq!(number("patients"), 1);
    // The proposal that was ratified is a record more, the amended version a version more.
    let records = number("records");
    assert_eq!(number("versions"), records + 1);
    assert!(records > 20, "{records}");
    assert_eq!(told["shown"]["opened_by_patients"], records + 1);
    assert_eq!(told["shown"]["opened_under_grant"], records);
    let refused = told["shown"]["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 6);
    assert!(refused.iter().all(|attempt| !attempt["why"].as_str().unwrap().is_empty()));
    assert_eq!(told["tampering"].as_array().unwrap().len(), 3);
    assert_eq!(told["verified"][0]["state_root"], told["verified"][1]["state_root"]);
    assert!(number("bytes_off_chain") > number("input_bytes"));
}

#[test]
fn a_broken_entry_is_named_and_the_others_go_on() {
    let dir = TempDir::new().unwrap();
    let good = r#"{"resource":{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p"}}}"#;
    fs::write(dir.path().join("a.json"), bundle(&[PATIENT, r#"{"resource":7}"#, good])).unwrap();
    fs::write(dir.path().join("b.json"), "{ no json").unwrap();
    fs::write(dir.path().join("c.json"), r#"{"resourceType":"Patient"}"#).unwrap();
    let ran = ehr(&["demo", "--fhir", arg(dir.path()), "--json"]).expect(3);
    let told = ran.json();
    assert_eq!(told["records"], 3, "patient, observation, ratified note");
    let left_out = told["left_out"].as_array().unwrap();
    assert_eq!(left_out.len(), 3);
    for (line, parts) in
        left_out.iter().zip([["a.json", "entry 1"], ["b.json", "line 1"], ["c.json", "Bundle"]])
    {
        let line = line.as_str().unwrap();
        assert!(parts.iter().all(|part| line.contains(part)), "{line}");
        assert!(ran.err.contains(line), "also said on stderr: {line}");
    }
}

#[test]
fn the_same_resource_again_is_the_next_version() {
    let dir = TempDir::new().unwrap();
    let observation = |value: u8| {
        format!(
            r#"{{"resource":{{"resourceType":"Observation","id":"o","subject":{{"reference":"Patient/p"}},"valueInteger":{value}}}}}"#
        )
    };
    for (name, value) in [("a.json", 1), ("b.json", 2), ("c.json", 3)] {
        fs::write(dir.path().join(name), bundle(&[PATIENT, &observation(value)])).unwrap();
    }
    let keep = dir.path().join("keep");
    let told = ehr(&["demo", "--fhir", arg(dir.path()), "--keep", arg(&keep), "--json"]).expect(0).json();
    assert_eq!((told["patients"].as_u64(), told["records"].as_u64()), (Some(1), Some(3)));
    // Three of each resource, the note, and the amended version.
    assert_eq!(told["versions"], 8);
    assert_eq!(told["shown"]["opened_by_patients"], 8);
    let chain = ehr(&["show", arg(&keep), "--json"]).expect(0).json();
    let appended = (0..chain["blocks"].as_array().unwrap().len()).find_map(|height| {
        let block = ehr(&["show", arg(&keep), "block", &height.to_string(), "--json"]).expect(0).json();
        let txs = block["txs"].as_array().unwrap();
        txs.iter().find(|tx| tx["kind"] == "VersionAppend").map(|tx| tx["id"].as_str().unwrap().to_owned())
    });
    let tx = ehr(&["show", arg(&keep), "tx", &appended.unwrap(), "--json"]).expect(0).json();
    let record = ehr(&["show", arg(&keep), "record", tx["payload"]["record"].as_str().unwrap(), "--json"]);
    let record = record.expect(0).json();
    let versions = record["versions"].as_array().unwrap();
    assert!(versions.len() >= 3, "{record}");
    assert!(versions.iter().enumerate().all(|(n, version)| version["version"] == n));
}

#[test]
fn a_bundle_without_patient_is_no_error_and_said() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("directory.json");
    fs::write(&file, bundle(&[r#"{"resource":{"resourceType":"Practitioner","id":"d"}}"#])).unwrap();
    let ran = ehr(&["demo", "--fhir", arg(&file)]).expect(0);
    assert!(ran.out.contains("the input holds no patient"), "{}", ran.out);
    assert!(ran.out.contains("1 of them without a patient"), "{}", ran.out);
}

#[test]
fn entries_about_no_patient_are_counted_by_type() {
    let dir = TempDir::new().unwrap();
    let entry = |kind: &str| format!(r#"{{"resource":{{"resourceType":"{kind}"}}}}"#);
    let (doctor, house) = (entry("Practitioner"), entry("Organization"));
    fs::write(dir.path().join("a.json"), bundle(&[PATIENT, &doctor, &house, &doctor])).unwrap();
    fs::write(dir.path().join("b.json"), bundle(&[&doctor])).unwrap();
    let told = ehr(&["demo", "--fhir", arg(dir.path()), "--json"]).expect(0).json();
    assert_eq!(told["not_stored"], serde_json::json!({"Organization": 1, "Practitioner": 3}));
    assert!(told["left_out"].as_array().unwrap().is_empty(), "{told}");
    let ran = ehr(&["demo", "--fhir", arg(dir.path())]).expect(0);
    assert!(ran.out.contains("not stored, about no patient: 1 Organization, 3 Practitioner"), "{}", ran.out);
    assert!(ran.out.contains("entries about no patient"), "{}", ran.out);
}

#[test]
fn two_people_without_id_are_two_patients() {
    let dir = TempDir::new().unwrap();
    let patient = r#"{"resource":{"resourceType":"Patient"}}"#;
    for name in ["a.json", "b.json"] {
        fs::write(dir.path().join(name), bundle(&[patient])).unwrap();
    }
    let told = ehr(&["demo", "--fhir", arg(dir.path()), "--json"]).expect(0).json();
    assert_eq!(told["patients"], 2, "{told}");
    assert_eq!(told["not_stored"], serde_json::json!({}));
}

#[test]
fn nothing_readable_is_a_failure_that_creates_nothing() {
    let dir = TempDir::new().unwrap();
    let keep = dir.path().join("keep");
    for input in ["absent.json", "empty"] {
        let path = dir.path().join(input);
        if input == "empty" {
            fs::create_dir(&path).unwrap();
        }
        let ran = ehr(&["demo", "--fhir", arg(&path), "--keep", arg(&keep)]).expect(1);
        assert!(ran.err.contains(input) && ran.err.contains("no input could be read"), "{}", ran.err);
        assert!(!keep.exists());
    }
}

#[test]
fn a_folder_in_use_is_left_alone() {
    let (_dir, kept, _) = kept();
    let before = cli::files(&kept);
    let ran = ehr(&["demo", "--patients", "1", "--keep", arg(&kept)]).expect(1);
    assert!(ran.err.contains("holds a ledger already"), "{}", ran.err);
    let inner = ehr(&["demo", "--patients", "1", "--keep", arg(&kept.join("hospital-a"))]).expect(1);
    assert!(inner.err.contains("holds a ledger already"), "{}", inner.err);
    assert!(cli::files(&kept) == before);
}

#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let ran = ehr(&["demo", "--patients", "1", "--keep", "/sys/kernel/ehr-demo-test"]).expect(1);
    assert!(ran.err.starts_with("ehr: /sys/kernel/ehr-demo-test: "), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
}

/// The shell limits the size of files: to the command a write beyond it looks like a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said_and_what_was_kept_stays_sound() {
    let dir = TempDir::new().unwrap();
    let keep = dir.path().join("keep");
    // Enough for the ledger file as it is created, not for a thousand records.
    let script = "trap '' XFSZ; ulimit -f 1200; exec \"$0\" \"$@\"";
    let mut shell = Command::new("bash");
    shell.args(["-c", script, env!("CARGO_BIN_EXE_ehr"), "demo", "--patients", "12", "--keep", arg(&keep)]);
    let ran = Ran::of(shell.output().unwrap()).expect(1);
    assert!(ran.err.contains("disk is full"), "{}", ran.err);
    let verified = ehr(&["verify", arg(&keep.join("hospital-a")), "--json"]).json();
    let problems = verified["ledgers"][0]["problems"].as_array().unwrap();
    assert!(problems.is_empty(), "{problems:?}");
    assert!(verified["ledgers"][0]["blocks"].as_u64().unwrap() > 1, "{verified}");
}
