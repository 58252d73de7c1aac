//! The words of every kind of error, as every language shows them.

use ehr_ffi::{EhrError, EhrErrorKind};

#[test]
fn every_kind_has_its_words() {
    use EhrErrorKind as K;
    let table = [
        (
            EhrError::argument("limit", "must be 1 to 9"),
            K::InvalidArgument,
            "limit: must be 1 to 9",
            "must be 1 to 9",
        ),
        (EhrError::malformed("cut short"), K::Malformed, "malformed: cut short", "cut short"),
        (EhrError::not_found("grant", "ab"), K::NotFound, "no such grant: ab", "no such grant: ab"),
        (EhrError::denied("expired"), K::Denied, "denied: expired", "expired"),
        (EhrError::refused("nonce 3 is used"), K::Refused, "refused: nonce 3 is used", "nonce 3 is used"),
        (EhrError::cannot_open("no key"), K::CannotOpen, "cannot be opened: no key", "no key"),
        (EhrError::damaged("tip"), K::Damaged, "damaged: tip", "tip"),
        (EhrError::storage("disk is full"), K::Storage, "storage: disk is full", "disk is full"),
        (EhrError::newer_format("9"), K::NewerFormat, "unknown format: 9", "9"),
        (EhrError::busy("in use"), K::Busy, "busy: in use", "in use"),
        (EhrError::Closed, K::Closed, "closed", "closed"),
        (EhrError::Cancelled, K::Cancelled, "cancelled", "cancelled"),
        (EhrError::host("the signer failed"), K::Host, "host: the signer failed", "the signer failed"),
        (EhrError::internal("gate"), K::Internal, "internal: gate", "gate"),
    ];
    for (error, kind, text, reason) in table {
        assert_eq!((error.kind(), error.to_string().as_str(), error.reason().as_str()), (kind, text, reason));
    }
}

#[test]
fn what_goes_wrong_in_the_core_has_a_kind() {
    use ehr_core::primitives::{ContentId, TxId};
    use ehr_core::store::{BlobError, ReadError, StoreError};
    let io = || "medium".to_owned();
    let table: Vec<(EhrError, EhrErrorKind)> = vec![
        (ReadError::Io(io()).into(), EhrErrorKind::Storage),
        (ReadError::Corrupt { what: io() }.into(), EhrErrorKind::Damaged),
        (StoreError::Full.into(), EhrErrorKind::Storage),
        (StoreError::Locked(io()).into(), EhrErrorKind::Busy),
        (StoreError::Format { found: io(), expected: 1 }.into(), EhrErrorKind::NewerFormat),
        (StoreError::Read(ReadError::Corrupt { what: io() }).into(), EhrErrorKind::Damaged),
        (BlobError::Mismatch(ContentId::of_raw(b"")).into(), EhrErrorKind::InvalidArgument),
        (BlobError::Damaged(ContentId::of_raw(b"")).into(), EhrErrorKind::Damaged),
        (BlobError::Full.into(), EhrErrorKind::Storage),
        (ehr_core::engine::Refused::OnChain(TxId::ZERO).into(), EhrErrorKind::Refused),
        (ehr_core::engine::Refused::Store(ReadError::Io(io())).into(), EhrErrorKind::Storage),
        (ehr_core::engine::RecoverError::OtherChain.into(), EhrErrorKind::Refused),
        (ehr_core::light::LightError::Unknown { what: "grant" }.into(), EhrErrorKind::Refused),
    ];
    for (error, kind) in table {
        assert_eq!(error.kind(), kind, "{error}");
    }
}

#[test]
fn text_that_is_no_id_or_no_name_is_not_repeated() {
    use ehr_core::foreign::{parse, set_of_names};
    use ehr_core::policy::{Actions, Purposes};
    use ehr_core::primitives::{AccountId, ContentId};
    let secret = "Ottilie Zebrafink";
    let errors = [
        parse::<AccountId>("payer", secret).unwrap_err(),
        parse::<ContentId>("body", secret).unwrap_err(),
        set_of_names::<Purposes>(&["TREAT", secret]).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), EhrErrorKind::InvalidArgument);
        assert!(!format!("{error:?}").contains("Ottilie"), "{error:?}");
    }
    let both = set_of_names::<Actions>(&["READ", "SHARE", "READ"]).unwrap();
    assert_eq!(both, Actions::READ.union(Actions::SHARE));
    assert_eq!(set_of_names::<Actions>(&[] as &[&str]).unwrap(), Actions::NONE);
}
