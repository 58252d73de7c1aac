//! Evidence: one institution vouched for two histories.

use super::{CheckpointError, CosignedCheckpoint, Cosigners, SignedCheckpoint};
use crate::codec::{Wire, limits};
use crate::merkle::HashPath;
use crate::merkle::mmr::{self, HistoryLeaf};
use crate::primitives::{AccountId, tagged_enum};

tagged_enum! {
    /// Two signed checkpoints of one institution that cannot both be true (rule CP-7).
    SplitView: u8 {
        /// Two different ones of one height.
        SameHeight {
            /// The lower of the two, in the order of their fields.
            first: SignedCheckpoint,
            /// The other.
            second: SignedCheckpoint,
        } = 1,
        /// A newer one whose history holds another block at the height of the older.
        History {
            /// The older.
            older: SignedCheckpoint,
            /// The newer.
            newer: SignedCheckpoint,
            /// The block in the newer one's history.
            leaf: HistoryLeaf,
            /// Path of the leaf to the newer one's history root.
            path: HashPath,
        } = 2,
    }
}

impl SplitView {
    /// Evidence of two checkpoints of one height, in the accepted order.
    pub fn same_height(a: SignedCheckpoint, b: SignedCheckpoint) -> Self {
        Self::SameHeight { first: a.min(b), second: a.max(b) }
    }

    /// What can be said against the institutions that cosigned both of two checkpoints of one height.
    pub fn between(a: &CosignedCheckpoint, b: &CosignedCheckpoint) -> Vec<Self> {
        let (x, y) = (&a.checkpoint, &b.checkpoint);
        if x.chain != y.chain || x.height != y.height || x == y {
            return Vec::new();
        }
        a.signed().filter_map(|s| Some(Self::same_height(s, b.signed_by(&s.institution)?))).collect()
    }

    /// The two statements.
    pub const fn statements(&self) -> [&SignedCheckpoint; 2] {
        match self {
            Self::SameHeight { first, second } => [first, second],
            Self::History { older, newer, .. } => [older, newer],
        }
    }

    /// Who is accused.
    pub const fn institution(&self) -> AccountId {
        let [one, _] = self.statements();
        one.institution
    }

    /// Checks the accusation by the institution's known key and returns the institution.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(&self, known: &Cosigners) -> Result<AccountId, CheckpointError> {
        let [a, b] = self.statements();
        let (x, y) = (&a.checkpoint, &b.checkpoint);
        if a.institution != b.institution || x.chain != y.chain {
            return Err(CheckpointError::NoConflict);
        }
        match self {
            Self::SameHeight { .. } => {
                if x.height != y.height || x == y {
                    return Err(CheckpointError::NoConflict);
                }
                if x > y {
                    return Err(CheckpointError::Order);
                }
            }
            Self::History { leaf, path, .. } => {
                let is_older = leaf.height == x.height && x.height < y.height;
                if !is_older || leaf.id == x.block {
                    return Err(CheckpointError::NoConflict);
                }
                let leaf = leaf.hash().map_err(|_| CheckpointError::NoConflict)?;
                mmr::verify(y.height.0, x.height.0, &leaf, path.as_slice(), &y.history_root)
                    .map_err(CheckpointError::History)?;
            }
        }
        let key = known.key(&a.institution)?;
        for signed in [a, b] {
            let institution = signed.institution;
            signed.verify(key).map_err(|error| CheckpointError::Signature { institution, error })?;
        }
        Ok(a.institution)
    }
}

impl Wire for SplitView {
    const NAME: &'static str = "split view";
    const MAX_BYTES: usize = limits::MAX_SPLIT_VIEW;
}
