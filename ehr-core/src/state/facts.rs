//! What the state says about an access question, gathered for [`policy::evaluate`](crate::policy::evaluate).

use super::StateRead;
use super::entries::{
    Account, AccountGrants, GrantEntry, GrantStatus, Institution, Membership, MembershipId, Record, Scope,
    Version, VersionId,
};
use crate::codec::limits::MAX_DELEGATION;
use crate::policy::{
    self, AccessQuery, Decision, DenyReason, Effect, Facts, Outcome, ResourceChain, Rule, RuleTerms,
    Standing, evaluate,
};
use crate::primitives::{AccountId, GrantId, Height, Timestamp};
use crate::store::ReadError;

/// Whether `query` is permitted at block time `time` by the state, with the reasons: what a gateway asks before it
/// releases, and a screen to explain. Considers every live grant of the patient.
///
/// # Errors
/// The store did not answer.
pub fn explain_access(
    state: &impl StateRead,
    query: &AccessQuery,
    time: Timestamp,
) -> Result<Decision, ReadError> {
    let live = state.get::<AccountGrants>(&query.resource.account)?;
    let ids: Vec<GrantId> = live.iter().flat_map(|grants| &grants.live).map(|grant| grant.id).collect();
    decide(state, query, &ids, time)
}

/// As [`explain_access`], considering one grant only, revoked or not: says why that grant does not apply.
///
/// # Errors
/// The store did not answer.
pub fn explain_grant(
    state: &impl StateRead,
    query: &AccessQuery,
    grant: GrantId,
    time: Timestamp,
) -> Result<Decision, ReadError> {
    decide(state, query, &[grant], time)
}

fn decide(
    state: &impl StateRead,
    query: &AccessQuery,
    grants: &[GrantId],
    time: Timestamp,
) -> Result<Decision, ReadError> {
    if !is_placed(state, &query.resource)? {
        return Ok(Decision::fixed(Outcome::Deny { reason: DenyReason::Misplaced }));
    }
    let mut rules = Vec::with_capacity(grants.len());
    for id in grants {
        if let Some(entry) = state.get::<GrantEntry>(id)? {
            rules.push(rule(state, *id, &entry)?);
        }
    }
    let (institution_admitted, membership) = match query.acting_for {
        Some(institution) => acting(state, institution, query.subject)?,
        None => (false, None),
    };
    let facts = Facts {
        enrolled: state.get::<Account>(&query.subject)?.is_some(),
        // Suspension and tombstones are kinds that are specified and not yet built.
        suspended: false,
        tombstoned: false,
        institution_admitted,
        membership,
        author_institution: author(state, query)?,
        rules: &rules,
    };
    Ok(evaluate(query, &facts, time))
}

/// Rule P-15: what is asked for exists and is whose and where the state says, whatever the asker believes. Otherwise
/// anybody could ask about another patient's record as if it were their own.
fn is_placed(state: &impl StateRead, asked: &ResourceChain) -> Result<bool, ReadError> {
    if asked.section.is_some() && asked.version.is_none() || asked.version.is_some() && asked.record.is_none()
    {
        return Ok(false);
    }
    if let Some(id) = asked.record {
        let Some(record) = state.get::<Record>(&id)? else { return Ok(false) };
        return Ok(record.account == asked.account
            && asked.scope.is_none_or(|scope| scope == record.scope)
            && asked.version.is_none_or(|version| version <= record.head));
    }
    let Some(id) = asked.scope else { return Ok(true) };
    Ok(state.get::<Scope>(&id)?.is_some_and(|scope| scope.account == asked.account))
}

fn acting(
    state: &impl StateRead,
    institution: AccountId,
    staff: AccountId,
) -> Result<(bool, Option<policy::Membership>), ReadError> {
    let admitted = state.get::<Institution>(&institution)?.is_some();
    let membership = state
        .get::<Membership>(&MembershipId::new(institution, staff))?
        .map(|held| policy::Membership { roles: held.roles, from: held.from, until: held.until });
    Ok((admitted, membership))
}

fn author(state: &impl StateRead, query: &AccessQuery) -> Result<Option<AccountId>, ReadError> {
    let Some((record, version)) = query.resource.record.zip(query.resource.version) else { return Ok(None) };
    Ok(state.get::<Version>(&VersionId::new(record, version))?.map(|version| version.institution))
}

fn rule(state: &impl StateRead, id: GrantId, entry: &GrantEntry) -> Result<Rule, ReadError> {
    Ok(Rule {
        id,
        effect: Effect::Permit,
        terms: RuleTerms::from(&entry.grant),
        revoked: revoked(entry),
        uses: entry.uses,
        ancestors: ancestors(state, entry)?,
    })
}

/// The grants one is delegated from, nearest first. Depth falls with every step, so there are at most
/// [`MAX_DELEGATION`].
pub(super) fn ancestors(state: &impl StateRead, entry: &GrantEntry) -> Result<Vec<Standing>, ReadError> {
    let mut line = Vec::new();
    let mut next = entry.grant.parent;
    while let Some(id) = next {
        let parent = state.get::<GrantEntry>(&id)?.filter(|_| line.len() < usize::from(MAX_DELEGATION));
        let Some(parent) = parent else {
            return Err(ReadError::Corrupt { what: format!("grant {id}: no such parent, or too deep") });
        };
        line.push(Standing { revoked: revoked(&parent), uses: parent.uses, max_uses: parent.grant.max_uses });
        next = parent.grant.parent;
    }
    Ok(line)
}

fn revoked(entry: &GrantEntry) -> Option<Height> {
    match entry.status {
        GrantStatus::Active {} => None,
        GrantStatus::Revoked { height } => Some(height),
    }
}
