//! What must hold whatever any rule says.

use crate::world::*;
use ehr_core::policy::*;

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
