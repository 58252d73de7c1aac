//! Runs every published vector set that concerns the core, read in place from the folder named by
//! `EHR_VECTORS_DIR` (default: `../shared/vectors` beside the workspace). One line per file:
//!
//! ```text
//! cargo test -p ehr-core --test vectors -- --nocapture
//! ```
//!
//! A case passes, fails, or is not applicable with a reason; every case of a file must be one of the three.
#![allow(clippy::print_stdout, reason = "the table is this test's product")]

mod vectors {
    pub(crate) mod ed25519;
    pub(crate) mod ipld;
    pub(crate) mod kem;
    pub(crate) mod merkle;
    pub(crate) mod multiformats;
    pub(crate) mod pow;
    pub(crate) mod seal;
    pub(crate) mod tally;
}

use vectors::tally::{Set, run_all};

/// Every set: path below the folder, number of cases it must hold, and what runs it.
const SETS: &[Set] = &[
    Set { path: "ed25519-rfc8032/sign.input.txt.gz", cases: 1024, run: vectors::ed25519::rfc8032 },
    Set { path: "ed25519-speccheck/cases.json", cases: 12, run: vectors::ed25519::speccheck },
    Set { path: "ed25519-cctv/ed25519vectors.json", cases: 914, run: vectors::ed25519::cctv },
    Set { path: "wycheproof/ed25519_test.json", cases: 151, run: vectors::ed25519::wycheproof },
    Set { path: "ipld-codec-fixtures/fixtures", cases: 128, run: vectors::ipld::good },
    Set { path: "ipld-codec-fixtures/negative-fixtures", cases: 89, run: vectors::ipld::refused },
    Set {
        path: "multiformats/multihash/tests/values/test_cases.csv",
        cases: 260,
        run: vectors::multiformats::multihash,
    },
    Set { path: "multiformats/multibase/tests/basic.csv", cases: 23, run: vectors::multiformats::multibase },
    Set {
        path: "multiformats/multibase/tests/leading_zero.csv",
        cases: 23,
        run: vectors::multiformats::multibase,
    },
    Set {
        path: "multiformats/multibase/tests/two_leading_zeros.csv",
        cases: 23,
        run: vectors::multiformats::multibase,
    },
    Set {
        path: "multiformats/multibase/tests/case_insensitivity.csv",
        cases: 12,
        run: vectors::multiformats::multibase,
    },
    Set { path: "multiformats/unixfs_cids.json", cases: 12, run: vectors::multiformats::unixfs },
    Set { path: "bitcoin-pow/compact_and_retarget.json", cases: 25, run: vectors::pow::compact },
    Set { path: "rfc6962-merkle/tree_roots.json", cases: 9, run: vectors::merkle::roots },
    Set { path: "rfc6962-merkle/testdata/inclusion", cases: 98, run: vectors::merkle::inclusion },
    Set { path: "rfc6962-merkle/testdata/consistency", cases: 98, run: vectors::merkle::consistency },
    Set {
        path: "rfc6962-merkle/testdata/subtreeinclusion",
        cases: 204,
        run: vectors::merkle::subtree_inclusion,
    },
    Set {
        path: "rfc6962-merkle/testdata/subtreeconsistency",
        cases: 118,
        run: vectors::merkle::subtree_consistency,
    },
    Set {
        path: "wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json",
        cases: 35,
        run: vectors::seal::chunked_encryption,
    },
    Set { path: "cobblestone256_vectors.json", cases: 6, run: vectors::seal::cobblestone },
    Set { path: "wycheproof/aes_gcm_test.json", cases: 316, run: vectors::seal::aes_gcm },
    Set { path: "wycheproof/x25519_test.json", cases: 518, run: vectors::kem::x25519 },
    Set { path: "wycheproof/hkdf_sha256_test.json", cases: 86, run: vectors::kem::hkdf_sha256 },
    Set { path: "wycheproof/hkdf_sha512_test.json", cases: 83, run: vectors::kem::hkdf_sha512 },
    Set {
        path: "hpke-rfc9180/x25519_sha256_aes256gcm_full.json",
        cases: 1040,
        run: vectors::kem::hpke_messages,
    },
    Set { path: "hpke-rfc9180/rfc9180_trimmed.json", cases: 128, run: vectors::kem::hpke_suites },
];

#[test]
fn every_published_vector_set_agrees() {
    run_all(SETS);
}
