use super::generate;
use crate::fhir::{ReadReport, read_bundle};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::LazyLock,
};

const SAMPLE: usize = 200;

fn bundles() -> &'static [Value] {
    static BUNDLES: LazyLock<Vec<Value>> = LazyLock::new(|| {
        generate(7, SAMPLE).iter().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect()
    });
    &BUNDLES
}

fn resources(bundle: &Value) -> Vec<&Value> {
    bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect()
}

fn code(concept: &Value) -> &str {
    concept["coding"][0]["code"].as_str().unwrap()
}

/// Every string under a key called `name`, at any depth.
fn strings<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                match inner {
                    Value::String(text) if key == name => found.push(text),
                    _ => strings(inner, name, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| strings(item, name, found)),
        _ => {}
    }
}

#[test]
fn the_seed_decides_every_byte() {
    assert_eq!(generate(1, 5), generate(1, 5));
    assert_eq!(generate(1, 5)[..2], generate(1, 2)[..]);
    assert_ne!(generate(1, 1), generate(2, 1));
    let all: BTreeSet<Vec<u8>> = generate(1, 50).into_iter().collect();
    assert_eq!(all.len(), 50);
}

#[test]
fn the_reader_takes_every_entry() {
    let mut report = ReadReport::default();
    let mut entries = Vec::new();
    for bytes in generate(7, SAMPLE) {
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        entries.push(value["entry"].as_array().unwrap().len());
        read_bundle(Path::new("synthetic"), &bytes, &mut report);
    }
    assert_eq!(report.problems, []);
    assert_eq!(report.bundles.len(), SAMPLE);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for (bundle, total) in report.bundles.iter().zip(entries) {
        assert!((20..=60).contains(&total), "{total} entries");
        assert_eq!(bundle.patients.len(), 1);
        assert_eq!(bundle.patients[0].resources.len() + 2, total);
        assert_eq!(bundle.directory.values().sum::<usize>(), 2);
        for resource in &bundle.patients[0].resources {
            *kinds.entry(&resource.resource_type).or_default() += 1;
        }
    }
    let expected = [
        "AllergyIntolerance",
        "Condition",
        "Encounter",
        "Immunization",
        "MedicationRequest",
        "Observation",
        "Patient",
    ];
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), expected);
}

#[test]
fn references_resolve_and_ids_are_unique() {
    let mut ids = BTreeSet::new();
    for bundle in bundles() {
        let mut urls = Vec::new();
        strings(bundle, "fullUrl", &mut urls);
        let here: BTreeSet<&str> = urls.iter().copied().collect();
        for url in urls {
            assert!(ids.insert(url.to_owned()), "{url} twice");
        }
        let mut references = Vec::new();
        strings(bundle, "reference", &mut references);
        assert!(references.iter().all(|reference| here.contains(reference)));
        assert!(references.len() > 40);
    }
}

#[test]
fn nothing_happens_before_birth_or_after_today() {
    let fields = [
        "start",
        "end",
        "onsetDateTime",
        "abatementDateTime",
        "recordedDate",
        "authoredOn",
        "effectiveDateTime",
        "occurrenceDateTime",
    ];
    for bundle in bundles() {
        let birth = resources(bundle)[0]["birthDate"].as_str().unwrap();
        for field in fields {
            let mut dates = Vec::new();
            strings(bundle, field, &mut dates);
            // ISO 8601 dates order as text.
            assert!(dates.iter().all(|&date| birth < date && date < "2026-01-01"), "{field}");
        }
    }
}

#[test]
fn events_follow_each_other() {
    for bundle in bundles() {
        let by_url: BTreeMap<String, &Value> = resources(bundle)
            .into_iter()
            .map(|r| (format!("urn:uuid:{}", r["id"].as_str().unwrap()), r))
            .collect();
        let mut last_visit = "";
        for resource in resources(bundle) {
            let text = |pointer: &str| resource.pointer(pointer).and_then(Value::as_str);
            match resource["resourceType"].as_str().unwrap() {
                "Encounter" => {
                    let start = text("/period/start").unwrap();
                    assert!(last_visit < start && start < text("/period/end").unwrap());
                    last_visit = start;
                }
                "Condition" => {
                    let onset = text("/onsetDateTime").unwrap();
                    assert!(onset <= text("/recordedDate").unwrap());
                    assert!(text("/abatementDateTime").is_none_or(|end| onset < end));
                }
                "MedicationRequest" => {
                    let reason = by_url[text("/reasonReference/0/reference").unwrap()];
                    assert!(reason["onsetDateTime"].as_str().unwrap() <= text("/authoredOn").unwrap());
                    let visit = by_url[text("/encounter/reference").unwrap()];
                    assert_eq!(visit["period"]["start"], resource["authoredOn"]);
                }
                _ => {}
            }
        }
    }
}

