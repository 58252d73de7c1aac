//! The engine as a driver and a peer see it.

mod bad_input;
mod driver;
mod gate;
mod liars;
mod local;
mod runs;
mod stake;
mod stalls;
mod sync;
