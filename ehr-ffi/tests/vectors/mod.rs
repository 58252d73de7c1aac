//! The runner of this language: every file of the folder, every case in it, computed and compared.

mod files;
mod json;
mod sheet;

pub(crate) use sheet::{Report, Sheet};

pub(crate) use files::{Answer, FILES, File};

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Answers every file of a folder. A file or a top-level key that is not known, or is missing, is reported as unknown.
pub(crate) fn run(folder: &Path) -> Report {
    let mut report = Report::default();
    let listed = std::fs::read_dir(folder).map(|list| {
        list.filter_map(Result::ok).map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    });
    let Ok(mut found): Result<BTreeSet<String>, _> = listed else {
        report.unknown.push("the folder cannot be read".to_owned());
        return report;
    };
    for (name, keys, answer) in FILES {
        let file = format!("{name}.json");
        if !found.remove(&file) {
            report.unknown.push(format!("{file} is missing"));
            continue;
        }
        let text = std::fs::read_to_string(folder.join(&file)).unwrap_or_default();
        report.sheets.push(answer_file(name, keys, *answer, &text, &mut report.unknown));
    }
    report.unknown.extend(found.into_iter().map(|file| format!("{file} is not known to this runner")));
    report
}

/// Answers one file.
pub(crate) fn answer_file(
    name: &str,
    keys: &[&str],
    answer: Answer,
    text: &str,
    unknown: &mut Vec<String>,
) -> Sheet {
    let mut sheet = Sheet::new(name);
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => {
            let known: BTreeSet<&str> = keys.iter().copied().collect();
            let found: BTreeSet<&str> = map.keys().map(String::as_str).collect();
            let differ = known.symmetric_difference(&found);
            unknown
                .extend(differ.map(|key| format!("{name}.json: top-level key {key} is unknown or missing")));
            let file = Value::Object(map);
            if let Err(fault) = answer(&file, &mut sheet) {
                sheet.case("file", |_| Err(fault));
            }
        }
        _ => sheet.case("file", |_| Err("not a JSON object".into())),
    }
    sheet
}
