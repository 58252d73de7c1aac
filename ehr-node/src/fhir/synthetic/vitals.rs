//! Measurements that fit the person, the day and each other.

use super::{
    catalog::{self, Effect, Measure},
    date::Date,
    dice::Dice,
    patient::Person,
};

/// Share of the grown height reached at each age from 0, in per mille; grown from 18.
const GROWTH: [i64; 18] =
    [300, 430, 500, 550, 590, 625, 660, 695, 730, 760, 785, 815, 850, 890, 930, 960, 980, 992];

/// One visit's measurements, each in the units and decimal places of its [`Measure`].
pub(super) struct Vitals {
    pub(super) height: i64,
    pub(super) weight: i64,
    pub(super) bmi: i64,
    pub(super) systolic: i64,
    pub(super) diastolic: i64,
    pub(super) labs: Vec<(Measure, i64)>,
}

impl Vitals {
    pub(super) fn measure(person: &Person, day: Date, dice: &mut Dice) -> Self {
        let age = day.age(person.birth);
        let grown = usize::try_from(age).ok().and_then(|age| GROWTH.get(age)).copied().unwrap_or(1000);
        let height = person.grown_mm * grown / 1000;
        // Tenths of kg/m²: about 16 for a child of six, 24 for an adult, and the person's own build.
        let usual = if age < 18 { 155 + (age - 5).max(0) * 5 } else { 235 + (age - 18).min(40) / 2 };
        let build = if age < 18 { person.build / 4 } else { person.build };
        let target = usual + build + dice.range(-5, 5);
        // kg·10 = (kg/m²·10) · mm² / 10⁶, and back, so that the three always agree.
        let weight = (target * height * height + 500_000) / 1_000_000;
        let square = height * height;
        let bmi = (weight * 1_000_000 + square / 2) / square;

        let high = if person.suffers(Effect::Hypertension, day) { 25 } else { 0 };
        let base = if age < 18 { 90 + age } else { 108 + (age - 18) / 4 };
        let systolic = base + high + (bmi - usual).max(0) / 10 + dice.bell(-8, 10);
        let diastolic = systolic * 5 / 8 + high / 5 + dice.bell(-4, 6);
        Self { height, weight, bmi, systolic, diastolic, labs: Self::labs(person, day, age, dice) }
    }

    fn labs(person: &Person, day: Date, age: i64, dice: &mut Dice) -> Vec<(Measure, i64)> {
        if age < 18 {
            return vec![(catalog::HEMOGLOBIN, dice.bell(118, 145))];
        }
        let hba1c = if person.suffers(Effect::Diabetes, day) { dice.bell(66, 90) } else { dice.bell(48, 56) };
        // Mean glucose in mg/dL that goes with an HbA1c in per cent: 28.7 · HbA1c - 46.7 (Nathan et al. 2008).
        let glucose = (287 * hba1c - 4670 + 50) / 100 + dice.bell(-8, 8);
        let fat = if person.suffers(Effect::Cholesterol, day) { 60 } else { 0 };
        let cholesterol = dice.bell(150, 200) + fat;
        vec![(catalog::HBA1C, hba1c), (catalog::GLUCOSE, glucose), (catalog::CHOLESTEROL, cholesterol)]
    }
}
