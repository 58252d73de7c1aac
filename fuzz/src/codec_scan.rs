//! The codec against a library that decodes any DAG-CBOR: what is accepted is its canonical subset without floats,
//! maps and deep nesting, no more and no less (rules C-1 to C-4).

use ehr_core::codec::{Wire, limits::MAX_DEPTH};
use ipld_core::ipld::Ipld;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Any(Ipld);

impl Wire for Any {
    const NAME: &'static str = "any value";
    const MAX_BYTES: usize = 4096;
}

pub(crate) fn accepts(data: &[u8]) -> bool {
    Any::from_bytes(data).is_ok()
}

pub(crate) fn do_test(data: &[u8]) {
    let accepted = Any::from_bytes(data).ok();
    if let Some(any) = &accepted {
        assert_eq!(any.to_bytes().as_deref(), Ok(data));
    }
    let decoded = serde_ipld_dagcbor::from_slice::<Ipld>(data).ok();
    let allowed = decoded.filter(|value| {
        let canonical = serde_ipld_dagcbor::to_vec(value).is_ok_and(|again| again == data);
        data.len() <= Any::MAX_BYTES && canonical && depth(value).is_some_and(|depth| depth <= MAX_DEPTH)
    });
    assert_eq!(accepted.map(|any| any.0), allowed, "the codec and the model disagree");
}

/// Levels of lists, empty ones too; `None` if there is a form this ledger does not use.
fn depth(value: &Ipld) -> Option<usize> {
    match value {
        Ipld::Float(_) | Ipld::Map(_) => None,
        Ipld::List(items) => {
            let depths: Option<Vec<usize>> = items.iter().map(depth).collect();
            Some(1 + depths?.into_iter().max().unwrap_or(0))
        }
        _ => Some(0),
    }
}
