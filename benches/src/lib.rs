//! What the benches share: measuring beside a raw primitive, and ledgers to measure on.
#![allow(clippy::disallowed_types, reason = "a measurement needs a clock")]
#![allow(clippy::print_stdout, reason = "the ratios are the benches' product")]
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a failure here ends the measurement")]

mod beside;
mod clinic;
mod node;
mod signatures;

pub use beside::{Beside, median, processor_seconds, seconds, worked};
pub use clinic::Clinic;
pub use node::Node;
pub use signatures::{RawSignature, raw_batch, signatures};

/// The allocator `ehr` runs with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
