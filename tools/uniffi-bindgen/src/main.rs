//! `uniffi-bindgen generate LIBRARY --language kotlin --out-dir DIR`: the bindings generator, of the very version that `ehr-ffi` is compiled with.

fn main() {
    uniffi::uniffi_bindgen_main();
}
