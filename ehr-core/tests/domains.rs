//! Golden vectors of every domain tag, of tagged hashes, and of signatures and possession proofs.

mod golden;

use ehr_core::crypto::domain::Domain;
use ehr_core::crypto::hash::tagged;
use ehr_core::crypto::signature::{
    Signer, SoftwareSigner, admit, check_possession, possession_message, prove_possession, verify,
};
use serde_json::json;

const SEED: [u8; 32] = [0x42; 32];
const MESSAGE: &[u8] = b"the same message in every domain";
const CONTEXT: &[u8] = b"the context of one enrolment";

#[test]
fn every_domain_has_golden_bytes() {
    let signer = SoftwareSigner::from_seed(&SEED);
    let key = admit(&signer.public_key()).unwrap();
    let domains: Vec<_> = Domain::ALL
        .iter()
        .map(|domain| {
            let signature = signer.sign(*domain, MESSAGE).unwrap();
            verify(*domain, &key, MESSAGE, &signature).unwrap();
            json!({
                "name": format!("{domain:?}"),
                "tag": hex::encode(domain.tag()),
                "hash": tagged(*domain, &[MESSAGE]),
                "signature": signature,
            })
        })
        .collect();
    let proof = prove_possession(&signer, CONTEXT).unwrap();
    check_possession(CONTEXT, &key, &proof).unwrap();
    golden::check(
        "domains",
        &json!({
            "seed": hex::encode(SEED),
            "public_key": key.bytes(),
            "message": hex::encode(MESSAGE),
            "domains": domains,
            "possession": {
                "context": hex::encode(CONTEXT),
                "message": hex::encode(possession_message(&key.bytes(), CONTEXT)),
                "proof": proof,
            },
        }),
    );
}

/// No tag may begin another, or a message in one domain could be a message in the other.
#[test]
fn no_tag_is_a_prefix_of_another() {
    for a in Domain::ALL {
        assert!(a.tag().ends_with(b"\0") && a.tag().iter().filter(|b| **b == 0).count() == 1);
        for b in Domain::ALL {
            assert!(a == b || !b.tag().starts_with(a.tag()), "{a:?} {b:?}");
        }
    }
}

/// The table people read is the table the code uses.
#[test]
fn the_specification_lists_every_tag() {
    let page = include_str!("../../docs/spec/signatures.md");
    let rows: Vec<_> = page.lines().filter(|l| l.contains("`ehr/")).collect();
    assert_eq!(rows.len(), Domain::ALL.len());
    for (row, domain) in rows.iter().zip(Domain::ALL) {
        let tag = String::from_utf8_lossy(domain.tag()).replace('\0', "\\0");
        assert!(row.starts_with(&format!("| `{domain:?}` | `{tag}` |")), "{row}");
    }
}
