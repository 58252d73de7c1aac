//! The FHIR reader: no input makes it panic, guess or lose something in silence.

use ehr_node::fhir::{ReadReport, is_clinical, read_bundle};
use serde_json::Value;
use std::path::Path;

pub(crate) fn do_test(data: &[u8]) {
    let mut report = ReadReport::default();
    read_bundle(Path::new("fuzz.json"), data, &mut report);
    assert!(
        !report.bundles.is_empty() || !report.problems.is_empty(),
        "neither a bundle nor a problem came of {} bytes",
        data.len()
    );
    let mut last = None;
    for resource in report.bundles.iter().flat_map(|b| &b.patients).flat_map(|p| &p.resources) {
        let bytes = &resource.bytes;
        assert!(
            is_clinical(&resource.resource_type) || names_somebody(bytes),
            "{} is kept and names nobody",
            resource.resource_type
        );
        assert!(bytes.starts_with(b"{") && bytes.ends_with(b"}"));
        assert!(
            data.windows(bytes.len()).any(|window| window == bytes.as_slice()),
            "bytes are not the input's"
        );
        last = last.max(Some(resource.index));
    }
    // Every entry is placed once: in a record, in the directory, or among the problems.
    let kept = report.bundles.iter().flat_map(|b| &b.patients).map(|p| p.resources.len()).sum::<usize>();
    assert!(last.is_none_or(|last| kept <= last + 1), "an entry was kept twice");
    // The same bytes again give the same.
    let mut again = ReadReport::default();
    read_bundle(Path::new("fuzz.json"), data, &mut again);
    assert!(again.bundles == report.bundles && again.problems.len() == report.problems.len());
}

/// Whether a resource of any type refers to something (rule F-4), as a plain reader of JSON sees it. One it cannot
/// read (half a surrogate pair in a text) is let pass.
fn names_somebody(resource: &[u8]) -> bool {
    fn refers(value: &Value) -> bool {
        match value {
            Value::Object(fields) => {
                fields.get("reference").is_some_and(Value::is_string) || fields.values().any(refers)
            }
            Value::Array(items) => items.iter().any(refers),
            _ => false,
        }
    }
    serde_json::from_slice(resource).map_or(true, |value| refers(&value))
}
