//! A code and the bytes it says how to read: frames between peers and entries of the log.

use ehr_core::codec::{Wire, limits};
use serde_bytes::ByteBuf;
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

/// `[code, bytes]`.
#[derive(Serialize_tuple, Deserialize_tuple)]
pub(crate) struct Tagged {
    code: u8,
    body: ByteBuf,
}

impl Tagged {
    pub(crate) fn new(code: u8, body: Vec<u8>) -> Self {
        Self { code, body: ByteBuf::from(body) }
    }
    pub(crate) const fn code(&self) -> u8 {
        self.code
    }
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }
}

impl Wire for Tagged {
    const NAME: &'static str = "frame";
    const MAX_BYTES: usize = limits::MAX_BLOCK + 2 * limits::MAX_CERTIFICATE;
}
