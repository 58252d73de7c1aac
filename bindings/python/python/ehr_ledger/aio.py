"""The ledger for ``asyncio``: calls that take time run in a worker thread, with the interpreter free meanwhile.

>>> import asyncio
>>> from ehr_ledger import Genesis, Keyring, Role, Storage, aio
>>> async def story() -> int:
...     hospital = Keyring.generate(Role.INSTITUTION)
...     genesis = Genesis.new("example", [hospital], difficulty=0)
...     async with await aio.Ledger.create(genesis=genesis) as ledger:
...         return (await ledger.mine(hospital.account)).height
>>> asyncio.run(story())
1
"""

from __future__ import annotations

import asyncio
import functools
from types import TracebackType
from typing import Any

from . import _ehr

__all__ = ["Ledger"]

_BLOCKING = frozenset(
    name for name in dir(_ehr.Ledger) if not name.startswith("_") and callable(getattr(_ehr.Ledger, name))
) - {"create", "open", "memory"}


class Ledger:
    """An :class:`ehr_ledger.Ledger` whose methods are coroutines.

    Every method of the ledger is here under its name, with its arguments; properties are the ledger's own:
    ``ledger.sync.tip``.
    """

    def __init__(self, ledger: _ehr.Ledger) -> None:
        self._ledger = ledger

    @classmethod
    async def create(cls, *args: Any, **kwargs: Any) -> Ledger:
        """As :meth:`ehr_ledger.Ledger.create`."""
        return cls(await asyncio.to_thread(_ehr.Ledger.create, *args, **kwargs))

    @classmethod
    async def open(cls, *args: Any, **kwargs: Any) -> Ledger:
        """As :meth:`ehr_ledger.Ledger.open`."""
        return cls(await asyncio.to_thread(_ehr.Ledger.open, *args, **kwargs))

    @property
    def sync(self) -> _ehr.Ledger:
        """The ledger itself."""
        return self._ledger

    async def __aenter__(self) -> Ledger:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._ledger.close)
