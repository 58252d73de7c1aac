//! The driver around the deterministic core: input, storage, mining, clock and the `ehr` command.
#![cfg_attr(
    not(test),
    deny(clippy::cast_possible_truncation, clippy::print_stdout, clippy::print_stderr, clippy::unwrap_used)
)]

pub mod cli;
pub mod commands;
pub mod driver;
pub mod fhir;
pub mod operator;
pub mod temporary;
pub mod ui;
pub mod wallet;
