//! The FHIR reader on real bundles and on test sets published by others, read in place.

use ehr_node::fhir::{ReadError, ReadReport, read_bundle, read_file, read_path};
use std::{
    env, fs, io,
    io::Write as _,
    path::{Path, PathBuf},
};

fn read(bytes: &[u8]) -> ReadReport {
    let mut report = ReadReport::default();
    read_bundle(Path::new("in.json"), bytes, &mut report);
    report
}

/// Past the test runner, which hides the output of tests that pass.
#[expect(clippy::explicit_write, reason = "eprintln! would be hidden")]
fn say(text: &str) {
    writeln!(io::stderr(), "{text}").unwrap();
}

/// The folder named by `variable`, or beside the workspace; says so when it is not there.
fn shared(variable: &str, default: &str, inside: &str) -> Option<PathBuf> {
    let root = env::var_os(variable).map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared").join(default),
        PathBuf::from,
    );
    let folder = root.join(inside);
    if !folder.is_dir() {
        say(&format!("NOT RUN: 1 set, because there is no {} (set {variable})", folder.display()));
        return None;
    }
    Some(folder)
}

fn files(folder: &Path, prefix: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|item| item.unwrap().path())
        .filter(|path| path.is_file() && path.file_name().unwrap().to_string_lossy().starts_with(prefix))
        .collect();
    files.sort();
    files
}

#[test]
fn synthea_bundles_are_read_completely() {
    let Some(folder) = shared("EHR_FHIR_DIR", "fhir", "") else { return };
    let report = read_path(&folder);
    assert_eq!(report.problems, []);
    let (mut patients, mut clinical, mut directory) = (0, 0, 0);
    for bundle in &report.bundles {
        let input = fs::read_to_string(&bundle.source).unwrap();
        let value: serde_json::Value = serde_json::from_str(&input).unwrap();
        let entries = value["entry"].as_array().unwrap();
        let others: usize = bundle.directory.values().sum();
        let here: usize = bundle.patients.iter().map(|p| p.resources.len()).sum();
        assert_eq!(here + others, entries.len(), "{}", bundle.source.display());
        let mut from = 0;
        for resource in bundle.patients.iter().flat_map(|p| &p.resources) {
            // The bytes stand in the input as they are, one after the other, and mean the same.
            let text = std::str::from_utf8(&resource.bytes).unwrap();
            from += input[from..].find(text).expect("a slice of the input") + text.len();
            let parsed: serde_json::Value = serde_json::from_str(text).unwrap();
            assert_eq!(parsed, entries[resource.index]["resource"]);
            assert_eq!(parsed["resourceType"], resource.resource_type.as_str());
        }
        patients += bundle.patients.len();
        clinical += here;
        directory += others;
    }
    say(&format!(
        "{} bundles: {patients} patients, {clinical} clinical resources, {directory} directory entries",
        report.bundles.len()
    ));
    assert!(patients > 0 && clinical > patients);
}

#[test]
fn published_example_bundles_are_read_or_named() {
    let Some(folder) = shared("EHR_VECTORS_DIR", "vectors", "fhir-r4-examples") else { return };
    let bundles = files(&folder, "Bundle-");
    let mut report = ReadReport::default();
    for file in &bundles {
        read_file(file, &mut report);
    }
    // All are real bundles, so none is refused as a whole; single entries may be.
    assert_eq!(report.bundles.len(), bundles.len());
    assert!(report.problems.iter().all(|p| p.entry.is_some()));
    say(&format!("{} example bundles, {} entries left out", bundles.len(), report.problems.len()));

    let others: Vec<PathBuf> = files(&folder, "")
        .into_iter()
        .filter(|f| !bundles.contains(f) && f.extension().is_some_and(|ext| ext == "json"))
        .collect();
    for file in &others {
        let report = read(&fs::read(file).unwrap());
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.problems[0].reason, ReadError::NotABundle, "{}", file.display());
    }
    say(&format!("{} single resources refused as no bundle", others.len()));
    assert!(!bundles.is_empty() && !others.is_empty());
}

#[test]
fn json_test_suite_is_judged_as_the_suite_does() {
    let Some(folder) = shared("EHR_VECTORS_DIR", "vectors", "jsontestsuite/test_parsing") else { return };
    let mut count = 0;
    for file in files(&folder, "") {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&file).unwrap();
        let report = read(&bytes);
        let reason = report.problems.first().map(|p| p.reason.clone());
        let not_json = matches!(reason, Some(ReadError::NotJson { .. } | ReadError::NotUtf8 { .. }));
        match name.split_once('_').map(|(kind, _)| kind) {
            Some("y") => assert!(!not_json, "{name}: {reason:?}"),
            Some("n") => assert!(not_json, "{name}: {reason:?}"),
            _ => {}
        }
        // As a field of a resource: kept byte for byte or refused, and never a panic.
        let resource = [b"{\"resourceType\":\"Basic\",\"x\":", &bytes[..], b"}"].concat();
        let head = b"{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\"}},{\"resource\":";
        let report = read(&[&head[..], &resource, b"}]}"].concat());
        for bundle in &report.bundles {
            let kept = bundle.patients[0].resources.iter().find(|r| r.index == 1);
            assert_eq!(kept.map(|r| &r.bytes), (report.problems.is_empty()).then_some(&resource), "{name}");
        }
        count += 1;
    }
    say(&format!("{count} files of the JSON test suite"));
    assert!(count > 300);
}
