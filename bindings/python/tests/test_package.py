"""The package as a user's tools see it."""

import doctest
import importlib
import inspect
import pkgutil
import subprocess
import sys

import pytest

import ehr_ledger as ehr
from ehr_ledger import _ehr

WALKED = [module.name for module in pkgutil.walk_packages(ehr.__path__, "ehr_ledger.")]
MODULES = ["ehr_ledger", *sorted(name for name in WALKED if name != "ehr_ledger._ehr")]


@pytest.mark.parametrize("name", MODULES)
def test_doctests(name):
    module = importlib.import_module(name)
    result = doctest.testmod(module)
    assert result.failed == 0


def test_doctests_of_the_extension():
    finder = doctest.DocTestFinder()
    runner = doctest.DocTestRunner()
    ran = 0
    for name in _ehr.__all__:
        for test in finder.find(getattr(_ehr, name), name, module=False, globs={}):
            ran += runner.run(test).attempted
    assert runner.failures == 0 and ran > 20, ran


def test_everything_public_has_a_docstring_and_a_home():
    missing = []
    for name in ehr.__all__:
        thing = getattr(ehr, name)
        if not (inspect.isclass(thing) or inspect.isroutine(thing)):
            continue  # unions of classes and __version__
        if not thing.__doc__:
            missing.append(name)
        assert thing.__module__.startswith("ehr_ledger"), (name, thing.__module__)
        if inspect.isclass(thing):
            for attribute, value in vars(thing).items():
                if not attribute.startswith("_") and (callable(value) or inspect.isdatadescriptor(value)):
                    generated = type(value).__name__ == "member_descriptor"
                    if not generated and not getattr(value, "__doc__", None):
                        missing.append(f"{name}.{attribute}")
    assert not missing


def test_stubs_are_complete():
    pytest.importorskip("mypy")
    run = subprocess.run([sys.executable, "-m", "mypy.stubtest", "ehr_ledger"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "Incomplete" not in open(_ehr_stub()).read()


def _ehr_stub() -> str:
    return ehr.__file__.replace("__init__.py", "_ehr.pyi")


def test_import_starts_nothing_and_is_fast():
    code = (
        "import os, sys, threading, time; start = time.process_time();"
        "import ehr_ledger; took = time.process_time() - start;"
        "print(took * 1000, threading.active_count(), len(os.listdir('/proc/self/task')), 'asyncio' in sys.modules)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
            for _ in range(5)]  # fmt: skip
    # The processor's time: importing waits for nothing, and other programs may be running.
    assert min(float(run[0]) for run in runs) <= 150, runs
    assert all(run[1:] == ["1", "1", "False"] for run in runs), runs
