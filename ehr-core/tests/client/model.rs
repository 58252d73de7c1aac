//! Random operations against a naive model of who may read and who can open what: grants as plain values, no keys.

use crate::world::{World, desk, keys, mine};
use ehr_core::client::{ClientError, GrantTerms, Reader};
use ehr_core::policy::{Purposes, Resource, Subject};
use ehr_core::primitives::{AccountId, GrantId, RecordId, ScopeId, Timestamp, VersionNo};
use ehr_core::tx::{RevokeTarget, Role, RotateReason};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const PATIENTS: usize = 2;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    /// Each patient for themselves.
    Patient(usize),
    /// Doctor B for hospital B, with own keys only.
    DoctorB,
    /// Doctor B at a machine that has the hospital's keys.
    DoctorBAtWork,
    /// Another doctor, who is no staff and acts for nobody.
    Freelancer,
}

const READERS: [Who; 5] =
    [Who::Patient(0), Who::Patient(1), Who::DoctorB, Who::DoctorBAtWork, Who::Freelancer];

/// Whom a grant names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum To {
    Doctor,
    Hospital,
    OtherPatient,
    Freelancer,
}

/// What a grant is about; indices into the model's lists, wrapped around.
#[derive(Clone, Copy, Debug)]
enum What {
    All,
    Scope(usize),
    Record(usize),
}

#[derive(Clone, Debug)]
enum Op {
    Scope { patient: usize },
    Record { scope: usize },
    Version { record: usize },
    Grant { patient: usize, to: To, what: What, short: bool },
    Revoke { grant: usize },
    RevokeAllTo { patient: usize, to: To },
    Renounce { grant: usize },
    RotateScope { scope: usize },
    RotateKeys { patient: usize, mined: bool },
    RotateDoctor { mined: bool },
}

fn op() -> impl Strategy<Value = Op> {
    let to = prop_oneof![Just(To::Doctor), Just(To::Hospital), Just(To::OtherPatient), Just(To::Freelancer)];
    let what = prop_oneof![
        1 => Just(What::All),
        3 => any::<usize>().prop_map(What::Scope),
        2 => any::<usize>().prop_map(What::Record)
    ];
    let patient = 0..PATIENTS;
    prop_oneof![
        1 => patient.clone().prop_map(|patient| Op::Scope { patient }),
        3 => any::<usize>().prop_map(|scope| Op::Record { scope }),
        3 => any::<usize>().prop_map(|record| Op::Version { record }),
        6 => (patient.clone(), to.clone(), what, prop::bool::weighted(0.2))
            .prop_map(|(patient, to, what, short)| Op::Grant { patient, to, what, short }),
        2 => any::<usize>().prop_map(|grant| Op::Revoke { grant }),
        1 => (patient.clone(), to).prop_map(|(patient, to)| Op::RevokeAllTo { patient, to }),
        1 => any::<usize>().prop_map(|grant| Op::Renounce { grant }),
        2 => any::<usize>().prop_map(|scope| Op::RotateScope { scope }),
        1 => (patient, any::<bool>()).prop_map(|(patient, mined)| Op::RotateKeys { patient, mined }),
        1 => any::<bool>().prop_map(|mined| Op::RotateDoctor { mined }),
    ]
}

/// A grant in the model.
#[derive(Clone, Debug)]
struct Granted {
    id: GrantId,
    patient: usize,
    to: To,
    /// Scopes it covers; all of the patient's if none is named.
    scope: Option<ScopeId>,
    /// The record it covers, and its versions then.
    record: Option<(RecordId, u32)>,
    ends: Timestamp,
    revoked: bool,
}

#[derive(Clone, Debug)]
struct Filed {
    id: RecordId,
    patient: usize,
    scope: ScopeId,
    /// What was written, oldest first.
    texts: Vec<String>,
}

/// What a client can know of keys without having any. `holders` are those to whom the key of a scope's current epoch
/// was wrapped when it began: until the next one begins they hold it, even if their grant ended otherwise, and what is
/// permitted to them on other grounds opens with it.
#[derive(Default)]
struct Model {
    holders: BTreeMap<ScopeId, Vec<To>>,
    scopes: Vec<(ScopeId, usize)>,
    records: Vec<Filed>,
    grants: Vec<Granted>,
}

