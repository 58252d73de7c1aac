"""Everything the papers do, from Python: enrol, write, co-sign, grant, read, refuse, revoke, prove."""

from datetime import timedelta

import pytest
from conftest import CANARY, NOW, YEAR, make_story

import ehr_ledger as ehr


def test_write_grant_read_revoke(story):
    ledger = story.ledger
    ref = story.record()
    assert ledger.history(ref.record)[0].author == story.doctor.account
    # The author's hospital may read what it wrote; the patient may read everything; the specialist nothing.
    assert ledger.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY
    with pytest.raises(ehr.DeniedError):
        ledger.read(ref.record, reader=story.specialist, purpose="TREAT")
    grant = ledger.grant(story.terms(), patient=story.patient, payer=story.hospital)
    assert ledger.grant_info(grant) is None  # not mined yet
    story.mine()
    info = ledger.grant_info(grant)
    assert info.revoked is None and info.terms.subject == ehr.OfAccount(story.specialist)
    opened = ledger.read(ref.record, reader=story.specialist, purpose="TREAT")
    assert opened.sections == (ehr.Section(CANARY, "text/plain"),) and opened.kind == "Observation"
    assert opened.basis == ehr.Basis("Grant", grant)
    with pytest.raises(ehr.DeniedError):
        ledger.read(ref.record, reader=story.specialist, purpose="HRESCH")
    assert [g.id for g in ledger.live_grants(story.patient)] == [grant]
    ledger.revoke(grant, patient=story.patient, payer=story.hospital)
    story.mine()
    with pytest.raises(ehr.DeniedError):
        ledger.read(ref.record, reader=story.specialist, purpose="TREAT")
    assert ledger.grant_info(grant).revoked == ledger.tip.height
    assert ledger.live_grants(story.patient) == []
    # What is written later is under the next key.
    assert ledger.scope_info(story.scope).epoch == 1
    assert ledger.verify()


def test_versions_and_sections(story):
    ledger = story.ledger
    ref = story.record(b"first")
    sections = [ehr.Section(b"second", "text/plain"), ehr.Section(bytearray(b"\0" * 100_000), "image/png")]
    again = ledger.append_version(
        ref.record, author=story.doctor, institution=story.hospital, kind="Observation", sections=sections,
        payer=story.hospital, signers=[story.patient],
    )  # fmt: skip
    story.mine()
    assert again == ehr.RecordRef(again.tx, ref.record, 1)
    read = lambda **kw: ledger.read(ref.record, reader=story.patient, purpose="PATRQT", **kw)  # noqa: E731
    assert [s.body for s in read().sections] == [b"second", b"\0" * 100_000]
    assert read(version=0).sections[0].body == b"first"
    assert [v.version for v in ledger.history(ref.record)] == [0, 1]
    with pytest.raises(ehr.NotFoundError):
        read(version=2)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_any_bytes(story, kind):
    ref = story.record(kind(CANARY))
    assert story.ledger.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY


def test_a_draft_travels(story):
    ledger = story.ledger
    draft = ledger.draft_record(
        scope=story.scope, author=story.doctor, institution=story.hospital, kind="Note", body=CANARY,
        payer=story.hospital,
    )  # fmt: skip
    assert draft.kind == "RecordCreate" and draft.scope == story.scope and draft.version == 0
    assert story.patient.account in draft.missing and story.doctor.account in draft.signers
    with pytest.raises(ehr.RefusedError):
        ledger.submit(draft)
    on_the_phone = ehr.Draft.from_bytes(draft.to_bytes())
    assert CANARY not in draft.to_bytes() and on_the_phone.id == draft.id
    on_the_phone.sign(story.patient)
    assert on_the_phone.missing == []
    assert ledger.submit(on_the_phone) == draft.id
    assert ledger.pool_size == 1 and ledger.transaction_info(draft.id).height is None
    mined = story.mine()
    assert ledger.transaction_info(draft.id).height == mined.height and mined.transactions == 1


