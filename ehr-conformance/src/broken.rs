//! What a suite found.

use core::fmt::{Debug, Display};

/// Characters of an answer that are shown.
const SHOWN: usize = 200;

/// A rule that an implementation breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Broken(pub String);

impl Broken {
    /// In these words.
    pub fn new(what: impl Display) -> Self {
        Self(what.to_string())
    }
}

/// An answer that must not be an error.
pub(crate) trait Must<T> {
    fn must(self, what: &str) -> Result<T, Broken>;
}

impl<T, E: Display> Must<T> for Result<T, E> {
    fn must(self, what: &str) -> Result<T, Broken> {
        self.map_err(|error| Broken(format!("{what}: {error}")))
    }
}

/// That something holds.
pub(crate) fn ensure(holds: bool, what: &str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(Broken::new(what)) }
}

/// That two values are the same.
pub(crate) fn same<T: PartialEq + Debug>(got: T, want: T, what: &str) -> Result<(), Broken> {
    let shown = |value: &T| format!("{value:?}").chars().take(SHOWN).collect::<String>();
    if got == want {
        return Ok(());
    }
    Err(Broken(format!("{what}: got {}, expected {}", shown(&got), shown(&want))))
}

/// Ends a test with what was found.
#[track_caller]
pub(crate) fn or_panic(found: Result<(), Broken>) {
    if let Err(broken) = found {
        panic!("{broken}");
    }
}
