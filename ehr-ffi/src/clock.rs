//! Time for a ledger: the machine's, or one that a test sets.

use ehr_core::primitives::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a ledger takes the time from. Milliseconds since 1970-01-01T00:00:00Z.
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct Clock(Source);

enum Source {
    System,
    Manual(AtomicU64),
}

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl Clock {
    /// The machine's clock.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn system() -> Arc<Self> {
        Arc::new(Self(Source::System))
    }

    /// A clock that stands still until it is set. For tests.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn manual(ms: Timestamp) -> Arc<Self> {
        Arc::new(Self(Source::Manual(AtomicU64::new(ms.0))))
    }

    /// Sets a manual clock; the machine's clock is left alone and `false` is returned.
    pub fn set(&self, ms: Timestamp) -> bool {
        match &self.0 {
            Source::System => false,
            Source::Manual(now) => {
                now.store(ms.0, Ordering::SeqCst);
                true
            }
        }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            // A clock before 1970 is as good as none.
            Source::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
            }
            Source::Manual(now) => Timestamp(now.load(Ordering::SeqCst)),
        }
    }
}

impl Clock {
    /// What was given, or the machine's.
    pub(crate) fn or_system(clock: Option<Arc<Self>>) -> Arc<Self> {
        clock.unwrap_or_else(Self::system)
    }
}
