//! The planted-bug switch: mistakes the simulator must catch, compiled in only for tests.

/// Whether a named bug is planted in this chain's specification; always `false`, and gone from the code, outside
/// tests.
macro_rules! planted {
    ($spec:expr, $bug:ident) => {{
        #[cfg(any(test, feature = "testing"))]
        {
            $spec.bugs().contains(crate::sim::Bug::$bug)
        }
        #[cfg(not(any(test, feature = "testing")))]
        {
            let _ = &$spec;
            false
        }
    }};
}

pub(crate) use planted;
