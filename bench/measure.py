"""One run: both databases, product and floor in turn, then crowds and timers."""

from __future__ import annotations

import json
import os
import sys
from contextlib import ExitStack
from typing import Any

from bench.child import run_part
from bench.people import sign_in
from bench.plan import Plan
from bench.processes import resident_megabytes
from bench.results import Level, Results
from bench.storage import database_bytes, storage
from bench.systems import System, prepared
from bench.wire import Wire

KEY = "bench_process"
COUNTED = "bench-counted"  # the person whose statements are counted: a newer session ends the older
LIST = "/tasks?tab=candidate"
TABS = ("mine", "candidate")
STEPS_BEFORE_THE_TIMER = 2
TEXT = "电源适配器损坏，已更换，画面恢复正常。"


def measure(plan: Plan) -> Results:
    """Raises PartFailed, ServerFailed and NoPostgreSQL; requests that failed are in the results."""
    results = Results()
    with ExitStack() as stack:
        systems = stack.enter_context(prepared(plan.kinds, [*_drivers(plan), COUNTED]))
        serving = stack.enter_context(ExitStack())
        for system in systems:
            serving.enter_context(system.serving())
            if system.name == "product":
                system.headers = [sign_in(system.port, name) for name in _drivers(plan)]
        products = [system for system in systems if system.name == "product"]
        form = _filled(products[0])
        _blocks(plan, systems, form, results)
        for system in products:
            say(f"{system.kind}: {plan.crowd:,} waiting cases")
            _crowd(plan, system, form, results)
        serving.close()
        for system in products:
            say(f"{system.kind}: {plan.timers:,} due timers")
            _timers(plan, system, results)
    return results


def _drivers(plan: Plan) -> list[str]:
    return [f"bench{number:03}" for number in range(max(plan.clients))]


def say(words: str) -> None:
    sys.stderr.write(f"  {words}\n")


def _blocks(plan: Plan, systems: list[System], form: dict[str, Any], results: Results) -> None:
    """Interleaved: what disturbs the machine for a while disturbs everybody's figures."""
    blocks: dict[tuple[str, str, int], list[Any]] = {}
    before: dict[str, int] = {}
    for system in systems:  # every server has seen every kind of request before anything counts
        _drive(system, 1, plan.warm, 0.2, form=form)
        if system.name == "product":
            results.statements[system.kind] = _statements(system, form)
            before[system.kind] = database_bytes(system.url)
    for number in range(plan.rounds):
        for clients in plan.clients:
            say(f"round {number + 1} of {plan.rounds}: {clients} clients")
            for system in systems:
                block = _drive(system, clients, plan.warm, plan.seconds, form=form)
                blocks.setdefault((system.name, system.kind, clients), []).append(block)
    for system in systems:
        if system.name == "product":
            kept = storage(system.url)
            results.bytes_a_case[system.kind] = (kept.bytes - before[system.kind]) / max(1, kept.finished)
            results.history_bytes[system.kind], results.state_bytes[system.kind] = kept.history, kept.state
            results.memory[system.kind] = max(map(resident_megabytes, system.worker_pids))
    results.levels = {key: Level.of(found) for key, found in blocks.items()}


def _crowd(plan: Plan, system: System, form: dict[str, Any], results: Results) -> None:
    case = _case_at_the_timer(system, form)
    _copy(system, case, plan.crowd, plan, due=False)
    for tab in TABS:
        block = _drive(system, 1, plan.warm, plan.pages, page=f"/tasks?tab={tab}")
        results.lists[system.kind, tab] = Level.of([block])


def _timers(plan: Plan, system: System, results: Results) -> None:
    """On the worker alone: an embedded ticker of a web process would take its share unseen."""
    work = {"database": system.database_pids, "due": 0}
    results.look[system.kind] = run_part("bench.timers", work, system.environment)
    _copy(system, None, plan.timers, plan, due=True)
    results.timers[system.kind] = run_part("bench.timers", {**work, "due": plan.timers}, system.environment)


def _copy(system: System, case: int | None, copies: int, plan: Plan, *, due: bool) -> None:
    work = {"url": system.url, "case": case, "copies": copies, "due": due, "people": _drivers(plan)}
    run_part("bench.crowd", work, os.environ)


def _statements(system: System, form: dict[str, Any]) -> dict[str, int]:
    work = {"who": COUNTED, "key": KEY, "form": form, "list": LIST}
    found: dict[str, int] = run_part("bench.statements", work, system.environment)
    return found


def _drive(
    system: System, clients: int, warm: float, seconds: float, *, form: dict[str, Any] | None = None, page: str = ""
) -> Any:
    work = {
        "port": system.port,
        "clients": system.headers[:clients],
        "warm": warm,
        "seconds": seconds,
        "server": system.server_pids,
        "database": system.database_pids,
        "key": KEY,
        "form": form,
        "list": LIST,
        "page": page,
    }
    return run_part("bench.driver", work, os.environ)


def _case_at_the_timer(system: System, form: dict[str, Any]) -> int:
    """A new case, played until its timer waits."""
    case: int = _ask(system, "POST", "/instances", {"definition_key": KEY, "data": {}})["id"]
    for _ in range(STEPS_BEFORE_THE_TIMER):
        task = _ask(system, "GET", f"/instances/{case}")["tasks"][0]["id"]
        _ask(system, "POST", f"/tasks/{task}/complete", {"data": form})
    return case


def _filled(system: System) -> dict[str, Any]:
    """An answer to the step's form as it is drawn: the first choice, a sentence, a number."""
    case = _ask(system, "POST", "/instances", {"definition_key": KEY, "data": {}})["id"]
    task = _ask(system, "GET", f"/instances/{case}")["tasks"][0]["id"]
    items = _ask(system, "GET", f"/tasks/{task}")["form"]["items"]
    return {item["key"]: _value(item) for item in items if item["key"] and item["required"]}


def _value(item: dict[str, Any]) -> Any:
    if item["choices"]:
        return item["choices"][0]["value"]
    return {"number": item["minimum"] or 1, "checkbox": True}.get(item["kind"], TEXT)


def _ask(system: System, method: str, path: str, body: Any = None) -> Any:
    wire = Wire(system.port, system.headers[0])
    status, content = wire.ask(method, f"/api/v1{path}", json.dumps(body).encode() if body is not None else b"")
    wire.close()
    if status not in (200, 201):
        raise RuntimeError(f"{method} {path}: {status} {content.decode()[:500]}")
    return json.loads(content)
