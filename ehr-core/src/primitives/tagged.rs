//! Enums with fields on the wire: an array whose first element is the variant's code.

macro_rules! tagged_enum {
    ($(#[$doc:meta])* $name:ident: $code_ty:ty {
        $( $(#[$vdoc:meta])* $variant:ident { $( $(#[$fdoc:meta])* $field:ident: $ty:ty ),* $(,)? } = $code:literal ),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$vdoc])* $variant { $( $(#[$fdoc])* $field: $ty ),* } ),+ }

        impl $name {
            /// The variant's code on the wire.
            pub const fn code(&self) -> $code_ty { match self { $( Self::$variant { .. } => $code ),+ } }
            /// Name of the variant, for people.
            pub const fn name(&self) -> &'static str { match self { $( Self::$variant { .. } => stringify!($variant) ),+ } }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeSeq;
                match self { $(
                    Self::$variant { $( $field ),* } => {
                        const FIELDS: usize = <[&str]>::len(&[ $( stringify!($field) ),* ]);
                        let mut seq = s.serialize_seq(Some(FIELDS.saturating_add(1)))?;
                        let code: $code_ty = $code;
                        seq.serialize_element(&code)?;
                        $( seq.serialize_element($field)?; )*
                        seq.end()
                    }
                )+ }
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct V;
                impl<'de> serde::de::Visitor<'de> for V {
                    type Value = $name;
                    fn expecting(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                        f.write_str(concat!("an array that starts with a ", stringify!($name), " code"))
                    }
                    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<$name, A::Error> {
                        use serde::de::Error;
                        let code: $code_ty = seq.next_element()?
                            .ok_or_else(|| A::Error::invalid_length(0, &self))?;
                        match code {
                            $( $code => Ok($name::$variant { $(
                                $field: seq.next_element()?.ok_or_else(|| A::Error::missing_field(stringify!($field)))?,
                            )* }), )+
                            _ => Err(A::Error::custom(concat!("unknown ", stringify!($name), " code"))),
                        }
                    }
                }
                d.deserialize_seq(V)
            }
        }
    };
}

pub(crate) use tagged_enum;
