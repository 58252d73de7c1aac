//! When a block is valid, what it changes, and how that is undone. Every path (mined, synced, replayed, reorganised,
//! waiting in the mempool) goes through these functions.

mod admit;
pub mod audit;
mod build;
mod error;
mod execute;
mod roots;
mod stake;
mod undo;
mod window;

pub use admit::{admit, admit_cached};
pub use build::{Built, Rejected, Template, build, build_cached};
pub use error::BlockError;
pub use execute::{Base, Executed, execute, execute_cached};
pub use roots::{BlockReceipts, TxPlace, UndoRecord};
pub use undo::{UndoError, undo};
pub use window::{Prefix, Window, execute_chain};
