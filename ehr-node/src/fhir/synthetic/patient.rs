//! Who the patient is and what they live with.

use super::{
    catalog::{self, Condition, Effect},
    date::Date,
    dice::Dice,
};

/// An invented person.
pub(super) struct Person {
    pub(super) id: String,
    pub(super) given: &'static str,
    pub(super) family: &'static str,
    pub(super) female: bool,
    pub(super) birth: Date,
    pub(super) number: String,
    pub(super) line: String,
    pub(super) town: &'static str,
    pub(super) postcode: String,
    /// Height when fully grown, in millimetres.
    pub(super) grown_mm: i64,
    /// Tenths of kg/m² above or below what is usual at the age.
    pub(super) build: i64,
    /// Lasting conditions with the day each was found.
    pub(super) conditions: Vec<(&'static Condition, Date)>,
}

impl Person {
    /// Aged 7 to 90, one in six a child.
    pub(super) fn invent(dice: &mut Dice) -> Self {
        let years = if dice.chance(17) { dice.range(7, 17) } else { dice.range(18, 90) };
        let birth = Date::TODAY.plus(-(years * 146_097 / 400) - dice.range(1, 364));
        let female = dice.chance(50);
        let grown_mm = if female { dice.bell(1520, 1780) } else { dice.bell(1640, 1920) };
        let mut conditions = Vec::new();
        for condition in &catalog::LASTING {
            // Found at least a year ago and never before birth.
            let earliest = birth.plus(condition.youngest * 146_097 / 400);
            let latest = Date::TODAY.plus(-366);
            if conditions.len() < 4 && earliest <= latest && dice.chance(condition.share) {
                conditions.push((condition, Date(dice.range(earliest.0, latest.0))));
            }
        }
        Self {
            id: dice.uuid(),
            given: dice.pick(if female { &catalog::WOMEN } else { &catalog::MEN }),
            family: dice.pick(&catalog::FAMILIES),
            female,
            birth,
            number: format!("TEST-{:08}", dice.range(0, 99_999_999)),
            line: format!("{} {}", dice.range(1, 199), dice.pick(&catalog::STREETS)),
            town: dice.pick(&catalog::TOWNS),
            postcode: format!("{:05}", dice.range(0, 99_999)),
            grown_mm,
            build: dice.bell(-50, 80),
            conditions,
        }
    }

    /// Whether a condition with this effect had been found by that day.
    pub(super) fn suffers(&self, effect: Effect, day: Date) -> bool {
        self.conditions.iter().any(|(condition, onset)| condition.effect == effect && *onset <= day)
    }
}