/// What the model expects of a read.
#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Text(String),
    Denied,
    CannotOpen,
}

impl Model {
    /// Whether a grant of a patient's names a reader in the policy's eyes.
    fn names(who: Who, patient: usize, to: To) -> bool {
        match to {
            To::Doctor | To::Hospital => matches!(who, Who::DoctorB | Who::DoctorBAtWork),
            To::OtherPatient => who == Who::Patient(1 - patient),
            To::Freelancer => who == Who::Freelancer,
        }
    }

    /// Whether a reader holds a key that such a grant was wrapped to.
    fn has_key(who: Who, patient: usize, to: To) -> bool {
        Self::names(who, patient, to) && (to != To::Hospital || who == Who::DoctorBAtWork)
    }

    /// A scope's next epoch begins: its key goes to whoever may read the whole scope now.
    fn rotated(&mut self, scope: ScopeId, patient: usize, now: Timestamp) {
        let whole = |grant: &&Granted| {
            !grant.revoked
                && grant.ends > now
                && grant.patient == patient
                && grant.record.is_none()
                && grant.scope.is_none_or(|covered| covered == scope)
        };
        let holders = self.grants.iter().filter(whole).map(|grant| grant.to).collect();
        self.holders.insert(scope, holders);
    }

    fn scopes_of(&self, patient: usize) -> Vec<ScopeId> {
        self.scopes.iter().filter(|(_, owner)| *owner == patient).map(|(id, _)| *id).collect()
    }

    fn expected(&self, who: Who, record: &Filed, version: usize, now: Timestamp) -> Expected {
        let text = || Expected::Text(record.texts[version].clone());
        if who == Who::Patient(record.patient) {
            return text();
        }
        let covers = |grant: &&Granted| {
            !grant.revoked
                && grant.ends > now
                && grant.patient == record.patient
                && grant.scope.is_none_or(|scope| scope == record.scope)
                && grant.record.is_none_or(|(id, _)| id == record.id)
        };
        let live: Vec<&Granted> = self.grants.iter().filter(covers).collect();
        if !live.iter().any(|grant| Self::names(who, grant.patient, grant.to)) {
            return Expected::Denied;
        }
        let opens = |grant: &&Granted| {
            Self::has_key(who, grant.patient, grant.to)
                && grant.record.is_none_or(|(_, versions)| version < usize::try_from(versions).unwrap())
        };
        let holds = |to: &To| Self::has_key(who, record.patient, *to);
        if live.iter().any(opens) || self.holders[&record.scope].iter().any(holds) {
            text()
        } else {
            Expected::CannotOpen
        }
    }
}

struct Run {
    world: World,
    model: Model,
    freelancer: ehr_core::client::AccountKeys,
    count: usize,
}

impl Run {
    fn new() -> Self {
        let mut world = World::new(PATIENTS);
        let freelancer = keys(Role::Staff, &mut world.rng);
        mine!(world, a, [&freelancer], |desk, rng| desk.enrol(&freelancer, Some(world.a.id())));
        let mut run = Self { world, model: Model::default(), freelancer, count: 0 };
        for patient in 0..PATIENTS {
            run.apply(&Op::Scope { patient });
        }
        run
    }

    fn subject(&self, patient: usize, to: To) -> Subject {
        match to {
            To::Doctor => Subject::Account { id: self.world.doctor_b.id() },
            To::Hospital => Subject::Institution { id: self.world.b.id() },
            To::OtherPatient => Subject::Account { id: self.world.patients[1 - patient].id() },
            To::Freelancer => Subject::Account { id: self.freelancer.id() },
        }
    }

    fn text(&mut self) -> String {
        self.count += 1;
        format!("text {}", self.count)
    }

