//! The one signature rule: the ZIP-215 equation, for keys that were admitted (`docs/spec/signatures.md`).
//!
//! | part | holds |
//! |---|---|
//! | [`admission`](self::admit) | which 32 bytes may become a key, and proof that somebody holds it |
//! | [`verify`], [`verify_raw`] | one signature |
//! | [`Batch`] | many signatures at once, same verdict for each |
//! | [`Helpers`], [`Share`] | threads of the caller that verify beside the one that executes |
//! | [`SignatureCache`] | keys decoded and signatures verified before |
//! | [`Signer`] | who makes signatures: software here, an HSM or a phone's key store elsewhere |

mod admission;
mod batch;
mod cache;
mod equation;
mod shares;
mod signer;
mod verify;

pub use admission::{AdmittedKey, KeyError, admit, check_possession, possession_message, prove_possession};
pub use batch::{Batch, Culprits};
pub use cache::SignatureCache;
pub(crate) use cache::name as claim_name;
pub(crate) use shares::Shares;
pub use shares::{Helpers, Share};
pub use signer::{SignError, Signer, SoftwareSigner};
pub use verify::{SignatureError, verify, verify_raw};
