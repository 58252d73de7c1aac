//! Questions, facts and decisions as JSON. Bit sets are lists of names, subjects and resources arrays that begin with
//! the variant's code, ids hex, times milliseconds.

use crate::EhrError;
use ehr_core::foreign::set_of_names;
use ehr_core::policy::{
    AccessQuery, Basis, Decision, Effect, Facts, Membership, Outcome, Resource, ResourceChain, Rule,
    RuleTerms, StaffRoles, Standing, Subject,
};
use ehr_core::primitives::{AccountId, GrantId, Height, RecordId, ScopeId, Timestamp, VersionNo};
use serde::Deserialize;
use serde_json::{Value, json};

type Names = Vec<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ResourceJson {
    account: AccountId,
    scope: Option<ScopeId>,
    record: Option<RecordId>,
    version: Option<VersionNo>,
    section: Option<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QueryJson {
    subject: AccountId,
    acting_for: Option<AccountId>,
    action: Names,
    purpose: Names,
    resource: ResourceJson,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MembershipJson {
    roles: Names,
    from: Timestamp,
    until: Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandingJson {
    revoked: Option<Height>,
    uses: u32,
    max_uses: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum SubjectJson {
    Roles(u8, Names),
    Id(u8, AccountId),
    Both(u8, AccountId, Names),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleJson {
    id: GrantId,
    effect: String,
    subject: SubjectJson,
    resource: Resource,
    actions: Names,
    purposes: Names,
    not_before: Timestamp,
    not_after: Timestamp,
    depth: u8,
    max_uses: Option<u32>,
    obligations: Names,
    revoked: Option<Height>,
    uses: u32,
    ancestors: Vec<StandingJson>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactsJson {
    enrolled: bool,
    suspended: bool,
    institution_admitted: bool,
    membership: Option<MembershipJson>,
    author_institution: Option<AccountId>,
    tombstoned: bool,
    rules: Vec<RuleJson>,
}

impl QueryJson {
    pub(super) fn read(self) -> Result<AccessQuery, EhrError> {
        let ResourceJson { account, scope, record, version, section } = self.resource;
        Ok(AccessQuery {
            subject: self.subject,
            acting_for: self.acting_for,
            action: set_of_names(&self.action)?,
            purpose: set_of_names(&self.purpose)?,
            resource: ResourceChain { account, scope, record, version, section },
        })
    }
}

impl SubjectJson {
    fn read(&self) -> Result<Subject, EhrError> {
        let roles = |names: &Names| set_of_names::<StaffRoles>(names);
        match self {
            Self::Id(1, id) => Ok(Subject::Account { id: *id }),
            Self::Both(2, institution, names) => {
                Ok(Subject::StaffOf { institution: *institution, roles: roles(names)? })
            }
            Self::Id(3, id) => Ok(Subject::Institution { id: *id }),
            Self::Roles(4, names) => Ok(Subject::AnyAdmitted { roles: roles(names)? }),
            _ => Err(EhrError::argument("facts.rules.subject", "no such subject")),
        }
    }
}

impl RuleJson {
    fn read(&self) -> Result<Rule, EhrError> {
        let effect = Effect::ALL.iter().copied().find(|effect| effect.name() == self.effect);
        let standing = |s: &StandingJson| Standing { revoked: s.revoked, uses: s.uses, max_uses: s.max_uses };
        Ok(Rule {
            id: self.id,
            effect: effect
                .ok_or_else(|| EhrError::argument("facts.rules.effect", "must be Permit or Deny"))?,
            terms: RuleTerms {
                subject: self.subject.read()?,
                resource: self.resource.clone(),
                actions: set_of_names(&self.actions)?,
                purposes: set_of_names(&self.purposes)?,
                not_before: self.not_before,
                not_after: self.not_after,
                depth: self.depth,
                max_uses: self.max_uses,
                obligations: set_of_names(&self.obligations)?,
            },
            revoked: self.revoked,
            uses: self.uses,
            ancestors: self.ancestors.iter().map(standing).collect(),
        })
    }
}

impl FactsJson {
    pub(super) fn rules(&self) -> Result<Vec<Rule>, EhrError> {
        self.rules.iter().map(RuleJson::read).collect()
    }

    /// The facts but the rules.
    pub(super) fn read(&self) -> Result<Facts<'static>, EhrError> {
        let membership = |m: &MembershipJson| {
            let roles = set_of_names(&m.roles)?;
            Ok::<_, EhrError>(Membership { roles, from: m.from, until: m.until })
        };
        Ok(Facts {
            enrolled: self.enrolled,
            suspended: self.suspended,
            institution_admitted: self.institution_admitted,
            membership: self.membership.as_ref().map(membership).transpose()?,
            author_institution: self.author_institution,
            tombstoned: self.tombstoned,
            rules: &[],
        })
    }
}

pub(super) fn decision(decision: &Decision) -> Value {
    let reasons: Vec<Value> = decision
        .reasons
        .iter()
        .map(|reason| {
            json!({
                "rule": reason.rule, "effect": reason.effect, "why": reason.why.code(), "text": reason.to_string(),
            })
        })
        .collect();
    let text = decision.outcome.to_string();
    match decision.outcome {
        Outcome::Permit { by, obligations } => {
            let grant = if let Basis::Grant(id) = by { Some(id) } else { None };
            json!({
                "permit": true, "by": by.code(), "grant": grant, "obligations": obligations, "text": text,
                "reasons": reasons,
            })
        }
        Outcome::Deny { reason } => {
            json!({ "permit": false, "reason": reason.code(), "text": text, "reasons": reasons })
        }
    }
}
