//! Content ids: multihash, multibase and whole CIDs, as far as the library uses them.

use super::tally::{Tally, read, read_json};
use cid::multibase::{self, Base};
use cid::{Cid, multihash::Multihash};
use ehr_core::crypto::hash::sha256;
use ehr_core::primitives::{ContentId, ContentKind};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::path::Path;

/// Multicodec of raw bytes.
const RAW: u64 = 0x55;

fn text(path: &Path) -> String {
    String::from_utf8(read(path)).expect("UTF-8")
}

/// Rows `algorithm,bits,input,multihash`: SHA-256 whole must give our id; SHA-256 cut short must be refused.
pub(crate) fn multihash(path: &Path, tally: &mut Tally) {
    for (row, line) in text(path).lines().enumerate().skip(1) {
        let [algorithm, bits, input, hash] = line.split(',').collect::<Vec<_>>()[..] else {
            tally.fail(row, "not four fields");
            continue;
        };
        if algorithm != "sha2-256" {
            tally.not_applicable("hash other than SHA-256");
            continue;
        }
        let hash = Multihash::from_bytes(&hex::decode(hash).expect("hex")).expect("multihash");
        let id = ContentId::try_from(&Cid::new_v1(RAW, hash));
        if bits == "256" {
            tally.check(id == Ok(ContentId::of_raw(input.as_bytes())), row, "another id");
        } else {
            tally.check(id.is_err(), row, "a shortened hash was taken for an id");
        }
    }
}

/// Rows `encoding, "text"` under a header that holds the bytes: ours is lower-case base32 only.
pub(crate) fn multibase(path: &Path, tally: &mut Tally) {
    let file = text(path);
    let mut lines = file.lines();
    let quoted = |line: &str| line.split_once(", ").map(|(_, t)| t.trim_matches('"').to_owned());
    let header = lines.next().unwrap_or_default();
    let bytes = quoted(header).expect("header").replace("\\x00", "\0");
    let canonical = !header.starts_with("non-canonical");
    for line in lines {
        if !line.starts_with("base32,") {
            tally.not_applicable("encoding other than base32");
            continue;
        }
        let encoded = quoted(line).expect("text");
        let decoded = multibase::decode(&encoded)
            .map(|(base, b)| (base, b) == (Base::Base32Lower, bytes.clone().into()));
        let ours = multibase::encode(Base::Base32Lower, &bytes);
        let ok = decoded == Ok(true) && (ours == encoded) == canonical;
        tally.check(ok, line, format_args!("{ours} {decoded:?}"));
    }
}

/// Files and their CIDs: a raw leaf is one of ours, everything chunked is a UnixFS directory of leaves.
pub(crate) fn unixfs(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    let profiles = &file["profiles"];
    let all = ["literals", "deterministic_files"].iter().flat_map(|l| file[l].as_array().expect("array"));
    for case in all {
        let cid = case["cid"].as_str().expect("cid");
        let profile = &profiles[case["profile"].as_str().expect("profile")];
        let size = case["size"].as_u64().or_else(|| case["utf8"].as_str().map(|t| t.len() as u64));
        let one_leaf = size.is_some_and(|s| s <= profile["chunk"].as_u64().expect("chunk"));
        if profile["raw_leaves"] != true || !one_leaf {
            let refused = cid.parse::<ContentId>().is_err();
            match (profile["cid_version"].as_u64(), refused) {
                (_, true) => tally.not_applicable("UnixFS node (dag-pb): refused as a content id"),
                (_, false) => tally.fail(cid, "a dag-pb CID was taken for an id"),
            }
            continue;
        }
        let bytes = match case["utf8"].as_str() {
            Some(text) => text.as_bytes().to_vec(),
            None => keystream(case["seed"].as_str().expect("seed"), size.expect("size")),
        };
        let id = cid.parse::<ContentId>();
        let ok = id == Ok(ContentId::of_raw(&bytes))
            && id
                .as_ref()
                .is_ok_and(|i| i.to_string() == cid && i.matches(&bytes) && i.kind() == ContentKind::Raw);
        tally.check(ok, cid, "another id");
    }
}

/// The first `size` bytes of ChaCha20 keyed by the seed's SHA-256, nonce and counter zero.
fn keystream(seed: &str, size: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(size).expect("fits")];
    ChaCha20Rng::from_seed(sha256(seed.as_bytes()).0).fill_bytes(&mut bytes);
    bytes
}
