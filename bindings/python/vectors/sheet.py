"""What came out of one file, case by case."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from ehr_ledger import MalformedError, RefusedError
from ehr_ledger import toolbox as t

unhex = bytes.fromhex


def load(path: Path) -> Any:
    """The file; ``None`` if it is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


class Case:
    """The comparisons of one case."""

    def __init__(self) -> None:
        self.differences: list[str] = []

    def check(self, what: str, holds: bool) -> None:
        if not holds:
            self.differences.append(what)

    def same(self, what: str, vector: Any, computed: Any) -> None:
        # True == 1 in Python, and not in a vector.
        self.check(what, type(vector) is type(computed) and vector == computed)

    def fails(self, what: str, errors: type[Exception] | tuple[type[Exception], ...], call: Callable[[], Any]) -> None:
        """The call fails, with one of these errors."""
        try:
            call()
        except errors:
            return
        self.differences.append(what)

    def refused(self, what: str, call: Callable[[], Any]) -> None:
        self.fails(what, (MalformedError, RefusedError), call)


class Sheet:
    """The cases of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.cases: list[tuple[str, list[str]]] = []

    @contextmanager
    def case(self, name: str, only_if_it_fails: bool = False) -> Iterator[Case]:
        """Answers one case. An exception is a difference."""
        case = Case()
        try:
            yield case
        except Exception as fault:
            case.differences.append(f"{type(fault).__name__}: {fault}")
        if case.differences or not only_if_it_fails:
            self.cases.append((name, case.differences))

    def different(self) -> int:
        return sum(1 for _, differences in self.cases if differences)

    def show(self) -> None:
        for name, differences in self.cases:
            if differences:
                print(f"python {self.file} different: {name}: {', '.join(differences)}")
        cases, different = len(self.cases), self.different()
        print(f"python {self.file} cases={cases} same={cases - different} different={different} not_applicable=0")


def each(
    sheet: Sheet, name: str, elements: list[Any]
) -> Iterator[tuple[AbstractContextManager[Case], int, Any]]:
    """A case for each element, to be entered with ``with``."""
    for i, one in enumerate(elements):
        yield sheet.case(f"{name}[{i}]"), i, one


def recodes(case: Case, kind: str, data: bytes) -> None:
    case.same(f"recode {kind}", data, t.recode(kind, data))
