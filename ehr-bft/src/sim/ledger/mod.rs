//! Whole replicas on a simulated network: real engines, real stores, real transactions. A seed decides everything.
//!
//! An observer executes every final block again on a ledger of its own, with all rules on, and compares: no two final blocks
//! of a height, no block that breaks a rule, no certificate that proves nothing, no honest validator accused, and every
//! offence that somebody could prove in time is punished. A failure names its seed.

mod event;
mod host;
mod liar;
mod machine;
mod members;
mod observer;
mod report;
mod scenario;
mod traffic;
mod world;

pub use machine::Machine;
pub use members::{Members, STAKE};
pub use observer::Observer;
pub use report::{Failure, Report};
pub use scenario::{Lie, Mistake, Scenario};
pub use world::World;

/// Runs a scenario.
///
/// # Errors
/// A broken promise, or no progress.
pub fn run(scenario: &Scenario) -> Result<Report, Failure> {
    World::new(scenario).run()
}
