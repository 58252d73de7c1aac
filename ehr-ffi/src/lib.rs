//! The foreign face of EHR Ledger: what Kotlin, Swift and Python call.
//!
//! Objects are handles that may be shared by threads; methods block and are coarse. A [`Ledger`] is the sans-IO engine
//! with a store, a blob store and a clock behind a gate that is open whenever foreign code runs. Ids cross as text,
//! sets as names, errors as one [`EhrError`]. What a host may bring is in [`host`]: stores, transports, signers,
//! listeners. No thread outlives a call, and none is started when the library is loaded.
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::indexing_slicing,
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::float_arithmetic,
        clippy::cast_possible_truncation,
        clippy::print_stdout,
        clippy::print_stderr
    )
)]

mod clock;
mod draft;
mod entropy;
mod fault;
mod gate;
mod genesis;
mod held;
pub mod host;
mod key_file;
mod keyring;
mod ledger;
mod light;
mod new_device;
mod storage;
pub mod toolbox;
pub mod types;

pub use clock::Clock;
pub use draft::Draft;
pub use ehr_core::foreign::{EhrError, EhrErrorKind};
pub use entropy::Entropy;
pub use genesis::Genesis;
pub use keyring::Keyring;
pub use ledger::Ledger;
pub use light::{LightClient, verify_proof};
pub use new_device::NewDevice;
pub use storage::Storage;

/// The result of every call.
pub type Result<T> = core::result::Result<T, EhrError>;

/// Version of this library, as in its package.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}

/// The decision in words for people, one line for the answer and one for each rule considered.
pub fn decision_text(decision: ehr_core::policy::Decision) -> String {
    decision.to_string()
}

/// The decision in words for people, one line for the answer and one for each rule considered.
///
/// # Errors
/// `InvalidArgument` for an id or a name in it that is none: what crosses was maybe not made here.
#[cfg(feature = "uniffi")]
#[uniffi::export(name = "decision_text")]
fn decision_text_of_a_foreign_value(decision: ehr_core::policy::Decision) -> Result<String> {
    Ok(decision_text(decision))
}

#[cfg(feature = "uniffi")]
uniffi::setup_scaffolding!();

/// The README's program, run as a test.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
