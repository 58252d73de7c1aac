//! A second implementation: truth tables written by hand, looked up, and compared with the evaluator over every
//! combination. It shares the types with the evaluator and no logic.

use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;

/// Rows: patient, doctor A, nurse A, doctor B, nurse B, doctor B for herself.
/// Columns: as in `subjects`. `x` where the rule is about the asker.
const SUBJECTS: [&str; 6] = [".......", ".x.x.x.", "...x..x", "x.x.xx.", "..x.x.x", "x......"];

/// Rows: as in `asked`. Columns: as in `resources`. Inside, Partly, Outside.
const RESOURCES: [&str; 8] =
    ["IOPPPPP", "IOIOPPP", "IOIOIPP", "IOIOIIP", "IOIOIII", "IOIOIOO", "IOOIOOO", "IOPPIPP"];

/// Rows: read, append, amend, share. Columns: read+append, amend+share.
const ACTIONS: [&str; 4] = ["x.", "x.", ".x", ".x"];

/// Rows: treatment, emergency, research. Columns: treatment, emergency+research.
const PURPOSES: [&str; 3] = ["x.", ".x", ".x"];

/// Reason numbers of a permit and of a deny in each state of `standing`: live just before the window, at its first
/// and last moment, just after; revoked; used up; parent revoked; parent used up.
const STANDING: [(u8, u8); 8] = [(7, 7), (0, 0), (0, 0), (8, 8), (6, 6), (9, 0), (11, 0), (12, 0)];

struct Tables {
    subjects: Vec<Vec<u8>>,
    resources: Vec<Vec<u8>>,
    actions: Vec<Vec<u8>>,
    purposes: Vec<Vec<u8>>,
    standing: Vec<(u8, u8)>,
}

fn tables() -> Tables {
    let cells = |rows: &[&str]| rows.iter().map(|r| r.as_bytes().to_vec()).collect();
    Tables {
        subjects: cells(&SUBJECTS),
        resources: cells(&RESOURCES),
        actions: cells(&ACTIONS),
        purposes: cells(&PURPOSES),
        standing: STANDING.to_vec(),
    }
}

fn subjects() -> [Subject; 7] {
    let (doctor, nurse) = (StaffRoles::DOCTOR, StaffRoles::NURSE);
    [
        Subject::Account { id: DOCTOR_B },
        Subject::StaffOf { institution: HOSPITAL_A, roles: doctor },
        Subject::StaffOf { institution: HOSPITAL_B, roles: doctor.union(nurse) },
        Subject::Institution { id: HOSPITAL_A },
        Subject::Institution { id: HOSPITAL_B },
        Subject::AnyAdmitted { roles: doctor },
        Subject::AnyAdmitted { roles: nurse },
    ]
}

/// Account, institution and role of the rows of `SUBJECTS`.
fn asker(row: usize) -> (AccountId, Option<AccountId>, StaffRoles) {
    [
        (PATIENT, None, StaffRoles::NONE),
        (DOCTOR_A, Some(HOSPITAL_A), StaffRoles::DOCTOR),
        (NURSE_A, Some(HOSPITAL_A), StaffRoles::NURSE),
        (DOCTOR_B, Some(HOSPITAL_B), StaffRoles::DOCTOR),
        (NURSE_B, Some(HOSPITAL_B), StaffRoles::NURSE),
        (DOCTOR_B, None, StaffRoles::NONE),
    ][row]
}

fn resources() -> [Resource; 7] {
    let (record, version) = (RECORD, VersionNo(0));
    [
        Resource::AllOf { account: PATIENT },
        Resource::AllOf { account: OTHER_PATIENT },
        Resource::Scope { id: SCOPE },
        Resource::Scope { id: OTHER_SCOPE },
        Resource::Record { id: record },
        Resource::Version { record, version },
        Resource::Section { record, version, section: 1 },
    ]
}

/// Everything; a scope; a record; version 0; its section 1; version 1; a record elsewhere; a record whose scope is
/// not known.
fn asked(row: usize) -> ResourceChain {
    let all = ResourceChain { account: PATIENT, scope: None, record: None, version: None, section: None };
    let scope = ResourceChain { scope: Some(SCOPE), ..all };
    let record = ResourceChain { record: Some(RECORD), ..scope };
    let version = ResourceChain { version: Some(VersionNo(0)), ..record };
    [
        all,
        scope,
        record,
        version,
        ResourceChain { section: Some(1), ..version },
        ResourceChain { version: Some(VersionNo(1)), ..record },
        ResourceChain { scope: Some(OTHER_SCOPE), record: Some(OTHER_RECORD), ..all },
        ResourceChain { record: Some(RECORD), ..all },
    ][row]
}

const ASKED_VERSION: [bool; 8] = [false, false, false, true, true, true, false, false];
const ACTION: [Actions; 4] = [Actions::READ, Actions::APPEND, Actions::AMEND, Actions::SHARE];
const PURPOSE: [Purposes; 3] = [Purposes::TREAT, Purposes::ETREAT, Purposes::HRESCH];

