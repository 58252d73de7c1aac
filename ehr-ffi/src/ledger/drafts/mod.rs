//! Transactions in the making. Whoever's keys are given signs at once; the others sign the draft. Nothing is stored or
//! sent before [`Ledger::submit`](super::Ledger::submit).

mod devices;
mod make;
mod people;
mod records;
mod sharing;
