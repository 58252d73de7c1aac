//! Errors of the library as exceptions of `ehr_ledger.errors`, and exceptions of callbacks as their cause.

use core::cell::RefCell;
use ehr_ffi::EhrError;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;

macro_rules! exceptions {
    ($($name:ident),+) => {$( pyo3::import_exception!(ehr_ledger.errors, $name); )+};
}

exceptions!(
    BusyError,
    CancelledError,
    CannotOpenError,
    ClosedError,
    DamagedError,
    DeniedError,
    ForkedError,
    HostError,
    InternalError,
    InvalidArgumentError,
    MalformedError,
    NewerFormatError,
    NotFoundError,
    RefusedError,
    StorageError
);

/// An argument that cannot be meant.
pub(crate) fn invalid(field: &str, reason: &str) -> PyErr {
    InvalidArgumentError::new_err((field.to_owned(), reason.to_owned()))
}

thread_local! {
    /// What a callback raised during the call that this thread is in.
    static RAISED: RefCell<Option<PyErr>> = const { RefCell::new(None) };
}

/// Remembers what a callback raised and says so in the library's words; the text of the exception stays with it, for
/// it may be private.
pub(crate) fn host(py: Python<'_>, who: &str, raised: PyErr) -> EhrError {
    let class = raised.get_type(py).name().map_or_else(|_| "an exception".to_owned(), |n| n.to_string());
    RAISED.with(|slot| {
        slot.borrow_mut().get_or_insert(raised);
    });
    EhrError::Host { reason: format!("{who} raised {class}") }
}

/// Runs a call of the library with the interpreter free.
pub(crate) fn call<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<R, EhrError> + Send,
) -> PyResult<R> {
    let outer = RAISED.with(|slot| slot.borrow_mut().take());
    let result = py.detach(work);
    let raised = RAISED.with(|slot| core::mem::replace(&mut *slot.borrow_mut(), outer));
    result.map_err(|error| match raised {
        // Ctrl-C and sys.exit are not the library's to translate.
        Some(raised) if !raised.is_instance_of::<PyException>(py) => raised,
        raised => {
            let error = exception(error);
            error.set_cause(py, raised);
            error
        }
    })
}

/// The exception of an error.
pub(crate) fn exception(error: EhrError) -> PyErr {
    match error {
        EhrError::InvalidArgument { field, reason } => InvalidArgumentError::new_err((field, reason)),
        EhrError::Malformed { reason } => MalformedError::new_err(reason),
        EhrError::NotFound { what, id } => NotFoundError::new_err((what, id)),
        EhrError::Denied { reason } => DeniedError::new_err(reason),
        EhrError::Refused { reason } => RefusedError::new_err(reason),
        EhrError::CannotOpen { reason } => CannotOpenError::new_err(reason),
        EhrError::Damaged { reason } => DamagedError::new_err(reason),
        EhrError::Storage { reason } => StorageError::new_err(reason),
        EhrError::NewerFormat { reason } => NewerFormatError::new_err(reason),
        EhrError::Busy { reason } => BusyError::new_err(reason),
        EhrError::Closed => ClosedError::new_err(()),
        EhrError::Cancelled => CancelledError::new_err(()),
        EhrError::Host { reason } => HostError::new_err(reason),
        EhrError::Internal { reason } => InternalError::new_err(reason),
    }
}
