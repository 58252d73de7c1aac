//! What a host did wrong, remembered until the call that met it ends: the core's own errors only say that a store did
//! not answer.

use crate::{EhrError, Result};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static FAULT: RefCell<Option<EhrError>> = const { RefCell::new(None) };
}

/// Notes what went wrong; the first one of a call counts.
pub(crate) fn note(error: EhrError) {
    FAULT.with_borrow_mut(|fault| {
        fault.get_or_insert(error);
    });
}

/// Runs a public method: a panic is an error of this call, and a failure that a host caused is told as such.
pub(crate) fn call<T>(method: impl FnOnce() -> Result<T>) -> Result<T> {
    // A callback may have come back in on this thread: its calls have faults of their own.
    let outer = FAULT.take();
    let done = catch_unwind(AssertUnwindSafe(method));
    let fault = FAULT.replace(outer);
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(fault.unwrap_or(error)),
        Err(_) => Err(EhrError::internal("a mistake in the library stopped this call")),
    }
}

/// Asks the host. What it throws, and a panic, become words of ours: its own may hold anything.
pub(crate) fn ask<T>(
    whom: &str,
    operation: &str,
    question: impl FnOnce() -> Result<T>,
) -> core::result::Result<T, String> {
    let why = match catch_unwind(AssertUnwindSafe(question)) {
        Ok(Ok(answer)) => return Ok(answer),
        Ok(Err(error)) => format!("the {whom} failed in {operation}: {:?}", error.kind()),
        Err(_) => format!("the {whom} panicked in {operation}"),
    };
    note(EhrError::host(&why));
    Err(why)
}

/// An answer that cannot be.
pub(crate) fn garbage(whom: &str, what: &str) -> String {
    let why = format!("the {whom} {what}");
    note(EhrError::host(&why));
    why
}