    fn apply(&mut self, op: &Op) {
        let now = self.world.ledger.tip().time;
        match *op {
            Op::Scope { patient } => {
                let scope = self.world.scope(patient);
                self.model.scopes.push((scope, patient));
                self.model.rotated(scope, patient, now);
            }
            Op::Record { scope } => {
                let (scope, patient) = self.model.scopes[scope % self.model.scopes.len()];
                let text = self.text();
                let id = self.world.record(patient, scope, &text);
                self.model.records.push(Filed { id, patient, scope, texts: vec![text] });
            }
            Op::Version { record } => {
                let Some(at) = record.checked_rem(self.model.records.len()) else { return };
                let text = self.text();
                let Filed { id, patient, .. } = self.model.records[at];
                self.world.version(patient, id, &text);
                self.model.records[at].texts.push(text);
            }
            Op::Grant { patient, to, what, short } => self.grant(patient, to, what, short, now),
            Op::Revoke { grant } => {
                let Some(at) = grant.checked_rem(self.model.grants.len()) else { return };
                let Granted { id, patient, revoked, .. } = self.model.grants[at];
                if !revoked {
                    self.revoke(patient, RevokeTarget::Grant { id }, &[at], now);
                }
            }
            Op::RevokeAllTo { patient, to } => {
                let ended = |grant: &Granted| {
                    grant.patient == patient && grant.to == to && !grant.revoked && grant.ends > now
                };
                let ended: Vec<usize> =
                    (0..self.model.grants.len()).filter(|at| ended(&self.model.grants[*at])).collect();
                if !ended.is_empty() {
                    let (account, subject) = (self.world.patients[patient].id(), self.subject(patient, to));
                    self.revoke(patient, RevokeTarget::Subject { account, subject }, &ended, now);
                }
            }
            Op::Renounce { grant } => {
                let Some(at) = grant.checked_rem(self.model.grants.len()) else { return };
                let Granted { id, to, revoked, .. } = self.model.grants[at];
                if to == To::Doctor && !revoked {
                    let (world, target) = (&mut self.world, RevokeTarget::Grant { id });
                    mine!(world, b, [&world.doctor_b], |desk, rng| desk.revoke(
                        &world.doctor_b,
                        target,
                        &[],
                        rng
                    ));
                    self.model.grants[at].revoked = true;
                }
            }
            Op::RotateScope { scope } => {
                let (scope, patient) = self.model.scopes[scope % self.model.scopes.len()];
                let (world, reason) = (&mut self.world, RotateReason::Routine);
                mine!(world, a, [&world.patients[patient]], |desk, rng| desk.rotate_scope(
                    &world.patients[patient],
                    scope,
                    reason,
                    rng
                ));
                self.model.rotated(scope, patient, now);
            }
            Op::RotateKeys { patient, mined } => {
                let world = &mut self.world;
                let mut rotated = world.patients.remove(patient);
                if mined {
                    mine!(world, a, [&rotated], |desk, rng| desk.rotate_keys(&mut rotated, rng));
                } else {
                    desk!(world).rotate_keys(&mut rotated, &mut world.rng).unwrap();
                }
                world.patients.insert(patient, rotated);
            }
            Op::RotateDoctor { mined } => {
                let world = &mut self.world;
                let draft = desk!(world).rotate_keys(&mut world.doctor_b, &mut world.rng).unwrap();
                if mined {
                    mine!(world, b, [&world.doctor_b], |_desk, rng| Ok::<_, ClientError>(draft));
                }
            }
        }
    }

    fn grant(&mut self, patient: usize, to: To, what: What, short: bool, now: Timestamp) {
        let account: AccountId = self.world.patients[patient].id();
        let scopes = self.model.scopes_of(patient);
        let records: Vec<&Filed> =
            self.model.records.iter().filter(|record| record.patient == patient).collect();
        let (resource, scope, record) = match what {
            What::All => (Resource::AllOf { account }, None, None),
            What::Scope(at) => {
                let id = scopes[at % scopes.len()];
                (Resource::Scope { id }, Some(id), None)
            }
            What::Record(at) => {
                let Some(at) = at.checked_rem(records.len()) else { return };
                let Filed { id, texts, .. } = records[at];
                (Resource::Record { id: *id }, None, Some((*id, u32::try_from(texts.len()).unwrap())))
            }
        };
        // Blocks are ten seconds apart: a short grant ends a few operations later.
        let ends = if short { now.plus(45_000) } else { crate::world::YEAR };
        let subject = self.subject(patient, to);
        let terms = GrantTerms { not_after: ends, scopes, ..World::terms(subject, resource) };
        let id = self.world.grant(patient, &terms);
        self.model.grants.push(Granted { id, patient, to, scope, record, ends, revoked: false });
    }

