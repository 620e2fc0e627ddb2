"""Keyset pages: every item once, also when others are added meanwhile."""

from __future__ import annotations

from tests.api.town import Person, Town


def walk(person: Person, path: str, limit: int = 2) -> list[list[object]]:
    """The ids (or codes) of each page."""
    pages, after = [], ""
    while True:
        page = person.get(f"{path}{'&' if '?' in path else '?'}limit={limit}{after}").json
        pages.append([item.get("id") or item.get("code") or item.get("seq") for item in page["items"]])
        if page["next"] is None:
            return pages
        after = f"&after={page['next']}"


def test_pages_of_every_list(town: Town) -> None:
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
