//! Whose resource it is.

use super::error::ReadError;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::collections::{BTreeMap, BTreeSet};

/// The fields of R4 through which a resource names its patient.
#[derive(Deserialize)]
pub(super) struct Subjects<'a> {
    #[serde(borrow)]
    subject: Option<&'a RawValue>,
    #[serde(borrow)]
    patient: Option<&'a RawValue>,
    #[serde(borrow)]
    beneficiary: Option<&'a RawValue>,
    #[serde(borrow, rename = "for")]
    of: Option<&'a RawValue>,
    #[serde(borrow)]
    individual: Option<&'a RawValue>,
    #[serde(borrow)]
    candidate: Option<&'a RawValue>,
    #[serde(borrow)]
    actor: Option<&'a RawValue>,
    #[serde(borrow)]
    participant: Option<&'a RawValue>,
    #[serde(borrow, rename = "securityContext")]
    security_context: Option<&'a RawValue>,
}

impl Subjects<'_> {
    /// Every reference in those fields. A field of another shape (a code, a text) holds none.
    pub(super) fn references(&self) -> Result<Vec<String>, ReadError> {
        let fields = [
            self.subject,
            self.patient,
            self.beneficiary,
            self.of,
            self.individual,
            self.candidate,
            self.actor,
            self.participant,
            self.security_context,
        ];
        let mut found = Vec::new();
        for raw in fields.into_iter().flatten() {
            // Not understanding who is named must not end as "nobody is named".
            match serde_json::from_str::<Value>(raw.get())
                .map_err(|_| ReadError::NotUnicode { object: "resource" })?
            {
                Value::Array(items) => items.iter().for_each(|item| push_reference(item, &mut found)),
                value => push_reference(&value, &mut found),
            }
        }
        Ok(found)
    }
}

fn push_reference(value: &Value, found: &mut Vec<String>) {
    for reference in [value.get("reference"), value.get("actor").and_then(|actor| actor.get("reference"))] {
        if let Some(Value::String(text)) = reference {
            found.push(text.split("/_history/").next().unwrap_or_default().to_owned());
        }
    }
}

/// The patients of one bundle, by every name they can be referred to.
#[derive(Default)]
pub(super) struct Patients {
    by_name: BTreeMap<String, usize>,
    entries: Vec<usize>,
    other_urls: BTreeSet<String>,
}

impl Patients {
    /// Adds the Patient of entry `entry`; gives its number, from 0.
    pub(super) fn add(
        &mut self,
        entry: usize,
        full_url: Option<&str>,
        id: Option<&str>,
    ) -> Result<usize, ReadError> {
        let mut names: Vec<String> = full_url.map(str::to_owned).into_iter().collect();
        if let Some(id) = id {
            names.push(format!("Patient/{id}"));
            names.push(format!("urn:uuid:{id}"));
        }
        if let Some(&known) = names.iter().find_map(|name| self.by_name.get(name)) {
            return Err(ReadError::DuplicatePatient { first: self.entries[known] });
        }
        let number = self.entries.len();
        self.entries.push(entry);
        self.by_name.extend(names.into_iter().map(|name| (name, number)));
        Ok(number)
    }

    /// Notes the address of an entry that is no Patient, so that a reference to it is known not to mean one.
    pub(super) fn add_other(&mut self, full_url: &str) {
        self.other_urls.insert(full_url.to_owned());
    }

    /// Whether any of the references names a patient, in this bundle or elsewhere.
    pub(super) fn names_one(&self, references: &[String]) -> bool {
        references.iter().any(|r| self.by_name.contains_key(r) || self.is_foreign(r))
    }

    /// The patient a clinical resource with these references belongs to. A resource that names nobody belongs to
    /// the only patient there is; one that names somebody else never does.
    pub(super) fn owner(&self, references: &[String]) -> Result<usize, ReadError> {
        let named: BTreeSet<usize> = references.iter().filter_map(|r| self.by_name.get(r).copied()).collect();
        match (named.first(), named.len(), self.entries.len()) {
            (_, _, 0) => Err(ReadError::NoPatient),
            (Some(&number), 1, _) => Ok(number),
            (None, _, _) if references.iter().any(|r| self.is_foreign(r)) => {
                Err(ReadError::PatientNotInBundle)
            }
            (None, _, 1) => Ok(0),
            (_, _, patients) => Err(ReadError::PatientUnclear { patients }),
        }
    }

    /// A reference that can only mean a patient who is not here.
    fn is_foreign(&self, reference: &str) -> bool {
        !self.by_name.contains_key(reference)
            && (reference.starts_with("Patient/")
                || reference.starts_with("Patient?")
                || reference.contains("/Patient/")
                || (reference.starts_with("urn:") && !self.other_urls.contains(reference)))
    }
}
