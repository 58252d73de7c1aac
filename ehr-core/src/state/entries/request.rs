//! A request for access and its answer.

use super::entry;
use crate::primitives::{GrantId, RequestId, tagged_enum};
use crate::tx::{AccessRequest, DenyCode};
use serde_tuple::{Deserialize_tuple, Serialize_tuple};

tagged_enum! {
    /// The answer. That a request ended unanswered is not stored: it follows from the time.
    RequestStatus: u8 {
        /// None yet.
        Pending {} = 0,
        /// Granted.
        Granted {
            /// With this grant.
            grant: GrantId,
        } = 1,
        /// Refused.
        Denied {
            /// Why.
            code: DenyCode,
        } = 2,
    }
}

/// A request. Named by [`RequestId`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize_tuple, Deserialize_tuple)]
pub struct Request {
    /// What was asked.
    pub request: AccessRequest,
    /// The answer.
    pub status: RequestStatus,
}

entry!(Request, "request", REQUEST, RequestId);
