"""Errors as pages: an unknown address, a wrong method, too much at once, a broken server, and the part for htmx."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from accounts.policies import declarations
from tests.web.house import Pages, Visitor


def test_every_page_declares_who_may_use_it(pages: Pages) -> None:
    declared = declarations(pages.app)
    assert [key for key, policy in declared.items() if policy is None] == []
    own = {path for path, endpoint, _ in declared if endpoint.split(".")[0] in pages.app.blueprints}
    assert {"/", "/tasks", "/tickets", "/report", "/sign-in", "/sign-out", "/language", "/password"} <= own


def test_an_unknown_address(pages: Pages) -> None:
    answer = pages.visitor("dispatcher").get("/nowhere/<b>")
    assert (answer.status, answer.text("//h1")) == (404, "没有找到")
    assert answer.links() == ["/tasks"]
    assert pages.visitor().get("/nowhere").links() == ["/sign-in"]
    assert pages.visitor(language="en").get("/nowhere").text("//h1") == "Not found"


def test_a_wrong_method(pages: Pages) -> None:
    visitor = pages.visitor("dispatcher")
    answer = visitor.get("/sign-out")
    assert (answer.status, answer.text("//h1")) == (405, "此处不能这样操作")
    assert set(answer.response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_a_part_for_htmx_has_no_frame(pages: Pages) -> None:
    part = pages.visitor("dispatcher").get("/tickets/999", **{"HX-Request": "true"})
    assert (part.status, part.text("//h2")) == (404, "没有找到")
    assert part.page.xpath("//header | //nav | //footer | //h1") == []
    gone = pages.visitor().get("/tasks", **{"HX-Request": "true", "HX-Current-URL": "http://localhost/tasks?tab=done"})
    assert (gone.status, gone.response.headers["HX-Redirect"]) == (401, "/sign-in?next=/tasks%3Ftab%3Ddone")


def test_too_much_at_once(pages: Pages) -> None:
    answer = pages.visitor("reporter").post("/report", {"symptom": "x" * 5_000_000})
    assert (answer.status, answer.text("//h1")) == (413, "内容过大")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_broken_server_gives_a_number_and_no_trace(
    pages: Pages, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    """The page needs no database: it may be what broke."""

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret detail")

    monkeypatch.setattr("web.pages.my_tasks.task_counts", fail)
    for answer in (pages.visitor("dispatcher", language).get("/tickets"), broken_part(pages, language)):
        assert answer.status == 500
        title = {"zh-CN": "系统出错", "en": "Something went wrong on our side"}[language]
        assert answer.text("//section/*[1]") == title
        assert "secret detail" not in answer.response.text
        assert "ZeroDivisionError" not in answer.response.text
        assert answer.text("//p[contains(@class,'code')]").startswith(("代码 500 · 编号", "Code 500 · Reference"))


def broken_part(pages: Pages, language: str):  # type: ignore[no-untyped-def]
    visitor: Visitor = pages.visitor("dispatcher", language)
    return visitor.get("/tickets", **{"HX-Request": "true"})


def test_the_foot_names_the_version_of_the_project(pages: Pages) -> None:
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    assert project["version"] in pages.visitor().get("/sign-in").text("//footer")


def test_machines_get_problems_not_pages(pages: Pages) -> None:
    answer = pages.visitor().get("/api/v1/nothing")
    assert (answer.status, answer.response.content_type) == (404, "application/problem+json")


def test_static_files_are_served_with_their_policy(pages: Pages) -> None:
    assert pages.visitor().get("/static/no-such-file.js").status == 404
    answer = pages.visitor().get("/sign-in")
    assert "default-src 'none'" in answer.response.headers["Content-Security-Policy"]
    assert answer.response.headers["Cache-Control"] == "no-store"
