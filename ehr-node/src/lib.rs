//! The driver around the deterministic core: everything that needs threads, a clock, a disk or a network.

pub mod miner;
