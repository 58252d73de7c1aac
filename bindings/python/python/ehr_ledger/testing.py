"""Checks for stores, transports and signers written in Python: the same suites that those in Rust pass.

A store, transport or signer that is right raises nothing; one that is not raises :class:`~ehr_ledger.HostError` naming
the first rule it breaks.

>>> from ehr_ledger import testing
>>> class Forgetful:
...     def put(self, id: str, data: bytes) -> None: ...
...     def get(self, id: str) -> bytes | None: ...
...     def forget(self, id: str) -> bool:
...         return True
>>> testing.check_blob_store(Forgetful())  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
ehr_ledger.HostError: ...
"""

from ._ehr import check_blob_store, check_record_store, check_signer, check_transport

__all__ = ["check_blob_store", "check_record_store", "check_signer", "check_transport"]
