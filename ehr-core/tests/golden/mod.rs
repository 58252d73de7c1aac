//! Golden vectors of our own formats: JSON files in `vectors/` that every language of the project checks.

use serde_json::Value;
use std::path::Path;

/// Compares what the code makes now with `vectors/<name>.json`. `EHR_BLESS=1` rewrites the file instead.
pub(crate) fn check(name: &str, made: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors").join(format!("{name}.json"));
    let text = format!("{made:#}\n");
    if std::env::var_os("EHR_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().expect("has a parent")).expect("vectors folder");
        std::fs::write(&path, text).expect("vectors folder is writable");
        return;
    }
    let file = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let differs = file.lines().zip(text.lines()).position(|(a, b)| a != b);
    assert!(
        file == text,
        "{} differs from what the code makes, first at line {}; EHR_BLESS=1 rewrites it if the change of format \
         is meant",
        path.display(),
        differs.map_or(file.lines().count().min(text.lines().count()), |n| n) + 1
    );
}
