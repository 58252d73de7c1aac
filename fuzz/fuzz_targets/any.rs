//! The fuzzer of the target named by `EHR_FUZZ_TARGET`.
#![no_main]

use ehr_fuzz::Target;
use std::sync::OnceLock;

static TARGET: OnceLock<Target> = OnceLock::new();

libfuzzer_sys::fuzz_target!(init: {
    let name = std::env::var("EHR_FUZZ_TARGET").unwrap_or_default();
    let target = ehr_fuzz::targets().into_iter().find(|target| target.name == name);
    TARGET.get_or_init(|| target.unwrap_or_else(|| panic!("EHR_FUZZ_TARGET={name:?}: no such target")));
}, |data: &[u8]| {
    if let Some(target) = TARGET.get() {
        (target.run)(data);
    }
});
