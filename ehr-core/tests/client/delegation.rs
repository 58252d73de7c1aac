//! Grants of grants, and grants of single sections.

use crate::world::{World, denied, desk, keys, mine, text};
use ehr_core::client::{ClientError, GrantTerms, Reader};
use ehr_core::policy::{Actions, Purposes, Resource, Subject};
use ehr_core::primitives::VersionNo;
use ehr_core::record::{OpenRecordError, Section};
use ehr_core::state::TxError;
use ehr_core::tx::{RevokeTarget, Role};

/// Doctor B may share patient 0's scope; a colleague gets it from doctor B, keys included.
#[test]
fn a_grantee_who_may_share_hands_on_the_keys() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let record = world.record(0, scope, "shared on");
    let colleague = keys(Role::Staff, &mut world.rng);
    mine!(world, a, [&colleague], |desk, rng| desk.enrol(&colleague, Some(world.a.id())));
    let to_b = Subject::Account { id: world.doctor_b.id() };
    let shareable = GrantTerms {
        actions: Actions::READ.union(Actions::SHARE),
        depth: 1,
        ..World::terms(to_b, Resource::Scope { id: scope })
    };
    let parent = world.grant(0, &shareable);
    let to_colleague = Subject::Account { id: colleague.id() };
    let whole = World::terms(to_colleague.clone(), Resource::Scope { id: scope });
    let one = World::terms(to_colleague, Resource::Record { id: record });
    for terms in [one, whole] {
        let (child, _) = mine!(world, b, [&world.doctor_b], |desk, rng| desk.delegate(
            &world.doctor_b,
            parent,
            &terms,
            rng
        ));
        let read = |world: &World, number: u32| {
            let reader = Reader::own(&colleague);
            world.desk().read(&reader, record, Some(VersionNo(number)), Purposes::TREAT)
        };
        assert_eq!(text(read(&world, 0)).unwrap(), "shared on");
        // Who delegated may take it back, without rotation.
        let target = RevokeTarget::Grant { id: child.into() };
        mine!(world, b, [&world.doctor_b], |desk, rng| desk.revoke(&world.doctor_b, target, &[], rng));
        assert!(denied(read(&world, 0)));
    }
    // Who holds no keys hands none on, and nobody delegates from what does not exist.
    let stranger = desk!(world).delegate(&colleague, parent, &shareable, &mut world.rng).err();
    assert!(matches!(stranger, Some(ClientError::NoKey { .. })), "{stranger:?}");
    let id = ehr_core::primitives::GrantId([9; 32]);
    let nowhere = desk!(world).delegate(&world.doctor_b, id, &shareable, &mut world.rng).err();
    assert_eq!(nowhere, Some(ClientError::NoGrant { id }));
    // Wider than the parent: the chain refuses.
    let wider = desk!(world).delegate(&world.doctor_b, parent, &shareable, &mut world.rng).unwrap();
    let doctor =
        ehr_core::client::AccountKeys::from_bytes(&world.doctor_b.to_bytes().unwrap(), None).unwrap();
    assert!(matches!(world.refused(wider, &[&doctor]), TxError::Attenuation(_)));
}

/// A patient's revocation reaches what was delegated, and rotates the scope for all of it.
#[test]
fn a_revocation_by_the_patient_reaches_what_was_delegated() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let colleague = keys(Role::Staff, &mut world.rng);
    mine!(world, a, [&colleague], |desk, rng| desk.enrol(&colleague, Some(world.a.id())));
    let to_b = Subject::Account { id: world.doctor_b.id() };
    let shareable = GrantTerms {
        actions: Actions::READ.union(Actions::SHARE),
        depth: 1,
        ..World::terms(to_b, Resource::Scope { id: scope })
    };
    let parent = world.grant(0, &shareable);
    let terms = World::terms(Subject::Account { id: colleague.id() }, Resource::Scope { id: scope });
    mine!(world, b, [&world.doctor_b], |desk, rng| desk.delegate(&world.doctor_b, parent, &terms, rng));
    let record = world.record(0, scope, "zero");
    let reads =
        |world: &World| text(world.desk().read(&Reader::own(&colleague), record, None, Purposes::TREAT));
    assert_eq!(reads(&world).unwrap(), "zero");
    let target = RevokeTarget::Grant { id: parent };
    mine!(world, a, [&world.patients[0]], |desk, rng| desk.revoke(&world.patients[0], target, &[], rng));
    assert!(matches!(reads(&world), Err(ClientError::Denied(_))));
    // Permitted again for the old record alone: the key of the new epoch is not among what the colleague holds.
    let terms = World::terms(
        Subject::Account { id: colleague.id() },
        Resource::Version { record, version: VersionNo(0) },
    );
    world.grant(0, &terms);
    assert_eq!(reads(&world).unwrap(), "zero");
    world.version(0, record, "one");
    assert!(matches!(reads(&world), Err(ClientError::Denied(_))));
}

#[test]
fn a_section_grant_opens_that_section_alone() {
    let mut world = World::new(1);
    let scope = world.scope(0);
    let sections = [b"public part".as_slice(), b"private part".as_slice()]
        .map(|body| Section { media_type: "text/plain", body });
    let (_, about) = mine!(world, a, [&world.doctor_a, &world.patients[0]], |desk, rng| desk.record(
        &world.doctor_a,
        world.a.id(),
        scope,
        "Basic",
        &sections,
        rng
    ));
    let (record, version) = (about.record.unwrap(), VersionNo(0));
    let subject = Subject::Account { id: world.doctor_b.id() };
    world.grant(0, &World::terms(subject, Resource::Section { record, version, section: 1 }));
    let reader = Reader { acting_for: Some(world.b.id()), ..Reader::own(&world.doctor_b) };
    let desk = world.desk();
    let section = |number| desk.read_section(&reader, record, version, number, Purposes::TREAT);
    assert_eq!(section(1).ok().unwrap().plain.as_slice(), b"public part");
    for other in [0, 2, 3] {
        assert!(matches!(section(other).err(), Some(ClientError::Denied(_))), "section {other}");
    }
    assert!(matches!(desk.read(&reader, record, None, Purposes::TREAT), Err(ClientError::Denied(_))));
    // The patient reads any of them, and none that is not there.
    let own = Reader::own(&world.patients[0]);
    let section = |number| desk.read_section(&own, record, version, number, Purposes::TREAT);
    assert_eq!(section(2).ok().unwrap().plain.as_slice(), b"private part");
    let none = section(9).err();
    assert_eq!(none, Some(ClientError::Open(OpenRecordError::NoKey { section: 9 })));
}
