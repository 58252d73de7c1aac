//! What is to be kept: bundles from files, or invented ones.

use super::error::DemoError;
use crate::cli::DemoArgs;
use crate::fhir::{ReadReport, Resource, read_bundle, read_path, synthetic};
use crate::ui::Screen;
use std::collections::BTreeMap;
use std::path::Path;

/// One clinical resource, and which one of its patient's it is.
pub(super) struct Item {
    /// FHIR type and logical id; the same again is the next version. None for a resource without id.
    pub(super) key: Option<(String, String)>,
    pub(super) resource: Resource,
}

/// The input by patient.
pub(super) struct Input {
    /// Each patient's resources in input order.
    pub(super) patients: Vec<Vec<Item>>,
    /// Bundles that were read.
    pub(super) bundles: usize,
    /// Bundles without a patient.
    pub(super) without_patient: usize,
    /// Entries about no patient, which are not stored: how many of each type.
    pub(super) not_stored: BTreeMap<String, usize>,
    /// What was left out: file, entry and reason.
    pub(super) problems: Vec<String>,
}

/// Reads or invents the input, and names what was left out.
pub(super) fn read(args: &DemoArgs, screen: &Screen) -> Result<Input, DemoError> {
    let report = match &args.fhir {
        Some(path) => read_path(path),
        None => invent(args),
    };
    let problems: Vec<String> = report.problems.iter().map(ToString::to_string).collect();
    for problem in &problems {
        screen.error(&format!("left out: {problem}"));
    }
    if report.bundles.is_empty() {
        return Err(DemoError::NoInput);
    }
    let bundles = report.bundles.len();
    let without_patient = report.bundles.iter().filter(|bundle| bundle.patients.is_empty()).count();
    let not_stored = not_stored(&report);
    Ok(Input { patients: by_patient(report), bundles, without_patient, not_stored, problems })
}

/// The directory entries of all bundles by type. What cannot be the name of a type is counted together, so that the
/// input decides neither what is printed nor how much.
fn not_stored(report: &ReadReport) -> BTreeMap<String, usize> {
    let is_type = |kind: &str| {
        (1..=64).contains(&kind.len()) && kind.chars().all(|letter| letter.is_ascii_alphabetic())
    };
    let mut counts = BTreeMap::new();
    for (kind, count) in report.bundles.iter().flat_map(|bundle| &bundle.directory) {
        let kind = if is_type(kind) { kind } else { "of unknown type" };
        *counts.entry(kind.to_owned()).or_insert(0) += count;
    }
    counts
}

fn invent(args: &DemoArgs) -> ReadReport {
    let mut report = ReadReport::default();
    let patients = usize::try_from(args.patients).unwrap_or(usize::MAX);
    for (number, bundle) in synthetic::generate(args.seed, patients).iter().enumerate() {
        read_bundle(Path::new(&format!("synthetic-{number}.json")), bundle, &mut report);
    }
    report
}

/// A patient who is known by the same name in several bundles is one patient; everybody else is their own (F-10).
fn by_patient(report: ReadReport) -> Vec<Vec<Item>> {
    let mut patients: Vec<Vec<Item>> = Vec::new();
    let mut known = BTreeMap::new();
    for patient in report.bundles.into_iter().flat_map(|bundle| bundle.patients) {
        let next = patients.len();
        let number = patient.known_as.map_or(next, |name| *known.entry(name).or_insert(next));
        if number == next {
            patients.push(Vec::new());
        }
        patients[number].extend(patient.resources.into_iter().map(|resource| Item {
            key: resource.id.clone().map(|id| (resource.resource_type.clone(), id)),
            resource,
        }));
    }
    patients
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_patient_of_two_bundles_is_one_and_entries_without_id_are_their_own() {
        let mut report = ReadReport::default();
        for text in [
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p"}},
                {"resource":{"resourceType":"Observation","subject":{"reference":"Patient/p"}}}]}"#,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p"}}]}"#,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"q"}}]}"#,
        ] {
            read_bundle(Path::new("b.json"), text.as_bytes(), &mut report);
        }
        let patients = by_patient(report);
        let keys: Vec<Vec<_>> = patients.iter().map(|p| p.iter().map(|i| i.key.clone()).collect()).collect();
        let p = Some(("Patient".to_owned(), "p".to_owned()));
        let q = Some(("Patient".to_owned(), "q".to_owned()));
        assert_eq!(keys, [vec![p.clone(), None, p], vec![q]]);
    }

    #[test]
    fn what_is_about_no_patient_is_counted_over_all_bundles() {
        let mut report = ReadReport::default();
        for kinds in
            [&["Organization", "Practitioner", "x\\u001b[2J", "a b"][..], &["Organization", "Patient"]]
        {
            let entry = |kind: &&str| format!(r#"{{"resource":{{"resourceType":"{kind}"}}}}"#);
            let entries: Vec<String> = kinds.iter().map(entry).collect();
            let text = format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, entries.join(","));
            read_bundle(Path::new("b.json"), text.as_bytes(), &mut report);
        }
        let counts = [("Organization", 2), ("Practitioner", 1), ("of unknown type", 2)];
        assert_eq!(not_stored(&report), counts.map(|(kind, n)| (kind.to_owned(), n)).into());
    }

    /// The family names that become one patient, for Patient entries each in a bundle of its own.
    fn together(entries: &[&str]) -> Vec<Vec<String>> {
        let mut report = ReadReport::default();
        for entry in entries {
            let text = format!(r#"{{"resourceType":"Bundle","entry":[{entry}]}}"#);
            read_bundle(Path::new("b.json"), text.as_bytes(), &mut report);
        }
        assert!(report.problems.is_empty());
        let family = |item: &Item| {
            let value: serde_json::Value = serde_json::from_slice(&item.resource.bytes).unwrap();
            value["name"][0]["family"].as_str().unwrap().to_owned()
        };
        by_patient(report).iter().map(|items| items.iter().map(family).collect()).collect()
    }

    #[test]
    fn patients_of_two_bundles_without_id_and_full_url_are_two() {
        let anna = r#"{"resource":{"resourceType":"Patient","name":[{"family":"Anna"}]}}"#;
        let otto =
            r#"{"fullUrl":"","resource":{"resourceType":"Patient","id":"","name":[{"family":"Otto"}]}}"#;
        assert_eq!(together(&[anna, otto, otto]), [["Anna"], ["Otto"], ["Otto"]]);
        // Nor does one whose id looks like a position meet one who has none.
        let named = r#"{"resource":{"resourceType":"Patient","id":"entry-0","name":[{"family":"Eve"}]}}"#;
        assert_eq!(together(&[anna, named]), [["Anna"], ["Eve"]]);
    }

    #[test]
    fn the_same_id_on_two_servers_is_two_patients() {
        let at = |server: &str, family: &str| {
            format!(
                r#"{{"fullUrl":"https://{server}.example/fhir/Patient/1",
                "resource":{{"resourceType":"Patient","id":"1","name":[{{"family":"{family}"}}]}}}}"#
            )
        };
        let (a, b, again) = (at("a", "Anna"), at("b", "Otto"), at("a", "Anna"));
        assert_eq!(together(&[&a, &b, &again]), [vec!["Anna", "Anna"], vec!["Otto"]]);
    }
}
