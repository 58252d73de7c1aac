"""One base, fitting builtins, attributes, pickles; and nothing private in the texts."""

import copy
import pickle

import pytest

import ehr_ledger as ehr
from ehr_ledger import errors

ARGS = {
    errors.InvalidArgumentError: ("field", "why"),
    errors.NotFoundError: ("record", "5f"),
}
BUILTIN = {
    errors.InvalidArgumentError: ValueError,
    errors.MalformedError: ValueError,
    errors.NotFoundError: LookupError,
    errors.DeniedError: PermissionError,
    errors.RefusedError: ValueError,
    errors.CannotOpenError: ValueError,
    errors.DamagedError: OSError,
    errors.StorageError: OSError,
    errors.NewerFormatError: ValueError,
    errors.BusyError: RuntimeError,
    errors.ClosedError: ValueError,
    errors.ForkedError: ValueError,
    errors.CancelledError: RuntimeError,
    errors.HostError: RuntimeError,
    errors.InternalError: RuntimeError,
}
ALL = [getattr(errors, name) for name in errors.__all__ if name != "EhrError"]


def test_every_class_is_listed():
    assert set(ALL) == set(BUILTIN)


@pytest.mark.parametrize("cls", ALL, ids=lambda cls: cls.__name__)
def test_class(cls):
    error = cls(*ARGS.get(cls, ("why",)))
    assert isinstance(error, ehr.EhrError) and isinstance(error, BUILTIN[cls])
    assert error.kind and error.reason and str(error)
    assert cls.__module__ == "ehr_ledger" and getattr(ehr, cls.__name__) is cls
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is cls and vars(twin) == vars(error) and str(twin) == str(error)


def test_kinds_are_those_of_every_language():
    assert {cls.kind for cls in ALL} == {
        "InvalidArgument", "Malformed", "NotFound", "Denied", "Refused", "CannotOpen", "Damaged", "Storage",
        "NewerFormat", "Busy", "Closed", "Cancelled", "Host", "Internal",
    }  # fmt: skip
