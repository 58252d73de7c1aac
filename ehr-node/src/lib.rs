//! The driver around the deterministic core: input, storage, mining, clock and the `ehr` command.
#![allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "clock and threads, which the core must not have, are this crate's part"
)]

pub mod cli;
pub mod commands;
pub mod driver;
pub mod fhir;
pub mod miner;
pub mod operator;
pub mod ui;
pub mod wallet;
