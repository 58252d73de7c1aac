//! What can be chosen: invented names and towns, and published codes with their displays.

/// A code of a published system.
#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) system: &'static str,
    pub(super) code: &'static str,
    pub(super) display: &'static str,
}

const fn snomed(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://snomed.info/sct", code, display }
}
const fn rxnorm(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://www.nlm.nih.gov/research/umls/rxnorm", code, display }
}
const fn loinc(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://loinc.org", code, display }
}
const fn cvx(code: &'static str, display: &'static str) -> Code {
    Code { system: "http://hl7.org/fhir/sid/cvx", code, display }
}

pub(super) const WOMEN: [&str; 12] = [
    "Amara", "Beatriz", "Chiara", "Dilan", "Edith", "Freya", "Hanna", "Ingrid", "Leila", "Mei", "Noor", "Zoë",
];
pub(super) const MEN: [&str; 12] =
    ["Anton", "Bruno", "Chidi", "Dario", "Emil", "Farid", "Hugo", "Ivan", "Kenji", "Luís", "Omar", "Tomás"];
pub(super) const FAMILIES: [&str; 16] = [
    "Abara",
    "Bergqvist",
    "Castellan",
    "Dvorsky",
    "Eklund",
    "Ferrante",
    "Granlund",
    "Haddaway",
    "Ibarra",
    "Jansky",
    "Kowalt",
    "Lindmark",
    "Moreau",
    "Nakagawa",
    "Okonjo",
    "Petrelli",
];
pub(super) const STREETS: [&str; 8] = [
    "Alder Row",
    "Brook Lane",
    "Cedar Walk",
    "Dune Street",
    "Elm Rise",
    "Fern Way",
    "Garnet Road",
    "Harbour View",
];
pub(super) const TOWNS: [&str; 6] =
    ["Northmere", "Eastwick Falls", "Saltbridge", "Quarry Hill", "Lower Ashby", "Windholm"];

pub(super) const CHECK_UP: Code = snomed("185349003", "Encounter for check up (procedure)");

/// A lasting condition, from the youngest age at which the generator gives it, and what is taken against it.
pub(super) struct Condition {
    pub(super) code: Code,
    pub(super) youngest: i64,
    /// Per cent of the people old enough who have it.
    pub(super) share: i64,
    pub(super) medication: Option<Code>,
    pub(super) effect: Effect,
}

/// What a condition does to the measurements.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    Hypertension,
    Diabetes,
    Cholesterol,
}

pub(super) const LASTING: [Condition; 8] = [
    Condition {
        code: snomed("59621000", "Essential hypertension (disorder)"),
        youngest: 35,
        share: 35,
        medication: Some(rxnorm("29046", "lisinopril")),
        effect: Effect::Hypertension,
    },
    Condition {
        code: snomed("44054006", "Diabetes mellitus type 2 (disorder)"),
        youngest: 35,
        share: 20,
        medication: Some(rxnorm("6809", "metformin")),
        effect: Effect::Diabetes,
    },
    Condition {
        code: snomed("55822004", "Hyperlipidemia (disorder)"),
        youngest: 35,
        share: 25,
        medication: Some(rxnorm("83367", "atorvastatin")),
        effect: Effect::Cholesterol,
    },
    Condition {
        code: snomed("195967001", "Asthma (disorder)"),
        youngest: 4,
        share: 10,
        medication: Some(rxnorm("435", "albuterol")),
        effect: Effect::None,
    },
    Condition {
        code: snomed("40930008", "Hypothyroidism (disorder)"),
        youngest: 25,
        share: 8,
        medication: Some(rxnorm("10582", "levothyroxine")),
        effect: Effect::None,
    },
    Condition {
        code: snomed("37796009", "Migraine (disorder)"),
        youngest: 14,
        share: 10,
        medication: Some(rxnorm("5640", "ibuprofen")),
        effect: Effect::None,
    },
    Condition {
        code: snomed("239873007", "Osteoarthritis of knee (disorder)"),
        youngest: 50,
        share: 20,
        medication: Some(rxnorm("161", "acetaminophen")),
        effect: Effect::None,
    },
    Condition {
        code: snomed("235595009", "Gastroesophageal reflux disease (disorder)"),
        youngest: 25,
        share: 12,
        medication: Some(rxnorm("7646", "omeprazole")),
        effect: Effect::None,
    },
];

/// Short illnesses, with what was prescribed.
pub(super) const PASSING: [(Code, Option<Code>); 5] = [
    (snomed("444814009", "Viral sinusitis (disorder)"), None),
    (snomed("195662009", "Acute viral pharyngitis (disorder)"), None),
    (snomed("10509002", "Acute bronchitis (disorder)"), Some(rxnorm("161", "acetaminophen"))),
    (snomed("65363002", "Otitis media (disorder)"), Some(rxnorm("723", "amoxicillin"))),
    (snomed("44465007", "Sprain of ankle (disorder)"), Some(rxnorm("5640", "ibuprofen"))),
];

/// Allergies with their FHIR category.
pub(super) const ALLERGIES: [(Code, &str); 5] = [
    (snomed("91936005", "Allergy to penicillin (finding)"), "medication"),
    (snomed("91935009", "Allergy to peanut (finding)"), "food"),
    (snomed("300913006", "Allergy to shellfish (finding)"), "food"),
    (snomed("300916003", "Allergy to latex (finding)"), "environment"),
    (snomed("232350006", "House dust mite allergy (finding)"), "environment"),
];

pub(super) const INFLUENZA: Code = cvx("140", "Influenza, seasonal, injectable, preservative free");
pub(super) const TETANUS: Code = cvx("113", "Td (adult), 5 Lf tetanus toxoid, preservative free, adsorbed");
pub(super) const MEASLES: Code = cvx("03", "MMR");

/// A quantity that is measured.
#[derive(Clone, Copy)]
pub(super) struct Measure {
    pub(super) code: Code,
    /// UCUM.
    pub(super) unit: &'static str,
    pub(super) places: u32,
}

const fn measure(code: &'static str, display: &'static str, unit: &'static str, places: u32) -> Measure {
    Measure { code: loinc(code, display), unit, places }
}

pub(super) const HEIGHT: Measure = measure("8302-2", "Body height", "cm", 1);
pub(super) const WEIGHT: Measure = measure("29463-7", "Body weight", "kg", 1);
pub(super) const BMI: Measure = measure("39156-5", "Body mass index (BMI) [Ratio]", "kg/m2", 1);
pub(super) const SYSTOLIC: Measure = measure("8480-6", "Systolic blood pressure", "mm[Hg]", 0);
pub(super) const DIASTOLIC: Measure = measure("8462-4", "Diastolic blood pressure", "mm[Hg]", 0);
pub(super) const HBA1C: Measure = measure("4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood", "%", 1);
pub(super) const GLUCOSE: Measure = measure("2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 0);
pub(super) const CHOLESTEROL: Measure =
    measure("2093-3", "Cholesterol [Mass/volume] in Serum or Plasma", "mg/dL", 0);
pub(super) const HEMOGLOBIN: Measure = measure("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 1);

pub(super) const BLOOD_PRESSURE: Code = loinc("85354-9", "Blood pressure panel with all children optional");
