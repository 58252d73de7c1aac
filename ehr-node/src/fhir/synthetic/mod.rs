//! Synthetic patients, so that a fresh clone has something to keep.
//!
//! Everybody in here is invented: names, streets and towns come from our own lists, and every resource carries
//! the HL7 tag for test data. The same seed gives the same bytes on every machine, and patient `n` of a seed does
//! not depend on how many patients are asked for.

mod catalog;
mod course;
mod datatype;
mod date;
mod decimal;
mod dice;
mod patient;
mod resource;
mod vitals;

use self::{dice::Dice, patient::Person};
use resource::{Bundle, Entry};

/// One FHIR R4 bundle (JSON, type "transaction") for each of `patients` patients, 20 to 60 entries each.
pub fn generate(seed: u64, patients: usize) -> Vec<Vec<u8>> {
    (0..patients).map(|number| bundle(seed, number)).collect()
}

fn bundle(seed: u64, number: usize) -> Vec<u8> {
    let mut dice = Dice::new(seed, number);
    let person = Person::invent(&mut dice);
    let mut entries: Vec<Entry> = Vec::new();
    course::tell(&person, &mut dice, &mut entries);
    // Writing plain structs of strings and numbers to memory has no way to fail.
    serde_json::to_vec_pretty(&Bundle::of(entries)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
