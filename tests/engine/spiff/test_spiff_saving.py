"""States: small, the same for the same, loadable for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from engine.spiff.codec import FORMAT
from engine.spiff.errors import UnknownStateFormat
from engine.spiff.execution import Execution
from tests.engine.spiff import shapes
from tests.engine.spiff.cases import Run, Told, check_tree, specification
from tests.states.write import FOLDER, STORIES, play

KEPT = sorted(FOLDER.glob("*.json"))


def test_the_same_state_has_the_same_bytes() -> None:
    run = Run(shapes.TICKET, {"next_due": None}).fire("red").do("p1", x=1)
    state = run.execution.dump()
    assert run.execution.dump() == state
    loaded = Execution.load(run.spec, state, run.told)
    assert loaded.dump() == state
    assert Execution.load(run.spec, loaded.dump(), run.told).dump() == state


@pytest.mark.parametrize("key", STORIES)
def test_two_runs_of_one_story_differ_in_ids_alone(key: str) -> None:
    one, other = (json.loads(play(key).save()) for _ in range(2))
    ids: dict[str, str] = {}
    assert _renamed(one, ids) == _renamed(other, {})


def _renamed(value: Any, ids: dict[str, str]) -> Any:
    """Ids replaced by the order of their first appearance."""
    if isinstance(value, list):
        return [_renamed(inner, ids) for inner in value]
    if isinstance(value, str) and len(value) == 32:
        return ids.setdefault(value, f"id {len(ids)}")
    return value


def test_looking_changes_nothing() -> None:
    run = Run(shapes.NESTED, {"again": False}).do("a", "o1")
    state = run.save()
    run.picture()
    check_tree(run.execution)
    assert run.execution.dump() == state


def test_the_drawing_and_finished_scopes_are_not_stored() -> None:
    run = Run(shapes.NESTED, {"again": False}).do("a", "o1", "i1", "i2", "i3", "o2")
    state = json.loads(run.save())
    assert state[0] == FORMAT == 1
    assert state[3] == []
    assert len(run.save()) < 1_000


def test_data_are_stored_once() -> None:
    text = "故障描述" * 100
    run = Run(shapes.BLOCK_LOOP, {"again": False, "text": text}).do("a")
    assert run.save().decode().count(text) == 1
    run = Run(shapes.NESTED, {"again": False, "text": text}).do("a", "o1")
    assert run.save().decode().count(text) == 1


def test_a_state_without_the_removed_keys_of_a_parent_is_loaded_as_it_was() -> None:
    run = Run(shapes.LINE, {"gone": 1})
    del run.task("a").data["gone"]
    run.save()
    assert run.data("a") == {}


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ([0, False, [], []], "0"),
        ([2, {"all": "new"}], "2"),
        (["1", False, [], []], "1"),
        ([], r"\?"),
        ({}, r"\?"),
        (None, r"\?"),
    ],
)
def test_an_unknown_format_is_refused(state: Any, shown: str) -> None:
    with pytest.raises(UnknownStateFormat, match=f"unknown format {shown}"):
        Execution.load(specification(shapes.LINE), orjson.dumps(state), Told())


@pytest.mark.parametrize("state", [b"", b"\x00\x01", b"not json", b"[1, false, [["])
def test_bytes_that_are_no_state_are_refused(state: bytes) -> None:
    with pytest.raises(UnknownStateFormat):
        Execution.load(specification(shapes.LINE), state, Told())


# -- kept states of every landed format ---------------------------------------------------------------------------


def test_a_state_of_each_format_and_story_is_kept() -> None:
    assert [path.stem for path in KEPT] == sorted(f"{key}_1" for key in STORIES)


@pytest.mark.parametrize("path", KEPT, ids=lambda path: str(path.stem))
def test_a_kept_state_loads_and_finishes(path: Path) -> None:
    kept = json.loads(path.read_text("utf-8"))
    run = Run.__new__(Run)
    run.spec, run.told = specification(kept["bpmn"].encode()), Told()
    run.execution = Execution.load(run.spec, kept["state"].encode(), run.told)
    check_tree(run.execution)
    assert run.open() == kept["open"]
    assert sorted([event.element.id, event.firings] for event in run.execution.waiting_events()) == kept["timers"]
    assert {task.element.id: task.data for task in run.execution.open_tasks()} == kept["data"]
    for element_id in finish(run):
        assert ("completed", element_id) in run.told.log
    run.ended()


def finish(run: Run) -> Iterator[str]:
    """Each event happens once, then whatever is open or waits for its outcome comes to its end."""
    execution, happened = run.execution, set[str]()
    for _ in range(100):
        awaited = [one for one in execution.waiting_events() if one.element.id not in happened]
        if execution.ended:
            return
        if awaited:
            happened.add(awaited[0].element.id)
            execution.fire(awaited[0].task_id)
            yield awaited[0].element.id
        elif run.working():
            element_id = run.busy_elements()[0]
            execution.finish(run.working(element_id)[0], {})
            yield element_id
        elif tasks := execution.open_tasks():
            execution.advance(tasks[0].task_id, {"again": False})
            yield tasks[0].element.id
        else:
            happened.clear()
