//! The client layer through its public API, on a real ledger in memory.

#[path = "../golden/mod.rs"]
mod golden;

mod delegation;
mod devices;
mod keys;
mod model;
mod rotation;
mod signing;
mod story;
mod tampering;
mod transit;
mod vectors;
mod world;
