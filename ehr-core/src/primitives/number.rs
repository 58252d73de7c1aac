//! Counters and times. All arithmetic on them is checked or saturating by name; none wraps.

use core::fmt;
use serde::{Deserialize, Serialize};

macro_rules! counter {
    ($( $(#[$doc:meta])* $name:ident($inner:ty) ),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The first value.
            pub const ZERO: Self = Self(0);
            /// The largest value; also "no end" where a window is open.
            pub const MAX: Self = Self(<$inner>::MAX);
            /// The next value, or `None` at the end of the range.
            pub const fn next(self) -> Option<Self> {
                match self.0.checked_add(1) { Some(n) => Some(Self(n)), None => None }
            }
            /// The value before, or `None` at zero.
            pub const fn prev(self) -> Option<Self> {
                match self.0.checked_sub(1) { Some(n) => Some(Self(n)), None => None }
            }
            /// `self + n`, stopping at the end of the range.
            pub const fn plus(self, n: $inner) -> Self { Self(self.0.saturating_add(n)) }
            /// `self - n`, stopping at zero.
            pub const fn minus(self, n: $inner) -> Self { Self(self.0.saturating_sub(n)) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )+};
}

counter! {
    /// Number of blocks below; genesis is 0.
    Height(u64),
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
    Timestamp(u64),
    /// Epoch of a scope's key pair; the first is 0.
    Epoch(u32),
    /// Version of a record; the first is 0.
    VersionNo(u32),
}
