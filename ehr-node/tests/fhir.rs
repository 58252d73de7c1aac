//! The FHIR reader on good input and on input that nobody should send.

use ehr_node::fhir::{Bundle, Problem, ReadError, ReadReport, limits, read_bundle, read_file, read_path};
use proptest::prelude::*;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn read(text: impl AsRef<[u8]>) -> ReadReport {
    let mut report = ReadReport::default();
    read_bundle(Path::new("in.json"), text.as_ref(), &mut report);
    report
}

/// A bundle of these resources, one entry each.
fn bundle_of(resources: &[&str]) -> String {
    let entries: Vec<String> = resources.iter().map(|r| format!("{{\"resource\": {r} }}")).collect();
    format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}]}}", entries.join(","))
}

const PATIENT: &str = r#"{"resourceType":"Patient","id":"p1"}"#;

/// The whole-file reason, which must be the only problem.
fn refused(text: impl AsRef<[u8]>) -> ReadError {
    let report = read(text);
    assert!(report.bundles.is_empty());
    match &report.problems[..] {
        [Problem { entry: None, reason, .. }] => reason.clone(),
        other => panic!("{other:?}"),
    }
}

/// The problems by entry.
fn broken(report: &ReadReport) -> Vec<(usize, ReadError)> {
    report.problems.iter().map(|p| (p.entry.unwrap(), p.reason.clone())).collect()
}

fn kept(bundle: &Bundle) -> Vec<usize> {
    bundle.patients.iter().flat_map(|p| p.resources.iter().map(|r| r.index)).collect()
}

#[test]
fn a_resource_keeps_its_exact_bytes() {
    let odd =
        "{ \"resourceType\" :\"Observation\",\n\t\"z\":1.500e+0,\"a\":\"\\u00e9\\/é\",\"a2\":[ ],\"z\":1.5 }";
    let report = read(bundle_of(&[PATIENT, odd]));
    assert_eq!(report.problems, []);
    let patient = &report.bundles[0].patients[0];
    assert_eq!(patient.resources[0].bytes, PATIENT.as_bytes());
    assert_eq!(patient.resources[1].bytes, odd.as_bytes());
    assert_eq!((patient.id.as_str(), patient.name.as_str()), ("p1", "(no name)"));
}

