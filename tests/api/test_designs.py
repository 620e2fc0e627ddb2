"""Designs over HTTP: saved with If-Match whatever stands in them, kept beside when two save, handed out as it came."""

from __future__ import annotations

from typing import Any

from tests.api.test_at_the_same_moment import together
from tests.api.town import DIAGRAM, Person, Town
from tests.engine.definition.drawings import drawing, end, start, user

GOOD = drawing("p", [start("s"), user("a", "办理", assignee="wang"), end("e")], ["s -> a -> e"])
BROKEN = b"<bpmn:definitions \xff\0 nothing closes"
XML = "application/xml"


def begin(person: Person, content: bytes = GOOD, query: str = "") -> int:
    made = person.post(f"/designs/import{query}", data=content, content_type=XML)
    assert made.status_code == 201, made.text
    id: int = made.json["id"]
    assert made.headers["Location"] == f"/api/v1/designs/{id}"
    return id


def save(person: Person, design: int, revision: int, content: bytes, **headers: str) -> Any:
    sent = {"If-Match": f'"{revision}"', **headers}
    return person.put(f"/designs/{design}/content", data=content, content_type=XML, headers=sent)


def test_a_save_says_what_is_wrong_and_refuses_nothing(town: Town) -> None:
    design = begin(town.drawer)
    saved = save(town.drawer, design, 1, BROKEN)
    assert saved.status_code == 200
    assert {**saved.json, "findings": len(saved.json["findings"])} == {
        "id": design,
        "revision": 2,
        "publishable": False,
        "findings": 1,
    }
    read = town.drawer.get(f"/designs/{design}/content")
    assert (read.data, read.headers["ETag"], read.content_type) == (BROKEN, '"2"', XML)
    assert read.headers["Content-Disposition"] == f'attachment; filename="{design}.bpmn"'
    mended = save(town.drawer, design, 2, GOOD)
    assert mended.json == {"id": design, "revision": 3, "publishable": True, "findings": []}
    one = town.drawer.get(f"/designs/{design}").json
    assert (one["key"], one["revision"], one["publishable"], one["editors"]) == ("p", 3, True, ["Drawer"])
    assert (one["base"], one["newest"], one["outdated"], one["last_release"]) == (None, None, False, None)


def test_without_the_revision_nothing_is_saved(town: Town) -> None:
    design = begin(town.drawer)
    bare = town.drawer.put(f"/designs/{design}/content", data=BROKEN, content_type=XML)
    assert (bare.status_code, bare.json["code"]) == (428, "if_match_needed")
    for wrong in ("1", '"x"', "*", 'W/"1"'):
        answer = save(town.drawer, design, 1, BROKEN, **{"If-Match": wrong})
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["If-Match"]), wrong
    assert town.drawer.get(f"/designs/{design}/content").data == GOOD


def test_who_comes_second_is_told_and_keeps_what_was_sent(town: Town) -> None:
    design = begin(town.drawer)
    save(town.drawer, design, 1, GOOD + b"<!-- first -->")
    refused = save(town.chief, design, 1, GOOD + b"<!-- second -->", **{"Accept-Language": "zh"})
    assert refused.status_code == 412
    told = refused.json
    assert (told["code"], told["revision"], told["how"], told["changed_by"], told["changed_at"]) == (
        "design_changed",
        2,
        "saved",
        "Drawer",
        "2026-11-20T02:00:00Z",
    )
    assert told["detail"] == f"设计稿已被Drawer修改。您提交的内容已另存为设计稿 {told['kept']}。"
    assert town.drawer.get(f"/designs/{design}/content").data == GOOD + b"<!-- first -->"
    assert town.chief.get(f"/designs/{told['kept']}/content").data == GOOD + b"<!-- second -->"
    assert town.chief.get(f"/designs/{told['kept']}").json["split_from"] == design


def test_six_at_the_same_moment(town: Town) -> None:
    design = begin(town.drawer)
    sent = [GOOD + b"<!-- %d -->" % number for number in range(6)]
    answers = together([lambda content=one: save(town.drawer, design, 1, content) for one in sent])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 5
    kept = [answer.json["kept"] if answer.status_code == 412 else design for answer in answers]
    assert {town.drawer.get(f"/designs/{id}/content").data for id in kept} == set(sent)


def test_the_ways_to_begin(town: Town) -> None:
    version = town.drawer.get("/definitions?key=fault_repair_fc").json["items"][0]["id"]
    copy = town.drawer.post("/designs", json={"kind": "process", "base_id": version})
    assert (copy.status_code, copy.json["revision"]) == (201, 1)
    assert town.drawer.get(f"/designs/{copy.json['id']}/content").data == DIAGRAM.read_bytes()
    one = town.drawer.get(f"/designs/{copy.json['id']}").json
    assert (one["base"], one["publishable"], one["editors"]) == (
        {"id": version, "key": "fault_repair_fc", "version": 1},
        True,
        [],
    )
    empty = town.drawer.post("/designs", json={"kind": "process", "key": "patrol", "name": "巡检"}).json["id"]
    assert town.drawer.get(f"/designs/{empty}").json["name"] == "巡检"
    nameless = town.drawer.post("/designs", json={"kind": "process"})
    assert (nameless.status_code, list(nameless.json["errors"])) == (422, ["key"])
    file = begin(town.drawer, BROKEN, "?kind=decision&key=level&name=等级")
    assert town.drawer.get(f"/designs/{file}").json["name"] == "等级"
    listed = [one["id"] for one in town.chief.get("/designs").json["items"]]
    assert listed == [file, empty, copy.json["id"]]
    assert [one["id"] for one in town.chief.get("/designs?kind=decision").json["items"]] == [file]


def test_a_discarded_design_is_among_those_that_have_ended(town: Town) -> None:
    design = begin(town.drawer)
    assert town.drawer.delete(f"/designs/{design}").status_code == 204
    assert town.drawer.get("/designs").json["items"] == []
    ended = town.drawer.get("/designs?ended=true").json["items"]
    assert [(one["id"], one["ended_how"], one["ended_by"]) for one in ended] == [(design, "discarded", "Drawer")]
    again = town.drawer.delete(f"/designs/{design}")
    assert (again.status_code, again.json["code"]) == (409, "design_ended")
    late = save(town.chief, design, 1, GOOD + b" ")
    assert (late.status_code, late.json["how"]) == (412, "discarded")
    assert town.chief.get(f"/designs/{late.json['kept']}/content").data == GOOD + b" "


def test_too_large_is_refused_in_words(town: Town) -> None:
    design = begin(town.drawer)
    answer = save(town.drawer, design, 1, b"x" * 1_000_001)
    assert (answer.status_code, answer.json["code"]) == (413, "design_too_large")
    assert "1000001" in answer.json["detail"]


def test_who_may_only_read_reads(town: Town) -> None:
    design = begin(town.drawer)
    assert town.owner.get(f"/designs/{design}").status_code == 200
    for answer in (
        save(town.owner, design, 1, BROKEN),
        town.owner.delete(f"/designs/{design}"),
        town.owner.post("/designs", json={"kind": "process", "key": "x"}),
        town.owner.post("/designs/import", data=GOOD, content_type=XML),
    ):
        assert (answer.status_code, answer.json["params"]) == (403, {"permission": "definition.edit"})
    for path in (f"/designs/{design}", f"/designs/{design}/content"):
        assert town.stranger.get(path).status_code == 404
    assert town.stranger.get("/designs").json["items"] == []
