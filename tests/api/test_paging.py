"""Keyset pages: every item once, also when others are added meanwhile."""

from __future__ import annotations

from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from maintenance.commands.publish_pack import publish_pack
from maintenance.packs.load import shipped, shipped_tables
from tests.api.town import Person, Town, read_pages
from tests.engine.decisions.tables import decision, file, literal


def walk(person: Person, path: str, limit: int = 2) -> list[list[object]]:
    """The ids (or codes) of each page."""
    found = read_pages(person, path, limit)
    return [[item.get("id") or item.get("code") or item.get("seq") for item in page] for page in found]


def test_pages_of_lists_of_work(town: Town) -> None:
    ids = [town.start() for _ in range(5)]
    assert walk(town.dispatch, "/instances") == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert [len(page) for page in walk(town.dispatch, "/tasks?tab=candidate")] == [2, 2, 1]
    assert walk(town.reporter, "/points") == [["P1", "P2"], ["P3"]]
    both = [one["id"] for one in town.drawer.get("/definitions").json["items"]]
    assert walk(town.drawer, "/definitions", 1) == [[both[0]], [both[1]]]
    for task in town.dispatch.get("/tasks?tab=candidate").json["items"]:
        town.dispatch.post(f"/tasks/{task['id']}/complete", json={"data": {"engineer": "engineer"}})
    assert [len(page) for page in walk(town.dispatch, "/tasks?tab=done")] == [2, 2, 1]
    assert walk(town.dispatch, f"/instances/{ids[0]}/history", 1) == [[1], [2]]


def test_pages_of_one_hold_together_what_one_page_of_all_holds(town: Town) -> None:
    administrator = town.add_person("boss", "client", "admin")
    for _ in range(2):
        town.start()
    town.add_contract("client", "other_contractor")
    town.engine.run(publish_pack, ENGINE, shipped("FC").replace(b"version: 2", b"version: 3"), shipped_tables("FC"))
    for key in ("low", "high"):
        town.engine.run(publish_decisions, ENGINE, town.ids["client"], file(decision(literal("1"), key), key=key))
    for person, path, least in (
        (administrator, "/users", 6),
        (administrator, "/organisations", 3),
        (administrator, "/api-keys", 6),
        (town.drawer, "/packs", 2),
        (town.drawer, "/decisions", 2),
        (town.owner, "/contracts", 2),
        (town.owner, "/devices", 3),
        (town.owner, "/points/P1/history", 2),
        (town.operator, "/jobs", 2),
    ):
        (whole,) = read_pages(person, path, 100)
        assert (path, len(whole) >= least) == (path, True)
        assert (path, read_pages(person, path, 1)) == (path, [[item] for item in whole])


def test_a_case_that_comes_meanwhile_moves_nothing(town: Town) -> None:
    ids = [town.start() for _ in range(3)]
    first = town.dispatch.get("/instances?limit=2").json
    town.start()
    second = town.dispatch.get(f"/instances?limit=2&after={first['next']}").json
    assert [i["id"] for i in (*first["items"], *second["items"])] == ids[::-1]


def test_a_page_holds_20_unless_asked(town: Town) -> None:
    for _ in range(21):
        town.start()
    page = town.dispatch.get("/instances").json
    assert len(page["items"]) == 20
    assert len(town.dispatch.get(f"/instances?after={page['next']}").json["items"]) == 1
