//! Decisions in plain English, for the person the record is about.

use super::{Basis, Decision, DenyReason, Effect, Outcome, Reason, Why};
use crate::primitives::{GrantId, Timestamp};
use core::fmt;

/// A time as a calendar date and minute, UTC.
struct Date(Timestamp);

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == Timestamp::MAX {
            return f.write_str("the end of time");
        }
        let minutes = self.0.0 / 60_000;
        let (days, minute) = (minutes / 1440, minutes % 1440);
        let (year, month, day) = civil(days);
        write!(f, "{year}-{month:02}-{day:02} {:02}:{:02} UTC", minute / 60, minute % 60)
    }
}

/// The first digits of an id: enough to find the rule in a list.
struct Short<'a>(&'a GrantId);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.0.iter().take(4).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Year, month and day of a day number since 1970-01-01 in the Gregorian calendar. Years are counted from March, so
/// that the leap day is the last day of a year, in periods of 400 years, which all have 146,097 days.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days.saturating_add(719_468); // 0000-03-01 to 1970-01-01
    let (period, day) = (days / 146_097, days % 146_097);
    let leap_days = (day / 1_460).saturating_sub(day / 36_524).saturating_add(day / 146_096);
    let year = day.saturating_sub(leap_days) / 365;
    let before = year.saturating_mul(365).saturating_add(year / 4).saturating_sub(year / 100);
    let day = day.saturating_sub(before);
    let march_month = day.saturating_mul(5).saturating_add(2) / 153;
    let day_of_month =
        day.saturating_sub(march_month.saturating_mul(153).saturating_add(2) / 5).saturating_add(1);
    let (month, carry) = match march_month {
        0..=9 => (march_month.saturating_add(3), 0),
        _ => (march_month.saturating_sub(9), 1),
    };
    (period.saturating_mul(400).saturating_add(year).saturating_add(carry), month, day_of_month)
}

impl fmt::Display for DenyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the question must name exactly one action and one purpose"),
            Self::NotEnrolled => f.write_str("who asks has no account here"),
            Self::Suspended => f.write_str("the account of who asks is suspended"),
            Self::InstitutionNotAdmitted => f.write_str("the institution is not a member of this ledger"),
            Self::NotMember => f.write_str("who asks does not work for that institution"),
            Self::MembershipNotYet { from } => {
                write!(f, "who asks works for that institution only from {}", Date(*from))
            }
            Self::MembershipEnded { at } => {
                write!(f, "who asks has not worked for that institution since {}", Date(*at))
            }
            Self::Tombstoned => f.write_str("this was withdrawn and is no longer available"),
            Self::DeniedBy { rule } => write!(f, "the patient refused this in rule {}", Short(rule)),
            Self::NoPermit => f.write_str("no permission of the patient allows this"),
            Self::Misplaced => f.write_str("there is no such record of this patient in this scope"),
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Permit { by: Basis::Patient, .. } => {
                f.write_str("Allowed: it is the patient's own record.")
            }
            Self::Permit { by: Basis::AuthorInstitution, .. } => {
                f.write_str("Allowed: the institution wrote this itself and uses it for treatment.")
            }
            Self::Permit { by: Basis::Grant(id), .. } => {
                write!(f, "Allowed: permission {} covers this.", Short(id))
            }
            Self::Deny { reason } => write!(f, "Refused: {reason}."),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matched => f.write_str("applies"),
            Self::OtherSubject => f.write_str("is about somebody else"),
            Self::OutsideResource => f.write_str("is about another part of the record"),
            Self::TooBroad => f.write_str("covers only a part of what was asked for"),
            Self::WrongAction => f.write_str("is not about this kind of action"),
            Self::WrongPurpose => f.write_str("is not about this purpose"),
            Self::Revoked { height } => write!(f, "was taken back in block {height}"),
            Self::NotYet { from } => write!(f, "starts on {}", Date(*from)),
            Self::Expired { at } => write!(f, "ended on {}", Date(*at)),
            Self::UsedUp { max } => write!(f, "was for {max} uses, and all have happened"),
            Self::TooDeep => f.write_str("was passed on more often than allowed"),
            Self::ParentRevoked { height } => {
                write!(f, "rests on a permission that was taken back in block {height}")
            }
            Self::ParentUsedUp => f.write_str("rests on a permission whose uses have all happened"),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.effect {
            Effect::Permit => "Permission",
            Effect::Deny => "Refusal",
        };
        write!(f, "{kind} {} {}.", Short(&self.rule), self.why)
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.outcome.fmt(f)?;
        self.reasons.iter().try_for_each(|reason| write!(f, "\n- {reason}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_agree_with_the_calendar() {
        let shown = |ms: u64| Date(Timestamp(ms)).to_string();
        assert_eq!(shown(0), "1970-01-01 00:00 UTC");
        assert_eq!(shown(951_782_399_000), "2000-02-28 23:59 UTC");
        assert_eq!(shown(951_782_400_000), "2000-02-29 00:00 UTC");
        assert_eq!(shown(951_868_800_000), "2000-03-01 00:00 UTC");
        assert_eq!(shown(1_709_164_800_000), "2024-02-29 00:00 UTC");
        assert_eq!(shown(4_107_542_400_000), "2100-03-01 00:00 UTC");
        assert_eq!(shown(u64::MAX), "the end of time");
        assert!(!shown(u64::MAX - 1).is_empty());
    }

    #[test]
    fn each_day_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for n in 0..200_000 {
            assert_eq!(civil(n), (year, month, day), "day {n}");
            let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
            let length = match month {
                2 => 28 + u64::from(leap),
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
