"""Comments: words in the history of a case the actor may see."""

from __future__ import annotations

import pytest

from engine.commands.add_comment import add_comment
from engine.commands.cancel_instance import cancel_instance
from engine.engine import Engine
from engine.errors import Invalid, NotFound
from tests.engine.drawings import ONE_STEP, SHARED
from tests.factories import actor, deploy, everything, open_tasks, open_ticket, told


@pytest.fixture
def ticket(engine: Engine) -> int:
    deploy(engine, ONE_STEP)
    return open_ticket(engine, "one_step").instance_id


def test_words_stand_in_history(engine: Engine, ticket: int) -> None:
    task = open_tasks(engine, ticket)["a"]
    engine.run(add_comment, actor("clerk2"), ticket, " 已联系\n现场 ")
    engine.run(add_comment, actor("chief"), ticket, "x" * 2_000, task)
    first, second = told(engine, ticket)[1:]
    assert (first.actor, first.command) == ("clerk2", "add_comment")
    assert first.facts == [{"type": "commented", "text": "已联系\n现场"}]
    assert second.facts == [{"type": "commented", "text": "x" * 2_000, "task": task}]


@pytest.mark.parametrize("text", ["", " \n", "x" * 2_001, "\x00", "a\ud800b"])
def test_words_that_cannot_be_kept(engine: Engine, ticket: int, text: str) -> None:
    before = everything(engine)
    with pytest.raises(Invalid) as refused:
        engine.run(add_comment, actor("clerk2"), ticket, text)
    assert list(refused.value.fields) == ["text"]
    assert everything(engine) == before


@pytest.mark.parametrize("name", ["stranger", "outsider", "fitter", "reporter"])
def test_a_case_one_may_not_see_is_not_there(engine: Engine, ticket: int, name: str) -> None:
    before = everything(engine)
    with pytest.raises(NotFound):
        engine.run(add_comment, actor(name), ticket, "x")
    assert everything(engine) == before


def test_a_participant_may_and_an_ended_case_still_takes_words(engine: Engine) -> None:
    deploy(engine, SHARED)
    ticket = open_ticket(engine, "shared").instance_id
    engine.run(cancel_instance, actor("chief"), ticket, "x")
    engine.run(add_comment, actor("fitter"), ticket, "知道了")
    assert told(engine, ticket)[-1].facts == [{"type": "commented", "text": "知道了"}]


def test_words_are_about_a_step_of_this_case(engine: Engine, ticket: int) -> None:
    other = open_ticket(engine, "one_step").instance_id
    foreign = open_tasks(engine, other)["a"]
    before = everything(engine)
    for task in (foreign, "f" * 32):
        with pytest.raises(NotFound):
            engine.run(add_comment, actor("clerk2"), ticket, "x", task)
    assert everything(engine) == before
