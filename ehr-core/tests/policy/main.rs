//! The policy evaluator: against a second implementation, against its laws, and against golden vectors.

mod delegation;
#[path = "../golden/mod.rs"]
mod golden;
mod laws;
mod settling;
mod table;
mod vectors;
mod world;
