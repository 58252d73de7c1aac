//! What every foreign language is shown: one error with a dozen kinds, ids and sets as text.
//!
//! Kotlin, Swift and Python show the same kinds with the same words (`docs/adr/0008-foreign-face.md`).

mod cause;
#[cfg(feature = "uniffi")]
mod crossing;
mod error;
mod text;

pub use error::{EhrError, EhrErrorKind};
pub use text::{SetOfNames, parse, set_of_names};
