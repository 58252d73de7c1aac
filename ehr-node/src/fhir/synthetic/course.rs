//! A few years of one patient's care, visit by visit.

use super::{
    catalog::{self, Code, Measure},
    datatype::{
        Address, Coding, Component, Concept, Dosage, HumanName, Identifier, Individual, Period, Quantity,
        Reference,
    },
    date::Date,
    dice::Dice,
    patient::Person,
    resource::{Body, Entry},
    vitals::Vitals,
};

const CLINICAL_STATUS: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
const CONDITION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/condition-category";
const ALLERGY_STATUS: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical";
const ALLERGY_VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification";
const OBSERVATION_CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";
const AMBULATORY: Code =
    Code { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB", display: "ambulatory" };

/// Whom all entries of one bundle refer to.
struct Cast {
    patient: Reference,
    doctor: Reference,
    clinic: Reference,
}

/// One visit to the clinic.
struct Visit {
    reference: Reference,
    day: Date,
    /// FHIR `dateTime` of its start.
    start: String,
}

/// Writes all entries of a person's bundle.
pub(super) fn tell(person: &Person, dice: &mut Dice, entries: &mut Vec<Entry>) {
    let cast = introduce(person, dice, entries);
    allergies(person, &cast, dice, entries);
    let mut waiting: Vec<(Code, Reference, Date)> = Vec::new();
    for (condition, onset) in &person.conditions {
        let id = dice.uuid();
        if let Some(medication) = condition.medication {
            waiting.push((medication, Reference::to(&id), *onset));
        }
        entries.push(Entry::new(id, diagnosis(condition.code, &cast, *onset, None, None)));
    }
    let visits = visit_days(dice);
    // A short illness brings the patient in at one visit, or at two.
    let ill =
        [dice.range(0, 4), dice.range(0, 4)].map(|n| n.rem_euclid(visits.len().try_into().unwrap_or(1)));
    for (number, day) in (0..).zip(visits) {
        let visit = arrive(&cast, day, dice, entries);
        let vitals = Vitals::measure(person, day, dice);
        observe(&cast, &visit, &vitals, dice, entries);
        if ill.contains(&number) {
            fall_ill(&cast, &visit, dice, entries);
        }
        // What was found before this visit is first treated at it.
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, _, onset)| *onset <= day);
        waiting = later;
        for (medication, reason, _) in due {
            prescribe(medication, "active", reason, &cast, &visit, dice, entries);
        }
        immunize(person, number, &cast, &visit, dice, entries);
    }
}

fn introduce(person: &Person, dice: &mut Dice, entries: &mut Vec<Entry>) -> Cast {
    let (clinic, doctor) = (dice.uuid(), dice.uuid());
    let cast = Cast {
        patient: Reference::to(&person.id),
        doctor: Reference::to(&doctor),
        clinic: Reference::to(&clinic),
    };
    let name = |family, given| [HumanName { usage: "official", family, given: [given] }];
    let patient = Body::Patient {
        identifier: [Identifier { system: "urn:ehr-ledger:test-patient", value: person.number.clone() }],
        name: name(person.family, person.given),
        gender: if person.female { "female" } else { "male" },
        birth_date: person.birth.to_string(),
        address: [Address {
            line: [person.line.clone()],
            city: person.town,
            postal_code: person.postcode.clone(),
        }],
    };
    let given = if dice.chance(50) { dice.pick(&catalog::WOMEN) } else { dice.pick(&catalog::MEN) };
    let doctor_name = name(dice.pick(&catalog::FAMILIES), given);
    entries.push(Entry::new(person.id.clone(), patient));
    entries.push(Entry::new(clinic, Body::Organization { name: format!("{} Health Centre", person.town) }));
    entries.push(Entry::new(doctor, Body::Practitioner { name: doctor_name }));
    cast
}

/// Three to five visits about a year apart, the last within the past year, oldest first.
fn visit_days(dice: &mut Dice) -> Vec<Date> {
    let mut day = Date::TODAY.plus(-dice.range(10, 300));
    let mut days = Vec::new();
    for _ in 0..dice.range(3, 5) {
        days.push(day);
        day = day.plus(-dice.range(330, 400));
    }
    days.reverse();
    days
}

fn arrive(cast: &Cast, day: Date, dice: &mut Dice, entries: &mut Vec<Entry>) -> Visit {
    let id = dice.uuid();
    let start = dice.range(8 * 60, 16 * 60);
    let visit = Visit { reference: Reference::to(&id), day, start: day.at(start) };
    let encounter = Body::Encounter {
        status: "finished",
        class: Coding::from(AMBULATORY),
        kind: [Concept::of(catalog::CHECK_UP)],
        subject: cast.patient.clone(),
        participant: [Individual { individual: cast.doctor.clone() }],
        period: Period { start: visit.start.clone(), end: day.at(start + dice.range(15, 45)) },
        service_provider: cast.clinic.clone(),
    };
    entries.push(Entry::new(id, encounter));
    visit
}

