//! Wraps: a secret encrypted to one recipient, signed by who made it (`docs/spec/sealing.md`, rules WR-1 to WR-6).
//!
//! Wraps live beside the sealed data: a reader is added without touching it. HPKE (RFC 9180) in base mode encrypts;
//! an Ed25519 signature over the whole wrap says who made it, to anybody.

mod body;
mod hpke;
mod set;
mod signed;
mod subject;

pub use body::{WrapBody, WrapError};
pub use hpke::Suite;
pub use set::WrapSet;
pub use signed::Wrap;
pub use subject::WrapSubject;
