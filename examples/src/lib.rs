//! The programs live beside this file, in `examples/`.