/// One rule as indices into the tables.
#[derive(Clone, Copy)]
struct Cell {
    subject: usize,
    resource: usize,
    actions: usize,
    purposes: usize,
    standing: usize,
    deny: bool,
}

/// One question as indices into the tables.
#[derive(Clone, Copy)]
struct Question {
    asker: usize,
    asked: usize,
    action: usize,
    purpose: usize,
}

/// The time is the same in every case; the window moves.
fn rule(n: u8, c: Cell) -> Rule {
    let mut rule = permit(n);
    let actions = [Actions::READ.union(Actions::APPEND), Actions::AMEND.union(Actions::SHARE)];
    let purposes = [Purposes::TREAT, Purposes::ETREAT.union(Purposes::HRESCH)];
    rule.effect = if c.deny { Effect::Deny } else { Effect::Permit };
    rule.terms.subject = subjects()[c.subject].clone();
    rule.terms.resource = resources()[c.resource].clone();
    rule.terms.actions = actions[c.actions];
    rule.terms.purposes = purposes[c.purposes];
    rule.terms.obligations = if n == 1 { Obligations::RECEIPT } else { Obligations::NOTIFY_PATIENT };
    let parent = Standing { revoked: None, uses: 0, max_uses: Some(1) };
    match c.standing {
        0 => rule.terms.not_before = NOON.plus(1),
        1 => rule.terms.not_before = NOON,
        2 => rule.terms.not_after = NOON.plus(1),
        3 => rule.terms.not_after = NOON,
        4 => rule.revoked = Some(Height(9)),
        5 => (rule.terms.max_uses, rule.uses) = (Some(2), 2),
        6 => rule.ancestors = vec![parent, Standing { revoked: Some(Height(7)), ..parent }],
        _ => rule.ancestors = vec![parent, Standing { uses: 1, ..parent }],
    }
    rule
}

/// The number of the first reason against a rule, or 0, from the tables.
fn expect_reason(t: &Tables, q: Question, c: Cell) -> u8 {
    if t.subjects[q.asker][c.subject] == b'.' {
        return 1;
    }
    match t.resources[q.asked][c.resource] {
        b'O' => return 2,
        b'P' if !c.deny => return 3,
        _ => {}
    }
    if t.actions[q.action][c.actions] == b'.' {
        return 4;
    }
    if t.purposes[q.purpose][c.purposes] == b'.' {
        return 5;
    }
    let (of_permit, of_deny) = t.standing[c.standing];
    if c.deny { of_deny } else { of_permit }
}

/// The answer in words and the reason numbers.
fn expect(t: &Tables, q: Question, cells: &[Cell]) -> (String, Vec<u8>) {
    // The patient may read and share; hospital A wrote all versions, and may read and amend them to treat.
    if q.asker == 0 && (q.action == 0 || q.action == 3) {
        return ("patient".into(), vec![]);
    }
    let author = q.asker == 1 || q.asker == 2;
    if author && ASKED_VERSION[q.asked] && q.purpose == 0 && (q.action == 0 || q.action == 2) {
        return ("author".into(), vec![]);
    }
    let reasons: Vec<u8> = cells.iter().map(|c| expect_reason(t, q, *c)).collect();
    let matching = |deny: bool| {
        (0..cells.len()).filter(|i| reasons[*i] == 0 && cells[*i].deny == deny).collect::<Vec<_>>()
    };
    let answer = match (matching(true).first(), &matching(false)[..]) {
        (Some(i), _) => format!("denied by {}", i + 1),
        (None, []) => "no permit".into(),
        (None, [0, 1]) => "grant 1 with RECEIPT NOTIFY_PATIENT".into(),
        (None, [0]) => "grant 1 with RECEIPT".into(),
        (None, _) => "grant 2 with NOTIFY_PATIENT".into(),
    };
    (answer, reasons)
}

fn actual(q: Question, rules: &[Rule]) -> (String, Vec<u8>) {
    let (subject, acting_for, roles) = asker(q.asker);
    let query = AccessQuery {
        subject,
        acting_for,
        action: ACTION[q.action],
        purpose: PURPOSE[q.purpose],
        resource: asked(q.asked),
    };
    let membership = acting_for.map(|_| Membership { roles, from: FROM, until: UNTIL });
    let decision = evaluate(&query, &Facts { membership, ..facts(rules) }, NOON);
    let answer = match decision.outcome {
        Outcome::Permit { by: Basis::Patient, .. } => "patient".into(),
        Outcome::Permit { by: Basis::AuthorInstitution, .. } => "author".into(),
        Outcome::Permit { by: Basis::Grant(id), obligations } => {
            format!("grant {} with {}", id.0[0], obligations.names().collect::<Vec<_>>().join(" "))
        }
        Outcome::Deny { reason: DenyReason::DeniedBy { rule } } => format!("denied by {}", rule.0[0]),
        Outcome::Deny { reason: DenyReason::NoPermit } => "no permit".into(),
        Outcome::Deny { reason } => format!("guard {}", reason.code()),
    };
    (answer, decision.reasons.iter().map(|r| r.why.code()).collect())
}

