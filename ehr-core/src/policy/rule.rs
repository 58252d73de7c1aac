//! One rule of a patient: a grant, or a directive to deny.

use super::{AccessQuery, Actions, Coverage, Facts, Obligations, Purposes, Resource, Subject, Why};
use crate::codec::limits::MAX_DELEGATION;
use crate::primitives::{GrantId, Height, Timestamp, u8_enum};
use crate::tx::Grant;

u8_enum! {
    /// What a rule does when it matches.
    #[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
    Effect {
        /// Allow.
        Permit = 0,
        /// Refuse, whatever else permits (rule P-6).
        Deny = 1,
    }
}

/// What a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTerms {
    /// About whom.
    pub subject: Subject,
    /// About what.
    pub resource: Resource,
    /// Which actions.
    pub actions: Actions,
    /// Which purposes.
    pub purposes: Purposes,
    /// From when, block time, inclusive.
    pub not_before: Timestamp,
    /// Until when, block time, exclusive.
    pub not_after: Timestamp,
    /// How many times it may be delegated on.
    pub depth: u8,
    /// How many releases it allows; none means no limit.
    pub max_uses: Option<u32>,
    /// What is asked in return.
    pub obligations: Obligations,
}

impl From<&Grant> for RuleTerms {
    fn from(grant: &Grant) -> Self {
        Self {
            subject: grant.subject.clone(),
            resource: grant.resource.clone(),
            actions: grant.actions,
            purposes: grant.purposes,
            not_before: grant.not_before,
            not_after: grant.not_after,
            depth: grant.depth,
            max_uses: grant.max_uses,
            obligations: grant.obligations,
        }
    }
}

/// What became of a grant that another one was delegated from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The block that revoked it, if one did.
    pub revoked: Option<Height>,
    /// Releases so far, under this grant and all delegated from it.
    pub uses: u32,
    /// Releases allowed; none means no limit.
    pub max_uses: Option<u32>,
}

impl Standing {
    /// Whether no release is left.
    pub fn used_up(&self) -> bool {
        self.max_uses.is_some_and(|max| self.uses >= max)
    }
}

/// One rule of a patient with everything needed to judge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The transaction that made it.
    pub id: GrantId,
    /// What it does.
    pub effect: Effect,
    /// What it says.
    pub terms: RuleTerms,
    /// The block that revoked or lifted it, if one did.
    pub revoked: Option<Height>,
    /// Releases so far, under this grant and all delegated from it.
    pub uses: u32,
    /// The grants it was delegated from, nearest first, at most
    /// [`MAX_DELEGATION`] of them.
    pub ancestors: Vec<Standing>,
}

impl Rule {
    /// Whether the rule applies, or the first thing that stops it.
    ///
    /// Doubt stops a permit and never a deny: a deny applies to all it may touch, and neither uses nor ancestors
    /// wear it out (rule P-9).
    pub(super) fn consider(&self, query: &AccessQuery, facts: &Facts<'_>, time: Timestamp) -> Why {
        let RuleTerms { subject, resource, actions, purposes, not_before, not_after, .. } = &self.terms;
        let permit = self.effect == Effect::Permit;
        let acting = query.acting_for.zip(facts.membership.map(|m| m.roles));
        if !subject.covers(query.subject, acting) {
            return Why::OtherSubject;
        }
        match resource.coverage(&query.resource) {
            Coverage::Outside => return Why::OutsideResource,
            Coverage::Partly if permit => return Why::TooBroad,
            Coverage::Partly | Coverage::Inside => {}
        }
        if !actions.contains(query.action) {
            return Why::WrongAction;
        }
        if !purposes.contains(query.purpose) {
            return Why::WrongPurpose;
        }
        if let Some(height) = self.revoked {
            return Why::Revoked { height };
        }
        if time < *not_before {
            return Why::NotYet { from: *not_before };
        }
        if time >= *not_after {
            return Why::Expired { at: *not_after };
        }
        if permit { self.consider_spent() } else { Why::Matched }
    }

    fn consider_spent(&self) -> Why {
        if let Some(max) = self.terms.max_uses.filter(|max| self.uses >= *max) {
            return Why::UsedUp { max };
        }
        if self.ancestors.len() > usize::from(MAX_DELEGATION) {
            return Why::TooDeep;
        }
        if let Some(height) = self.ancestors.iter().find_map(|a| a.revoked) {
            return Why::ParentRevoked { height };
        }
        if self.ancestors.iter().any(Standing::used_up) {
            return Why::ParentUsedUp;
        }
        Why::Matched
    }
}
