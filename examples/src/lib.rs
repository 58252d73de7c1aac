//! The programs live beside this file, in `examples/`. What several of them need is here: [`Node`], the smallest
//! driver an [`Engine`](ehr_core::engine::Engine) can have.

mod node;

pub use node::{Node, connect, deliver};
