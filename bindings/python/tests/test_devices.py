"""A second device, a lost one, and an account that comes back by its recovery key."""

import copy
import pickle
from datetime import timedelta

import pytest
from conftest import CANARY
from hosts import SlowSigner

import ehr_ledger as ehr


def read(story, keys, record):
    return story.ledger.read(record, reader=keys, purpose="PATRQT").sections[0].body


def test_a_second_device(story):
    ledger, phone = story.ledger, story.patient
    before = story.record().record
    tablet = ehr.NewDevice.generate()
    offer = tablet.offer(chain=ledger.chain_id, account=phone)
    with pytest.raises(ehr.NotFoundError):
        ledger.join(phone, tablet)
    ledger.add_device(phone, offer=offer, payer=story.hospital)
    story.mine()
    ledger.settle_keys(phone)
    kept = ehr.NewDevice.from_key_file(tablet.to_key_file("pocket", memory_kib=8192), "pocket")
    keys = ledger.join(phone.account, kept)
    assert (keys.account, keys.device, phone.device) == (phone.account, 1, 0)
    assert [(d.number, d.manages) for d in ledger.devices(phone)] == [(0, True), (1, False)]
    assert ledger.devices(phone)[1].public_key == tablet.public_key == keys.public_key
    assert read(story, keys, before) == CANARY
    story.patient = keys
    record = story.record().record
    assert read(story, phone, record) == CANARY
    with pytest.raises(ehr.RefusedError):  # it may not manage
        ledger.remove_devices(keys, devices=[0], payer=story.hospital)

    ledger.remove_devices(phone, devices=[1], payer=story.hospital)
    story.mine()
    ledger.settle_keys(phone)
    assert [d.number for d in ledger.devices(phone)] == [0]
    with pytest.raises(ehr.RefusedError):
        ledger.create_scope(keys, payer=story.hospital)
    story.patient = phone
    story.scope = ledger.create_scope(phone, payer=story.hospital).scope
    story.mine()
    record = story.record().record
    assert read(story, phone, record) == CANARY
    with pytest.raises(ehr.CannotOpenError):
        read(story, keys, record)


def test_recovery(story):
    ledger, account = story.ledger, story.patient.account
    ledger.rotate_keys(story.patient, payer=story.hospital)
    story.mine()
    ledger.settle_keys(story.patient)
    record, backup = story.record().record, story.patient.recovery_key()
    story.patient.wipe()  # the phone is in the lake
    device = ehr.NewDevice.with_signer(SlowSigner(b"c" * 32))
    for wrong in (bytes(31), bytes(32)):
        with pytest.raises(ehr.InvalidArgumentError):
            ledger.recover(account, recovery_key=wrong, device=device, payer=story.hospital)
    ledger.recover(account, recovery_key=backup, device=device, payer=story.hospital)
    story.mine()
    ready = ledger.recovery_ready_at(account)
    assert ready == ledger.tip.time + timedelta(days=1)
    with pytest.raises(ehr.RefusedError):
        ledger.repeat_recovery(account, recovery_key=backup, payer=story.hospital)
    story.clock.set(ready)
    story.mine()
    ledger.repeat_recovery(account, recovery_key=bytearray(backup), payer=story.hospital)
    story.mine()
    assert ledger.recovery_ready_at(account) is None
    found = ledger.join(account, device)
    assert found.device == 1 and read(story, found, record) == CANARY
    assert ledger.verify()


def test_a_device_is_secret():
    device = ehr.NewDevice.generate()
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(device)
    assert repr(device) == f"<NewDevice {device.public_key.hex()}>"
    with device:
        pass
    assert device.is_wiped and repr(device) == "<NewDevice, wiped>"
    with pytest.raises(ehr.ClosedError):
        device.public_key
