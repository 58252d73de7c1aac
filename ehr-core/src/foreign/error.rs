//! The one error that crosses to other languages.

/// Why a call failed. Nothing changed unless the method says otherwise. Every text is safe to show and to log: it
/// holds no key, no name, no clinical content and no word of a foreign callback.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Error))]
pub enum EhrError {
    /// An argument is outside its limits or makes no sense here.
    #[error("{field}: {reason}")]
    InvalidArgument {
        /// Which argument.
        field: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Bytes that are not what they should be.
    #[error("malformed: {reason}")]
    Malformed {
        /// What is wrong with them.
        reason: String,
    },
    /// There is no such thing in this ledger.
    #[error("no such {what}: {id}")]
    NotFound {
        /// Kind of thing.
        what: String,
        /// Its id, as given.
        id: String,
    },
    /// The policy says no.
    #[error("denied: {reason}")]
    Denied {
        /// Why.
        reason: String,
    },
    /// A rule of the ledger is broken.
    #[error("refused: {reason}")]
    Refused {
        /// Which.
        reason: String,
    },
    /// Sealed content that these keys do not open.
    #[error("cannot be opened: {reason}")]
    CannotOpen {
        /// Why.
        reason: String,
    },
    /// Stored data is not what was written.
    #[error("damaged: {reason}")]
    Damaged {
        /// Where.
        reason: String,
    },
    /// The medium failed; the call may be repeated.
    #[error("storage: {reason}")]
    Storage {
        /// How.
        reason: String,
    },
    /// Written by a version of the program that this one does not know.
    #[error("unknown format: {reason}")]
    NewerFormat {
        /// What was found.
        reason: String,
    },
    /// In use: by the call this one was made from, by another call for too long, or by another process.
    #[error("busy: {reason}")]
    Busy {
        /// By what.
        reason: String,
    },
    /// The object was closed or wiped.
    #[error("closed")]
    Closed,
    /// The progress listener said stop.
    #[error("cancelled")]
    Cancelled,
    /// A store, transport, signer or listener of the host failed, or gave an answer that cannot be.
    #[error("host: {reason}")]
    Host {
        /// Which, and what was wrong. Never the host's own words.
        reason: String,
    },
    /// A mistake in this library.
    #[error("internal: {reason}")]
    Internal {
        /// What happened.
        reason: String,
    },
}

/// The kind of an [`EhrError`], for languages that have no enums with fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
pub enum EhrErrorKind {
    /// See [`EhrError::InvalidArgument`].
    InvalidArgument,
    /// See [`EhrError::Malformed`].
    Malformed,
    /// See [`EhrError::NotFound`].
    NotFound,
    /// See [`EhrError::Denied`].
    Denied,
    /// See [`EhrError::Refused`].
    Refused,
    /// See [`EhrError::CannotOpen`].
    CannotOpen,
    /// See [`EhrError::Damaged`].
    Damaged,
    /// See [`EhrError::Storage`].
    Storage,
    /// See [`EhrError::NewerFormat`].
    NewerFormat,
    /// See [`EhrError::Busy`].
    Busy,
    /// See [`EhrError::Closed`].
    Closed,
    /// See [`EhrError::Cancelled`].
    Cancelled,
    /// See [`EhrError::Host`].
    Host,
    /// See [`EhrError::Internal`].
    Internal,
}

macro_rules! with_reason {
    ($($name:ident => $variant:ident),+ $(,)?) => {$(
        #[doc = concat!("[`EhrError::", stringify!($variant), "`] with these words.")]
        pub fn $name(reason: impl ToString) -> Self { Self::$variant { reason: reason.to_string() } }
    )+};
}

impl EhrError {
    with_reason! {
        malformed => Malformed, denied => Denied, refused => Refused, cannot_open => CannotOpen,
        damaged => Damaged, storage => Storage, newer_format => NewerFormat, busy => Busy, host => Host,
        internal => Internal,
    }

    /// [`EhrError::InvalidArgument`] with these words.
    pub fn argument(field: &str, reason: impl ToString) -> Self {
        Self::InvalidArgument { field: field.to_owned(), reason: reason.to_string() }
    }

    /// [`EhrError::NotFound`] of this thing.
    pub fn not_found(what: &str, id: impl ToString) -> Self {
        Self::NotFound { what: what.to_owned(), id: id.to_string() }
    }

    /// Its kind.
    pub const fn kind(&self) -> EhrErrorKind {
        match self {
            Self::InvalidArgument { .. } => EhrErrorKind::InvalidArgument,
            Self::Malformed { .. } => EhrErrorKind::Malformed,
            Self::NotFound { .. } => EhrErrorKind::NotFound,
            Self::Denied { .. } => EhrErrorKind::Denied,
            Self::Refused { .. } => EhrErrorKind::Refused,
            Self::CannotOpen { .. } => EhrErrorKind::CannotOpen,
            Self::Damaged { .. } => EhrErrorKind::Damaged,
            Self::Storage { .. } => EhrErrorKind::Storage,
            Self::NewerFormat { .. } => EhrErrorKind::NewerFormat,
            Self::Busy { .. } => EhrErrorKind::Busy,
            Self::Closed => EhrErrorKind::Closed,
            Self::Cancelled => EhrErrorKind::Cancelled,
            Self::Host { .. } => EhrErrorKind::Host,
            Self::Internal { .. } => EhrErrorKind::Internal,
        }
    }

    /// The words without the kind in front.
    pub fn reason(&self) -> String {
        match self {
            Self::InvalidArgument { reason, .. }
            | Self::Malformed { reason }
            | Self::Denied { reason }
            | Self::Refused { reason }
            | Self::CannotOpen { reason }
            | Self::Damaged { reason }
            | Self::Storage { reason }
            | Self::NewerFormat { reason }
            | Self::Busy { reason }
            | Self::Host { reason }
            | Self::Internal { reason } => reason.clone(),
            Self::NotFound { .. } | Self::Closed | Self::Cancelled => self.to_string(),
        }
    }
}

/// A callback that threw something else than an [`EhrError`]. What it threw may hold a stack trace with private data,
/// so it is not repeated.
#[cfg(feature = "uniffi")]
impl From<uniffi::UnexpectedUniFFICallbackError> for EhrError {
    fn from(_: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::host("a callback threw an unexpected error")
    }
}
