//! What each subcommand of `ehr` does.

pub mod demo;
pub mod folders;
pub mod show;
pub mod stake;
pub mod verify;