fn observe(cast: &Cast, visit: &Visit, vitals: &Vitals, dice: &mut Dice, entries: &mut Vec<Entry>) {
    let mut observe = |category, code: Code, value_quantity, component| {
        let body = Body::Observation {
            status: "final",
            category: [Concept::status(OBSERVATION_CATEGORY, category)],
            code: Concept::of(code),
            subject: cast.patient.clone(),
            encounter: visit.reference.clone(),
            effective_date_time: visit.start.clone(),
            performer: [cast.doctor.clone()],
            value_quantity,
            component,
        };
        entries.push(Entry::new(dice.uuid(), body));
    };
    for (measure, units) in
        [(catalog::HEIGHT, vitals.height), (catalog::WEIGHT, vitals.weight), (catalog::BMI, vitals.bmi)]
    {
        observe("vital-signs", measure.code, Some(Quantity::of(measure, units)), Vec::new());
    }
    let part = |measure: Measure, units| Component {
        code: Concept::of(measure.code),
        value_quantity: Quantity::of(measure, units),
    };
    let pressures =
        vec![part(catalog::SYSTOLIC, vitals.systolic), part(catalog::DIASTOLIC, vitals.diastolic)];
    observe("vital-signs", catalog::BLOOD_PRESSURE, None, pressures);
    for &(measure, units) in &vitals.labs {
        observe("laboratory", measure.code, Some(Quantity::of(measure, units)), Vec::new());
    }
}

fn diagnosis(code: Code, cast: &Cast, onset: Date, abatement: Option<Date>, visit: Option<&Visit>) -> Body {
    let status = if abatement.is_some() { "resolved" } else { "active" };
    let category = if visit.is_some() { "encounter-diagnosis" } else { "problem-list-item" };
    Body::Condition {
        clinical_status: Concept::status(CLINICAL_STATUS, status),
        verification_status: Concept::status(VERIFICATION, "confirmed"),
        category: [Concept::status(CONDITION_CATEGORY, category)],
        code: Concept::of(code),
        subject: cast.patient.clone(),
        encounter: visit.map(|visit| visit.reference.clone()),
        onset_date_time: onset.to_string(),
        abatement_date_time: abatement.map(|day| day.to_string()),
        recorded_date: visit.map_or(onset, |visit| visit.day).to_string(),
    }
}

fn fall_ill(cast: &Cast, visit: &Visit, dice: &mut Dice, entries: &mut Vec<Entry>) {
    let (code, medication) = dice.pick(&catalog::PASSING);
    let id = dice.uuid();
    let onset = visit.day.plus(-dice.range(1, 4));
    let over = visit.day.plus(dice.range(2, 9));
    entries.push(Entry::new(id.clone(), diagnosis(code, cast, onset, Some(over), Some(visit))));
    if let Some(medication) = medication {
        prescribe(medication, "completed", Reference::to(&id), cast, visit, dice, entries);
    }
}

fn prescribe(
    medication: Code,
    status: &'static str,
    reason: Reference,
    cast: &Cast,
    visit: &Visit,
    dice: &mut Dice,
    entries: &mut Vec<Entry>,
) {
    let body = Body::MedicationRequest {
        status,
        intent: "order",
        medication_codeable_concept: Concept::of(medication),
        subject: cast.patient.clone(),
        encounter: visit.reference.clone(),
        authored_on: visit.start.clone(),
        requester: cast.doctor.clone(),
        reason_reference: [reason],
        dosage_instruction: [Dosage { text: dice.pick(&["once a day", "twice a day", "as needed"]) }],
    };
    entries.push(Entry::new(dice.uuid(), body));
}

/// None for most people, one or two for some; noticed after the first year of life.
fn allergies(person: &Person, cast: &Cast, dice: &mut Dice, entries: &mut Vec<Entry>) {
    for &(code, category) in &catalog::ALLERGIES[..] {
        let known = entries.len().saturating_sub(3);
        if known < 2 && dice.chance(9) {
            let noticed = Date(dice.range(person.birth.plus(366).0, Date::TODAY.plus(-366).0));
            let body = Body::AllergyIntolerance {
                clinical_status: Concept::status(ALLERGY_STATUS, "active"),
                verification_status: Concept::status(ALLERGY_VERIFICATION, "confirmed"),
                category: [category],
                criticality: if dice.chance(25) { "high" } else { "low" },
                code: Concept::of(code),
                patient: cast.patient.clone(),
                recorded_date: noticed.to_string(),
            };
            entries.push(Entry::new(dice.uuid(), body));
        }
    }
}

/// Measles or tetanus at the first visit, by age; influenza at the second and third for half of the people.
fn immunize(
    person: &Person,
    visit_number: i64,
    cast: &Cast,
    visit: &Visit,
    dice: &mut Dice,
    entries: &mut Vec<Entry>,
) {
    let vaccine = match visit_number {
        0 if visit.day.age(person.birth) < 7 => catalog::MEASLES,
        0 => catalog::TETANUS,
        1 | 2 if dice.chance(50) => catalog::INFLUENZA,
        _ => return,
    };
    let body = Body::Immunization {
        status: "completed",
        vaccine_code: Concept::of(vaccine),
        patient: cast.patient.clone(),
        encounter: visit.reference.clone(),
        occurrence_date_time: visit.start.clone(),
        primary_source: true,
    };
    entries.push(Entry::new(dice.uuid(), body));
}
