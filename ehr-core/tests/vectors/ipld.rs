//! DAG-CBOR: every published block through our strict decoder.

use super::tally::{Tally, hex_field, read, read_json};
use ehr_core::codec::{DecodeError, Wire};
use ehr_core::primitives::ContentId;
use ipld_core::ipld::Ipld;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Any value, under the same rules as our own types.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
struct Any(Ipld);

impl Wire for Any {
    const NAME: &'static str = "any";
    const MAX_BYTES: usize = 1 << 20;
    const MAX_DEPTH: usize = 32;
}

/// Files below `folder`, sorted, whose name ends in `.ext`.
pub(crate) fn files(folder: &Path, ext: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(&next).expect("folder").map(|e| e.expect("entry").path()) {
            if entry.is_dir() {
                open.push(entry);
            } else if entry.extension().is_some_and(|e| e == ext) {
                found.push(entry);
            }
        }
    }
    found.sort();
    found
}

/// Whether a value uses a kind that this ledger's encoding leaves out (rule C-4), and which.
fn left_out(value: &Ipld) -> Option<&'static str> {
    match value {
        Ipld::Map(_) => Some("map"),
        Ipld::Float(_) => Some("float"),
        Ipld::List(items) => items.iter().find_map(left_out),
        _ => None,
    }
}

/// A block is accepted, re-encoded to itself and named by its file name; or it holds a map or float and is
/// refused for exactly that.
pub(crate) fn good(path: &Path, tally: &mut Tally) {
    for file in files(path, "dag-cbor") {
        let (bytes, id) = (read(&file), file.display());
        let generic: Ipld = serde_ipld_dagcbor::from_slice(&bytes).expect("the fixture is DAG-CBOR");
        let cid = file.file_stem().and_then(|s| s.to_str()).expect("name");
        if !cid
            .parse::<ContentId>()
            .is_ok_and(|c| c.to_string() == cid && c == ContentId::of_dag_cbor(&bytes))
        {
            tally.fail(id, "another content id than its name");
            continue;
        }
        match (left_out(&generic), Any::from_bytes(&bytes)) {
            (None, Ok(any)) => tally.check(any.0 == generic, id, "another value"),
            (None, Err(e)) => tally.fail(id, e),
            (Some(_), Ok(_)) => tally.fail(id, "accepted, though it holds a map or float"),
            (Some(kind), Err(DecodeError::Forbidden { form, .. })) => tally.check(form == kind, id, form),
            (Some(_), Err(e)) => tally.fail(id, e),
        }
    }
}

/// Bytes that other codecs must refuse, too, are refused by ours; values that no encoder of another codec may
/// write are not about us.
pub(crate) fn refused(path: &Path, tally: &mut Tally) {
    for file in files(path, "json") {
        for case in read_json(&file).as_array().expect("array") {
            if case["hex"].is_string() {
                let ok = Any::from_bytes(&hex_field(case, "hex")).is_err();
                tally.check(ok, &case["name"], "accepted");
            } else {
                tally.not_applicable("dag-pb encoder");
            }
        }
    }
}
