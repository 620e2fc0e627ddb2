"""The menu: who sees which entries, that each leads somewhere this person may go, and what a wrong declaration says."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from tests.web.conftest import Render
from tests.web.frame import PAGES as DRAWN
from tests.web.frame import WEB, frame, menu_line, my_tasks, tickets
from tests.web.house import Pages, text
from tests.web.walk import ROLES
from web import menu
from web.install import PAGES
from web.menu import AmbiguousMenu, Entry

READERS = ["我的任务", "工单"]
WATCH, DESIGN = ["看板", "追溯审计"], ["流程", "表单"]
STAFF = ["我的任务", "报修", "工单", *WATCH]
SEEN = {role: [*STAFF, *DESIGN] for role in ROLES} | {
    "reporter": ["我的任务", "报修"],
    "dispatcher": ["我的任务", "派警台", "报修", "工单", *WATCH],
    "field_engineer": STAFF,
    "process_owner": [*READERS, *WATCH, *DESIGN],
    "auditor": [*READERS, *WATCH, *DESIGN],
    "operator": [*READERS, *WATCH, *DESIGN],
    "admin": ["我的任务", *DESIGN, "忘记口令的人员"],
}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_what_it_may_use_and_nothing_leads_nowhere(pages: Pages, role: str) -> None:
    visitor = pages.visitor(role)
    links = visitor.get("/tasks").page.xpath("//nav[@class='nav-main']//div[@class='nav-group']//a")
    assert [text(link) for link in links] == SEEN[role]
    for link in links:
        there = visitor.get(link.get("href"))
        assert there.status == 200
        current = there.page.xpath("//nav[@class='nav-main']//div[@class='nav-group']//a[@aria-current='page']/@href")
        assert current == [link.get("href")]


def test_what_waits_is_counted(pages: Pages) -> None:
    pages.dispatched()
    answer = pages.visitor("field_engineer").get("/tickets")
    (count,) = answer.page.xpath("//nav//a[@href='/tasks']/span[@class='count']")
    assert text(count) == "1 项待办"
    assert pages.visitor("dispatcher").get("/tickets").page.xpath("//nav//span[@class='count']") == []


def test_every_entry_has_an_icon_and_its_words_stand_in_both_languages(pages: Pages) -> None:
    icons = set(re.findall(r'^ {2}"([\w-]+)":', (WEB / "templates" / "_icons.html").read_text("utf-8"), re.M))
    entries = [group.ENTRY for group in PAGES if hasattr(group, "ENTRY")]
    assert {entry.key for entry in entries} - icons == set()
    english = pages.visitor("dispatcher", "en").get("/tickets")
    assert english.text("//nav[@class='nav-main']//div[@class='nav-group']//li") == (
        "My tasks Dispatch desk Report a fault Tickets Board Audit"
    )


def test_two_entries_never_share_a_key_or_a_letter() -> None:
    first = Entry("a", lambda: "A", "a.show", "work", "a")
    for second in (Entry("a", lambda: "B", "b.show", "watch", "b"), Entry("b", lambda: "B", "b.show", "watch", "a")):
        with pytest.raises(AmbiguousMenu, match="same key or the same letter"):
            menu.install(Flask("menu"), [first, second])


def test_the_menu_draws_its_entries_and_where_one_is(render: Render) -> None:
    page = render("my_tasks.html", tasks=my_tasks())
    links = page.xpath("//nav[@class='nav-main']//a")
    assert [(link.get("href"), text(link)) for link in links] == [("/tasks", "我的任务3 项待办"), ("/report", "报修")]
    assert [link.get("aria-current") for link in links] == ["page", None]
    assert page.xpath("//details[contains(@class, 'nav-more')]") == []
    assert render("sign_in.html", **DRAWN["sign_in.html"]).xpath("//nav") == []


def test_a_phone_has_four_entries_and_the_others_under_more(render: Render) -> None:
    """All thirteen groups of pages: each stands once at the side of a desk, from the fifth on also under “More”."""
    sizes = {"办理": 5, "监督": 2, "设计": 3, "管理": 3}
    letters = iter("abcdefghijklm")
    groups = [
        {"words": words, "entries": [menu_line("tickets", f"{words}{n}", next(letters)) for n in range(size)]}
        for words, size in sizes.items()
    ]
    page = render("tickets.html", tickets=tickets(), frame=frame(menu=groups, here=""))
    assert [text(title) for title in page.xpath("//p[@class='nav-title']")] == list(sizes)
    shown = [text(item) for item in page.xpath("//div[@class='nav-group']//li[not(@class)]")]
    assert shown == ["办理0", "办理1", "办理2", "办理3"]
    later = [text(item) for item in page.xpath("//li[@class='nav-later']")]
    (more,) = page.xpath("//details[contains(@class, 'nav-more')]")
    assert [text(item) for item in more.xpath(".//li")] == later
    assert (len(later), text(more.find("summary"))) == (9, "更多")
    assert len(page.xpath("//dialog//dt[count(kbd)=2]")) == 13 + 1  # J and K stand together
    assert len(page.xpath("//*[@data-go][@href]")) == 13
