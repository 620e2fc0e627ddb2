"""Whatever a door of the pages refuses ends in a page, or for htmx in a part, that says how to go on."""

from __future__ import annotations

import pytest
from flask import abort

from accounts.policies import public
from engine.errors import Conflict, Forbidden, Invalid, NotFound, SignalboxError
from tests.web.house import Answer, Pages
from tests.web.walk import settle
from web.install import PAGES

STATUSES = (400, 403, 404, 405, 409, 413, 422, 429, 500)
PART = {"HX-Request": "true"}
KINDS = {"page": {}, "part": PART}


def check(answer: Answer, status: int, kind: str, where: str = "") -> None:
    """In our look: a title, what happened, how to go on, a way to click, the code; a part without the frame."""
    assert answer.status == status, where
    (message,) = answer.page.xpath("//section[starts-with(@class, 'message')]")
    title = "h1" if kind == "page" else "h2"
    assert len(message.xpath(title)) == 1, where
    assert "接下来怎么办" in message.text_content(), where
    assert message.xpath(".//li[normalize-space()]"), where
    assert message.xpath(".//div[@class='actions']/a/@href"), where
    assert message.xpath(".//p[contains(@class, 'code')]"), where
    assert bool(answer.page.xpath("//header")) == (kind == "page"), where


@pytest.mark.parametrize("kind", KINDS)
def test_every_status_of_the_framework_and_of_ours(pages: Pages, kind: str) -> None:
    ours: dict[str, SignalboxError] = {
        "409": Conflict(), "403": Forbidden(), "404": NotFound(), "422": Invalid({"x": []})
    }  # fmt: skip

    @public
    def refuse(status: int) -> str:
        abort(status)

    @public
    def refuse_ours(status: str) -> str:
        raise ours[status]

    pages.app.add_url_rule("/refuse/<int:status>", view_func=refuse)
    pages.app.add_url_rule("/refuse-ours/<status>", view_func=refuse_ours)
    visitor = pages.visitor("dispatcher")
    for status in STATUSES:
        check(visitor.get(f"/refuse/{status}", **KINDS[kind]), status, kind)
    for name in ours:
        check(visitor.get(f"/refuse-ours/{name}", **KINDS[kind]), int(name), kind)


def test_a_status_nobody_thought_of_has_words_too(pages: Pages) -> None:
    pages.app.add_url_rule("/teapot", "teapot", public(lambda: abort(418)))
    check(pages.visitor("dispatcher").get("/teapot"), 418, "page")


@pytest.mark.parametrize("kind", KINDS)
def test_every_door_that_takes_a_form_refuses_in_our_look(pages: Pages, kind: str) -> None:
    """Without the token, with far too much, and by a method that it does not know."""
    visitor, checked = pages.visitor("dispatcher"), 0
    for endpoint, path, methods in doors(pages):
        if "POST" in methods:
            plain = Answer(visitor.client.post(path, headers=visitor.headers | KINDS[kind]))
            check(plain, 400, kind, f"{endpoint} without a token")
            large = visitor.post(path, {"text": "x" * 5_000_000}, **KINDS[kind])
            check(large, 413, kind, f"{endpoint} with too much")
        wrong = Answer(visitor.client.delete(path, headers=visitor.headers | KINDS[kind]))
        check(wrong, 405, kind, f"{endpoint} by DELETE")
        checked += 1
    assert checked > 20


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_not_there_or_not_open_to_somebody(pages: Pages, kind: str) -> None:
    city = settle(pages)
    check(pages.visitor("auditor").get("/report", **KINDS[kind]), 403, kind)
    stranger = pages.visitor("stranger")
    for endpoint, path in city.addresses():
        if "/tasks/" in path or "/tickets/" in path:
            answer = stranger.get(path, **KINDS[kind])
            check(answer, 404, kind, endpoint)


def doors(pages: Pages) -> list[tuple[str, str, set[str]]]:
    """Endpoint, address and methods of every route of the pages, with objects that do not exist."""
    own = {group.blueprint.name for group in PAGES}
    values = {"task_id": "0" * 32, "instance_id": 999, "key": "point"}
    rules = [rule for rule in pages.app.url_map.iter_rules() if rule.endpoint.split(".")[0] in own]
    adapter = pages.app.url_map.bind("")
    filled = [{name: values.get(name, "1") for name in rule.arguments} for rule in rules]
    return [
        (rule.endpoint, adapter.build(rule.endpoint, names), set(rule.methods or ()))
        for rule, names in zip(rules, filled, strict=True)
    ]
