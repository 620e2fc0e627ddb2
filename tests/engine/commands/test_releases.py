"""Releases: frozen bytes, a second person, all or nothing, and in words what stands in the way."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from engine.authorization import ENGINE
from engine.commands.create_design import create_design
from engine.commands.discard_design import discard_design
from engine.commands.publish_decisions import publish_decisions
from engine.commands.publish_definition import publish_definition
from engine.commands.publish_release import publish_release
from engine.commands.rebase_design import rebase_design
from engine.commands.return_release import return_release
from engine.commands.save_design import save_design
from engine.commands.submit_release import DesignMovedOn, DesignTwice, submit_release
from engine.commands.withdraw_release import withdraw_release
from engine.design_rows import DesignEnded, DesignSubmitted
from engine.engine import Engine
from engine.errors import Forbidden, Invalid, NotFound
from engine.models import DecisionDefinition, Design, HistoryEvent, ProcessDefinition, ReleaseItem
from engine.publishing import SecondPersonNeeded
from engine.queries.release_detail import ReleaseDetail, frozen_content, release_detail
from engine.queries.release_list import release_list
from engine.release_rows import AuthorMayNotPublish, DesignOutdated, ReleaseEnded, ReleaseRefused
from tests.engine.decisions.tables import decision, file, literal
from tests.engine.definition.drawings import call, drawing, end, start, user
from tests.engine.definition.drawings import decision as rule
from tests.engine.drawings import ONE_STEP
from tests.engine.together import at_once, sound
from tests.factories import CLIENT, actor, deploy, everything, fetch, without_second_person

CHIEF, SECOND, THIRD = actor("chief"), actor("second"), actor("third")
LEVEL = file(decision(literal("1"), "level"), key="levels")
CALLED = drawing("called", [start("s"), user("a", candidateGroups="desk"), end("e")], ["s -> a -> e"])
CALLING = drawing("calling", [start("s"), call("c", "called"), end("e")], ["s -> c -> e"])
RULED = drawing(
    "ruled", [start("s"), rule("r", "level"), user("a", candidateGroups="desk"), end("e")], ["s -> r -> a -> e"]
)
BROKEN = drawing("broken", [start("s"), user("a", formKey="missing", assignee="wang"), end("e")], ["s -> a -> e"])


def begin(engine: Engine, content: bytes = ONE_STEP, kind: str = "process") -> int:
    return engine.run(create_design, CHIEF, CLIENT, kind, content=content).id


def submit(engine: Engine, *designs: int, by: Any = CHIEF, revision: int = 1) -> int:
    return engine.run(submit_release, by, [(design, revision) for design in designs], "为什么")


def row(engine: Engine, design_id: int) -> Any:
    return fetch(engine, select(Design.__table__).where(Design.id == design_id))[0]


def versions(engine: Engine, table: Any = ProcessDefinition) -> list[tuple[str, int]]:
    return [tuple(one) for one in fetch(engine, select(table.key, table.version).order_by(table.id))]


def detail(engine: Engine, release: int, reader: Any) -> ReleaseDetail:
    kinds = engine.resources.design_kinds
    with engine.read() as connection:
        return release_detail(connection, reader, kinds, release, two_person=engine.resources.two_person_publish)


def told(engine: Engine) -> list[dict[str, Any]]:
    rows = fetch(engine, select(HistoryEvent.facts).where(HistoryEvent.root_id.is_(None)).order_by(HistoryEvent.id))
    return [fact for (text,) in rows for fact in orjson.loads(text) if fact["type"].startswith("release")]


def test_a_second_person_publishes_what_was_submitted(engine: Engine) -> None:
    design = begin(engine)
    release = submit(engine, design)
    assert row(engine, design).release_id == release
    published = engine.run(publish_release, SECOND, release)
    assert [(one.design, one.kind, one.key, one.version) for one in published] == [(design, "process", "one_step", 1)]
    stored = fetch(engine, select(ProcessDefinition.__table__))[0]
    assert (stored.content, stored.published_by, stored.id) == (ONE_STEP, SECOND.id, published[0].id)
    ended = row(engine, design)
    assert (ended.ended_how, ended.ended_by, ended.release_id) == ("published", SECOND.id, None)
    designs = [{"design": design, "kind": "process", "key": "one_step"}]
    assert told(engine) == [
        {"type": "release_submitted", "release": release, "designs": [{**designs[0], "revision": 1}], "note": "为什么"},
        {
            "type": "release_published",
            "release": release,
            "designs": [{**designs[0], "id": stored.id, "version": 1}],
        },
    ]
    with pytest.raises(ReleaseEnded, match="published already"):
        engine.run(publish_release, SECOND, release)
    assert sound(engine)


def test_who_has_submitted_or_edited_it_does_not_publish_it(engine: Engine) -> None:
    design = begin(engine)
    engine.run(save_design, SECOND, design, 1, ONE_STEP + b"\n")
    release = submit(engine, design, revision=2, by=THIRD)
    with pytest.raises(AuthorMayNotPublish, match="submitted"):
        engine.run(publish_release, THIRD, release)
    for author in (CHIEF, SECOND):
        with pytest.raises(AuthorMayNotPublish, match="worked on") as refused:
            engine.run(publish_release, author, release)
    assert refused.value.message("zh") == "该发布申请由您参与修改，须由另一人发布。"
    assert versions(engine) == []
    seen = detail(engine, release, SECOND)
    assert (seen.may_publish, seen.may_return, seen.may_withdraw) == (False, True, False)
    assert seen.refusal is not None
    assert (detail(engine, release, THIRD).may_withdraw, detail(engine, release, actor("clerk1")).may_return) == (
        True,
        False,
    )
    engine.run(publish_release, ENGINE, release)  # the command line is able
    assert versions(engine) == [("one_step", 1)]


def test_where_the_house_allows_it_one_person_does_both(engine: Engine) -> None:
    alone = without_second_person(engine)
    release = submit(alone, begin(alone))
    assert detail(alone, release, CHIEF).may_publish is True
    alone.run(publish_release, CHIEF, release)
    assert versions(engine) == [("one_step", 1)]


def test_nobody_publishes_past_a_release_but_the_engine(engine: Engine) -> None:
    for command, content in ((publish_definition, ONE_STEP), (publish_decisions, LEVEL)):
        with pytest.raises(SecondPersonNeeded):
            engine.run(command, CHIEF, CLIENT, content)
        engine.run(command, ENGINE, CLIENT, content)
    assert (versions(engine), versions(engine, DecisionDefinition)) == ([("one_step", 1)], [("levels", 1)])


def test_what_was_edited_after_the_submission_is_not_published(engine: Engine) -> None:
    design = begin(engine)
    release = submit(engine, design)
    later = ONE_STEP + b"<!-- later -->"
    engine.run(save_design, CHIEF, design, 1, later)
    published = engine.run(publish_release, SECOND, release)
    assert fetch(engine, select(ProcessDefinition.content)) == [(ONE_STEP,)]
    goes_on = row(engine, design)
    assert (goes_on.ended_at, goes_on.release_id, goes_on.content) == (None, None, later)
    assert goes_on.base_id == published[0].id
    engine.run(publish_release, SECOND, submit(engine, design, revision=2))
    assert versions(engine) == [("one_step", 1), ("one_step", 2)]


def test_all_items_are_published_in_an_order_that_works(engine: Engine) -> None:
    """The one who calls was submitted first, and the table last."""
    designs = [begin(engine, CALLING), begin(engine, CALLED), begin(engine, RULED), begin(engine, LEVEL, "decision")]
    engine.run(publish_release, SECOND, submit(engine, *designs))
    assert sorted(versions(engine)) == [("called", 1), ("calling", 1), ("ruled", 1)]
    assert versions(engine, DecisionDefinition) == [("levels", 1)]
    assert {row(engine, design).ended_how for design in designs} == {"published"}


def test_a_submission_is_rehearsed_and_leaves_nothing_behind(engine: Engine) -> None:
    good, bad = begin(engine), begin(engine, BROKEN)
    before = everything(engine)
    with pytest.raises(ReleaseRefused) as refused:
        submit(engine, good, bad)
    assert refused.value.params["name"] == "broken"
    assert refused.value.params["design"] == bad
    assert [finding.code for finding in refused.value.findings if finding.severity == "error"] == ["unknown_form"]
    assert everything(engine) == before
    submit(engine, good)
    assert versions(engine) == []


def test_when_one_item_does_not_pass_any_more_none_is_published(engine: Engine) -> None:
    """The table that one of them asks has gone since the submission."""
    publish = engine.run
    publish(publish_decisions, ENGINE, CLIENT, LEVEL)
    release = submit(engine, begin(engine), begin(engine, RULED), begin(engine, CALLED))
    publish(publish_decisions, ENGINE, CLIENT, file(decision(literal("1"), "other"), key="levels"))
    before = everything(engine)
    with pytest.raises(ReleaseRefused, match="“ruled” has 1 finding") as refused:
        engine.run(publish_release, SECOND, release)
    assert [finding.code for finding in refused.value.findings] == ["decision_unknown"]
    assert everything(engine) == before


def test_what_was_published_meanwhile_is_not_written_over(engine: Engine) -> None:
    first = deploy(engine, ONE_STEP).definition_id
    design = begin(engine, ONE_STEP + b"<!-- mine -->")
    release = submit(engine, design)
    newer = deploy(engine, ONE_STEP + b"<!-- theirs -->").definition_id
    assert detail(engine, release, SECOND).designs[0].outdated is True
    with pytest.raises(DesignOutdated) as refused:
        engine.run(publish_release, SECOND, release)
    assert refused.value.message("zh") == (
        "“one_step”的第 2 版已在此期间发布。请打开比较，并入所缺的改动，确认以新版本为基础后重新提交。"
    )
    engine.run(return_release, SECOND, release, "先并入新版本")
    with pytest.raises(DesignOutdated):
        submit(engine, design)
    engine.run(rebase_design, CHIEF, design, newer)
    engine.run(publish_release, SECOND, submit(engine, design))
    assert versions(engine) == [("one_step", 1), ("one_step", 2), ("one_step", 3)]
    assert first != newer


def test_the_bytes_that_are_published_already_make_no_version(engine: Engine) -> None:
    deploy(engine, ONE_STEP)
    design = begin(engine, ONE_STEP)
    published = engine.run(publish_release, SECOND, submit(engine, design))
    assert [one.version for one in published] == [1]
    assert versions(engine) == [("one_step", 1)]
    assert row(engine, design).ended_how == "published"


def test_a_release_is_returned_for_a_reason(engine: Engine) -> None:
    design = begin(engine)
    release = submit(engine, design)
    with pytest.raises(Invalid):
        engine.run(return_release, SECOND, release, "  ")
    engine.run(return_release, SECOND, release, "时限写错了")
    with engine.read() as connection:
        (listed,) = release_list(connection, CHIEF, state="returned").items
    assert (listed.reason, listed.ended_by, listed.submitted_by) == ("时限写错了", "SECOND", "CHIEF")
    assert row(engine, design).release_id is None
    with pytest.raises(ReleaseEnded, match="returned already"):
        engine.run(publish_release, SECOND, release)
    assert told(engine)[-1] == {"type": "release_returned", "release": release, "reason": "时限写错了"}
    engine.run(publish_release, SECOND, submit(engine, design))


def test_only_who_has_submitted_it_withdraws_it(engine: Engine) -> None:
    design = begin(engine)
    release = submit(engine, design)
    with pytest.raises(Forbidden):
        engine.run(withdraw_release, SECOND, release)
    with pytest.raises(DesignSubmitted, match=str(release)):
        engine.run(discard_design, CHIEF, design)
    engine.run(withdraw_release, CHIEF, release)
    assert told(engine)[-1] == {"type": "release_withdrawn", "release": release}
    engine.run(discard_design, CHIEF, design)
    with pytest.raises(DesignEnded):
        submit(engine, design)


def test_what_cannot_be_submitted(engine: Engine) -> None:
    design, twin = begin(engine), begin(engine)
    with pytest.raises(Invalid):
        submit(engine)
    with pytest.raises(Invalid):
        submit(engine, *range(1, 22))
    with pytest.raises(DesignTwice, match="one_step"):
        submit(engine, design, twin)
    with pytest.raises(DesignTwice):
        submit(engine, design, design)
    with pytest.raises(DesignMovedOn, match="revision 1"):
        submit(engine, design, revision=2)
    submit(engine, design)
    with pytest.raises(DesignSubmitted):
        submit(engine, design)


def test_releases_of_another_organisation_are_not_there(engine: Engine) -> None:
    design, stranger = begin(engine), actor("stranger")
    release = submit(engine, design)
    for command, arguments in ((publish_release, ()), (return_release, ("x",)), (withdraw_release, ())):
        with pytest.raises(NotFound):
            engine.run(command, stranger, release, *arguments)
    with pytest.raises(NotFound):
        submit(engine, begin(engine), by=stranger)
    with pytest.raises(NotFound):
        detail(engine, release, stranger)
    with engine.read() as connection:
        assert release_list(connection, stranger).items == []
        with pytest.raises(NotFound):
            frozen_content(connection, stranger, release, design)
        assert frozen_content(connection, CHIEF, release, design).content == ONE_STEP


def test_who_may_not_publish_does_not(engine: Engine) -> None:
    release, clerk = submit(engine, begin(engine)), actor("clerk1")
    for command, arguments in ((publish_release, ()), (return_release, ("x",)), (withdraw_release, ())):
        with pytest.raises(Forbidden):
            engine.run(command, clerk, release, *arguments)
    with pytest.raises(Forbidden):
        submit(engine, begin(engine), by=clerk)


def test_of_four_who_publish_at_the_same_moment_one_does(engine: Engine) -> None:
    release = submit(engine, begin(engine))
    publish = [lambda by=by: engine.run(publish_release, by, release) for by in (SECOND, THIRD) * 2]
    assert at_once(*publish) == {"done": 1, "release_ended": 3}
    assert versions(engine) == [("one_step", 1)]
    assert sound(engine)


def test_a_design_is_in_one_release_whoever_submits_it_at_the_same_moment(engine: Engine) -> None:
    design = begin(engine)
    assert at_once(*[lambda: submit(engine, design)] * 4) == {"done": 1, "design_submitted": 3}
    assert fetch(engine, select(func.count()).select_from(ReleaseItem))[0][0] == 1


def test_publishing_and_saving_at_the_same_moment_lose_nothing(engine: Engine) -> None:
    design = begin(engine)
    release, later = submit(engine, design), ONE_STEP + b"<!-- later -->"
    both = (
        lambda: engine.run(publish_release, SECOND, release),
        lambda: engine.run(save_design, CHIEF, design, 1, later),
    )
    assert at_once(*both) == {"done": 2}
    assert fetch(engine, select(ProcessDefinition.content)) == [(ONE_STEP,)]
    still_open = fetch(engine, select(Design.content).where(Design.ended_at.is_(None)))
    assert still_open == [(later,)]


def test_a_version_that_was_rolled_back_is_not_remembered(sqlite_engine: Engine) -> None:
    """SQLite gives its id to the next version, which must not run as the one that never was."""
    engine = sqlite_engine
    with pytest.raises(ReleaseRefused):
        submit(engine, begin(engine, CALLED), begin(engine, CALLING), begin(engine, BROKEN))
    id = deploy(engine, ONE_STEP).definition_id
    with engine.read() as connection:
        assert engine.definitions.specification(connection, id).model.key == "one_step"
