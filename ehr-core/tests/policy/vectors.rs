//! Golden decisions, for implementations in other languages.

use crate::golden;
use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;
use serde_json::{Value, json};

fn query_json(q: &AccessQuery) -> Value {
    let r = &q.resource;
    json!({
        "subject": q.subject, "acting_for": q.acting_for, "action": q.action, "purpose": q.purpose,
        "resource": { "account": r.account, "scope": r.scope, "record": r.record, "version": r.version, "section": r.section },
    })
}

fn rule_json(r: &Rule) -> Value {
    let t = &r.terms;
    let ancestors: Vec<Value> = r
        .ancestors
        .iter()
        .map(|a| json!({ "revoked": a.revoked, "uses": a.uses, "max_uses": a.max_uses }))
        .collect();
    json!({
        "id": r.id, "effect": r.effect, "subject": t.subject, "resource": t.resource, "actions": t.actions,
        "purposes": t.purposes, "not_before": t.not_before, "not_after": t.not_after, "depth": t.depth,
        "max_uses": t.max_uses, "obligations": t.obligations, "revoked": r.revoked, "uses": r.uses,
        "ancestors": ancestors,
    })
}

fn facts_json(f: &Facts<'_>) -> Value {
    json!({
        "enrolled": f.enrolled, "suspended": f.suspended, "institution_admitted": f.institution_admitted,
        "membership": f.membership.map(|m| json!({ "roles": m.roles, "from": m.from, "until": m.until })),
        "author_institution": f.author_institution, "tombstoned": f.tombstoned,
        "rules": f.rules.iter().map(rule_json).collect::<Vec<_>>(),
    })
}

fn decision_json(d: &Decision) -> Value {
    let reasons: Vec<Value> = d
        .reasons
        .iter()
        .map(|r| json!({ "rule": r.rule, "effect": r.effect, "why": r.why.code(), "text": r.to_string() }))
        .collect();
    let text = d.outcome.to_string();
    match d.outcome {
        Outcome::Permit { by, obligations } => {
            let grant = if let Basis::Grant(id) = by { Some(id) } else { None };
            json!({ "permit": true, "by": by.code(), "grant": grant, "obligations": obligations, "text": text, "reasons": reasons })
        }
        Outcome::Deny { reason } => {
            json!({ "permit": false, "reason": reason.code(), "text": text, "reasons": reasons })
        }
    }
}

/// A question, its facts and the evaluator's decision.
pub(crate) fn case_json(shows: &str, query: &AccessQuery, facts: &Facts<'_>, time: Timestamp) -> Value {
    json!({
        "shows": shows, "query": query_json(query), "facts": facts_json(facts), "time": time,
        "decision": decision_json(&evaluate(query, facts, time)),
    })
}

/// A variation on [`query`] and [`facts`]: what it shows, and what it changes.
struct Case {
    shows: &'static str,
    query: AccessQuery,
    facts: Facts<'static>,
    rules: Vec<Rule>,
    time: Timestamp,
}

fn case(shows: &'static str, rules: Vec<Rule>, change: impl FnOnce(&mut Case)) -> Case {
    let mut case = Case { shows, query: query(), facts: facts(&[]), rules, time: NOON };
    change(&mut case);
    case
}

/// A permit with other terms.
fn with(n: u8, change: impl FnOnce(&mut Rule)) -> Rule {
    let mut rule = permit(n);
    change(&mut rule);
    rule
}

fn guards() -> Vec<Case> {
    let ok = || vec![permit(1)];
    let member = |roles, from, until| Some(Membership { roles, from, until });
    vec![
        case("two actions at once", ok(), |c| c.query.action = Actions::READ.union(Actions::EXPORT)),
        case("no action", ok(), |c| c.query.action = Actions::NONE),
        case("two purposes at once", ok(), |c| c.query.purpose = Purposes::TREAT.union(Purposes::HRESCH)),
        case("not enrolled", ok(), |c| c.facts.enrolled = false),
        case("suspended", ok(), |c| c.facts.suspended = true),
        case("a suspended patient", vec![], |c| {
            (c.query.subject, c.query.acting_for, c.facts.suspended) = (PATIENT, None, true);
        }),
        case("institution not admitted", ok(), |c| c.facts.institution_admitted = false),
        case("not a member", ok(), |c| c.facts.membership = None),
        case("member without a role", ok(), |c| c.facts.membership = member(StaffRoles::NONE, FROM, UNTIL)),
        case("membership begins next", ok(), |c| {
            c.facts.membership = member(StaffRoles::DOCTOR, NOON.plus(1), UNTIL);
        }),
        case("membership ends now", ok(), |c| c.facts.membership = member(StaffRoles::DOCTOR, FROM, NOON)),
        case("tombstoned", ok(), |c| c.facts.tombstoned = true),
    ]
}