fn questions() -> Vec<Question> {
    let mut all = vec![];
    for asker in 0..6 {
        for asked in 0..8 {
            for action in 0..4 {
                all.extend((0..3).map(|purpose| Question { asker, asked, action, purpose }));
            }
        }
    }
    all
}

fn cells() -> Vec<Cell> {
    let mut all = vec![];
    for (subject, resource, standing) in
        (0..7).flat_map(|s| (0..7).flat_map(move |r| (0..8).map(move |st| (s, r, st))))
    {
        for bits in 0..8 {
            let (actions, purposes, deny) = (bits & 1, (bits >> 1) & 1, bits & 4 != 0);
            all.push(Cell { subject, resource, actions, purposes, standing, deny });
        }
    }
    all
}

/// Compares every question with every single rule, taking each `stride`-th combination. Returns how many were
/// compared and how many of them differed.
fn sweep(t: &Tables, stride: usize) -> (usize, usize) {
    let (mut compared, mut different, mut skip) = (0, 0, 0);
    let questions = questions();
    for cell in cells() {
        let rules = [rule(1, cell)];
        for q in &questions {
            skip = (skip + 1) % stride;
            if skip == 0 {
                compared += 1;
                different += usize::from(actual(*q, &rules) != expect(t, *q, &[cell]));
            }
        }
    }
    (compared, different)
}

#[test]
fn every_single_rule_agrees_with_the_tables() {
    let (compared, different) = sweep(&tables(), 1);
    assert_eq!(different, 0, "of {compared}");
    assert!(compared >= 1_000_000, "{compared}");
}

#[test]
fn every_pair_of_rules_agrees_with_the_tables() {
    let t = tables();
    let some: Vec<Cell> = cells()
        .into_iter()
        .filter(|c| [0, 2, 5].contains(&c.subject) && [0, 2, 5, 6].contains(&c.resource))
        .filter(|c| [1, 3, 4, 5].contains(&c.standing) && c.actions == 0 && c.purposes == 0)
        .collect();
    let asking: Vec<Question> = questions()
        .into_iter()
        .filter(|q| [1, 3, 5].contains(&q.asker) && [1, 3, 4, 5].contains(&q.asked))
        .filter(|q| q.action == 0 && q.purpose == 0)
        .collect();
    let mut compared = 0;
    for a in &some {
        for b in &some {
            let rules = [rule(1, *a), rule(2, *b)];
            for q in &asking {
                assert_eq!(actual(*q, &rules), expect(&t, *q, &[*a, *b]));
                compared += 1;
            }
        }
    }
    assert!(compared >= 100_000, "{compared}");
}

/// The comparison is worth something only if a wrong table shows.
#[test]
fn a_wrong_cell_in_any_table_is_noticed() {
    let mut wrong: Vec<Tables> = (0..5).map(|_| tables()).collect();
    wrong[0].subjects[3][2] = b'.';
    wrong[1].resources[3][2] = b'O';
    wrong[2].actions[0][0] = b'.';
    wrong[3].purposes[0][0] = b'.';
    wrong[4].standing[3] = (0, 0);
    for (n, t) in wrong.iter().enumerate() {
        let (compared, different) = sweep(t, 31);
        assert!(different > 0, "table {n}: {compared} compared");
    }
    assert_eq!(sweep(&tables(), 31).1, 0);
}

/// Guards come before every rule: with a permit that matches, each broken guard alone refuses, and names itself.
#[test]
fn each_guard_refuses_alone() {
    let rules = [permit(1)];
    let good = facts(&rules);
    let member = |roles, from, until| Some(Membership { roles, from, until });
    let doctor = StaffRoles::DOCTOR;
    let broken = [
        (2, Facts { enrolled: false, ..good.clone() }),
        (3, Facts { suspended: true, ..good.clone() }),
        (4, Facts { institution_admitted: false, ..good.clone() }),
        (5, Facts { membership: None, ..good.clone() }),
        (5, Facts { membership: member(StaffRoles::NONE, FROM, UNTIL), ..good.clone() }),
        (6, Facts { membership: member(doctor, NOON.plus(1), UNTIL), ..good.clone() }),
        (7, Facts { membership: member(doctor, FROM, NOON), ..good.clone() }),
        (8, Facts { tombstoned: true, ..good.clone() }),
    ];
    assert!(evaluate(&query(), &good, NOON).is_permit());
    for (code, facts) in broken {
        match evaluate(&query(), &facts, NOON).outcome {
            Outcome::Deny { reason } => assert_eq!(reason.code(), code, "{reason}"),
            permit => panic!("{code}: {permit:?}"),
        }
    }
    for bad in [Actions::NONE, Actions::READ.union(Actions::APPEND)] {
        assert!(!evaluate(&AccessQuery { action: bad, ..query() }, &good, NOON).is_permit());
    }
    for bad in [Purposes::NONE, Purposes::TREAT.union(Purposes::ETREAT)] {
        assert!(!evaluate(&AccessQuery { purpose: bad, ..query() }, &good, NOON).is_permit());
    }
}
