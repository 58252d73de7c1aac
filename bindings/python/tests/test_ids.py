"""Ids: small values, one class each."""

import copy
import pickle

import pytest

import ehr_ledger as ehr

CLASSES = [
    ehr.AccountId, ehr.BlockId, ehr.ChainId, ehr.GrantId, ehr.RecordId, ehr.RequestId, ehr.ScopeId, ehr.TxId,
]  # fmt: skip


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_text_and_bytes(cls):
    text = "0123456789abcdef" * 4
    one = cls(text)
    assert str(one) == text and bytes(one) == bytes.fromhex(text)
    assert one == cls(bytes(one)) and hash(one) == hash(cls(text)) and len({one, cls(text)}) == 1
    assert cls("00" * 32) < one and one != text
    assert repr(one) == f"{cls.__name__}('{text}')" and eval(repr(one), vars(ehr)) == one
    assert cls.__module__ == "ehr_ledger"
    for twin in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert twin == one and type(twin) is cls
    with pytest.raises(AttributeError):
        one.x = 1
    others = [other(text) for other in CLASSES if other is not cls]
    assert all(one != other for other in others)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("bad", ["", "5f", "5F" * 32, "zz" * 32, "5f" * 33, b"", b"\0" * 31, b"\0" * 33, "\0" * 64])
def test_wrong_values(cls, bad):
    with pytest.raises(ehr.InvalidArgumentError) as caught:
        cls(bad)
    assert caught.value.field == cls.__name__
    assert not bad or str(bad) not in str(caught.value)


@pytest.mark.parametrize("bad", [None, 5, 1.5, [], {}, object(), ["5f"]])
def test_wrong_types(bad):
    for cls in CLASSES:
        with pytest.raises(TypeError):
            cls(bad)


def test_content_id():
    text = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    one = ehr.ContentId(text)
    assert str(one) == text and len(bytes(one)) == 32 and pickle.loads(pickle.dumps(one)) == one
    assert repr(one) == f"ContentId('{text}')"
    assert not one.matches(b"other bytes")
    with pytest.raises(ehr.InvalidArgumentError):
        ehr.ContentId("not a cid")
