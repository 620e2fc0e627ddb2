"""The results as one table for people."""

from __future__ import annotations

from collections.abc import Iterator

from bench.plan import Plan
from bench.results import Level, Results

KINDS = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
HEAD = (
    f"{'':30}{'CPU ms':>8}{'server':>8}{'database':>9}{'ratio':>7}{'per s':>8}{'p50 ms':>8}{'p95 ms':>8}{'errors':>7}"
)


def table(results: Results, plan: Plan) -> str:
    """docs/developer/bench.md says how to read it."""
    return "\n".join([*_completes(results), "", *_lists(results, plan), "", *_rest(results, plan)])


def _completes(results: Results) -> Iterator[str]:
    yield "A completed task, with its shares of start, find and task list"
    yield HEAD
    for (name, kind, clients), level in sorted(results.levels.items(), key=lambda item: (*item[0][1:], item[0][0])):
        ratio = f"{results.ratio(kind, clients):.2f}" if name == "product" else "1"
        yield _line(f"{KINDS[kind]:11}{clients:>3} clients  {name}", level, ratio)


def _lists(results: Results, plan: Plan) -> Iterator[str]:
    yield f"A page of the task list at {plan.crowd:,} open tasks, one client"
    for (kind, tab), level in results.lists.items():
        yield _line(f"{KINDS[kind]:11}{tab}", level, "")


def _line(words: str, level: Level, ratio: str) -> str:
    costs = f"{level.total:8.2f}{level.server:8.2f}{level.database:9.2f}{ratio:>7}"
    return f"{words:30}{costs}{level.rate:8.0f}{level.p50:8.1f}{level.p95:8.1f}{len(level.errors):7}"


def _rest(results: Results, plan: Plan) -> Iterator[str]:
    kinds = list(results.statements)
    yield f"{'':46}" + "".join(f"{KINDS[kind]:>14}" for kind in kinds)

    def row(words: str, values: list[str]) -> str:
        return f"{words:46}" + "".join(f"{value:>14}" for value in values)

    for name in ("complete", "start", "find", "list"):
        yield row(f"SQL statements, {name}", [str(results.statements[kind][name]) for kind in kinds])
    yield row("bytes a finished case, growth of the database", [f"{results.bytes_a_case[kind]:,.0f}" for kind in kinds])
    yield row("  of it history rows", [f"{results.history_bytes[kind]:,.0f}" for kind in kinds])
    yield row("bytes of state, a running case", [f"{results.state_bytes[kind]:,.0f}" for kind in kinds])
    yield row("memory of a web process, MB", [f"{results.memory[kind]:.0f}" for kind in kinds])
    yield row(f"look for due timers, {plan.crowd:,} waiting, CPU ms", [_cpu(results.look[kind]) for kind in kinds])
    yield row(f"{plan.timers:,} due timers, CPU ms each", [_cpu(results.timers[kind]) for kind in kinds])
    total = [f"{(_used(results.timers[kind]) * plan.timers / 1000):.1f}" for kind in kinds]
    yield row(f"{plan.timers:,} due timers, CPU s", total)
    yield row("  wall s, one worker", [f"{results.timers[kind]['wall'] * plan.timers / 1000:.1f}" for kind in kinds])


def _used(cost: dict[str, float]) -> float:
    return cost["worker"] + cost["database"]


def _cpu(cost: dict[str, float]) -> str:
    return f"{_used(cost):.2f}"
