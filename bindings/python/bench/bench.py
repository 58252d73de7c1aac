"""What Python costs: importing, calling, sealing. Printed with the goals; exits with 1 if one is missed."""

import statistics
import subprocess
import sys
import timeit
from datetime import datetime, timedelta, timezone

IMPORT = """import time
cpu, wall = time.process_time(), time.perf_counter()
import ehr_ledger
print((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000)"""
ROUNDS = 15


def best_ns(code: str, names: dict) -> float:
    number = 200_000
    return min(timeit.repeat(code, globals=names, number=number, repeat=7)) / number * 1e9


def main() -> int:
    runs = [subprocess.check_output([sys.executable, "-c", IMPORT], text=True).split() for _ in range(ROUNDS)]
    cpu, wall = (statistics.median(float(run[n]) for run in runs) for n in (0, 1))
    what = f"import ehr_ledger by the clock, median of {ROUNDS} interpreters ({cpu:.0f} ms of processor time)"
    rows = [(what, wall, 150, "ms", "<=")]

    import ehr_ledger as ehr
    from ehr_ledger import _ehr

    hospital, doctor, patient = (ehr.Keyring.generate(role) for role in ("Institution", "Staff", "Patient"))
    ledger = ehr.Ledger.create(genesis=ehr.Genesis.new("bench", [hospital], difficulty=0))
    for person in (doctor, patient):
        ledger.enrol(person, payer=hospital)
    ledger.mine(hospital)
    until = datetime.now(timezone.utc) + timedelta(days=1)
    ledger.set_membership(doctor, institution=hospital, roles="DOCTOR", until=until)
    scope = ledger.create_scope(patient, payer=hospital).scope
    ledger.mine(hospital)

    names = {"noop": _ehr._noop, "ledger": ledger, "keys": patient, "a": patient.account, "b": hospital.account}
    noop = best_ns("noop()", names)
    for what, code in [("ledger.chain_id", "ledger.chain_id"), ("keyring.account", "keys.account"),
                       ("account == account", "a == b"), ("hash(account)", "hash(a)")]:  # fmt: skip
        rows.append((f"{what} over a no-op call ({noop:.0f} ns)", best_ns(code, names) - noop, 150, "ns", "<="))
    print(f"for comparison: ledger.tip {best_ns('ledger.tip', names):.0f} ns (takes the lock, makes a datetime)")

    body = bytes(1 << 20)
    fixed = {"scope": scope, "author": doctor, "institution": hospital, "payer": hospital}
    python, rust = [], []
    for _ in range(ROUNDS):  # by turns, so that a busy machine is busy for both
        python.append(timeit.timeit(lambda: ledger.draft_record(kind="Bench", body=body, **fixed), number=5))
        rust.append(_ehr._seal_in_rust(ledger=ledger, body=body, rounds=5, **fixed))
    ratio = statistics.median(rust) / statistics.median(python)
    mib_s = 5 / statistics.median(python)
    rows.append((f"sealing 1 MiB into a record draft, speed against Rust ({mib_s:.0f} MiB/s)", ratio, 0.9, "x", ">="))

    missed = 0
    for what, value, goal, unit, sign in rows:
        good = value <= goal if sign == "<=" else value >= goal
        missed += not good
        print(f"{'ok  ' if good else 'MISS'} {what}: {value:.2f} {unit} (goal {sign} {goal} {unit})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
