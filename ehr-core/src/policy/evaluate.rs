//! The evaluator: total, linear in the rules, without clock, order or state of its own.

use super::{
    AccessQuery, Actions, Basis, Decision, DenyReason, Effect, Facts, Obligations, Outcome, Purposes, Reason,
    Why,
};
use crate::primitives::{GrantId, Timestamp};

/// What patients may always do with what is theirs.
const PATIENT_ACTIONS: Actions =
    Actions::READ.union(Actions::SHARE).union(Actions::EXPORT).union(Actions::BOOK);

/// What an institution may do with the versions it wrote: many laws oblige it to keep them.
const AUTHOR_ACTIONS: Actions = Actions::READ.union(Actions::AMEND);

/// Decides one query on the facts of one state at one block time.
///
/// Rules of `docs/spec/policy.md`, in this order (crypto-and-policy 4.2):
/// guards (P-3), the patient (P-4), the author's institution (P-5), any deny (P-6), any permit (P-7), else no.
/// The patient and the author's institution come before denies on purpose: a deny can neither lock patients out of
/// their own record nor take from a hospital the copy it must keep by law.
pub fn evaluate(query: &AccessQuery, facts: &Facts<'_>, time: Timestamp) -> Decision {
    if let Some(reason) = guard(query, facts, time) {
        return Decision::fixed(Outcome::Deny { reason });
    }
    if query.subject == query.resource.account && PATIENT_ACTIONS.contains(query.action) {
        return Decision::fixed(Outcome::Permit { by: Basis::Patient, obligations: Obligations::NONE });
    }
    if is_author(query, facts) {
        return Decision::fixed(Outcome::Permit {
            by: Basis::AuthorInstitution,
            obligations: Obligations::NONE,
        });
    }
    by_rules(query, facts, time)
}

/// Rule P-3: what must hold whatever any rule says.
fn guard(query: &AccessQuery, facts: &Facts<'_>, time: Timestamp) -> Option<DenyReason> {
    if !query.action.is_single() || !query.purpose.is_single() {
        return Some(DenyReason::Malformed);
    }
    if !facts.enrolled {
        return Some(DenyReason::NotEnrolled);
    }
    if facts.suspended {
        return Some(DenyReason::Suspended);
    }
    if query.acting_for.is_some() {
        if !facts.institution_admitted {
            return Some(DenyReason::InstitutionNotAdmitted);
        }
        let Some(member) = facts.membership.filter(|m| !m.roles.is_empty()) else {
            return Some(DenyReason::NotMember);
        };
        if time < member.from {
            return Some(DenyReason::MembershipNotYet { from: member.from });
        }
        if time >= member.until {
            return Some(DenyReason::MembershipEnded { at: member.until });
        }
    }
    facts.tombstoned.then_some(DenyReason::Tombstoned)
}

/// Rule P-5.
fn is_author(query: &AccessQuery, facts: &Facts<'_>) -> bool {
    query.acting_for.is_some()
        && query.acting_for == facts.author_institution
        && query.resource.version.is_some()
        && query.purpose == Purposes::TREAT
        && AUTHOR_ACTIONS.contains(query.action)
}

/// Rules P-6 to P-8: one pass over the rules.
fn by_rules(query: &AccessQuery, facts: &Facts<'_>, time: Timestamp) -> Decision {
    let mut reasons = Vec::with_capacity(facts.rules.len());
    let mut deny: Option<GrantId> = None;
    let mut permit: Option<GrantId> = None;
    let mut obligations = Obligations::NONE;
    for rule in facts.rules {
        let why = rule.consider(query, facts, time);
        reasons.push(Reason { rule: rule.id, effect: rule.effect, why });
        if why != Why::Matched {
            continue;
        }
        match rule.effect {
            Effect::Deny => deny = lowest(deny, rule.id),
            Effect::Permit => {
                permit = lowest(permit, rule.id);
                obligations = obligations.union(rule.terms.obligations);
            }
        }
    }
    let outcome = match (deny, permit) {
        (Some(rule), _) => Outcome::Deny { reason: DenyReason::DeniedBy { rule } },
        (None, Some(id)) => Outcome::Permit { by: Basis::Grant(id), obligations },
        (None, None) => Outcome::Deny { reason: DenyReason::NoPermit },
    };
    Decision { outcome, reasons }
}

fn lowest(so_far: Option<GrantId>, id: GrantId) -> Option<GrantId> {
    Some(so_far.map_or(id, |s| s.min(id)))
}
