//! Calendar days as FHIR writes them.

use std::fmt;

/// A day, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Date(pub(super) i64);

impl Date {
    /// The day everything in the generator happened before: it has no clock.
    pub(super) const TODAY: Self = Self::new(2026, 1, 1);

    /// A day of the proleptic Gregorian calendar. Years are counted from March, so that a leap day comes last and
    /// month lengths follow one formula.
    pub(super) const fn new(year: i64, month: i64, day: i64) -> Self {
        let march_year = if month <= 2 { year - 1 } else { year };
        let march_month = (month + 9) % 12;
        let day_of_year = (153 * march_month + 2) / 5 + day - 1;
        let leap_days = march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
        // 719 468 days lie between 0000-03-01 and 1970-01-01.
        Self(march_year * 365 + leap_days + day_of_year - 719_468)
    }

    pub(super) const fn plus(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// Full years from `birth` to this day.
    pub(super) const fn age(self, birth: Self) -> i64 {
        (self.0 - birth.0) * 400 / 146_097
    }

    /// Year, month, day.
    pub(super) fn parts(self) -> (i64, i64, i64) {
        // A first guess of the year is at most one too high or too low; months are tried in turn.
        let mut year = 1970 + (self.0 * 400).div_euclid(146_097);
        while Self::new(year + 1, 1, 1) <= self {
            year += 1;
        }
        while Self::new(year, 1, 1) > self {
            year -= 1;
        }
        let month = (1..=12).rev().find(|&m| Self::new(year, m, 1) <= self).unwrap_or(1);
        (year, month, self.0 - Self::new(year, month, 1).0 + 1)
    }

    /// FHIR `dateTime` on this day, at so many minutes after midnight UTC.
    pub(super) fn at(self, minutes: i64) -> String {
        format!("{self}T{:02}:{:02}:00Z", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_days() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (19_782, "2024-02-29"),
            (20_454, "2026-01-01"),
            (-25_508, "1900-03-01"),
        ] {
            assert_eq!(Date(days).to_string(), text);
        }
    }

    #[test]
    fn every_day_of_two_centuries_follows_the_one_before() {
        let (mut day, end) = (Date::new(1900, 1, 1), Date::new(2100, 1, 1));
        let (mut y, mut m, mut d) = (1900, 1, 1);
        while day < end {
            assert_eq!(day.parts(), (y, m, d));
            assert_eq!(Date::new(y, m, d), day);
            let leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
            let length = match m {
                2 => 28 + i64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            d += 1;
            if d > length {
                (m, d) = (m + 1, 1);
            }
            if m > 12 {
                (y, m) = (y + 1, 1);
            }
            day = day.plus(1);
        }
    }
}
