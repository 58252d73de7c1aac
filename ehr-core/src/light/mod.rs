//! What a phone checks: headers, and proofs of single facts, with nothing trusted but one header
//! (`docs/spec/light.md`).
//!
//! | type | answers |
//! |---|---|
//! | [`HeaderChain`] | which header is the best one, and how deep another lies under it |
//! | [`LightProof`] | what the state, a transaction or a receipt was as of a header |
//! | [`stake`] | the same with certificates in place of work |
//! | [`checkpoint`] | what institutions vouch for, under any consensus |
//!
//! The rules are the full node's own: seal rules and fork choice of [`consensus`](crate::consensus), trees of
//! [`merkle`](crate::merkle).

mod anchor;
pub mod checkpoint;
mod error;
mod fact;
mod header_chain;
mod proof;
mod prove;
pub mod stake;

pub use anchor::TrustAnchor;
pub use error::{HeaderError, LightError};
pub use fact::{AncestorProof, InclusionProof, StateProof};
pub use header_chain::{Accepted, HeaderChain, Limits};
pub use proof::{LightProof, Proven};
pub use prove::{Prover, prove_grant, prove_record, prove_tx};
