//! Ed25519: the raw equation against every published edge case, then what admission makes of the keys.

use super::tally::{Tally, hex_field, read_gz, read_json};
use ehr_core::crypto::signature::{Signer, SoftwareSigner, admit, verify_raw};
use ehr_core::primitives::{Signature, VerifyingKey};
use std::path::Path;

fn key(bytes: &[u8]) -> VerifyingKey {
    VerifyingKey::try_from(bytes).expect("a key of 32 bytes")
}

/// The equation on lengths nobody promised: other lengths than 64 are refused by the type.
fn accepts(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    Signature::try_from(signature).is_ok_and(|s| verify_raw(key, message, &s).is_ok())
}

/// The same by the reference implementation of ZIP-215.
fn zebra(key: &VerifyingKey, message: &[u8], signature: &[u8]) -> bool {
    let Ok(signature) = ed25519_zebra::Signature::try_from(signature) else { return false };
    ed25519_zebra::VerificationKey::try_from(key.0).is_ok_and(|k| k.verify(&signature, message).is_ok())
}

/// RFC 8032 style: `secret ‖ key : key : message : signature ‖ message`; made, verified, admitted, altered.
pub(crate) fn rfc8032(path: &Path, tally: &mut Tally) {
    for (row, line) in read_gz(path).lines().enumerate() {
        let fields: Vec<_> = line.split(':').take(4).map(|f| hex::decode(f).expect("hex")).collect();
        let (seed, message) = (<[u8; 32]>::try_from(&fields[0][..32]).expect("seed"), &fields[2]);
        let (public, signature) = (key(&fields[1]), Signature::try_from(&fields[3][..64]).expect("64 bytes"));
        let signer = SoftwareSigner::from_seed(&seed);
        let mut altered = signature;
        altered.0[row % 64] ^= 1 << (row % 8);
        let ok = signer.public_key() == public
            && signer.sign_raw(message) == signature
            && verify_raw(&public, message, &signature).is_ok()
            && verify_raw(&public, message, &altered).is_err()
            && admit(&public).is_ok();
        tally.check(ok, format_args!("line {}", row + 1), "signing, verifying or admission differs");
    }
}

/// Cases 0 to 11 of "Taming the many EdDSAs" (Chalkias, Garillot, Nikolaenko 2020): what the cofactored equation
/// says of each, and what admission says of its key.
pub(crate) fn speccheck(path: &Path, tally: &mut Tally) {
    // (valid by the equation, key admitted)
    const EXPECTED: [(bool, bool); 12] = [
        (true, false),  // 0: small-order key and R, s = 0
        (true, false),  // 1: small-order key, mixed-order R
        (true, false),  // 2: mixed-order key, small-order R
        (true, false),  // 3: mixed-order key and R
        (true, false),  // 4: mixed-order key and R, valid only with the cofactor
        (true, false),  // 5: mixed-order key, R in the group, valid only with the cofactor
        (false, true),  // 6: s not below the group order
        (false, true),  // 7: s not below the group order, high bits set
        (false, false), // 8: small-order R not canonical, reduced before hashing; mixed-order key
        (true, false),  // 9: as 8, hashed as given
        (true, false),  // 10: small-order key not canonical, reduced before hashing: the factor 8 hides it
        (true, false),  // 11: as 10, hashed as given
    ];
    let cases = read_json(path);
    for (i, case) in cases.as_array().expect("array").iter().enumerate() {
        let (public, message) = (key(&hex_field(case, "pub_key")), hex_field(case, "message"));
        let signature = hex_field(case, "signature");
        let got = (accepts(&public, &message, &signature), admit(&public).is_ok());
        assert_eq!(got.0, zebra(&public, &message, &signature), "case {i}: not the equation of ZIP-215");
        tally.check(
            got == EXPECTED[i],
            i,
            format_args!("(valid, admitted) is {got:?}, expected {:?}", EXPECTED[i]),
        );
    }
}

/// Every combination of odd points and encodings. The flags say what the equation must do: it accepts all but
/// those whose `k` was computed over other bytes than were sent, unless the torsion of the key hides that.
pub(crate) fn cctv(path: &Path, tally: &mut Tally) {
    let cases = read_json(path);
    let (mut valid, mut valid_and_admitted, mut admitted) = (0, 0, 0);
    for case in cases.as_array().expect("array") {
        let flag = |name| case["flags"].as_array().is_some_and(|f| f.iter().any(|v| v == name));
        let (public, signature) = (key(&hex_field(case, "key")), hex_field(case, "sig"));
        let message = case["msg"].as_str().expect("msg").as_bytes();
        let ok = accepts(&public, message, &signature);
        let in_group = admit(&public).is_ok();
        valid += usize::from(ok);
        admitted += usize::from(in_group);
        valid_and_admitted += usize::from(ok && in_group);
        let rule = ok == zebra(&public, message, &signature) && (ok || flag("reencoded_k"));
        let odd_key = flag("low_order_A") || flag("low_order_component_A") || flag("non_canonical_A");
        tally.check(
            rule && in_group != odd_key,
            &case["number"],
            format_args!("valid {ok}, admitted {in_group}, flags {}", case["flags"]),
        );
    }
    // Stated totals of `docs/spec/signatures.md`.
    let totals = (valid, admitted, valid_and_admitted);
    if totals != CCTV_TOTALS {
        tally.fail("totals", format_args!("(valid, admitted, both) {totals:?}, expected {CCTV_TOTALS:?}"));
    }
}

/// Of 914: valid by the equation; keys that admission lets in; both.
const CCTV_TOTALS: (usize, usize, usize) = (826, 28, 22);

/// Wycheproof cases that call invalid what ZIP-215 calls valid, each by its id. 151: `R` is the point (0, 1) with
/// a sign bit that its x = 0 does not have. Only the holder of the key can make such a signature.
const LENIENT_R: [u64; 1] = [151];

/// Wycheproof: its invalid cases are malleability, lengths, ranges and wrong data, all binding but [`LENIENT_R`].
pub(crate) fn wycheproof(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    for group in file["testGroups"].as_array().expect("groups") {
        let public = key(&hex_field(&group["publicKey"], "pk"));
        for case in group["tests"].as_array().expect("tests") {
            let (message, signature) = (hex_field(case, "msg"), hex_field(case, "sig"));
            let ok = accepts(&public, &message, &signature) && admit(&public).is_ok();
            let expected = case["result"] == "valid";
            let lenient = case["tcId"].as_u64().is_some_and(|id| LENIENT_R.contains(&id));
            if lenient && ok && !expected && zebra(&public, &message, &signature) {
                tally.not_applicable(
                    "non-canonical R: valid by ZIP-215, the stated rule, invalid by RFC 8032",
                );
            } else {
                tally.check(ok == expected, &case["tcId"], format_args!("valid {ok}: {}", case["comment"]));
            }
        }
    }
}
