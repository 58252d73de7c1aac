//! The building blocks one by one, for auditors, integrators and the vectors in `vectors/`.
//!
//! Everything here is a pure function of its arguments: bytes in, bytes or a small record out. Hashes, keys and
//! signatures are bytes; ids and content ids are their text, as everywhere else in this crate. A check that fails is
//! [`EhrError::Refused`](crate::EhrError), bytes that are not what they should be are `Malformed`, an argument of the
//! wrong length is `InvalidArgument`.
//!
//! Secrets pass through some of these functions as plain bytes. That is what a test or an audit needs; programs keep
//! theirs in a [`Keyring`](crate::Keyring).
//!
//! | file | holds |
//! |---|---|
//! | [`wire`] | canonical bytes of every type: re-encode, describe, say what is wrong |
//! | [`hashing`] | SHA-256, domains, content ids, state keys |
//! | [`signing`] | the signature rule, admission of keys, possession |
//! | [`sealing`], [`wraps`] | sealed bodies, padding, HPKE wraps |
//! | [`secrets`] | derived keys, restored keyrings, key files |
//! | [`records`] | a record version opened and checked |
//! | [`client`] | account keys of a key file, drafts between signers |
//! | [`transactions`] | signed transactions, messages between peers |
//! | [`headers`], [`work`] | header, block id, work, targets, ASERT |
//! | [`merkle`], [`state_tree`], [`history`] | the three trees |
//! | [`chain`] | what follows from a genesis specification |
//! | [`policy`] | the decision on a question and its facts, as JSON |
//! | [`light`], [`light_stake`] | proofs for light clients, under work and under stake; forks |
//! | [`stake`] | validators, votes, certificates, evidence |
//! | [`checkpoints`] | what institutions cosign |

mod args;
pub mod chain;
pub mod checkpoints;
pub mod client;
pub mod hashing;
pub mod headers;
pub mod history;
pub mod light;
pub mod light_stake;
pub mod merkle;
pub mod policy;
mod policy_json;
pub mod records;
pub mod sealing;
pub mod secrets;
pub mod signing;
pub mod stake;
pub mod state_tree;
pub mod transactions;
pub mod wire;
pub mod work;
pub mod wraps;
