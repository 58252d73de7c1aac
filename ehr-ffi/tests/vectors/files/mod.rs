//! One function a file: what `docs/vectors.md` says to compute.

mod bft;
mod client;
mod codec;
mod headers;
mod light;
mod light_stake;
mod merkle;
mod policy;
mod seals;
mod signing;
mod state;

use super::json::{Read, first};
use super::sheet::{Case, Fault, Sheet, is_refused};
use serde_json::Value;

/// Answers a file.
pub(crate) type Answer = fn(&Value, &mut Sheet) -> Result<(), Fault>;

/// A file's name, its top-level keys and who answers it.
pub(crate) type File = (&'static str, &'static [&'static str], Answer);

/// Every file there is.
pub(crate) const FILES: &[File] = &[
    (
        "bft",
        &["certificate", "chain", "evidence", "proposal", "proposers", "seeds", "validator_set", "vote"],
        bft::bft,
    ),
    ("client", &["account_keys", "account_keys_refused", "draft"], client::client),
    ("codec", &["bad", "fields", "good", "max_bytes", "max_depth"], codec::codec),
    ("domains", &["domains", "message", "possession", "public_key", "seed"], signing::domains),
    ("header", &["about", "cases"], headers::header),
    ("keys", &["generation", "key_file", "keyring", "recovery"], seals::keys),
    ("light", &["proofs", "refused", "rules"], light::light),
    (
        "light_stake",
        &[
            "anchor",
            "checkpoint",
            "forks",
            "forks_refused",
            "now",
            "proofs",
            "proofs_refused",
            "rules",
            "split_views",
            "split_views_refused",
            "steps",
            "trusting_ms",
        ],
        light_stake::light_stake,
    ),
    ("merkle", &["mmr", "rfc6962", "sparse"], merkle::merkle),
    ("messages", &["bad", "good"], codec::messages),
    ("policy", &["about", "cases"], policy::policy),
    ("pow", &["about", "asert", "leading_zero_nibbles", "refused_bits", "targets"], headers::pow),
    (
        "record",
        &[
            "bodies",
            "keys",
            "kind",
            "kind_commit",
            "kind_salt",
            "leaves",
            "manifest",
            "manifest_id",
            "media_types",
            "place",
            "plain_root",
            "recipient_secret",
            "sections",
            "size_class",
            "wrap_body",
        ],
        seals::record,
    ),
    (
        "seal",
        &[
            "cases",
            "context",
            "format",
            "key",
            "padded_len",
            "place",
            "plain_root",
            "salt",
            "section",
            "size_class",
        ],
        seals::seal,
    ),
    (
        "stake",
        &["chain_id", "entries", "genesis", "genesis_header", "keys", "params_hash", "sets", "transactions"],
        state::stake,
    ),
    (
        "state",
        &[
            "chain_id",
            "entries",
            "genesis",
            "genesis_block",
            "keys",
            "state_root",
            "tip",
            "tip_id",
            "tip_receipt",
        ],
        state::state,
    ),
    ("transactions", &["transactions"], codec::transactions),
    (
        "wrap",
        &[
            "author",
            "author_key",
            "author_seed",
            "recipient",
            "recipient_key",
            "recipient_secret",
            "set",
            "set_id",
            "wraps",
            "wraps_root",
        ],
        signing::wrap,
    ),
];

/// The canonical bytes of a kind come back as they are.
fn recodes(case: &mut Case, kind: &str, bytes: &[u8]) -> Result<(), Fault> {
    case.same(kind, bytes, &ehr_ffi::toolbox::wire::recode(kind, bytes.to_vec())?);
    Ok(())
}

/// What `describe` says, parsed.
fn described(kind: &str, bytes: &[u8]) -> Result<Value, Fault> {
    Ok(serde_json::from_str(&ehr_ffi::toolbox::wire::describe(kind, bytes.to_vec())?)?)
}
