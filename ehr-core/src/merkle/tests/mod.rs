//! The trees against naive models, and their golden vectors.

mod golden;
mod history;
mod naive;
mod rfc6962;
mod state;
mod state_damage;
mod store;
