"""The ledger for ``asyncio``: calls that take time run in a worker thread, with the interpreter free meanwhile.

>>> import asyncio
>>> from ehr_ledger import Genesis, Keyring, Role, aio
>>> async def story() -> int:
...     hospital = Keyring.generate(Role.INSTITUTION)
...     async with await aio.Ledger.create(genesis=Genesis.new("example", [hospital], difficulty=0)) as ledger:
...         return (await ledger.mine(hospital)).height
>>> asyncio.run(story())
1
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, TypeVar

from . import _ehr

P = ParamSpec("P")
R = TypeVar("R")

__all__ = ["Ledger"]


def _coroutine(
    method: Callable[Concatenate[_ehr.Ledger, P], R],
) -> Callable[Concatenate[Ledger, P], Coroutine[Any, Any, R]]:
    @functools.wraps(method)
    async def in_thread(self: Ledger, /, *args: P.args, **kwargs: P.kwargs) -> R:
        return await asyncio.to_thread(method, self.ledger, *args, **kwargs)

    return in_thread


class Ledger:
    """An :class:`ehr_ledger.Ledger` whose long calls are coroutines; all others are on its ``ledger``.

    A coroutine that is cancelled does not stop its thread: give ``progress=`` to calls that may have to end early.
    """

    ledger: _ehr.Ledger
    """The ledger itself."""

    def __init__(self, ledger: _ehr.Ledger) -> None:
        self.ledger = ledger

    @classmethod
    async def create(cls, *args: Any, **kwargs: Any) -> Ledger:
        """As :meth:`ehr_ledger.Ledger.create`."""
        return cls(await asyncio.to_thread(_ehr.Ledger.create, *args, **kwargs))

    @classmethod
    async def open(cls, *args: Any, **kwargs: Any) -> Ledger:
        """As :meth:`ehr_ledger.Ledger.open`."""
        return cls(await asyncio.to_thread(_ehr.Ledger.open, *args, **kwargs))

    async def __aenter__(self) -> Ledger:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    close = _coroutine(_ehr.Ledger.close)
    mine = _coroutine(_ehr.Ledger.mine)
    mine_until_final = _coroutine(_ehr.Ledger.mine_until_final)
    verify = _coroutine(_ehr.Ledger.verify)
    sync_with = _coroutine(_ehr.Ledger.sync_with)
    sync_over = _coroutine(_ehr.Ledger.sync_over)
    enrol = _coroutine(_ehr.Ledger.enrol)
    create_scope = _coroutine(_ehr.Ledger.create_scope)
    append_record = _coroutine(_ehr.Ledger.append_record)
    append_version = _coroutine(_ehr.Ledger.append_version)
    propose_record = _coroutine(_ehr.Ledger.propose_record)
    propose_version = _coroutine(_ehr.Ledger.propose_version)
    co_sign = _coroutine(_ehr.Ledger.co_sign)
    grant = _coroutine(_ehr.Ledger.grant)
    acknowledge = _coroutine(_ehr.Ledger.acknowledge)
    revoke = _coroutine(_ehr.Ledger.revoke)
    submit = _coroutine(_ehr.Ledger.submit)
    read = _coroutine(_ehr.Ledger.read)
    prove_record = _coroutine(_ehr.Ledger.prove_record)
