//! Consent across blocks that are not final yet: a new no counts at once, a new yes only when final.

use crate::world::*;
use ehr_core::policy::*;
use ehr_core::primitives::*;

fn on(rules: &[Rule]) -> Decision {
    evaluate(&query(), &facts(rules), NOON)
}

#[test]
fn a_new_no_counts_at_once_and_a_new_yes_only_when_final() {
    let granted = [permit(1)];
    let revoked = [Rule { revoked: Some(Height(8)), ..permit(1) }];
    let refused = [permit(1), deny(2)];

    assert!(settle(on(&granted), on(&granted)).is_permit());
    let stopped = settle(on(&granted), on(&revoked));
    assert_eq!(stopped.reasons[0].why, Why::Revoked { height: Height(8) });
    assert!(!stopped.is_permit());
    assert!(!settle(on(&granted), on(&refused)).is_permit());
    assert!(!settle(on(&[]), on(&granted)).is_permit());
    // A lift that is not final does not open.
    assert!(!settle(on(&refused), on(&granted)).is_permit());
}

#[test]
fn both_states_oblige() {
    let more = Obligations::RECEIPT.union(Obligations::NOTIFY_PATIENT);
    let mut strict = permit(1);
    strict.terms.obligations = more;
    match settle(on(&[strict]), on(&[permit(1)])).outcome {
        Outcome::Permit { obligations, .. } => assert_eq!(obligations, more),
        refused => panic!("{refused}"),
    }
}

/// A revocation ends the grant and everything delegated from it, at any depth, in the state that holds it.
#[test]
fn a_revocation_reaches_all_that_was_delegated() {
    let live = Standing::default();
    for depth in 0..4 {
        let mut ancestors = vec![live; 4];
        ancestors[depth].revoked = Some(Height(6));
        let decision = on(&[Rule { ancestors, ..permit(1) }]);
        assert!(!decision.is_permit());
        assert_eq!(decision.reasons[0].why, Why::ParentRevoked { height: Height(6) });
    }
    assert!(on(&[Rule { ancestors: vec![live; 4], ..permit(1) }]).is_permit());
}