def test_proposal_and_co_signing(story):
    ledger = story.ledger
    ref = ledger.propose_record(
        scope=story.scope, author=story.doctor, institution=story.hospital, kind="Note", body=CANARY,
        payer=story.hospital,
    )  # fmt: skip
    story.mine()
    assert ledger.proposal_info(ref.tx).status == "Open" and ledger.history(ref.record) == []
    ledger.co_sign(ref.tx, patient=story.patient, payer=story.hospital)
    story.mine()
    assert ledger.proposal_info(ref.tx).status == "Ratified"
    assert ledger.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY
    other = ledger.propose_record(
        scope=story.scope, author=story.doctor, institution=story.hospital, kind="Note", body=CANARY,
        payer=story.hospital,
    )  # fmt: skip
    story.mine()
    ledger.reject(other.tx, patient=story.patient, payer=story.hospital, reason="WrongPatient")
    story.mine()
    assert ledger.proposal_info(other.tx).status == "Rejected"


def test_request_acknowledge_deny(story):
    ledger = story.ledger
    ref = story.record()

    def ask():
        request = ledger.request_access(
            story.patient.account, requester=story.specialist, institution=story.clinic,
            resource=ehr.OfRecord(ref.record), actions=ehr.Actions.READ, purposes=["TREAT"], until=YEAR,
            why="second opinion", payer=story.clinic,
        )  # fmt: skip
        story.mine()
        return request

    first, second = ask(), ask()
    assert ledger.request_info(first).status == "Pending"
    assert ledger.request_info(first).purposes == ehr.Purposes.TREAT
    grant = ledger.acknowledge(first, patient=story.patient, payer=story.hospital)
    ledger.deny(second, patient=story.patient, payer=story.hospital, code=ehr.DenyCode.NOT_WANTED)
    story.mine()
    assert ledger.request_info(first).grant == grant and ledger.request_info(first).status == "Granted"
    assert ledger.request_info(second).status == "Denied"
    opened = ledger.read(ref.record, reader=story.specialist, purpose="TREAT", acting_for=story.clinic)
    assert opened.sections[0].body == CANARY


def test_decisions_come_with_reasons(story):
    ledger = story.ledger
    ref = story.record()
    grant = ledger.grant(story.terms(), patient=story.patient, payer=story.hospital)
    story.mine()
    ask = {"subject": story.specialist, "action": "READ"}
    yes = ledger.evaluate(ref.record, purpose="TREAT", **ask)
    assert yes and yes.basis.grant == grant and yes.reasons[0].why == "Matched" and yes.denial is None
    no = ledger.evaluate(ehr.OfRecord(ref.record), purpose=ehr.Purposes.HRESCH, **ask)
    assert not no and no.denial.kind == "NoPermit" and no.reasons[0].why == "WrongPurpose" and str(no)
    why = ledger.explain(grant, ref.record, purpose="HRESCH", **ask)
    assert [reason.rule for reason in why.reasons] == [grant]
    with pytest.raises(ehr.NotFoundError) as caught:
        ledger.evaluate(ehr.OfRecord("ab" * 32), purpose="TREAT", **ask)
    assert caught.value.what == "record" and caught.value.id == "ab" * 32


