"""Writes a state of the present format for each story. Run once when a format lands: `python -m tests.states.write`.

A file that is there is never written again.
"""

from __future__ import annotations

import json
from pathlib import Path

from engine.spiff.codec import FORMAT
from tests.engine.spiff import event_shapes, shapes
from tests.engine.spiff.cases import OUTSIDE, Run, Told

FOLDER = Path(__file__).parent
DATA = {"again": False, "next_due": None, "n": 1, "report": {"point": "路口 1", "tags": ["a", "b"]}}

STORIES = ("ticket", "nested", "block", "timed", "runs", "rounds", "outwards", "any")


def play(key: str) -> Run:
    """A case in the middle of its story, saved before every step."""
    if key == "ticket":
        run = Run(shapes.TICKET, DATA, saving=True).fire("yellow", "red").do("p1", "p2").do("recheck", again=True)
        return run.fire("red", "red").do("p1", engineer="e1")
    if key == "nested":
        return Run(shapes.NESTED, DATA, saving=True).do("a", "o1").do("i2", by="i2").fire("inner_timer")
    if key == "block":
        run = Run(shapes.BLOCK_LOOP, DATA, saving=True)
        run.do("a", "b1", "b2", "d", "f").do("c", again=True).do("a", "b1")
        return run.do("d", n=2.0, report={"point": "路口 2", "tags": []})
    if key == "runs":
        run = Run(event_shapes.RUNS, DATA, saving=True).do("a").do("b", found=[1]).fire("tick")
        return run.receive("m", nth=1, paid={"by": "e1"})
    if key == "rounds":
        return Run(event_shapes.ROUNDS, DATA, saving=True).do("a").do("b", "b", "b", n=3)
    if key == "outwards":
        told = Told(**{event_shapes.OUTSIDE: lambda _: OUTSIDE})
        return Run(event_shapes.OUTWARDS, DATA, saving=True, told=told).do("a", n=2)
    if key == "any":
        run = Run(event_shapes.ANY, DATA, saving=True).do("a", n=6).do("x").do("c", again=True)
        return run.do("a", n=3).do("c", again=True).do("a", n=7)
    return Run(shapes.TIMED, DATA, saving=True).fire("remind").do("a").do("y", n=None)


DRAWINGS = {"ticket": shapes.TICKET, "nested": shapes.NESTED, "block": shapes.BLOCK_LOOP, "timed": shapes.TIMED}
DRAWINGS |= event_shapes.ALL


def main() -> None:
    for key in STORIES:
        path = FOLDER / f"{key}_{FORMAT}.json"
        if path.exists():
            continue
        run = play(key)
        kept = {
            "format": FORMAT,
            "bpmn": DRAWINGS[key].decode(),
            "state": run.save().decode(),
            "open": run.open(),
            "timers": sorted([timer.element.id, timer.firings] for timer in run.execution.waiting_events()),
            "data": {task.element.id: task.data for task in run.execution.open_tasks()},
        }
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
