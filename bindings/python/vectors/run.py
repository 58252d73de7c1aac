"""Answers every golden vector through ``ehr_ledger.toolbox`` (``docs/vectors.md``).

    python bindings/python/vectors/run.py [FOLDER]

The default folder is ``vectors/`` of the repository.
"""

from __future__ import annotations

import sys
from pathlib import Path

from files import FILES
from sheet import Sheet, load


def main() -> int:
    default = Path(__file__).resolve().parents[3] / "vectors"
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else default
    found = {path.name for path in folder.iterdir()}
    unknown: list[str] = []
    sheets: list[Sheet] = []
    for name, (keys, answer) in FILES.items():
        if f"{name}.json" not in found:
            unknown.append(f"{name}.json is missing")
            continue
        found.remove(f"{name}.json")
        sheet = Sheet(name)
        sheets.append(sheet)
        with sheet.case("file", only_if_it_fails=True) as case:
            file = load(folder / f"{name}.json")
            case.check("a JSON object", isinstance(file, dict))
            if isinstance(file, dict):
                wrong = sorted(set(keys.split()) ^ set(file))
                unknown += [f"{name}.json: top-level key {key} is unknown or missing" for key in wrong]
                answer(file, sheet)
    unknown += [f"{name} is not known to this runner" for name in sorted(found)]
    for sheet in sheets:
        sheet.show()
    for what in unknown:
        print(f"python unknown: {what}")
    cases, different = sum(len(s.cases) for s in sheets), sum(s.different() for s in sheets)
    print(f"python total files={len(sheets)} cases={cases} same={cases - different} "
          f"different={different} not_applicable=0")
    return 2 if unknown else 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
