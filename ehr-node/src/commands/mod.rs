//! What each subcommand of `ehr` does.

pub mod demo;
pub mod show;
pub mod verify;
