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

/// Whom a resource names.
pub(super) struct Named {
    /// Each field that says whom the resource is about and is not empty: what its items refer to. `None` is an item
    /// that names somebody in another way than by a reference (an identifier, a name).
    about: Vec<Vec<Option<String>>>,
    /// References from the fields of those who take part. These matter only where they name a patient.
    taking_part: Vec<String>,
}

impl Subjects<'_> {
    /// What those fields name.
    pub(super) fn named(&self) -> Result<Named, ReadError> {
        let mut named = Named { about: Vec::new(), taking_part: Vec::new() };
        let about = [self.subject, self.patient, self.beneficiary, self.of, self.individual, self.candidate];
        for raw in about.into_iter().flatten() {
            let items = items(raw)?;
            if !items.is_empty() {
                named.about.push(items.iter().map(reference).collect());
            }
        }
        for raw in [self.actor, self.participant, self.security_context].into_iter().flatten() {
            for item in items(raw)? {
                named.taking_part.extend(reference(&item));
                named.taking_part.extend(item.get("actor").and_then(reference));
            }
        }
        Ok(named)
    }
}

/// The values of a field, one or many, without the empty ones.
fn items(raw: &RawValue) -> Result<Vec<Value>, ReadError> {
    // Not understanding who is named must not end as "nobody is named".
    let value = serde_json::from_str(raw.get()).map_err(|_| ReadError::NotUnicode { object: "resource" })?;
    let mut items = match value {
        Value::Array(items) => items,
        value => vec![value],
    };
    items.retain(|item| !is_empty(item));
    Ok(items)
}

/// Whether there is nothing in it. The depth was limited before.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What an item refers to, whatever version of it.
fn reference(item: &Value) -> Option<String> {
    let text = item.get("reference")?.as_str().filter(|text| !text.is_empty())?;
    Some(text.split("/_history/").next().unwrap_or_default().to_owned())
}

/// The resource type a reference spells out: of "Type/id", "Type?..." or an address that ends so.
fn spelled_type(reference: &str) -> Option<&str> {
    let kind = match reference.split_once('?') {
        Some((before, _)) => before.rsplit('/').next(),
        None => reference.rsplit('/').nth(1),
    }?;
    let is_type =
        kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.chars().all(|c| c.is_ascii_alphabetic());
    is_type.then_some(kind)
}

/// The patients of one bundle, by every name they can be referred to.
#[derive(Default)]
pub(super) struct Patients {
    by_name: BTreeMap<String, usize>,
    entries: Vec<usize>,
    others: BTreeSet<String>,
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

    /// Notes the names of an entry that is no Patient, so that a reference to it is known not to mean one.
    pub(super) fn add_other(&mut self, full_url: Option<&str>, resource_type: &str, id: Option<&str>) {
        self.others.extend(full_url.map(str::to_owned));
        if let Some(id) = id {
            self.others.insert(format!("{resource_type}/{id}"));
            self.others.insert(format!("urn:uuid:{id}"));
        }
    }

    /// Whether a resource names a patient, in this bundle or elsewhere, or may do so. A field that spells out
    /// another type, or means another entry, does not.
    pub(super) fn names_one(&self, named: &Named) -> bool {
        let is_one = |r: &String| self.by_name.contains_key(r) || self.is_foreign(r);
        let may_be_one = |item: &Option<String>| {
            item.as_ref().is_none_or(|r| is_one(r) || !(self.others.contains(r) || spelled_type(r).is_some()))
        };
        named.taking_part.iter().any(is_one) || named.about.iter().flatten().any(may_be_one)
    }

    /// The patient a clinical resource belongs to. A resource that names nobody belongs to the only patient there
    /// is; one that names somebody else, or somebody it cannot be told who, never does.
    pub(super) fn owner(&self, named: &Named) -> Result<usize, ReadError> {
        if self.entries.is_empty() {
            return Err(ReadError::NoPatient);
        }
        let mut owners = BTreeSet::new();
        for field in &named.about {
            let here: BTreeSet<usize> = self.numbers(field.iter().flatten()).collect();
            if here.is_empty() {
                self.check_nobody(field)?;
            }
            owners.extend(here);
        }
        owners.extend(self.numbers(named.taking_part.iter()));
        match (owners.first(), owners.len(), self.entries.len()) {
            (Some(&number), 1, _) => Ok(number),
            (None, _, _) if named.taking_part.iter().any(|r| self.is_foreign(r)) => {
                Err(ReadError::PatientNotInBundle)
            }
            (None, _, 1) => Ok(0),
            (_, _, patients) => Err(ReadError::PatientUnclear { patients }),
        }
    }

    fn numbers<'r>(&self, references: impl Iterator<Item = &'r String>) -> impl Iterator<Item = usize> {
        references.filter_map(|r| self.by_name.get(r).copied())
    }

    /// Passes a field whose every item is known to mean another entry of the bundle.
    fn check_nobody(&self, field: &[Option<String>]) -> Result<(), ReadError> {
        if field.iter().flatten().any(|r| self.is_foreign(r)) {
            return Err(ReadError::PatientNotInBundle);
        }
        if field.iter().any(|item| item.as_ref().is_none_or(|r| !self.others.contains(r))) {
            return Err(ReadError::SubjectUnclear);
        }
        Ok(())
    }

    /// A reference that can only mean a patient who is not here.
    fn is_foreign(&self, reference: &str) -> bool {
        !self.by_name.contains_key(reference)
            && (spelled_type(reference) == Some("Patient")
                || reference.starts_with("Patient/")
                || reference.contains("/Patient/")
                || (reference.starts_with("urn:") && !self.others.contains(reference)))
    }
}