    /// The patient revokes; `ended` are the grants' places in the model.
    fn revoke(&mut self, patient: usize, target: RevokeTarget, ended: &[usize], now: Timestamp) {
        let mut scopes = BTreeSet::new();
        for at in ended {
            let grant = &mut self.model.grants[*at];
            grant.revoked = true;
            match (grant.scope, grant.record) {
                (Some(scope), _) => drop(scopes.insert(scope)),
                (None, None) => scopes.extend(self.model.scopes_of(patient)),
                (None, Some(_)) => {}
            }
        }
        // Of a grant of everything the patient's device says which scopes came later.
        let known: Vec<ScopeId> = if ended
            .iter()
            .any(|at| self.model.grants[*at].scope.is_none() && self.model.grants[*at].record.is_none())
        {
            self.model.scopes_of(patient)
        } else {
            Vec::new()
        };
        let world = &mut self.world;
        mine!(world, a, [&world.patients[patient]], |desk, rng| desk.revoke(
            &world.patients[patient],
            target,
            &known,
            rng
        ));
        scopes.into_iter().for_each(|scope| self.model.rotated(scope, patient, now));
    }

    /// Everybody tries to read every version.
    fn check(&self) -> BTreeSet<&'static str> {
        let (world, now) = (&self.world, self.world.ledger.tip().time);
        let desk = world.desk();
        let mut seen = BTreeSet::new();
        for who in READERS {
            let (reader, purpose) = match who {
                Who::Patient(n) => (Reader::own(&world.patients[n]), Purposes::TREAT),
                Who::DoctorB => {
                    let reader = Reader { acting_for: Some(world.b.id()), ..Reader::own(&world.doctor_b) };
                    (reader, Purposes::TREAT)
                }
                Who::DoctorBAtWork => (Reader::staff(&world.doctor_b, &world.b), Purposes::TREAT),
                Who::Freelancer => (Reader::own(&self.freelancer), Purposes::TREAT),
            };
            for record in &self.model.records {
                for version in 0..record.texts.len() {
                    let number = VersionNo(u32::try_from(version).unwrap());
                    let expected = self.model.expected(who, record, version, now);
                    let got = match desk.read(&reader, record.id, Some(number), purpose) {
                        Ok(opened) => {
                            Expected::Text(String::from_utf8(opened.sections[0].body.to_vec()).unwrap())
                        }
                        Err(ClientError::Denied(_)) => Expected::Denied,
                        Err(ClientError::CannotOpen { .. }) => Expected::CannotOpen,
                        Err(other) => panic!("{who:?}: {other}"),
                    };
                    seen.insert(match &got {
                        Expected::Text(_) => "text",
                        Expected::Denied => "denied",
                        Expected::CannotOpen => "cannot open",
                    });
                    assert_eq!(got, expected, "{who:?}, version {version} of {record:?}");
                }
            }
        }
        seen
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn reads_are_what_the_model_says(ops in prop::collection::vec(op(), 1..30)) {
        let mut run = Run::new();
        for op in &ops {
            run.apply(op);
            run.check();
        }
    }
}

/// The model distinguishes: one fixed course meets every answer.
#[test]
fn the_model_has_every_answer() {
    let mut run = Run::new();
    let ops = [
        Op::Record { scope: 0 },
        Op::Grant { patient: 0, to: To::Hospital, what: What::Scope(0), short: false },
        Op::RotateKeys { patient: 0, mined: true },
        Op::Version { record: 0 },
    ];
    let mut seen = BTreeSet::new();
    for op in &ops {
        run.apply(op);
        seen.extend(run.check());
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), ["cannot open", "denied", "text"]);
}
