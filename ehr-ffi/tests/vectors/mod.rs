//! The runner of this language: every file of the folder, every case in it, computed and compared.

mod files;
mod json;
mod sheet;

pub(crate) use sheet::{Report, Sheet};

pub(crate) use files::{FILES, File};

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
    for known in FILES {
        let file = format!("{}.json", known.0);
        if !found.remove(&file) {
            report.unknown.push(format!("{file} is missing"));
            continue;
        }
        let text = std::fs::read_to_string(folder.join(&file)).unwrap_or_default();
        report.sheets.push(answer_file(known, &text, &mut report.unknown));
    }
    report.unknown.extend(found.into_iter().map(|file| format!("{file} is not known to this runner")));
    report
}

/// Answers the text of a file.
fn answer_file((name, keys, answer): &File, text: &str, unknown: &mut Vec<String>) -> Sheet {
    let Ok(Value::Object(map)) = serde_json::from_str(text) else {
        let mut sheet = Sheet::new(name);
        sheet.case("file", |_| Err("not a JSON object".into()));
        return sheet;
    };
    let known: BTreeSet<&str> = keys.iter().copied().collect();
    let found: BTreeSet<&str> = map.keys().map(String::as_str).collect();
    let differ = known.symmetric_difference(&found);
    unknown.extend(differ.map(|key| format!("{name}.json: top-level key {key} is unknown or missing")));
    answer_value(&(name, keys, *answer), &Value::Object(map))
}

/// Answers what is in a file.
pub(crate) fn answer_value((name, _, answer): &File, value: &Value) -> Sheet {
    let mut sheet = Sheet::new(name);
    if let Err(fault) = answer(value, &mut sheet) {
        sheet.case("file", |_| Err(fault));
    }
    sheet
}
