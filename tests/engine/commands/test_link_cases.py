"""关联: two visible cases of one client, told in both, read from both sides, once of each kind."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock
from engine.commands.link_cases import link_cases
from engine.commands.unlink_cases import unlink_cases
from engine.engine import Engine
from engine.errors import Forbidden, Invalid, NotFound
from engine.links import KINDS, LinkRefused, NotLinked
from engine.models import CaseLink
from engine.queries.case_links import LinkItem, case_links
from tests.conftest import T0
from tests.engine.queries.scene import Scene, set_scene
from tests.factories import actor, everything, fetch, told

CLERK = actor("clerk1", permissions=actor("clerk1").permissions | {"case.link"})


@pytest.fixture
def scene(engine: Engine) -> Scene:
    return set_scene(engine)


def seen(engine: Engine, who: Any, case: int) -> list[tuple[str, str, int]]:
    with engine.read() as connection:
        return [(item.kind, item.way, item.id) for item in case_links(connection, who, case)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_link_is_seen_from_both_sides_and_told_in_both(
    engine: Engine, clock: ManualClock, scene: Scene, kind: str
) -> None:
    engine.run(link_cases, CLERK, scene.shared, scene.own, kind)
    assert seen(engine, CLERK, scene.shared) == [(kind, "forth", scene.own)]
    assert seen(engine, CLERK, scene.own) == [(kind, "back", scene.shared)]
    assert told(engine, scene.shared)[-1].facts == [{"type": "case_linked", "kind": kind, "target": scene.own}]
    assert told(engine, scene.own)[-1].facts == [{"type": "case_linked", "kind": kind, "source": scene.shared}]
    with engine.read() as connection:
        (item,) = case_links(connection, CLERK, scene.shared)
    assert item == LinkItem(kind, "forth", scene.own, item.number, "one_step", "active", T0)
    engine.run(unlink_cases, CLERK, scene.shared, scene.own, kind, "记错了")
    assert seen(engine, CLERK, scene.shared) == seen(engine, CLERK, scene.own) == []
    fact = {"type": "case_unlinked", "kind": kind, "reason": "记错了"}
    assert told(engine, scene.own)[-1].facts == [fact | {"source": scene.shared}]
    assert told(engine, scene.shared)[-1].facts == [fact | {"target": scene.own}]


def test_what_cannot_be_linked(engine: Engine, scene: Scene) -> None:
    engine.run(link_cases, CLERK, scene.own, scene.shared, "duplicate")
    before = everything(engine)
    for source, target, kind in (
        (scene.own, scene.own, "parent"),
        (scene.own, scene.shared, "duplicate"),
        (scene.shared, scene.own, "duplicate"),
        (scene.own, scene.shared, "friend"),
    ):
        with pytest.raises(LinkRefused):
            engine.run(link_cases, CLERK, source, target, kind)
    with pytest.raises(LinkRefused):
        engine.run(link_cases, ENGINE, scene.own, scene.foreign, "parent")
    for source, target in ((scene.own, scene.foreign), (scene.foreign, scene.own), (scene.own, 999_999)):
        with pytest.raises(NotFound):
            engine.run(link_cases, CLERK, source, target, "parent")
        with pytest.raises(NotFound):
            engine.run(unlink_cases, CLERK, source, target, "parent", "x")
    with pytest.raises(Forbidden):
        engine.run(link_cases, actor("clerk1"), scene.own, scene.shared, "parent")
    with pytest.raises(NotLinked):
        engine.run(unlink_cases, CLERK, scene.shared, scene.own, "duplicate", "x")
    with pytest.raises(Invalid):
        engine.run(unlink_cases, CLERK, scene.own, scene.shared, "duplicate", "")
    assert everything(engine) == before


def test_a_reader_sees_only_links_to_cases_he_or_she_sees(engine: Engine, scene: Scene) -> None:
    engine.run(link_cases, CLERK, scene.shared, scene.own, "parent")
    engine.run(link_cases, CLERK, scene.reported, scene.own, "caused_by")
    assert seen(engine, actor("fitter"), scene.shared) == []
    assert seen(engine, actor("reporter"), scene.reported) == []
    assert len(seen(engine, actor("chief"), scene.own)) == 2
    for who, case in (("fitter", scene.own), ("stranger", scene.own), ("outsider", scene.shared)):
        with pytest.raises(NotFound):
            seen(engine, actor(who), case)


def test_a_participant_cannot_link_what_it_does_not_see(engine: Engine, scene: Scene) -> None:
    fitter = actor("fitter", permissions=CLERK.permissions)
    with pytest.raises(NotFound):
        engine.run(link_cases, fitter, scene.shared, scene.own, "parent")


def test_two_who_link_crosswise_at_once_make_one_link(engine: Engine, scene: Scene) -> None:
    """Locks are taken in ascending order, whichever case is named first: no deadlock, and the second is refused."""
    together, outcomes = threading.Barrier(2), list[str]()

    def act(source: int, target: int) -> None:
        together.wait(30)
        try:
            engine.run(link_cases, CLERK, source, target, "duplicate")
            outcomes.append("linked")
        except LinkRefused:
            outcomes.append("refused")

    pairs = ((scene.own, scene.shared), (scene.shared, scene.own))
    threads = [threading.Thread(target=act, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["linked", "refused"]
    assert len(fetch(engine, select(CaseLink.id))) == 1
