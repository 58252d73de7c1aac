//! Fuzz targets as plain functions over bytes: the fuzzer and a plain test run the same code.
//!
//! | targets | property |
//! |---|---|
//! | `decode_*` | what a decoder accepts encodes to the same bytes; a draft is the transaction it becomes |
//! | `codec_scan` | exactly the allowed subset of canonical DAG-CBOR is accepted |
//! | `open_sealed` | opening at once, in pieces and in part agree; nothing spoilt opens |
//! | `fhir_bundle` | every resource is a piece of the input; nothing is lost in silence |
//! | `state_machine` | a refused transaction changes nothing; apply and undo are the identity |
//! | `engine_script` | refused input changes nothing; the chain on disk never gets lighter and replays to the same state |
//! | `light_client` | a header chain stays bounded, connected and never gets lighter |
//! | `store_reopen` | after any fault and reopening, a store holds all of a commit or nothing |

mod codec_scan;
#[cfg(test)]
mod control;
mod decode;
mod engine_made;
mod engine_node;
mod engine_script;
mod fhir_bundle;
mod flaky_disk;
mod input;
mod light_client;
mod open_sealed;
pub mod seeds;
mod state_machine;
mod store_reopen;

/// One target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name, which is that of its corpus folder.
    pub name: &'static str,
    /// Panics if the property does not hold.
    pub run: fn(&[u8]),
    /// Whether its decoder accepts the bytes; always for targets that read bytes as a script.
    pub accepts: fn(&[u8]) -> bool,
}

/// Every target.
pub fn targets() -> Vec<Target> {
    let script = |name, run| Target { name, run, accepts: |_| true };
    let mut all = decode::targets();
    all.extend([
        Target { name: "codec_scan", run: codec_scan::do_test, accepts: codec_scan::accepts },
        script("open_sealed", open_sealed::do_test),
        script("fhir_bundle", fhir_bundle::do_test),
        script("state_machine", state_machine::do_test),
        script("engine_script", engine_script::do_test),
        script("light_client", light_client::do_test),
        script("store_reopen", store_reopen::do_test),
    ]);
    all
}
