//! The driver around the deterministic core: input, storage, mining, clock and the `ehr` command.

pub mod cli;
pub mod commands;
pub mod fhir;
pub mod miner;
pub mod ui;
