//! The trees against naive models, and their golden vectors.
#![allow(clippy::cast_possible_truncation, reason = "small test sizes")]

mod golden;
mod history;
mod naive;
mod rfc6962;
mod state;
mod state_damage;
mod store;
