//! The data types of FHIR R4 that the generator writes, in the order of the specification.

use super::{
    catalog::{Code, Measure},
    decimal::Decimal,
};
use serde::Serialize;

/// A reference to another entry of the same bundle.
#[derive(Serialize, Clone)]
pub(super) struct Reference {
    reference: String,
}

impl Reference {
    pub(super) fn to(id: &str) -> Self {
        Self { reference: format!("urn:uuid:{id}") }
    }
}

#[derive(Serialize, Clone)]
pub(super) struct Coding {
    system: &'static str,
    code: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    display: &'static str,
}

impl From<Code> for Coding {
    fn from(code: Code) -> Self {
        Self { system: code.system, code: code.code, display: code.display }
    }
}

#[derive(Serialize, Clone)]
#[serde(untagged)]
pub(super) enum Concept {
    Coded { coding: [Coding; 1], text: &'static str },
    Status { coding: [Coding; 1] },
}

impl Concept {
    pub(super) fn of(code: Code) -> Self {
        Self::Coded { coding: [code.into()], text: code.display }
    }

    /// A code of one of HL7's own systems, which needs no display.
    pub(super) fn status(system: &'static str, code: &'static str) -> Self {
        Self::Status { coding: [Coding { system, code, display: "" }] }
    }
}

#[derive(Serialize)]
pub(super) struct Quantity {
    value: Decimal,
    unit: &'static str,
    system: &'static str,
    code: &'static str,
}

impl Quantity {
    pub(super) fn of(measure: Measure, units: i64) -> Self {
        Self {
            value: Decimal { units, places: measure.places },
            unit: measure.unit,
            system: "http://unitsofmeasure.org",
            code: measure.unit,
        }
    }
}

/// The mark of test data.
#[derive(Serialize)]
pub(super) struct Meta {
    tag: [Coding; 1],
}

impl Meta {
    pub(super) fn test() -> Self {
        Self {
            tag: [Coding {
                system: "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                code: "HTEST",
                display: "test health data",
            }],
        }
    }
}

#[derive(Serialize)]
pub(super) struct HumanName {
    #[serde(rename = "use")]
    pub(super) usage: &'static str,
    pub(super) family: &'static str,
    pub(super) given: [&'static str; 1],
}

#[derive(Serialize)]
pub(super) struct Identifier {
    pub(super) system: &'static str,
    pub(super) value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) line: [String; 1],
    pub(super) city: &'static str,
    pub(super) postal_code: String,
}

#[derive(Serialize)]
pub(super) struct Period {
    pub(super) start: String,
    pub(super) end: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    pub(super) code: Concept,
    pub(super) value_quantity: Quantity,
}

#[derive(Serialize)]
pub(super) struct Individual {
    pub(super) individual: Reference,
}

#[derive(Serialize)]
pub(super) struct Dosage {
    pub(super) text: &'static str,
}
