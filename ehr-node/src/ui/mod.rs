//! What people and scripts see in the terminal. Nothing else in this crate prints.

mod bar;
mod escape;
mod format;
mod screen;

pub use bar::Bar;
pub use escape::{escape, escape_json};
pub use format::{bytes, count, duration, utc};
pub use screen::{Mode, Screen};