#[test]
fn a_broken_entry_is_named_and_the_others_go_on() {
    let text = r#"{"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"Patient","id":"p1","name":[{"given":["Ann"],"family":"Lee"}]}},
        {"fullUrl":"urn:uuid:x"},
        7,
        {"resource":"secret-value"},
        {"resource":{"id":"a"}},
        {"resource":{"resourceType":5}},
        {"resource":{"resourceType":"Observation","id":{"secret":"value"}}},
        {"resource":{"resourceType":"Observation","id":"1","id":"2"}},
        {"resource":{"resourceType":"Observation"},"fullUrl":[]},
        {"resource":null},
        {"resource":{"resourceType":"Observation","subject":{"reference":"\ud800"}}},
        {"resource":{"resourceType":""}},
        {"resource":{"resourceType":"Observation","id":"good"}}]}"#;
    let report = read(text);
    let wrong = |field, expected| ReadError::WrongType { field, expected };
    let expected = [
        (1, ReadError::NoResource),
        (2, wrong("entry", "an object")),
        (3, wrong("resource", "an object")),
        (4, ReadError::NoResourceType),
        (5, wrong("resource.resourceType", "a string")),
        (6, wrong("resource.id", "a string")),
        (7, ReadError::RepeatedField { object: "resource" }),
        (8, wrong("fullUrl", "a string")),
        (9, ReadError::NoResource),
        (10, ReadError::NotUnicode { object: "resource" }),
        (11, ReadError::NoResourceType),
    ];
    assert_eq!(broken(&report), expected);
    assert_eq!(kept(&report.bundles[0]), [0, 12]);
    assert_eq!(report.bundles[0].patients[0].name, "Ann Lee");
    for problem in &report.problems {
        let text = problem.to_string();
        assert!(text.starts_with(&format!("in.json, entry {}: ", problem.entry.unwrap())), "{text}");
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn files_that_are_no_bundle_are_refused_whole() {
    assert_eq!(refused(""), ReadError::NotJson { line: 1, column: 0, truncated: true });
    assert_eq!(refused("{\n \"a\": tru }"), ReadError::NotJson { line: 2, column: 10, truncated: false });
    assert_eq!(refused(b"{\"resourceType\":\"B\xff\"}"), ReadError::NotUtf8 { offset: 18 });
    for text in ["[]", "7", "null", "{}", r#"{"resourceType":"Patient"}"#, r#"["Bundle",[]]"#] {
        assert_eq!(refused(text), ReadError::NotABundle, "{text}");
    }
    let wrong = |field, expected| ReadError::WrongType { field, expected };
    assert_eq!(refused(r#"{"resourceType":5}"#), wrong("Bundle.resourceType", "a string"));
    assert_eq!(refused(r#"{"resourceType":"Bundle","entry":{}}"#), wrong("entry", "an array"));
    let twice = r#"{"resourceType":"Bundle","entry":[],"entry":[]}"#;
    assert_eq!(refused(twice), ReadError::RepeatedField { object: "Bundle" });
    assert!(refused("{\"a\": tru }").to_string().contains("line 1, column 10"));
}

#[test]
fn nesting_is_bounded_without_using_the_stack() {
    let open = "[".repeat(100_000);
    assert!(matches!(refused(&open), ReadError::NotJson { truncated: true, .. }));
    let deep = open + &"]".repeat(100_000);
    assert_eq!(refused(&deep), ReadError::NotABundle);
    assert_eq!(
        refused(format!("{{\"resourceType\":\"Bundle\",\"entry\":{{\"a\":{deep}}}}}")),
        ReadError::WrongType { field: "entry", expected: "an array" }
    );
    let hidden = format!("{{\"resourceType\":\"Observation\",\"subject\":{deep}}}");
    let report = read(bundle_of(&[PATIENT, &hidden, &deep]));
    let too_deep = ReadError::TooDeep { limit: limits::MAX_DEPTH };
    assert_eq!(broken(&report), [(1, too_deep.clone()), (2, too_deep)]);
    // The deepest resource that is allowed, and one level more.
    let nested = |levels: usize| {
        let (open, close) = ("[".repeat(levels - 1), "]".repeat(levels - 1));
        format!("{{\"resourceType\":\"Observation\",\"x\":{open}{close}}}")
    };
    let report = read(bundle_of(&[PATIENT, &nested(limits::MAX_DEPTH), &nested(limits::MAX_DEPTH + 1)]));
    assert_eq!(broken(&report), [(2, ReadError::TooDeep { limit: limits::MAX_DEPTH })]);
}

#[test]
fn sizes_are_bounded() {
    let huge = |size: usize| {
        let (head, tail) = ("{\"resourceType\":\"Observation\",\"x\":\"", "\"}");
        format!("{head}{}{tail}", "x".repeat(size - head.len() - tail.len()))
    };
    let limit = limits::MAX_RESOURCE_BYTES;
    let report = read(bundle_of(&[PATIENT, &huge(limit), &huge(limit + 1)]));
    assert_eq!(broken(&report), [(2, ReadError::ResourceTooLarge { limit, got: limit + 1 })]);

    let many = |n: usize| format!("{{\"resourceType\":\"Bundle\",\"entry\":[{}7]}}", "7,".repeat(n - 1));
    let limit = limits::MAX_ENTRIES;
    assert_eq!(refused(many(limit + 5)), ReadError::TooManyEntries { limit, got: limit + 5 });
    assert_eq!(read(many(limit)).problems.len(), limit);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("huge.json");
    let file = fs::File::create(&path).unwrap();
    file.set_len(limits::MAX_FILE_BYTES + 1).unwrap();
    let mut report = ReadReport::default();
    read_file(&path, &mut report);
    let too_large =
        ReadError::FileTooLarge { limit: limits::MAX_FILE_BYTES, got: limits::MAX_FILE_BYTES + 1 };
    assert_eq!(report.problems[0].reason, too_large);
}

#[test]
fn resources_go_to_the_patient_they_name() {
    let text = r#"{"resourceType":"Bundle","entry":[
        {"resource":{"resourceType":"Observation","subject":{"reference":"urn:uuid:one"}}},
        {"fullUrl":"urn:uuid:one","resource":{"resourceType":"Patient","id":"1"}},
        {"fullUrl":"http://a.example/Patient/2","resource":{"resourceType":"Patient","id":"2"}},
        {"resource":{"resourceType":"Immunization","patient":{"reference":"Patient/2"}}},
        {"resource":{"resourceType":"Condition","subject":{"reference":"http://a.example/Patient/2/_history/3"}}},
        {"resource":{"resourceType":"Device","patient":{"reference":"Patient/1"}}},
        {"resource":{"resourceType":"Device"}},
        {"resource":{"resourceType":"Condition","subject":{"reference":"Patient/3"}}},
        {"resource":{"resourceType":"Condition","subject":{"reference":"http://b.example/Patient/2"}}},
        {"resource":{"resourceType":"Condition"}},
        {"resource":{"resourceType":"Appointment","participant":[
            {"actor":{"reference":"Patient/1"}},{"actor":{"reference":"Patient/2"}}]}},
        {"resource":{"resourceType":"Appointment","participant":[
            {"actor":{"reference":"Practitioner/9"}},{"actor":{"reference":"Patient/2"}}]}},
        {"resource":{"resourceType":"Patient","id":"2"}}]}"#;
    let report = read(text);
    let bundle = &report.bundles[0];
    let indexes = |n: usize| bundle.patients[n].resources.iter().map(|r| r.index).collect::<Vec<_>>();
    assert_eq!(indexes(0), [0, 1, 5]);
    assert_eq!(indexes(1), [2, 3, 4, 11]);
    assert_eq!(bundle.directory.get("Device"), Some(&1));
    let unclear = ReadError::PatientUnclear { patients: 2 };
    let expected = [
        (7, ReadError::PatientNotInBundle),
        (8, ReadError::PatientNotInBundle),
        (9, unclear.clone()),
        (10, unclear),
        (12, ReadError::DuplicatePatient { first: 2 }),
    ];
    assert_eq!(broken(&report), expected);
}

#[test]
fn somebody_elses_resource_never_joins_the_only_patient() {
    let other = r#"{"resourceType":"Condition","subject":{"reference":"Patient/other"}}"#;
    let dangling = r#"{"resourceType":"Condition","subject":{"reference":"urn:uuid:nobody"}}"#;
    let silent = r#"{"resourceType":"Condition"}"#;
    let report = read(bundle_of(&[PATIENT, other, dangling, silent]));
    let elsewhere = ReadError::PatientNotInBundle;
    assert_eq!(broken(&report), [(1, elsewhere.clone()), (2, elsewhere)]);
    assert_eq!(kept(&report.bundles[0]), [0, 3]);
}

#[test]
fn a_subject_that_cannot_be_told_never_is_the_only_patient() {
    let unclear = [
        r#"{"reference":5}"#,
        r#"{"identifier":{"value":"somebody else"}}"#,
        r#"{"display":"Anna Other"}"#,
        r#"{"type":"Patient"}"#,
        r##"{"reference":"#p"}"##,
        r#"{"reference":"patient/other"}"#,
        r#"{"reference":"Group/7"}"#,
        r#"{"reference":"p1"}"#,
        r#""Patient/other""#,
        r#""Patient/p1""#,
        "7",
        "false",
        r#"[{"reference":"Organization/o"},{"display":"Anna Other"}]"#,
    ];
    let organization = r#"{"resourceType":"Organization","id":"o"}"#;
    for field in ["subject", "patient", "beneficiary", "for", "individual", "candidate"] {
        for value in unclear {
            let resource = format!(r#"{{"resourceType":"Basic","{field}":{value}}}"#);
            let report = read(bundle_of(&[PATIENT, &resource, organization]));
            assert_eq!(broken(&report), [(1, ReadError::SubjectUnclear)], "{resource}");
            assert_eq!(kept(&report.bundles[0]), [0], "{resource}");
        }
    }
    // One field that is clear does not speak for another that is not.
    let both =
        r#"{"resourceType":"Basic","subject":{"reference":"Patient/p1"},"patient":{"display":"Anna"}}"#;
    assert_eq!(broken(&read(bundle_of(&[PATIENT, both]))), [(1, ReadError::SubjectUnclear)]);
    // A resource of the directory that may be about a patient is named too, one about something else is not.
    let device = r#"{"resourceType":"Device","patient":{"display":"Anna Other"}}"#;
    let contract = r#"{"resourceType":"Contract","subject":[{"reference":"Location/9"}]}"#;
    let report = read(bundle_of(&[PATIENT, device, contract]));
    assert_eq!(broken(&report), [(1, ReadError::SubjectUnclear)]);
    assert_eq!(report.bundles[0].directory.get("Contract"), Some(&1));
}

#[test]
fn an_empty_subject_another_entry_and_those_who_take_part_name_no_patient() {
    let organization = r#"{"resourceType":"Organization","id":"o"}"#;
    for fields in [
        r#""subject":null"#,
        r#""subject":{}"#,
        r#""subject":[]"#,
        r#""subject":"""#,
        r#""subject":{"reference":""}"#,
        r#""subject":{"reference":"Organization/o"}"#,
        r#""subject":{"reference":"urn:uuid:o"}"#,
        r#""subject":{"reference":"Organization/o/_history/2"}"#,
        r#""subject":[{"display":"Ann"},{"reference":"Patient/p1"}]"#,
        r#""subject":{"reference":"Patient/p1","display":"Ann"},"patient":{"reference":"Organization/o"}"#,
        r#""participant":[{"actor":{"reference":"Practitioner?identifier=x|1"}},{"actor":{"display":"Dr"}}]"#,
        r#""participant":[{"individual":{"reference":"Practitioner?identifier=x|1"}}]"#,
        r#""actor":[{"reference":"Practitioner/9"}]"#,
        r#""securityContext":{"reference":"Organization/9"}"#,
    ] {
        let resource = format!(r#"{{"resourceType":"Basic",{fields}}}"#);
        let report = read(bundle_of(&[PATIENT, &resource, organization]));
        assert_eq!(report.problems, [], "{resource}");
        assert_eq!(kept(&report.bundles[0]), [0, 1], "{resource}");
    }
    for fields in [
        r#""subject":{"reference":"Patient?identifier=x|1"}"#,
        r#""participant":[{"actor":{"reference":"http://a.example/Patient?identifier=x"}}]"#,
        r#""subject":{"reference":"Patient/p1"},"patient":{"reference":"Patient/other"}"#,
    ] {
        let resource = format!(r#"{{"resourceType":"Basic",{fields}}}"#);
        let report = read(bundle_of(&[PATIENT, &resource]));
        assert_eq!(broken(&report), [(1, ReadError::PatientNotInBundle)], "{resource}");
    }
}

#[test]
fn a_bundle_without_a_patient_is_a_directory() {
    let doctor = r#"{"resourceType":"Practitioner"}"#;
    let report = read(bundle_of(&[doctor, doctor, r#"{"resourceType":"Location"}"#]));
    assert_eq!(report.problems, []);
    let bundle = &report.bundles[0];
    assert!(bundle.patients.is_empty());
    assert_eq!(
        bundle.directory.iter().map(|(k, n)| (k.as_str(), *n)).collect::<Vec<_>>(),
        [("Location", 1), ("Practitioner", 2)]
    );
    let report = read(bundle_of(&[doctor, r#"{"resourceType":"Observation"}"#]));
    assert_eq!(broken(&report), [(1, ReadError::NoPatient)]);
}

#[test]
fn a_folder_is_read_in_the_order_of_its_names() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir(at("b")).unwrap();
    for name in ["c.json", "a.json", "b/x.json", "notes.txt"] {
        fs::write(at(name), bundle_of(&[PATIENT])).unwrap();
    }
    fs::write(at("broken.json"), "{").unwrap();
    let report = read_path(folder.path());
    let sources: Vec<PathBuf> = report.bundles.into_iter().map(|b| b.source).collect();
    assert_eq!(sources, [at("a.json"), at("b/x.json"), at("c.json")]);
    assert_eq!(report.problems.len(), 1);
    assert_eq!(report.problems[0].file, at("broken.json"));
    // A file that is named is read whatever it is called.
    assert_eq!(read_path(&at("notes.txt")).bundles.len(), 1);
}

#[test]
fn what_is_not_there_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let reason = |path: &Path| read_path(path).problems.first().map(|p| p.reason.clone());
    assert_eq!(reason(folder.path()), Some(ReadError::NoJsonFile));
    let missing = ReadError::Io { kind: std::io::ErrorKind::NotFound };
    assert_eq!(reason(&folder.path().join("missing")), Some(missing));
    #[cfg(unix)]
    assert_eq!(reason(Path::new("/dev/null")), Some(ReadError::NotAFile));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(folder.path(), folder.path().join("loop.json")).unwrap();
    fs::write(folder.path().join("a.json"), bundle_of(&[PATIENT])).unwrap();
    let report = read_path(folder.path());
    assert_eq!((report.bundles.len(), report.problems.len()), (1, 0));
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let report = read(bytes);
        prop_assert_eq!(report.bundles.len() + report.problems.len(), 1);
    }

    /// Every entry ends in exactly one place: with a patient, in the directory, or named as a problem.
    #[test]
    fn no_entry_is_lost(choices in proptest::collection::vec(0_usize..8, 0..30)) {
        const ENTRIES: [&str; 8] = [
            r#"{"resourceType":"Patient","id":"1"}"#,
            r#"{"resourceType":"Patient","id":"2"}"#,
            r#"{"resourceType":"Observation","subject":{"reference":"Patient/1"}}"#,
            r#"{"resourceType":"Observation","subject":{"reference":"Patient/2"}}"#,
            r#"{"resourceType":"Observation"}"#,
            r#"{"resourceType":"Organization"}"#,
            r#"{"resourceType":"Task","for":{"reference":"Patient/1"}}"#,
            "[]",
        ];
        let resources: Vec<&str> = choices.iter().map(|&c| ENTRIES[c]).collect();
        let report = read(bundle_of(&resources));
        let bundle = &report.bundles[0];
        let mut seen = kept(bundle);
        seen.extend(report.problems.iter().map(|p| p.entry.unwrap()));
        seen.sort_unstable();
        prop_assert!(seen.windows(2).all(|w| w[0] < w[1]));
        prop_assert_eq!(seen.len() + bundle.directory.values().sum::<usize>(), choices.len());
        for patient in &bundle.patients {
            for resource in &patient.resources {
                prop_assert_eq!(&resource.bytes[..], resources[resource.index].as_bytes());
            }
        }
    }

    #[test]
    fn a_damaged_bundle_never_panics(at in 0_usize..2000, byte in any::<u8>()) {
        let mut bytes = ehr_node::fhir::synthetic::generate(3, 1).remove(0);
        let at = at * bytes.len() / 2000;
        bytes[at] = byte;
        let _ = read(&bytes);
        let cut = read(&bytes[..at]);
        prop_assert!(cut.bundles.is_empty());
    }
}
