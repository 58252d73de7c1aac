//! A second implementation: truth tables written by hand, looked up, and compared with the evaluator over every
//! combination. It shares the types with the evaluator and no logic.

use crate::tables::*;
use crate::world::*;
use ehr_core::policy::*;

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
