//! Ids and sets as text.

use super::EhrError;
use core::fmt::Display;
use core::str::FromStr;

/// Reads an id or other value from its text. The text is not repeated in the error.
///
/// # Errors
/// [`EhrError::InvalidArgument`] naming `field`.
pub fn parse<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, EhrError> {
    text.parse().map_err(|error: T::Err| EhrError::argument(field, error))
}

/// A set that crosses as the names of its members.
pub trait SetOfNames: Copy {
    /// The empty set.
    const EMPTY: Self;
    /// What the set is called in an error.
    const FIELD: &'static str;
    /// The member of a name.
    fn of_name(name: &str) -> Option<Self>;
    /// Both sets together.
    fn and(self, other: Self) -> Self;
    /// Names of the members.
    fn to_names(self) -> Vec<String>;
}

/// Reads a set from names. An unknown name is not repeated in the error, only its place.
///
/// # Errors
/// [`EhrError::InvalidArgument`] naming the kind of set.
pub fn set_of_names<S: SetOfNames>(names: &[impl AsRef<str>]) -> Result<S, EhrError> {
    names.iter().enumerate().try_fold(S::EMPTY, |set, (at, name)| match S::of_name(name.as_ref()) {
        Some(member) => Ok(set.and(member)),
        None => Err(EhrError::argument(S::FIELD, format!("unknown name at position {at}"))),
    })
}

macro_rules! sets_of_names {
    ($($name:ty => $field:literal),+ $(,)?) => {$(
        impl SetOfNames for $name {
            const EMPTY: Self = Self::NONE;
            const FIELD: &'static str = $field;
            fn of_name(name: &str) -> Option<Self> { Self::from_name(name) }
            fn and(self, other: Self) -> Self { self.union(other) }
            fn to_names(self) -> Vec<String> { self.names().map(str::to_owned).collect() }
        }
    )+};
}

sets_of_names! {
    crate::policy::Actions => "actions",
    crate::policy::Purposes => "purposes",
    crate::policy::StaffRoles => "roles",
    crate::policy::Obligations => "obligations",
}