def test_proofs(story):
    ledger = story.ledger
    ref = story.record()
    grant = ledger.grant(story.terms(), patient=story.patient, payer=story.hospital)
    story.mine()
    light = ehr.LightClient(story.genesis, clock=story.clock)
    assert light.accept(ledger.headers(since=1)) == ledger.tip.height == light.tip_height
    facts = light.verify(ledger.prove_record(ref.record))
    assert [(v.record, v.version) for v in facts.versions] == [(ref.record, 0)] and facts.block == ledger.tip.id
    assert light.verify(ledger.prove_grant(grant)).in_force == (grant,)
    assert ref.tx in light.verify(ledger.prove_tx(ref.tx)).transactions
    assert ehr.verify_proof(ledger.prove_record(ref.record), ledger.tip.id).confirmations is None
    with pytest.raises(ehr.RefusedError):
        ehr.verify_proof(ledger.prove_record(ref.record), "ab" * 32)
    proof = bytearray(ledger.prove_record(ref.record))
    proof[len(proof) // 2] ^= 1
    with pytest.raises((ehr.RefusedError, ehr.MalformedError)):
        light.verify(proof)
    again = ehr.LightClient(story.genesis, anchor=ledger.trust_anchor(), clock=story.clock)
    assert again.tip_height <= ledger.tip.height
    assert ehr.LightClient(story.genesis, anchor=light.checkpoint(), clock=story.clock).tip_height >= 0


def test_two_ledgers(story):
    ref = story.record()
    with story.reopen() as other:
        tip = other.sync_with(story.ledger)
        assert tip == story.ledger.tip == other.tip
        assert other.missing_bodies() == []
        assert other.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY
        assert other.verify() and other.verify().bodies > 0
    foreign = ehr.Ledger.create(genesis=ehr.Genesis.new("Elsewhere", [story.hospital]))
    with pytest.raises(ehr.InvalidArgumentError, match="another chain") as caught:
        story.ledger.sync_with(foreign)
    assert caught.value.field == "other"


def test_frames_by_hand(story):
    story.record()
    other = story.reopen()
    queue = [(other, f) for f in story.ledger.peer_up(7)] + [(story.ledger, f) for f in other.peer_up(7)]
    while queue:
        to, frame = queue.pop(0)
        back = story.ledger if to is other else other
        queue += [(back, answer) for answer in to.receive(7, frame.data)]
    assert other.tip == story.ledger.tip
    for id in other.missing_bodies():
        other.put_body(id, story.ledger.body(id))
        assert id.matches(other.body(id))
    with pytest.raises(ehr.InvalidArgumentError):
        other.put_body(id, b"something else")


def test_a_folder_keeps_it(tmp_path):
    story = make_story(tmp_path / "ledger")
    ref, tip = story.record(), story.ledger.tip
    with pytest.raises(ehr.BusyError):
        ehr.Ledger.open(tmp_path / "ledger")
    story.ledger.close()
    with ehr.Ledger.open(tmp_path / "ledger", clock=story.clock) as again:
        assert again.tip == tip and again.chain_id == story.genesis.chain_id == again.genesis.chain_id
        assert again.read(ref.record, reader=story.patient, purpose="PATRQT").sections[0].body == CANARY
    with ehr.Ledger.open(str(tmp_path / "ledger"), read_only=True, clock=story.clock) as again:
        assert again.tip == tip
    with pytest.raises(ehr.EhrError):
        ehr.Ledger.create(tmp_path / "ledger", genesis=story.genesis)
    with pytest.raises(ehr.NotFoundError):
        ehr.Ledger.open(tmp_path / "nothing")


def test_rotation_and_staff(story):
    ledger = story.ledger
    before = story.clinic.encryption_key
    ledger.rotate_keys(story.clinic, payer=story.clinic)
    story.mine()
    assert ledger.settle_keys(story.clinic) and story.clinic.generation == 1
    assert story.clinic.encryption_key != before
    ledger.rotate_scope(story.scope, patient=story.patient, payer=story.hospital, reason=ehr.RotateReason.ROUTINE)
    story.mine()
    assert ledger.scope_info(story.scope).epoch == 1
    assert ledger.membership_info(story.clinic, story.specialist).roles == ehr.StaffRoles.DOCTOR
    ledger.dismiss(story.specialist, institution=story.clinic)
    story.mine()
    info = ledger.membership_info(story.clinic, story.specialist)
    assert info is None or info.until <= ledger.tip.time + timedelta(minutes=1)


def test_looking_things_up(story):
    ledger = story.ledger
    account = ledger.account_info(story.patient)
    assert account.role is ehr.Role.PATIENT and account.encryption_key == story.patient.encryption_key
    assert ledger.account_info(story.hospital.account).admitted
    assert ledger.account_info("ab" * 32) is None
    block = ledger.block_info(1)
    assert block.height == 1 and block.prev == ledger.block_info(0).id and len(block.transactions) == 3
    assert block.time > NOW and block.time.utcoffset() == timedelta(0)
    assert ledger.block_info(10**6) is None
    tx = ledger.transaction_info(block.transactions[0])
    assert tx.kind == "EnrolAccount" and tx.payer == story.hospital.account
    assert any(isinstance(event, ehr.TipMoved) for event in ledger.events())
    assert ledger.events() == [] and ledger.events_lost == 0
    assert ledger.next_nonce(story.hospital) > 0


def test_mining_until_final(story):
    tx = story.ledger.enrol(ehr.Keyring.generate("Patient"), payer=story.hospital)
    mined = story.ledger.mine_until_final(story.hospital, tx)
    assert story.ledger.tip.final_height >= story.ledger.transaction_info(tx).height
    assert mined.height == story.ledger.transaction_info(tx).height  # the block that holds it


def test_the_same_seed_gives_the_same_chain():
    first, second = make_story(), make_story()
    first.record()
    second.record()
    assert first.ledger.tip == second.ledger.tip
    assert make_story(seed=b"t" * 32).ledger.tip != first.ledger.tip
