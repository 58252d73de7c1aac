//! Nothing clinical leaves the seal: a bundle full of unmistakable strings goes through the whole story, and none of
//! them may be in any file, on stdout, on stderr, or in the document.

mod cli;

use cli::{arg, ehr, files};
use serde_json::{Map, Value, json};
use std::fs;
use tempfile::TempDir;

/// Starts every string of the bundle that is not structure.
const MARK: &str = "CANARY";

/// Marked text, numbered so that a hit can be traced.
fn marked(n: &mut u32) -> String {
    *n += 1;
    format!("{MARK}-{n}-quokka")
}

/// A resource with marked text in names, free text, identifiers, contact data, codes and ids.
fn resource(kind: &str, id: &str, patient: &str, n: &mut u32) -> Value {
    let mut fields = Map::new();
    fields.insert("resourceType".into(), kind.into());
    fields.insert("id".into(), id.into());
    if kind != "Patient" {
        fields.insert(
            "subject".into(),
            json!({ "reference": format!("Patient/{patient}"), "display": marked(n) }),
        );
    }
    for field in ["text", "status", "comment", "valueString", "description", "birthDate", "gender"] {
        fields.insert(field.into(), marked(n).into());
    }
    fields.insert("identifier".into(), json!([{ "system": marked(n), "value": marked(n) }]));
    fields.insert("name".into(), json!([{ "family": marked(n), "given": [marked(n)], "text": marked(n) }]));
    fields.insert("telecom".into(), json!([{ "system": "phone", "value": marked(n) }]));
    fields.insert("address".into(), json!([{ "line": [marked(n)], "city": marked(n) }]));
    fields.insert(
        "code".into(),
        json!({ "text": marked(n), "coding": [{ "code": marked(n), "display": marked(n) }] }),
    );
    fields.insert("extension".into(), json!([{ "url": marked(n), "valueString": marked(n) }]));
    fields.insert(marked(n), "a marked field name".into());
    Value::Object(fields)
}

fn assert_clean(where_: &str, bytes: &[u8]) {
    for mark in [MARK.as_bytes(), b"canary", b"quokka"] {
        let hit = bytes.windows(mark.len()).position(|window| window == mark);
        assert_eq!(hit, None, "{where_} holds clinical text at byte {hit:?}");
    }
}

#[test]
fn no_clinical_text_in_files_or_output() {
    let dir = TempDir::new().unwrap();
    let mut n = 0;
    let patient = format!("{MARK}-patient-id");
    let mut entries = vec![json!({ "resource": resource("Patient", &patient, &patient, &mut n) })];
    for (number, kind) in
        ["Observation", "Condition", "AllergyIntolerance", "MedicationRequest"].iter().enumerate()
    {
        let id = format!("{MARK}-{number}");
        entries.push(json!({ "fullUrl": marked(&mut n), "resource": resource(kind, &id, &patient, &mut n) }));
        // Again, so that there are versions.
        entries.push(json!({ "resource": resource(kind, &id, &patient, &mut n) }));
    }
    // Broken ones: their problems are told without their contents.
    entries.push(json!({ "resource": marked(&mut n) }));
    entries.push(json!({ "resource": { "resourceType": { "x": marked(&mut n) } } }));
    let nobody = format!("Patient/{}", marked(&mut n));
    entries.push(json!({ "resource": { "resourceType": "Condition", "subject": { "reference": nobody } } }));
    let input = dir.path().join("input.json");
    let bundle = json!({ "resourceType": "Bundle", "id": marked(&mut n), "entry": entries });
    fs::write(&input, bundle.to_string()).unwrap();
    assert!(n > 150, "the bundle is full of marks");

    for json in [false, true] {
        let keep = dir.path().join(if json { "json" } else { "story" });
        let mut args = vec!["demo", "--fhir", arg(&input), "--keep", arg(&keep)];
        if json {
            args.push("--json");
        }
        let ran = ehr(&args).expect(3);
        assert_clean("stdout", ran.out.as_bytes());
        assert_clean("stderr", ran.err.as_bytes());
        if json {
            assert_eq!(ran.json()["records"], 6, "five and the note");
        }
        let kept = files(&keep);
        assert!(kept.len() > 50, "{} files", kept.len());
        for (path, bytes) in &kept {
            assert_clean(arg(path), bytes);
            assert_clean("a file name", arg(path.strip_prefix(&keep).unwrap()).as_bytes());
        }
        for command in ["verify", "show"] {
            let ran = ehr(&[command, arg(&keep)]).expect(0);
            assert_clean(command, format!("{}{}", ran.out, ran.err).as_bytes());
        }
    }
    // The search can fail: the input itself is not clean.
    assert!(fs::read(&input).unwrap().windows(MARK.len()).any(|window| window == MARK.as_bytes()));
}
