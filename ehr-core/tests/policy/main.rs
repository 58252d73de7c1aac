//! The policy evaluator: against a second implementation, against its laws, and against golden vectors.

mod delegation;
#[path = "../golden/mod.rs"]
mod golden;
mod guards;
mod laws;
mod settling;
mod table;
mod tables;
mod vectors;
mod world;
mod worlds;
