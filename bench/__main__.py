"""`make bench`: measure, print the table, warn where a ratio has got worse. Exit 1 when a request failed."""

from __future__ import annotations

import argparse
import signal
import sys
from dataclasses import replace

from bench import baseline
from bench.measure import measure
from bench.plan import QUICK, Plan
from bench.table import table


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round and smaller crowds")
    parser.add_argument("--rounds", type=int, help="how often each block is measured")
    parser.add_argument("--kind", action="append", choices=("postgresql", "sqlite"), help="only this database")
    parser.add_argument("--keep", action="store_true", help="make this run the baseline")
    asked = parser.parse_args()
    plan = QUICK if asked.quick else Plan()
    if asked.rounds:
        plan = replace(plan, rounds=asked.rounds)
    if asked.kind:
        plan = replace(plan, kinds=tuple(asked.kind))
    results = measure(plan)
    sys.stdout.write(f"\n{table(results, plan)}\n")
    if asked.keep:
        baseline.keep(results.ratios())
    said = [*baseline.warnings(results.ratios()), *(f"FAILED: {error}" for error in results.errors()[:10])]
    sys.stdout.writelines(f"{line}\n" for line in said)
    return 1 if results.errors() else 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
