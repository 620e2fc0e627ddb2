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
    told = Told()
    execution = Execution.load(specification(kept["bpmn"].encode()), kept["state"].encode(), told)
    check_tree(execution)
    assert sorted(task.element.id for task in execution.open_tasks()) == kept["open"]
    assert sorted([t.element.id, t.firings] for t in execution.waiting_events()) == kept["timers"]
    assert {task.element.id: task.data for task in execution.open_tasks()} == kept["data"]
    for element_id in finish(execution):
        assert ("completed", element_id) in told.log
    assert execution.ended


def finish(execution: Execution) -> Iterator[str]:
    """Fire each timer once, then do what is open until the end."""
    for timer in execution.waiting_events():
        if timer.task_id in {waiting.task_id for waiting in execution.waiting_events()}:
            execution.fire(timer.task_id)
            yield timer.element.id
    for _ in range(100):
        if execution.ended:
            return
        task = execution.open_tasks()[0]
        execution.advance(task.task_id, {"again": False})
        yield task.element.id
