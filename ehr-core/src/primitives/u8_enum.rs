//! Closed sets of small numbers: enums that cross the wire as one unsigned integer and refuse every other value.

macro_rules! u8_enum {
    ($(#[$doc:meta])* $name:ident { $( $(#[$vdoc:meta])* $variant:ident = $code:tt ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name { $( $(#[$vdoc])* $variant = $code ),+ }

        impl $name {
            /// Every value, in code order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant ),+ ];
            /// The number on the wire.
            pub const fn code(self) -> u8 { self as u8 }
            /// The value of a wire number.
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $( $code => Some(Self::$variant), )+ _ => None }
            }
            /// Lower-case name for people and JSON.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => stringify!($variant), )+ }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.serialize_str(self.name()) } else { s.serialize_u8(self.code()) }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let code = <u8 as serde::Deserialize>::deserialize(d)?;
                Self::from_code(code).ok_or_else(|| {
                    serde::de::Error::custom(concat!("unknown ", stringify!($name), " code"))
                })
            }
        }
    };
}

macro_rules! bit_set {
    ($(#[$doc:meta])* $name:ident($inner:ty) { $( $(#[$vdoc:meta])* $flag:ident = $bit:literal ),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            $( $(#[$vdoc])* pub const $flag: Self = Self(1 << $bit); )+
            /// No bit set.
            pub const NONE: Self = Self(0);
            /// Every bit that has a meaning.
            pub const ALL: Self = Self($( (1 << $bit) )|+);
            /// The bits, or `None` if one of them has no meaning (reserved bits are refused, not ignored).
            #[allow(clippy::bad_bit_mask, reason = "where every bit has a meaning, no bit is reserved")]
            pub const fn from_bits(bits: $inner) -> Option<Self> {
                if bits & !Self::ALL.0 == 0 { Some(Self(bits)) } else { None }
            }
            /// The bits.
            pub const fn bits(self) -> $inner { self.0 }
            /// Whether every bit of `other` is set.
            pub const fn contains(self, other: Self) -> bool { self.0 & other.0 == other.0 }
            /// Whether any bit of `other` is set.
            pub const fn intersects(self, other: Self) -> bool { self.0 & other.0 != 0 }
            /// Both sets together.
            pub const fn union(self, other: Self) -> Self { Self(self.0 | other.0) }
            /// Whether no bit is set.
            pub const fn is_empty(self) -> bool { self.0 == 0 }
            /// Whether exactly one bit is set.
            pub const fn is_single(self) -> bool { self.0.count_ones() == 1 }
            /// The bit of a name.
            pub fn from_name(name: &str) -> Option<Self> {
                [$( (Self::$flag, stringify!($flag)) ),+].into_iter().find(|(_, n)| *n == name).map(|(f, _)| f)
            }
            /// Names of the set bits.
            pub fn names(self) -> impl Iterator<Item = &'static str> {
                [$( (Self::$flag, stringify!($flag)) ),+]
                    .into_iter().filter(move |(f, _)| self.contains(*f)).map(|(_, n)| n)
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                if s.is_human_readable() { s.collect_seq(self.names()) } else { serde::Serialize::serialize(&self.0, s) }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let bits = <$inner as serde::Deserialize>::deserialize(d)?;
                Self::from_bits(bits).ok_or_else(|| {
                    serde::de::Error::custom(concat!("reserved bit set in ", stringify!($name)))
                })
            }
        }
    };
}

pub(crate) use {bit_set, u8_enum};
