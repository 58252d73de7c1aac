"""The Python words are those of the library, in its order."""

import enum

import pytest

from ehr_ledger import _ehr, enums


@pytest.mark.parametrize("name", enums.__all__)
def test_same_words(name):
    cls = getattr(enums, name)
    words = [m.name if issubclass(cls, enum.Flag) else m.value for m in cls]
    assert words == _ehr._words()[name]