fn own() -> Vec<Case> {
    let patient = |c: &mut Case| (c.query.subject, c.query.acting_for) = (PATIENT, None);
    let author = |c: &mut Case| (c.query.subject, c.query.acting_for) = (DOCTOR_A, Some(HOSPITAL_A));
    let denied = || {
        vec![Rule {
            terms: RuleTerms { subject: Subject::Institution { id: HOSPITAL_A }, ..deny(1).terms },
            ..deny(1)
        }]
    };
    vec![
        case("the patient reads", vec![], patient),
        case("the patient exports", vec![], |c| (patient(c), c.query.action = Actions::EXPORT).1),
        case("the patient does not amend alone", vec![], |c| (patient(c), c.query.action = Actions::AMEND).1),
        case(
            "a deny does not reach the patient",
            vec![with(1, |r| {
                r.effect = Effect::Deny;
                r.terms.subject = Subject::Account { id: PATIENT };
            })],
            patient,
        ),
        case("the author's institution reads to treat", vec![], author),
        case("the author's institution amends", vec![], |c| (author(c), c.query.action = Actions::AMEND).1),
        case("a deny does not reach the author's copy", denied(), author),
        case(
            "a deny reaches the author's other purposes",
            denied()
                .into_iter()
                .map(|mut r| {
                    r.terms.purposes = Purposes::ALL;
                    r
                })
                .collect(),
            |c| (author(c), c.query.purpose = Purposes::HRESCH).1,
        ),
        case("the author's institution does not export", vec![], |c| {
            (author(c), c.query.action = Actions::EXPORT).1
        }),
        case("the author rule needs a version", vec![], |c| (author(c), c.query.resource.version = None).1),
    ]
}

fn rules() -> Vec<Case> {
    let one = |shows, change: fn(&mut Rule)| case(shows, vec![with(1, change)], |_| ());
    vec![
        case("no rule at all", vec![], |_| ()),
        one("a permit that matches", |_| ()),
        one("for another doctor", |r| r.terms.subject = Subject::Account { id: DOCTOR_A }),
        one("for this doctor by name", |r| r.terms.subject = Subject::Account { id: DOCTOR_B }),
        one("for another role", |r| r.terms.subject = Subject::AnyAdmitted { roles: StaffRoles::NURSE }),
        one("for any doctor", |r| r.terms.subject = Subject::AnyAdmitted { roles: StaffRoles::DOCTOR }),
        one("for the institution", |r| r.terms.subject = Subject::Institution { id: HOSPITAL_B }),
        one("for another institution", |r| r.terms.subject = Subject::Institution { id: HOSPITAL_A }),
        case("nobody acts for an institution", vec![permit(1)], |c| c.query.acting_for = None),
        one("everything of the patient", |r| r.terms.resource = Resource::AllOf { account: PATIENT }),
        one("everything of somebody else", |r| r.terms.resource = Resource::AllOf { account: OTHER_PATIENT }),
        one("another scope", |r| r.terms.resource = Resource::Scope { id: OTHER_SCOPE }),
        one("the record", |r| r.terms.resource = Resource::Record { id: RECORD }),
        one("another version", |r| {
            r.terms.resource = Resource::Version { record: RECORD, version: VersionNo(1) }
        }),
        one("only a section of it", |r| {
            r.terms.resource = Resource::Section { record: RECORD, version: VersionNo(0), section: 1 };
        }),
        one("a deny on a section stops the version", |r| {
            r.effect = Effect::Deny;
            r.terms.resource = Resource::Section { record: RECORD, version: VersionNo(0), section: 1 };
        }),
        case("a scope that is not known permits nothing", vec![permit(1)], |c| c.query.resource.scope = None),
        one("another action", |r| r.terms.actions = Actions::APPEND),
        one("another purpose", |r| r.terms.purposes = Purposes::HRESCH),
        one("revoked", |r| r.revoked = Some(Height(42))),
        case("first moment", vec![permit(1)], |c| c.time = FROM),
        case("a moment too early", vec![permit(1)], |c| {
            c.time = FROM.minus(1);
            c.facts.membership =
                Some(Membership { roles: StaffRoles::DOCTOR, from: Timestamp(0), until: UNTIL });
        }),
        one("ends now", |r| r.terms.not_after = NOON),
        one("one use left", |r| (r.terms.max_uses, r.uses) = (Some(3), 2)),
        one("no use left", |r| (r.terms.max_uses, r.uses) = (Some(3), 3)),
        one("parent live", |r| r.ancestors = vec![Standing { revoked: None, uses: 1, max_uses: Some(2) }]),
        one("grandparent revoked", |r| {
            r.ancestors =
                vec![Standing::default(), Standing { revoked: Some(Height(7)), ..Standing::default() }];
        }),
        one("parent used up", |r| r.ancestors = vec![Standing { revoked: None, uses: 2, max_uses: Some(2) }]),
        one("delegated five times", |r| r.ancestors = vec![Standing::default(); 5]),
        case("a deny beats a permit", vec![permit(1), deny(2)], |_| ()),
        case("a lifted deny does not", vec![permit(1), Rule { revoked: Some(Height(5)), ..deny(2) }], |_| ()),
        case("the lowest of several denies is named", vec![deny(9), permit(1), deny(4)], |_| ()),
        case(
            "several permits: lowest named, obligations together",
            vec![
                with(3, |r| r.terms.obligations = Obligations::NOTIFY_PATIENT),
                with(2, |r| r.terms.obligations = Obligations::CACHE_UNTIL),
                with(1, |r| r.terms.purposes = Purposes::HRESCH),
            ],
            |_| (),
        ),
    ]
}

#[test]
fn decisions_equal_the_golden_file() {
    let cases: Vec<Value> = guards()
        .into_iter()
        .chain(own())
        .chain(rules())
        .map(|c| {
            let facts = Facts { rules: &c.rules, ..c.facts.clone() };
            case_json(c.shows, &c.query, &facts, c.time)
        })
        .collect();
    assert!(cases.len() >= 40);
    let file = json!({
        "about": "Decisions of the policy evaluator; docs/spec/policy.md. Ids are hex, times milliseconds, bit sets lists of names, subjects and resources arrays that begin with the variant's code.",
        "cases": cases,
    });
    golden::check("policy", &file);
}
