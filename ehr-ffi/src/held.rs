//! A secret that several calls use at once and anybody may wipe.

use crate::{EhrError, Result};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Whoever uses the secret holds it for that long: no lock is held meanwhile, and a wiped one is gone when the last use
/// ends.
pub(crate) struct Held<T>(Mutex<Option<Arc<T>>>);

impl<T> Held<T> {
    pub(crate) fn new(secret: T) -> Self {
        Self(Mutex::new(Some(Arc::new(secret))))
    }

    /// The secret as it is now; it stays as it is while it is held. `Closed` after wiping.
    pub(crate) fn get(&self) -> Result<Arc<T>> {
        self.lock().clone().ok_or(EhrError::Closed)
    }

    /// Puts a changed one in its place. `Closed` if it was wiped meanwhile: it stays so.
    pub(crate) fn replace(&self, changed: T) -> Result<()> {
        *self.lock().as_mut().ok_or(EhrError::Closed)? = Arc::new(changed);
        Ok(())
    }

    pub(crate) fn wipe(&self) {
        *self.lock() = None;
    }

    pub(crate) fn is_wiped(&self) -> bool {
        self.lock().is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
