"""A published form is shown by processes from the next version on; what runs keeps the form it began with."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from engine.authorization import ENGINE
from engine.clock import ManualClock, SystemClock
from engine.commands.complete_task import complete_task
from engine.commands.create_design import create_design
from engine.commands.discard_design import discard_design
from engine.commands.publish_definition import DefinitionRefused
from engine.commands.publish_form import publish_form
from engine.commands.save_design import save_design
from engine.commands.start_instance import start_instance
from engine.database import Database
from engine.engine import Engine
from engine.errors import Forbidden, Invalid
from engine.expressions.functions import STANDARD
from engine.extensions import Extensions
from engine.models import FormDefinition, HistoryEvent, ProcessDefinition, ProcessInstance
from engine.published_forms import form_uses
from engine.publishing import SecondPersonNeeded
from engine.queries.design_detail import design_detail
from engine.worker import live_until, next_due
from forms.designs import FormDesigns
from forms.findings import FormRefused
from forms.library import FormLibrary
from maintenance.choices import CaseForms
from tests.conftest import T0
from tests.engine.definition.drawings import drawing, end, start, user
from tests.engine.events import timed_start
from tests.engine.statements import counted
from tests.factories import (
    CLIENT,
    GROUPS,
    KEY,
    OTHER_CLIENT,
    actor,
    deploy,
    fetch,
    open_city,
    open_tasks,
    open_ticket,
    told,
    without_second_person,
)
from tests.forms.small_forms import form_bytes

TEXT = {"type": "textfield", "id": "n", "key": "note", "label": "说明", "validate": {"required": True}}
AGREED = {"type": "checkbox", "id": "a", "key": "agreed", "label": "同意"}
FIRST = form_bytes(TEXT, id="look")
SECOND = form_bytes(TEXT, AGREED, id="look")
PROCESS = drawing(
    "check",
    [start("s"), user("a", candidateGroups="desk", formKey="look"), user("b", candidateGroups="desk"), end("e")],
    ["s -> a -> b -> e"],
)


def engine_with_forms(database: Database, clock: Any) -> Engine:
    extensions = Extensions(groups=dict(GROUPS), forms=CaseForms(FormLibrary({})))
    extensions.add_design_kind(FormDesigns())
    for function in STANDARD:
        extensions.functions.add(function)
    engine = Engine(database, clock, extensions, history_key=KEY)
    open_city(engine)
    return engine


@pytest.fixture
def engine(database: Database, clock: ManualClock) -> Engine:
    return engine_with_forms(database, clock)


def publish(engine: Engine, content: bytes, organisation_id: int = CLIENT) -> Any:
    return engine.run(publish_form, ENGINE, organisation_id, content)


def versions(engine: Engine) -> list[tuple[int, str, dict[str, int]]]:
    table = ProcessDefinition.__table__
    query = select(table.c.version, table.c.sha256, table.c.forms).order_by(table.c.id)
    return [(row.version, row.sha256, row.forms) for row in fetch(engine, query)]


def loose(engine: Engine, type: str) -> list[dict[str, Any]]:
    rows = fetch(engine, select(HistoryEvent.facts).where(HistoryEvent.root_id.is_(None)).order_by(HistoryEvent.id))
    return [fact for (text,) in rows for fact in orjson.loads(text) if fact["type"] == type]


def test_a_process_is_published_only_with_the_forms_of_its_organisation(engine: Engine) -> None:
    publish(engine, FIRST, OTHER_CLIENT)
    with pytest.raises(DefinitionRefused) as caught:
        deploy(engine, PROCESS)
    assert [one.code for one in caught.value.findings if one.severity == "error"] == ["unknown_form"]
    form = publish(engine, FIRST)
    assert (form.key, form.version, form.is_new, form.processes) == ("look", 1, True, ())
    deploy(engine, PROCESS)
    assert [forms for _, _, forms in versions(engine)] == [{"look": form.form_id}]


def test_the_same_bytes_are_no_new_version_and_older_ones_are(engine: Engine) -> None:
    first = publish(engine, FIRST)
    again = publish(engine, FIRST)
    assert (again.form_id, again.version, again.is_new) == (first.form_id, 1, False)
    assert publish(engine, SECOND).version == 2
    assert publish(engine, FIRST).version == 3
    assert publish(engine, FIRST, OTHER_CLIENT).version == 1
    assert [(fact["key"], fact["version"]) for fact in loose(engine, "form_published")] == [
        ("look", 1), ("look", 2), ("look", 3), ("look", 1)
    ]  # fmt: skip


def test_a_running_case_keeps_its_form_and_a_new_one_has_the_new(engine: Engine) -> None:
    publish(engine, FIRST)
    deploy(engine, PROCESS)
    old = open_ticket(engine, "check").instance_id
    renewed = publish(engine, SECOND)
    assert [(one.key, one.version) for one in renewed.processes] == [("check", 2)]
    new = open_ticket(engine, "check").instance_id
    with pytest.raises(Invalid) as caught:
        engine.run(complete_task, actor("clerk1"), open_tasks(engine, old)["a"], {"note": "x", "agreed": True})
    assert [one["code"] for one in caught.value.fields["agreed"]] == ["unknown_field"]
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, old)["a"], {"note": "x"})
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, new)["a"], {"note": "y", "agreed": True})
    wordings = [
        fact.get("wording")
        for case in (old, new)
        for item in told(engine, case)
        for fact in item.facts
        if fact["type"] == "task_completed"
    ]
    assert wordings == [hashlib.sha256(FIRST).hexdigest(), hashlib.sha256(SECOND).hexdigest()]


def test_the_new_version_has_the_same_bytes_and_the_new_pin(engine: Engine) -> None:
    first = publish(engine, FIRST)
    deploy(engine, PROCESS)
    deploy(engine, drawing("other", [start("s"), user("a", candidateGroups="desk"), end("e")], ["s -> a -> e"]))
    second = publish(engine, SECOND)
    (one, sha, pins), (_, _, others), (two, sha_again, pins_again) = versions(engine)
    assert (one, two) == (1, 2)
    assert sha == sha_again
    assert (pins, others, pins_again) == ({"look": first.form_id}, {}, {"look": second.form_id})
    assert deploy(engine, PROCESS).is_new is False
    assert [fact.get("forms") for fact in loose(engine, "definition_published")] == [
        {"look": first.form_id}, None, {"look": second.form_id}
    ]  # fmt: skip


def test_what_starts_the_process_by_the_time_does_not_begin_anew(engine: Engine, clock: ManualClock) -> None:
    publish(engine, FIRST)
    nodes = [timed_start("t", "R/PT1H", "timeCycle"), user("a", candidateGroups="desk", formKey="look"), end("e")]
    deploy(engine, drawing("timed", nodes, ["t -> a -> e"]))
    clock.move_to(T0 + timedelta(minutes=40))
    publish(engine, SECOND)
    assert next_due(engine) == T0 + timedelta(hours=1)
    live_until(engine, clock, T0 + timedelta(hours=1))
    (begun,) = fetch(engine, select(ProcessInstance.definition_id))
    assert begun.definition_id == max(row.id for row in fetch(engine, select(ProcessDefinition.id)))


def test_what_is_being_worked_on_is_not_out_of_date_by_it(engine: Engine) -> None:
    publish(engine, FIRST)
    published = deploy(engine, PROCESS)
    made = engine.run(create_design, actor("chief"), CLIENT, "process", base_id=published.definition_id)
    engine.run(save_design, actor("chief"), made.id, 1, PROCESS + b"<!-- changed -->")
    publish(engine, SECOND)
    with engine.read() as connection:
        detail = design_detail(connection, actor("chief"), engine.resources.design_kinds, made.id)
    assert (detail.outdated, detail.base and detail.base.version) == (False, 2)


def test_a_form_that_is_only_designed_is_a_remark_for_designs(engine: Engine) -> None:
    made = engine.run(create_design, actor("chief"), CLIENT, "form", key="look", name="查看")
    kind = engine.resources.design_kinds["process"]
    with engine.read() as connection:
        verdict = kind.check(connection, CLIENT, PROCESS)
        elsewhere = kind.check(connection, OTHER_CLIENT, PROCESS)
    assert (verdict.publishable, [one.code for one in verdict.findings]) == (True, ["form_not_published"])
    assert (elsewhere.publishable, [one.code for one in elsewhere.findings]) == (False, ["unknown_form"])
    with pytest.raises(DefinitionRefused):
        deploy(engine, PROCESS)
    engine.run(discard_design, actor("chief"), made.id)
    with engine.read() as connection:
        assert kind.check(connection, CLIENT, PROCESS).publishable is False


def test_a_form_that_is_wrong_stores_nothing(engine: Engine) -> None:
    publish(engine, FIRST)
    deploy(engine, PROCESS)
    with pytest.raises(FormRefused) as caught:
        publish(engine, form_bytes({**TEXT, "nonsense": 1}, id="look"))
    assert [one.code for one in caught.value.findings] == ["attribute_unknown"]
    assert len(fetch(engine, select(FormDefinition.id))) == 1
    assert len(versions(engine)) == 1


def test_who_may_publish_and_that_it_takes_two(engine: Engine) -> None:
    with pytest.raises(Forbidden):
        engine.run(publish_form, actor("clerk1"), CLIENT, FIRST)
    with pytest.raises(SecondPersonNeeded):
        engine.run(publish_form, actor("chief"), CLIENT, FIRST)
    assert without_second_person(engine).run(publish_form, actor("chief"), CLIENT, FIRST).version == 1


def test_where_a_form_is_shown(engine: Engine) -> None:
    publish(engine, FIRST)
    deploy(engine, PROCESS)
    publish(engine, FIRST, OTHER_CLIENT)
    with engine.read() as connection:
        (use,) = form_uses(connection, CLIENT)["look"]
        assert (use.process_key, use.version, use.steps) == ("check", 1, ("a",))
        assert form_uses(connection, OTHER_CLIENT) == {}
        kind = engine.resources.design_kinds["form"]
        (finding,) = kind.check(connection, CLIENT, SECOND).findings
        assert (finding.code, finding.severity) == ("form_renews_process", "remark")
        assert "第 2 版" in finding.message_zh
        assert kind.check(connection, CLIENT, FIRST).findings == ()


def test_a_warm_case_asks_for_no_form(database: Database) -> None:
    """The pins come with the specification, and the compiled form is kept by its hash."""
    engine = engine_with_forms(database, SystemClock())
    publish(engine, FIRST)
    deploy(engine, PROCESS)
    warm = engine.run(start_instance, actor("clerk1"), CLIENT, "check", {}).instance_id
    engine.run(complete_task, actor("clerk1"), open_tasks(engine, warm)["a"], {"note": "x"})
    ticket = engine.run(start_instance, actor("clerk1"), CLIENT, "check", {}).instance_id
    task = open_tasks(engine, ticket)["a"]
    with counted(engine.database) as sent:
        engine.run(complete_task, actor("clerk1"), task, {"note": "y"})
    assert len(sent) == (6 if database.is_sqlite else 2), sent
