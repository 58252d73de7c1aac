//! The vectors have the same answers through the toolbox, and the runner notices when one has not.

#[path = "vectors/mod.rs"]
mod runner;

use runner::{FILES, File, answer_value};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// Names of all cases, and of those that differ.
fn cases(file: &File, value: &Value) -> (BTreeSet<String>, BTreeSet<String>) {
    let sheet = answer_value(file, value);
    let all = sheet.cases.iter().map(|(case, _)| case.clone()).collect();
    let different = sheet.cases.into_iter().filter(|(_, d)| !d.is_empty()).map(|(case, _)| case).collect();
    (all, different)
}

/// JSON pointers to everything in a file.
fn places(value: &Value, at: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, v)| places(v, format!("{at}/{key}"), found)),
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(i, v)| places(v, format!("{at}/{i}"), found))
        }
        _ => {}
    }
    found.push(at);
}

/// Another value of the same kind; `None` if there is none of this way.
type Change = fn(&Value) -> Option<Value>;

fn digit(text: &str, at: usize) -> Option<Value> {
    let other = if text.get(at..=at)? == "0" { "1" } else { "0" };
    let mut text = text.to_owned();
    text.replace_range(at..=at, other);
    Some(text.into())
}

const CHANGES: &[Change] = &[
    |value| match value {
        Value::String(text) if text.is_empty() => Some("00".into()),
        Value::String(text) => digit(text, text.len() - 1),
        Value::Number(n) => Some((n.as_u64()? ^ 1).into()),
        Value::Bool(flag) => Some((!flag).into()),
        _ => None,
    },
    |value| digit(value.as_str()?, 0),
    |value| value.as_array()?.split_last().map(|(_, rest)| rest.to_vec().into()),
];

/// Bytes that are refused, and stay so with a digit changed.
const LET_OFF: &[(&str, &str)] = &[
    ("client", "account_keys_refused"),
    ("light", "refused"),
    ("light_stake", "checkpoint.refused"),
    ("light_stake", "forks_refused"),
    ("light_stake", "proofs_refused"),
    ("light_stake", "split_views_refused"),
    ("messages", "bad"),
    ("pow", "refused"),
];

#[test]
fn every_vector_has_the_same_answer() {
    let report = runner::run(&folder());
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(report.sheets.len(), FILES.len());
    assert!(report.sheets.iter().all(|sheet| !sheet.cases.is_empty()), "{report}");
}

/// Changes every value, one at a time, in up to three ways: no case may be one that nothing can make differ.
#[test]
fn every_case_differs_for_some_change_of_its_file() {
    let one = |file: &File| {
        let text = std::fs::read_to_string(folder().join(format!("{}.json", file.0))).unwrap();
        let original: Value = serde_json::from_str(&text).unwrap();
        let (mut all, different) = cases(file, &original);
        assert!(different.is_empty());
        all.retain(|case| !LET_OFF.iter().any(|(name, kind)| file.0 == *name && case.starts_with(kind)));
        let (mut everywhere, mut noticed) = (Vec::new(), BTreeSet::new());
        places(&original, String::new(), &mut everywhere);
        let tries = CHANGES.iter().flat_map(|change| everywhere.iter().map(move |place| (change, place)));
        // Fields of one object mostly belong to one case: the first round tries one of them that tells.
        let mut told = BTreeSet::new();
        for (round, (change, place)) in [1, 2].into_iter().flat_map(|n| tries.clone().map(move |t| (n, t))) {
            let (beside, last) = place.rsplit_once('/').unwrap_or_default();
            if noticed.is_superset(&all) {
                break;
            }
            if round == 1 && told.contains(beside) && last.parse::<usize>().is_err() {
                continue;
            }
            let Some(value) = change(original.pointer(place).unwrap()) else { continue };
            let mut other = original.clone();
            *other.pointer_mut(place).unwrap() = value;
            let before = noticed.len();
            noticed.extend(cases(file, &other).1);
            if noticed.len() > before {
                told.insert(beside);
            }
        }
        let never: Vec<String> = all.difference(&noticed).cloned().collect();
        (file.0, never)
    };
    let never: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = FILES.iter().map(|file| scope.spawn(move || one(file))).collect();
        threads
            .into_iter()
            .flat_map(|thread| {
                let (file, never) = thread.join().unwrap();
                never.into_iter().map(move |case| format!("{file} {case}"))
            })
            .collect()
    });
    assert!(never.is_empty(), "{never:?}");
}

#[test]
fn files_and_keys_that_are_not_known_or_missing_are_not_skipped() {
    let copy = tempfile::tempdir().unwrap();
    for (name, _, _) in FILES {
        let file = format!("{name}.json");
        std::fs::copy(folder().join(&file), copy.path().join(&file)).unwrap();
    }
    let run = || runner::run(copy.path());
    assert_eq!(run().exit_code(), 0);
    let header = copy.path().join("header.json");
    let text = std::fs::read_to_string(&header).unwrap();
    for other in [text.replacen("\"cases\"", "\"case\"", 1), text.replacen('{', "{\"more\": 1,", 1)] {
        std::fs::write(&header, other).unwrap();
        let report = run();
        assert_eq!(report.exit_code(), 2, "{report}");
    }
    std::fs::write(&header, "[]").unwrap();
    assert_eq!(run().exit_code(), 1);
    std::fs::remove_file(&header).unwrap();
    assert_eq!(run().exit_code(), 2);
    std::fs::write(&header, &text).unwrap();
    assert_eq!(run().exit_code(), 0);
    std::fs::write(copy.path().join("other.json"), "{}").unwrap();
    assert!(run().to_string().contains("rust unknown: other.json"));
    assert_eq!(run().exit_code(), 2);
}
