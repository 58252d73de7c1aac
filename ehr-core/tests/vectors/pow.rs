//! Bitcoin's compact targets and its retarget arithmetic.

use super::tally::{Tally, read_json};
use ehr_core::consensus::{CompactTarget, TargetError};
use ruint::aliases::U256;
use serde_json::Value;
use std::path::Path;

fn bits(v: &Value) -> u32 {
    u32::from_str_radix(v.as_str().expect("text"), 16).expect("hex")
}

fn target(v: &Value) -> U256 {
    U256::from_str_radix(v.as_str().expect("text"), 16).expect("hex")
}

fn list<'a>(file: &'a Value, pointer: &str) -> &'a Vec<Value> {
    file.pointer(pointer).and_then(Value::as_array).expect(pointer)
}

/// Bitcoin decodes any 32 bits and flags some; here the same 32 bits are a target or refused for that reason.
pub(crate) fn compact(path: &Path, tally: &mut Tally) {
    let file = read_json(path);
    for case in list(&file, "/decode") {
        let given = bits(&case["compact"]);
        let got = CompactTarget::from_bits(given);
        let ok = if case["overflow"] == true {
            got == Err(TargetError::Overflow { bits: given })
        } else if case["negative"] == true {
            got == Err(TargetError::Negative { bits: given })
        } else if target(&case["target"]).is_zero() {
            got == Err(TargetError::Zero { bits: given })
        } else if case["recompact"] != case["compact"] {
            got == Err(TargetError::NotCanonical { bits: given, canonical: bits(&case["recompact"]) })
                && CompactTarget::from_target(target(&case["target"])).bits() == bits(&case["recompact"])
        } else {
            got.is_ok_and(|t| t.expand() == target(&case["target"]) && t.bits() == given)
        };
        tally.check(ok, format!("decode {given:08x}"), format!("{got:?}"));
    }
    for case in list(&file, "/encode") {
        let got = CompactTarget::from_target(target(&case["target"])).bits();
        tally.check(got == bits(&case["compact"]), "encode", format!("{got:08x}"));
    }
    retarget(&file, tally);
}

/// This ledger retargets by ASERT, not every 2016 blocks. What the cases say about targets themselves still
/// holds: the expected bits are those of the clamped product, computed here with the library's target arithmetic.
fn retarget(file: &Value, tally: &mut Tally) {
    let rule = &file["retarget"];
    let whole = |v: &Value| v.as_u64().expect("number");
    let timespan = whole(&rule["target_timespan"]);
    for case in list(file, "/retarget/cases") {
        let old = CompactTarget::from_bits(bits(&case["bits"])).expect("a target").expand();
        let actual =
            (whole(&case["last_time"]) - whole(&case["first_time"])).clamp(timespan / 4, timespan * 4);
        let new = (old * U256::from(actual) / U256::from(timespan)).min(target(&rule["pow_limit"]));
        let got = CompactTarget::from_target(new).bits();
        tally.check(got == bits(&case["expected"]), &case["name"], format!("{got:08x}"));
    }
}
