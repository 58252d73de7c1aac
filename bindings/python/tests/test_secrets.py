"""Keys stay where they are, and nothing private is in a text."""

import copy
import pickle
import traceback

import pytest
from conftest import CANARY, YEAR

import ehr_ledger as ehr

PASSPHRASE = "canary passphrase 55aa"


def test_keys_refuse_to_leave():
    keys = ehr.Keyring.generate(ehr.Role.PATIENT)
    for leave in (pickle.dumps, copy.copy, copy.deepcopy, lambda k: pickle.dumps({"k": [k]}), pickle._dumps):
        with pytest.raises(TypeError, match="secret"):
            leave(keys)
    for text in (repr(keys), str(keys), f"{keys}"):
        assert text == f"<Keyring of Patient {keys.account}>"
    assert not hasattr(keys, "__dict__")
    with pytest.raises(TypeError):
        ehr.Keyring()
    with pytest.raises(TypeError):
        type("Mine", (ehr.Keyring,), {})


def test_a_ledger_refuses_to_leave(story):
    for leave in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="open in this process"):
            leave(story.ledger)
    assert repr(story.ledger) == f"<Ledger of {story.genesis.chain_id}>"


def test_genesis_and_drafts_travel(story):
    genesis = pickle.loads(pickle.dumps(story.genesis))
    assert genesis.chain_id == story.genesis.chain_id and genesis.to_bytes() == story.genesis.to_bytes()
    draft = story.ledger.draft_scope(story.patient, payer=story.hospital)
    assert pickle.loads(pickle.dumps(draft)).to_bytes() == draft.to_bytes()


def test_key_files():
    keys = ehr.Keyring.generate("Patient")
    file = keys.to_key_file(PASSPHRASE, memory_kib=8192)
    again = ehr.Keyring.from_key_file(file, PASSPHRASE)
    assert (again.account, again.role, again.public_key) == (keys.account, keys.role, keys.public_key)
    assert again.recovery_key() == keys.recovery_key() and len(keys.recovery_key()) == 32
    with pytest.raises(ehr.CannotOpenError) as caught:
        ehr.Keyring.from_key_file(file, PASSPHRASE + "x")
    assert PASSPHRASE not in "".join(traceback.format_exception(caught.value))
    for cut in (b"", file[:10], file[:-1], b"x" * 500):
        with pytest.raises(ehr.EhrError) as caught:
            ehr.Keyring.from_key_file(cut, PASSPHRASE)
        assert not isinstance(caught.value, ehr.InternalError)
    assert PASSPHRASE.encode() not in file and keys.recovery_key() not in file
    keys.forget_recovery_key()
    assert keys.recovery_key() is None


def test_wiped_keys(story):
    with ehr.Keyring.generate("Patient") as keys:
        assert not keys.is_wiped
    assert keys.is_wiped
    keys.wipe()
    for use in (
        lambda: keys.public_key, lambda: keys.encryption_key, lambda: keys.generation, keys.recovery_key,
        lambda: keys.to_key_file("x", memory_kib=8192), lambda: story.ledger.enrol(keys, payer=story.hospital),
        lambda: story.ledger.enrol(story.patient, payer=keys),
    ):  # fmt: skip
        with pytest.raises(ehr.ClosedError):
            use()


def test_no_error_text_holds_what_is_private(story):
    """The patient's words, the reason for a request, names and passphrases go in everywhere; texts stay clean."""
    ledger, private = story.ledger, CANARY.decode()
    ref = story.record()
    attempts = [
        lambda: ehr.AccountId(private), lambda: ehr.ContentId(private), lambda: ehr.RecordId(CANARY),
        lambda: ehr.Genesis.from_bytes(CANARY), lambda: ehr.Draft.from_bytes(CANARY),
        lambda: ledger.submit_bytes(CANARY), lambda: ledger.account_info(private),
        lambda: ledger.read(private, reader=story.patient, purpose="TREAT"),
        lambda: ledger.read(ref.record, reader=story.patient, purpose=private),
        lambda: ledger.read(ref.record, reader=story.specialist, purpose="TREAT"),
        lambda: ehr.Keyring.from_key_file(CANARY, private), lambda: ehr.Keyring.generate(private),
        lambda: ehr.LightClient(story.genesis, anchor=CANARY), lambda: ehr.verify_proof(CANARY, "ab" * 32),
        lambda: ledger.put_body(ehr.ContentId("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"), CANARY),
        lambda: ledger.append_record(
            scope=story.scope, author=story.doctor, institution=story.hospital, kind=private * 50, body=CANARY,
            media_type=private, payer=story.hospital,
        ),
        lambda: ledger.append_record(
            scope=story.scope, author=story.doctor, institution=story.hospital, kind=private, body=CANARY,
            media_type=private * 20, payer=story.hospital,
        ),
        lambda: ledger.append_record(  # the patient's signature is missing
            scope=story.scope, author=story.doctor, institution=story.hospital, kind=private, body=CANARY,
            payer=story.hospital,
        ),
        lambda: ledger.request_access(
            story.patient, requester=story.patient, institution=story.clinic, resource=ref.record, actions="READ",
            purposes="TREAT", until=YEAR, why=private, payer=story.clinic,
        ),
        lambda: ledger.admit(story.hospital, name=private, jurisdiction=276, payer=story.hospital),
        lambda: ehr.Ledger.create(genesis=story.genesis, store=private, blobs=private),
        lambda: ehr.GrantTerms(private, private, "READ", "TREAT", not_after=YEAR) and ledger.grant(
            ehr.GrantTerms(private, private, "READ", "TREAT", not_after=YEAR), patient=story.patient,
            payer=story.hospital,
        ),
    ]  # fmt: skip
    for number, attempt in enumerate(attempts):
        with pytest.raises((ehr.EhrError, TypeError)) as caught:
            attempt()
        texts = (str(caught.value), repr(caught.value), repr(vars(caught.value)))
        assert not any("canary" in text or CANARY.hex() in text for text in texts), (number, texts)


def test_no_repr_holds_a_body(story):
    ref = story.record()
    opened = story.ledger.read(ref.record, reader=story.patient, purpose="PATRQT")
    draft = story.ledger.draft_scope(story.patient, payer=story.hospital)
    tx = story.ledger.transaction_info(ref.tx)
    for thing in (opened, opened.sections[0], ref, draft, tx, *story.ledger.history(ref.record)):
        assert "canary" not in repr(thing) and CANARY.hex() not in repr(thing)
    assert tx.data.hex() not in repr(tx) and repr(tx.data) not in repr(tx)
