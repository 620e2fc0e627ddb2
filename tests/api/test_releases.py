"""Releases over HTTP: handed in by one person, published by another, as the product ships."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine.clock import ManualClock
from tests.api.test_designs import GOOD, XML, begin, save
from tests.api.town import DIAGRAM, Person, Town, build_town
from tests.engine.decisions.tables import decision, file, literal

LEVEL = file(decision(literal("1"), "level"), key="levels")


@pytest.fixture
def strict_town(database_url: str, clock: ManualClock, tmp_path: Path) -> Iterator[Town]:
    """A town with the setting that the product has by default."""
    town = build_town(database_url, clock, tmp_path / "files", two_person_publish=True)
    yield town
    town.engine.database.dispose()


def submit(person: Person, *designs: int, revision: int = 1) -> Any:
    body = {"designs": [{"id": id, "revision": revision} for id in designs], "note": "缩短派单时间"}
    return person.post("/releases", json=body)


def test_nobody_publishes_alone(strict_town: Town) -> None:
    town = strict_town
    for path, content in (("/definitions", GOOD), ("/decisions", LEVEL)):
        answer = town.drawer.post(path, data=content, content_type=XML)
        assert (answer.status_code, answer.json["code"]) == (403, "second_person_needed"), path
    assert len(town.drawer.get("/definitions").json["items"]) == 2
    assert town.drawer.get("/decisions").json["items"] == []


def test_the_whole_way(strict_town: Town) -> None:
    town = strict_town
    version = town.drawer.get("/definitions?key=fault_repair_fc").json["items"][0]["id"]
    design = town.drawer.post("/designs", json={"kind": "process", "base_id": version}).json["id"]
    changed = DIAGRAM.read_bytes().replace(b'candidateGroups="dispatcher"', b'candidateGroups="contractor_lead"', 1)
    save(town.drawer, design, 1, changed)
    table = begin(town.drawer, LEVEL, "?kind=decision")
    submitted = submit(town.drawer, design, revision=1)
    assert (submitted.status_code, submitted.json["code"]) == (409, "design_moved_on")
    submitted = submit(town.drawer, design, revision=2)
    assert submitted.status_code == 201
    release = submitted.headers["Location"].removeprefix("/api/v1")
    assert release == f"/releases/{submitted.json['id']}"
    alone = town.drawer.post(f"{release}/publish")
    assert (alone.status_code, alone.json["code"]) == (403, "author_may_not_publish")
    seen = town.chief.get(release).json
    assert (seen["may_publish"], seen["may_return"], seen["may_withdraw"], seen["refusal"]) == (True, True, False, None)
    (item,) = seen["designs"]
    assert item["base"] == {"id": version, "key": "fault_repair_fc", "version": 1}
    assert [(change["what"], change["zh"]) for change in item["changes"]] == [
        ("candidateGroups", "用户任务“核实派单”：候选组由“dispatcher”改为“contractor_lead”")
    ]
    assert town.chief.get(f"{release}/designs/{design}/content").data == changed
    told = town.drawer.get(release).json
    assert (told["may_publish"], told["refusal"]["code"]) == (False, "author_may_not_publish")
    done = town.chief.post(f"{release}/publish")
    assert (done.status_code, done.json["published"][0]["version"]) == (200, 2)
    newest = town.drawer.get("/definitions?key=fault_repair_fc").json["items"][0]
    assert town.drawer.get(f"/definitions/{newest['id']}/content").data == changed
    listed = town.owner.get("/releases?state=published").json["items"]
    assert [(one["submitted_by"], one["ended_by"], one["note"]) for one in listed] == [
        ("Drawer", "Chief", "缩短派单时间")
    ]
    assert listed[0]["designs"][0]["version"] == 2
    assert [one["id"] for one in town.drawer.get("/designs").json["items"]] == [table]


def test_a_release_that_does_not_pass_comes_back_with_findings(strict_town: Town) -> None:
    town = strict_town
    good, bad = begin(town.drawer), begin(town.drawer, b"<nothing", "?key=bad&name=巡检")
    answer = submit(town.drawer, good, bad)
    assert (answer.status_code, answer.json["code"]) == (422, "release_refused")
    assert answer.json["params"] == {"name": "巡检", "design": bad, "count": 1}
    assert answer.json["findings"][0]["code"] == "not_xml"
    assert town.drawer.get("/releases").json["items"] == []


def test_it_is_returned_and_withdrawn(strict_town: Town) -> None:
    town = strict_town
    design = begin(town.drawer)
    release = f"/releases/{submit(town.drawer, design).json['id']}"
    assert town.drawer.get(f"/designs/{design}").json["release_id"] == int(release.rpartition("/")[2])
    assert town.chief.post(f"{release}/withdraw").status_code == 403
    assert town.chief.post(f"{release}/return", json={"reason": "  "}).status_code == 422
    assert town.chief.post(f"{release}/return", json={"reason": "缺表单"}).status_code == 204
    last = town.drawer.get(f"/designs/{design}").json["last_release"]
    assert (last["state"], last["reason"]) == ("returned", "缺表单")
    again = f"/releases/{submit(town.drawer, design).json['id']}"
    assert town.drawer.post(f"{again}/withdraw").status_code == 204
    ended = town.chief.post(f"{again}/publish", headers={"Accept-Language": "zh"})
    assert (ended.status_code, ended.json["detail"]) == (409, "该发布申请已撤回。")


def test_a_base_that_moved_is_told_with_the_way_on(strict_town: Town) -> None:
    town = strict_town
    mine, theirs = begin(town.drawer), begin(town.chief, GOOD + b"<!-- theirs -->")
    release = f"/releases/{submit(town.drawer, mine).json['id']}"
    assert town.drawer.post(f"/releases/{submit(town.chief, theirs).json['id']}/publish").status_code == 200
    outdated = town.chief.post(f"{release}/publish")
    assert (outdated.status_code, outdated.json["code"]) == (409, "design_outdated")
    newest = outdated.json["params"]["newest"]
    one = town.drawer.get(f"/designs/{mine}").json
    assert (one["outdated"], one["newest"]["id"], one["base"]) == (True, newest, None)
    compared = town.drawer.get(f"/designs/{mine}/comparison?with={newest}").json
    assert (compared["version"]["version"], compared["changes"]) == (1, [])  # they differ in a comment
    town.drawer.post(f"{release}/withdraw")
    assert town.drawer.post(f"/designs/{mine}/rebase", json={"base_id": newest}).status_code == 200
    assert town.chief.post(f"/releases/{submit(town.drawer, mine).json['id']}/publish").status_code == 200


def test_designs_are_compared_with_versions_and_with_each_other(strict_town: Town) -> None:
    town = strict_town
    version = town.drawer.get("/definitions?key=fault_repair_fc").json["items"][0]["id"]
    design, other = begin(town.drawer, DIAGRAM.read_bytes()), begin(town.drawer)
    renamed = DIAGRAM.read_bytes().replace("核实派单".encode(), "派单".encode(), 1)
    save(town.drawer, design, 1, renamed)
    base = town.drawer.get(f"/designs/{design}/comparison").json
    assert base["version"]["id"] == version
    assert [(one["element_id"], one["before"], one["after"], one["en"]) for one in base["changes"]] == [
        ("dispatch", "核实派单", "派单", "User task “核实派单” renamed to “派单”")
    ]
    assert town.drawer.get(f"/designs/{design}/comparison?with={version}").json == base
    assert town.drawer.get(f"/designs/{other}/comparison").json == {"version": None, "design_id": None, "changes": []}
    both = town.drawer.get(f"/designs/{other}/comparison?with=design:{design}").json
    assert (both["design_id"], both["version"]) == (design, None)
    assert len(both["changes"]) > 20
    table = begin(town.drawer, LEVEL, "?kind=decision")
    for wrong in (f"design:{table}", "design:999", "999"):
        assert town.drawer.get(f"/designs/{other}/comparison?with={wrong}").status_code == 404, wrong
    for wrong in ("x", "design:", "0", "-1", "1" * 30, "1" * 50):
        assert town.drawer.get(f"/designs/{other}/comparison?with={wrong}").status_code == 422, wrong
    foreign = town.stranger.get("/definitions?key=fault_repair_fc").json["items"][0]["id"]
    assert town.drawer.get(f"/designs/{other}/comparison?with={foreign}").status_code == 404


def test_who_may_only_read_reads(strict_town: Town) -> None:
    town = strict_town
    design = begin(town.drawer)
    assert submit(town.owner, design).json["params"] == {"permission": "definition.edit"}
    release = f"/releases/{submit(town.drawer, design).json['id']}"
    assert town.owner.get(release).json["may_publish"] is False
    for verb, permission in (("publish", "publish"), ("return", "publish"), ("withdraw", "edit")):
        answer = town.owner.post(f"{release}/{verb}", json={"reason": "x"})
        assert answer.json["params"] == {"permission": f"definition.{permission}"}
    for path in ("", f"/designs/{design}/content"):
        assert town.stranger.get(release + path).status_code == 404
    assert town.stranger.get("/releases").json["items"] == []
