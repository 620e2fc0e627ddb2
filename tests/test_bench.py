"""The bench runs: its smallest form once, on SQLite with one client, and every figure it promises is there."""

from __future__ import annotations

import os
import subprocess
import sys

from bench import baseline
from bench.measure import measure
from bench.plan import Plan
from bench.processes import cpu_seconds
from bench.table import table

SMALLEST = Plan(kinds=("sqlite",), clients=(1,), rounds=1, warm=0.3, seconds=0.7, timers=40, crowd=60, pages=0.3)
COMPLETE = 6
"""Statements of the command, see test_statement_counts.py, with one candidate; the request adds its sign-in."""


def test_the_smallest_bench_measures_everything_without_an_error() -> None:
    results = measure(SMALLEST)
    assert results.errors() == []
    product, floor = results.levels["product", "sqlite", 1], results.levels["floor", "sqlite", 1]
    assert min(product.server, product.rate, product.p50, floor.server, floor.rate) > 0
    assert product.database == 0  # SQLite has no processes of its own
    assert product.p95 >= product.p50
    assert results.ratio("sqlite", 1) > 1
    assert results.statements["sqlite"]["complete"] == COMPLETE + 1
    assert set(results.statements["sqlite"]) == {"start", "find", "complete", "list"}
    assert results.bytes_a_case["sqlite"] > results.history_bytes["sqlite"] > 0
    assert results.state_bytes["sqlite"] > 0
    assert results.timers["sqlite"]["worker"] > 0
    assert results.memory["sqlite"] > 10
    words = table(results, SMALLEST)
    assert "SQLite       1 clients  product" in words
    assert "40 due timers, CPU s" in words


def test_a_ratio_that_got_worse_by_more_than_15_percent_is_told() -> None:
    kept = baseline.kept()
    assert baseline.warnings(kept) == []
    assert baseline.warnings({name: ratio * 1.14 for name, ratio in kept.items()}) == []
    worse = baseline.warnings({name: ratio * 1.16 for name, ratio in kept.items()})
    assert len(worse) == len(kept) > 0
    assert worse[0].startswith("WORSE than bench/baseline.json: ")


def test_the_time_of_ended_children_counts() -> None:
    """Backends and workers come and go; what they used must not be lost between two looks."""
    before = cpu_seconds([os.getpid()])
    subprocess.run([sys.executable, "-c", "sum(range(10_000_000))"], check=True)
    assert cpu_seconds([os.getpid()]) - before > 0.05
