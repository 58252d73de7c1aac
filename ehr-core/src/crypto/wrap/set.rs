//! Several wraps in one object.

use super::{Wrap, WrapBody, WrapError};
use crate::codec::{EncodeError, Wire, limits};
use crate::crypto::EncryptionKeyPair;
use crate::crypto::signature::Signer;
use crate::primitives::ContentId;
use serde::de::{Deserialize, Deserializer, Error};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// The wraps made with one transaction: a DAG-CBOR object in the blob store (rule WR-6).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct WrapSet {
    /// In the order `wraps_root` counts them.
    #[serde(deserialize_with = "bounded")]
    pub wraps: Vec<Wrap>,
}

fn bounded<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<Wrap>, D::Error> {
    let wraps = Vec::<Wrap>::deserialize(d)?;
    if wraps.len() > limits::MAX_WRAPS {
        return Err(D::Error::custom("more wraps than a set holds"));
    }
    Ok(wraps)
}

impl Wire for WrapSet {
    const NAME: &'static str = "wrap set";
    const MAX_BYTES: usize = limits::MAX_OBJECT;
}

impl WrapSet {
    /// Signs each body with the author's key; more than fits one object is refused.
    pub fn sign(bodies: Vec<WrapBody>, signer: &dyn Signer) -> Result<Self, WrapError> {
        let wraps = bodies.into_iter().map(|body| body.sign(signer)).collect::<Result<Vec<_>, _>>()?;
        let (limit, got) = (limits::MAX_WRAPS, wraps.len());
        if got > limit {
            return Err(WrapError::TooMany { limit, got });
        }
        let set = Self { wraps };
        let (limit, got) = (Self::MAX_BYTES, set.to_bytes()?.len());
        if got > limit { Err(WrapError::TooLarge { limit, got }) } else { Ok(set) }
    }

    /// The set's content id.
    pub fn content_id(&self) -> Result<ContentId, EncodeError> {
        Ok(ContentId::of_dag_cbor(&self.to_bytes()?))
    }

    /// The first wrap made for a key.
    pub fn find(&self, key: &EncryptionKeyPair) -> Result<&Wrap, WrapError> {
        let key = key.public();
        self.wraps.iter().find(|w| w.body.recipient_key == key).ok_or(WrapError::NoneForKey { key })
    }
}
