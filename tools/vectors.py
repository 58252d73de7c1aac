#!/usr/bin/env python3
"""Golden vectors in every language: runs all runners and prints one table (docs/vectors.md).

    tools/vectors.py [LANG ...]            the table, then the negative control, of all languages or of these
    tools/vectors.py --only-table [LANG ...]
    tools/vectors.py --flip FOLDER         a copy of vectors/ in FOLDER with one character changed in each file

Exit status: 0 if no answer differs, nothing is unknown and every runner noticed what was changed; 1 otherwise. A
language that is not set up on this machine is said so, loudly, with the number of cases not answered.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "vectors"
CARGO = os.environ.get("CARGO", "cargo")
NOT_SET_UP = 3

# The value of each file that the negative control changes: an answer, not something an answer may not depend on.
CHANGED = {
    "bft": "certificate.hash",
    "client": "account_keys.1.device_key",
    "codec": "good.0.hex",
    "domains": "domains.3.signature",
    "header": "cases.0.digest",
    "keys": "keyring.generations.1.local",
    "light": "proofs.0.state.0.key",
    "light_stake": "proofs.1.keys.0",
    "merkle": "sparse.roots_after_each_entry.17",
    "messages": "good.3.bytes",
    "policy": "cases.20.decision.text",
    "pow": "asert.cases.5.bits",
    "record": "leaves.1",
    "seal": "cases.2.sealed_sha256",
    "stake": "sets.next.hash",
    "state": "state_root",
    "transactions": "transactions.4.txid",
    "wrap": "wraps.1.secret",
}

LINE = re.compile(r"^(\w+) (\w+) cases=(\d+) same=(\d+) different=(\d+) not_applicable=(\d+)$")


def python():
    """The interpreter that has the package: PYTHON, or the one of `make test-python`."""
    return os.environ.get("PYTHON") or str(ROOT / "target/python-venv/bin/python")


COMMANDS = {
    "rust": lambda: [CARGO, "run", "-q", "-p", "ehr-ffi", "--example", "vectors", "--"],
    "python": lambda: [python(), str(ROOT / "bindings/python/vectors/run.py")],
    "kotlin": lambda: [str(ROOT / "bindings/kotlin/vectors.sh")],
    "swift": lambda: [str(ROOT / "bindings/swift/vectors.sh")],
}


def why_not(lang):
    """Why a language cannot even be tried; None if it can."""
    if lang == "python":
        have = [python(), "-c", "import ehr_ledger.toolbox"]
        try:
            done = subprocess.run(have, capture_output=True, check=False)
        except OSError:
            return "no interpreter with the package; make test-python makes one"
        return None if done.returncode == 0 else "the package is not installed; make test-python installs it"
    script = Path(COMMANDS[lang]()[0])
    return f"no {script.relative_to(ROOT)}" if script.is_absolute() and not script.exists() else None


def run(lang, folder):
    """Exit status, output, and per file the numbers of cases and of those that are same."""
    done = subprocess.run([*COMMANDS[lang](), str(folder)], cwd=ROOT, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    files = {}
    for line in done.stdout.splitlines():
        if (m := LINE.match(line)) and m[1] == lang:
            files[m[2]] = int(m[3]), int(m[4])
    return done.returncode, done.stdout, files


def flip(folder):
    """A copy of the vectors with one character of one value in each file changed."""
    for path in VECTORS.iterdir():
        value = whole = json.loads(path.read_text(encoding="utf-8"))
        *way, last = [int(step) if step.isdigit() else step for step in CHANGED[path.stem].split(".")]
        for step in way:
            value = value[step]
        value[last] = value[last][:-1] + ("1" if value[last][-1] == "0" else "0")
        (folder / path.name).write_text(json.dumps(whole), encoding="utf-8")


def spoil(folder):
    """A copy of the vectors with a file and a key that nobody knows, and a file missing."""
    for path in VECTORS.iterdir():
        shutil.copy(path, folder)
    (folder / "wrap.json").unlink()
    (folder / "unheard_of.json").write_text("{}", encoding="utf-8")
    header = json.loads((folder / "header.json").read_text(encoding="utf-8"))
    (folder / "header.json").write_text(json.dumps({**header, "unheard_of": 1}), encoding="utf-8")


def table(langs):
    """Runs the languages on the vectors; prints the table. The languages that ran, and whether all is well."""
    names = sorted(path.stem for path in VECTORS.iterdir())
    results, missing, well = {}, {}, True
    for lang in langs:
        if (why := why_not(lang)) is not None:
            missing[lang] = why
            continue
        status, output, files = run(lang, VECTORS)
        if status == NOT_SET_UP:
            missing[lang] = output.strip().splitlines()[-1] if output.strip() else "not set up"
            continue
        results[lang] = files
        if status != 0 or sorted(files) != names:
            well = False
            print(output)
            print(f"{lang}: exit status {status}, {len(files)} of {len(names)} files answered")
    counts = {name: max((files.get(name, (0, 0))[0] for files in results.values()), default=0) for name in names}
    total = sum(counts.values())
    width = max(map(len, names), default=0)
    print(f"{'file':{width}}  " + "".join(f"{lang:>14}" for lang in langs))
    for name in [*names, "total"]:
        cells = []
        for lang in langs:
            if lang in missing:
                cells.append("not run")
                continue
            files = results[lang]
            pairs = files.values() if name == "total" else [files.get(name, (0, 0))]
            cases, same = (sum(column) for column in zip(*pairs)) if pairs else (0, 0)
            want = total if name == "total" else counts[name]
            bad = same != cases or cases != want or cases == 0
            well &= not bad
            cells.append(f"{same} of {want}" + (" !!" if bad else ""))
        print(f"{name:{width}}  " + "".join(f"{cell:>14}" for cell in cells))
    different = sum(cases - same for files in results.values() for cases, same in files.values())
    print(f"{len(results)} languages, {len(names)} files, {total} cases each: {different} differences")
    for lang, why in missing.items():
        print(f"!!! {lang.upper()} NOT RUN: {total} cases not answered. {why}")
    return list(results), well and bool(results)


def control(langs):
    """Whether every runner notices what was changed."""
    well = True
    with tempfile.TemporaryDirectory() as changed, tempfile.TemporaryDirectory() as spoilt:
        flip(Path(changed))
        spoil(Path(spoilt))
        for lang in langs:
            status, output, files = run(lang, changed)
            noticed = sum(1 for name in CHANGED if name in files and files[name][0] > files[name][1])
            unknown_status, unknown_output, _ = run(lang, spoilt)
            unknown = sum(1 for line in unknown_output.splitlines() if line.startswith(f"{lang} unknown: "))
            good = status == 1 and noticed == len(CHANGED) and unknown_status == 2 and unknown == 3
            print(f"control {lang}: {noticed} of {len(CHANGED)} changed files noticed, "
                  f"{unknown} of 3 unknown or missing things refused{'' if good else ' !!'}")
            if not good:
                print(output, unknown_output, sep="\n")
                print(f"exit status {status} (must be 1) and {unknown_status} (must be 2)")
            well &= good
    return well


def main(arguments):
    if arguments[:1] == ["--flip"] and len(arguments) == 2:
        Path(arguments[1]).mkdir(parents=True, exist_ok=True)
        return flip(Path(arguments[1]))
    only_table = arguments[:1] == ["--only-table"]
    langs = arguments[1:] if only_table else arguments
    if unknown := set(langs) - set(COMMANDS):
        return f"no such language: {', '.join(sorted(unknown))}"
    if {path.stem for path in VECTORS.iterdir()} != set(CHANGED):
        return "the files of vectors/ are not those that the negative control knows"
    ran, well = table(langs or list(COMMANDS))
    if not only_table:
        well &= control(ran)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
