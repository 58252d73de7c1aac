//! The limits page of the specification is what the code says.

use std::path::Path;

/// The table of `docs/spec/limits.md`, printed from the source: name, value, meaning.
fn table() -> String {
    let source = include_str!("../src/codec/limits.rs");
    let mut rows = String::from("| limit | value | what it bounds |\n|---|---|---|\n");
    let mut meaning = Vec::new();
    for line in source.lines() {
        if let Some(doc) = line.strip_prefix("///") {
            meaning.push(doc.trim().replace('|', "\\|"));
        } else if let Some(rest) = line.strip_prefix("pub const ") {
            let (name, rest) = rest.split_once(':').unwrap();
            let (_, value) = rest.split_once('=').unwrap();
            let value = value.trim().trim_end_matches(';');
            assert!(!meaning.is_empty(), "{name} has no meaning");
            rows.push_str(&format!("| `{name}` | {value} | {} |\n", meaning.join(" ")));
            meaning.clear();
        }
    }
    rows
}

#[test]
fn the_page_prints_the_source() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/spec/limits.md");
    let page = format!(
        "# Limits\n\nEvery limit on what a peer or caller can make us hold, as `ehr-core/src/codec/limits.rs` has \
         them.\nPrinted by the test `limits` (`EHR_BLESS=1` rewrites); do not edit.\n\n{}",
        table()
    );
    if std::env::var_os("EHR_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page, "EHR_BLESS=1 rewrites the page");
}
