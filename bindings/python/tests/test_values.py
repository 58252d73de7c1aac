"""What comes back: frozen, equal, hashable, picklable, with a repr that says what it is."""

import dataclasses
import pickle
from datetime import datetime, timedelta, timezone

import pytest
from conftest import NOW, YEAR

import ehr_ledger as ehr


def everything(story):
    ledger = story.ledger
    ref = story.record()
    grant = ledger.grant(story.terms(obligations="RECEIPT", max_uses=3), patient=story.patient, payer=story.hospital)
    proposal = ledger.propose_record(
        scope=story.scope, author=story.doctor, institution=story.hospital, kind="Note", body=b"x", payer=story.hospital
    )
    request = ledger.request_access(
        story.patient, requester=story.specialist, institution=story.clinic, resource=ref.record, actions="READ",
        purposes="TREAT", until=YEAR, why="why", payer=story.clinic,
    )  # fmt: skip
    mined = story.mine()
    ask = {"subject": story.specialist, "action": "READ"}
    return [
        mined, ledger.tip, ledger.block_info(1), ledger.transaction_info(ref.tx), *ledger.events(), ref,
        ledger.account_info(story.patient), *ledger.devices(story.patient),
        ledger.membership_info(story.hospital, story.doctor),
        ledger.scope_info(story.scope), *ledger.history(ref.record), ledger.grant_info(grant),
        ledger.proposal_info(proposal.tx), ledger.request_info(request),
        ledger.evaluate(ref.record, purpose="TREAT", **ask), ledger.evaluate(ref.record, purpose="HLEGAL", **ask),
        ledger.read(ref.record, reader=story.patient, purpose="PATRQT"),
        ehr.verify_proof(ledger.prove_record(ref.record), ledger.tip.id),
        ehr.verify_proof(ledger.prove_grant(grant), ledger.tip.id), ledger.verify(),
        ehr.Section(b"x", "text/plain"), ehr.Progress("mine", 1), ehr.Problem(None, "a", "b"),
        ledger.create_scope(story.patient, payer=story.hospital), ehr.OfVersion("ab" * 32, 3),
        ehr.OfSection("ab" * 32, 3, 1), ehr.AllOf(story.patient), ehr.StaffOf(story.clinic, "DOCTOR"),
        ehr.OfInstitution(story.clinic), ehr.AnyAdmitted(["DOCTOR", "NURSE"]), *ledger.peer_up(3),
    ]  # fmt: skip


def test_every_value(story):
    values = everything(story)
    for value in values:
        cls = type(value)
        assert cls.__module__ == "ehr_ledger" and getattr(ehr, cls.__name__) is cls and cls.__doc__
        assert dataclasses.is_dataclass(value) and repr(value).startswith(cls.__name__ + "(")
        twin = pickle.loads(pickle.dumps(value))
        assert twin == value and hash(twin) == hash(value) and repr(twin) == repr(value) and len({twin, value}) == 1
        field = dataclasses.fields(value)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(value, field, 1)
        with pytest.raises((AttributeError, TypeError)):
            value.no_such_field = 1
    seen = {type(value).__name__ for value in values}
    never = {"BlockRefused", "ClockWentBack", "LedgerDamaged", "StoreFailed", "TxDropped", "OfAccount", "OfScope",
             "OfRecord", "GrantTerms", "Basis", "Denial", "Reason"}  # inside others, or only when things go wrong
    public = {name for name in ehr.__all__ if dataclasses.is_dataclass(getattr(ehr, name))}
    assert public - seen <= never, public - seen - never


def test_terms_survive_the_ledger(story):
    terms = story.terms(purposes=["TREAT", "ETREAT"], max_uses=2, depth=1, obligations=["RECEIPT"], not_before=NOW)
    grant = story.ledger.grant(terms, patient=story.patient, payer=story.hospital)
    story.mine()
    assert story.ledger.grant_info(grant).terms == terms


def test_times(story):
    ahead = timezone(timedelta(hours=5, minutes=30))
    clock = ehr.Clock.manual(datetime(2026, 5, 1, 12, 30, 0, 123999, tzinfo=ahead))
    assert clock.now() == datetime(2026, 5, 1, 7, 0, 0, 123000, tzinfo=timezone.utc)
    clock.set(datetime(1970, 1, 1, tzinfo=timezone.utc))
    assert clock.now().timestamp() == 0
    last = datetime.max.replace(tzinfo=timezone.utc)
    clock.set(last)
    assert clock.now() == last.replace(microsecond=999000)
    for bad in (datetime(2026, 1, 1), datetime(1969, 12, 31, tzinfo=timezone.utc)):
        with pytest.raises(ValueError):
            ehr.Clock.manual(bad)
        with pytest.raises(ValueError):
            story.ledger.grant(story.terms(not_after=bad), patient=story.patient, payer=story.hospital)
    for bad in (None, 0, 1.5, "2026-01-01", NOW.date()):
        with pytest.raises(TypeError):
            ehr.Clock.manual(bad)
    with pytest.raises(ehr.InvalidArgumentError):
        ehr.Clock.system().set(NOW)
    assert abs(ehr.Clock.system().now() - datetime.now(timezone.utc)) < timedelta(seconds=10)


def test_words():
    assert ehr.AnyAdmitted("DOCTOR") == ehr.AnyAdmitted(["DOCTOR"]) == ehr.AnyAdmitted(ehr.StaffRoles.DOCTOR)
    for bad in ("doctor", "DOCTOR|NURSE", ["DOCTOR", "x"]):
        with pytest.raises(ehr.InvalidArgumentError):
            ehr.AnyAdmitted(bad)
    for bad in (None, 5, [5], ehr.Purposes.TREAT):
        with pytest.raises(TypeError):
            ehr.AnyAdmitted(bad)
    with pytest.raises(ehr.InvalidArgumentError):
        ehr.Keyring.generate("Emperor")


def test_one_id_is_not_another(story):
    ref = story.record()
    with pytest.raises(TypeError):
        story.ledger.history(ref.tx)
    with pytest.raises(TypeError):
        story.ledger.account_info(ref.record)
    with pytest.raises(TypeError):
        ehr.OfScope(ref.record)
    assert story.ledger.history(str(ref.record)) == story.ledger.history(ref.record)
