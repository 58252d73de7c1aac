//! Delegation: a grant made from another is never wider than it in any field.

use super::{Actions, Obligations, Purposes, RuleTerms};
use crate::primitives::{AccountId, ScopeId, Timestamp};

/// A delegated grant is wider than the grant it comes from (rule P-11). Each case names the field and the limit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Attenuation {
    /// The grant does not include the action SHARE.
    #[error("actions: the grant may not be passed on")]
    NotShareable,
    /// Too deep.
    #[error("depth: {child}, must be below {parent}")]
    Depth {
        /// Depth of the grant it comes from.
        parent: u8,
        /// Depth asked for.
        child: u8,
    },
    /// More actions.
    #[error("actions: {child:?} go beyond {parent:?}")]
    Actions {
        /// What may be granted on.
        parent: Actions,
        /// What was asked for.
        child: Actions,
    },
    /// More purposes.
    #[error("purposes: {child:?} go beyond {parent:?}")]
    Purposes {
        /// What may be granted on.
        parent: Purposes,
        /// What was asked for.
        child: Purposes,
    },
    /// Begins earlier.
    #[error("not_before: {child}, must not be before {parent}")]
    NotBefore {
        /// Begin of the grant it comes from.
        parent: Timestamp,
        /// Begin asked for.
        child: Timestamp,
    },
    /// Ends later.
    #[error("not_after: {child}, must not be after {parent}")]
    NotAfter {
        /// End of the grant it comes from.
        parent: Timestamp,
        /// End asked for.
        child: Timestamp,
    },
    /// More releases.
    #[error("max_uses: {child:?}, at most {parent}")]
    MaxUses {
        /// Limit of the grant it comes from.
        parent: u32,
        /// Limit asked for; none means no limit.
        child: Option<u32>,
    },
    /// Drops an obligation.
    #[error("obligations: {child:?} leave out some of {parent:?}")]
    Obligations {
        /// What must be asked in return.
        parent: Obligations,
        /// What is asked.
        child: Obligations,
    },
    /// Not all of the resource lies inside that of the grant it comes from.
    #[error("resource: not inside the resource of the grant it comes from")]
    Resource,
}

/// Checks that `child` may be delegated from `parent` (rule P-11). `owner` is the patient, and `scope` the scope in
/// which the child's record is filed, if it names one. The subject is free: passing access to somebody else is what
/// delegation is for. That the delegator is covered by the parent's subject is the caller's check
/// ([`Subject::covers`](super::Subject::covers)).
pub fn attenuates(
    child: &RuleTerms,
    parent: &RuleTerms,
    owner: AccountId,
    scope: Option<ScopeId>,
) -> Result<(), Attenuation> {
    if !parent.actions.contains(Actions::SHARE) {
        return Err(Attenuation::NotShareable);
    }
    if child.depth >= parent.depth {
        return Err(Attenuation::Depth { parent: parent.depth, child: child.depth });
    }
    if !parent.actions.contains(child.actions) {
        return Err(Attenuation::Actions { parent: parent.actions, child: child.actions });
    }
    if !parent.purposes.contains(child.purposes) {
        return Err(Attenuation::Purposes { parent: parent.purposes, child: child.purposes });
    }
    if child.not_before < parent.not_before {
        return Err(Attenuation::NotBefore { parent: parent.not_before, child: child.not_before });
    }
    if child.not_after > parent.not_after {
        return Err(Attenuation::NotAfter { parent: parent.not_after, child: child.not_after });
    }
    if let Some(max) = parent.max_uses
        && child.max_uses.is_none_or(|uses| uses > max)
    {
        return Err(Attenuation::MaxUses { parent: max, child: child.max_uses });
    }
    if !child.obligations.contains(parent.obligations) {
        return Err(Attenuation::Obligations { parent: parent.obligations, child: child.obligations });
    }
    if !child.resource.is_within(&parent.resource, owner, scope) {
        return Err(Attenuation::Resource);
    }
    Ok(())
}