#[test]
fn measurements_are_plausible_and_agree() {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for bundle in bundles() {
        let mut visit: BTreeMap<String, f64> = BTreeMap::new();
        for observation in resources(bundle).into_iter().filter(|r| r["resourceType"] == "Observation") {
            let parts = observation["component"].as_array().cloned().unwrap_or_default();
            for part in parts.iter().chain(observation.get("valueQuantity").map(|_| observation)) {
                let value = part["valueQuantity"]["value"].as_f64().unwrap();
                let (low, high) = match code(&part["code"]) {
                    "8302-2" => (60.0, 200.0),
                    "29463-7" => (6.0, 140.0),
                    "39156-5" => (13.0, 40.0),
                    "8480-6" => (75.0, 180.0),
                    "8462-4" => (40.0, 120.0),
                    "4548-4" => (4.5, 9.5),
                    "2339-0" => (70.0, 240.0),
                    "2093-3" => (140.0, 270.0),
                    "718-7" => (11.0, 15.0),
                    other => panic!("{other}"),
                };
                assert!((low..=high).contains(&value), "{}: {value}", code(&part["code"]));
                visit.insert(code(&part["code"]).to_owned(), value);
                *seen.entry(code(&part["code"]).to_owned()).or_default() += 1;
            }
            if let (Some(h), Some(w), Some(bmi)) =
                (visit.get("8302-2"), visit.get("29463-7"), visit.get("39156-5"))
                && code(&observation["code"]) == "39156-5"
            {
                assert!((w / (h / 100.0).powi(2) - bmi).abs() < 0.06, "{h} {w} {bmi}");
            }
            if code(&observation["code"]) == "85354-9" {
                assert!(visit["8462-4"] + 15.0 < visit["8480-6"]);
            }
        }
    }
    assert_eq!(seen.len(), 9, "{seen:?}");
}

/// Mean of one measurement over the patients who have a condition, and over those who do not.
fn means(condition: &str, measure: &str) -> (f64, f64) {
    let mut sums = [(0.0, 0.0); 2];
    for bundle in bundles() {
        let all = resources(bundle);
        let has = all.iter().any(|r| r["resourceType"] == "Condition" && code(&r["code"]) == condition);
        let adult = resources(bundle)[0]["birthDate"].as_str().unwrap() < "2000";
        // The last visit comes after every onset.
        let last = all.iter().rev().filter(|r| r["resourceType"] == "Observation").find_map(|r| {
            let parts = r["component"].as_array().map_or(std::slice::from_ref(*r), Vec::as_slice);
            let part = parts.iter().find(|part| code(&part["code"]) == measure)?;
            part["valueQuantity"]["value"].as_f64()
        });
        if let (true, Some(value)) = (adult, last) {
            let (sum, count) = &mut sums[usize::from(has)];
            *sum += value;
            *count += 1.0;
        }
    }
    let [without, with] = sums.map(|(sum, count)| sum / count);
    (with, without)
}

#[test]
fn illness_shows_in_the_measurements() {
    for (condition, measure, difference) in [
        ("59621000", "8480-6", 15.0),
        ("44054006", "4548-4", 1.5),
        ("44054006", "2339-0", 40.0),
        ("55822004", "2093-3", 40.0),
    ] {
        let (with, without) = means(condition, measure);
        assert!(with > without + difference, "{measure}: {with} with {condition}, {without} without");
    }
}

#[test]
fn everything_is_marked_as_test_data() {
    for bundle in bundles() {
        for resource in resources(bundle) {
            assert_eq!(resource["meta"]["tag"][0]["code"], "HTEST");
        }
    }
}
