"""Every page there is, as each role, at a desk and on a phone: quiet, no wider than the screen, titled, accessible."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from lxml import html
from playwright.sync_api import Browser, BrowserContext

from accounts.policies import policy_of
from tests.browser.accessibility import findings
from tests.browser.conftest import DESK, PHONE, Site
from tests.browser.person import OVERFLOW, Person
from tests.web.house import Answer, Visitor
from tests.web.walk import ROLES, City, settle
from web.i18n import COOKIE

LANGUAGES = ("zh", "en")
LEADS_ON = {"my_tasks.home", "sign_in_code.show", "sign_in_code.show_set_up"}
"""Addresses that lead to other ones, at least without a password that was right a moment ago."""


def shape(page: html.HtmlElement, *, whole: bool) -> str:
    """The elements of a page's content, or of all of it, with classes and attributes: everything but its words."""
    (top,) = page.xpath("//body" if whole else "//main")
    return "\n".join(f"{each.tag} {each.get('class')} {sorted(each.keys())}" for each in top.iter("*"))


@dataclass
class Walk:
    """Fetches everything as each role without a browser; what has a shape that was not seen yet is looked at in one."""

    city: City
    context: BrowserContext
    person: Person
    wrong: list[str] = field(default_factory=list)
    answered: set[str] = field(default_factory=set)  # endpoints that answered 200 to somebody
    opened: set[tuple[str, str]] = field(default_factory=set)  # language and shape
    asked: set[str] = field(default_factory=set)  # shapes that axe has looked at: it does not mind the words

    def everywhere(self, role: str) -> None:
        visitor, first = self.city.pages.visitor(role or None), True
        for endpoint, path in self.city.addresses():
            answer = visitor.get(path)
            if answer.status >= 500:
                self.wrong.append(f"{role} {path}: {answer.status}")
            if answer.status == 200:
                self.answered.add(endpoint)
            if answer.page.xpath("//main"):  # a part of a page is looked at in its page
                self.look(role, path, visitor, answer, whole=first)
                first = False  # the frame of a role is the same on all its pages

    def look(self, role: str, path: str, visitor: Visitor, answer: Answer, *, whole: bool) -> None:
        drawn = shape(answer.page, whole=whole)
        for language in LANGUAGES:
            if (language, drawn) not in self.opened:
                self.opened.add((language, drawn))
                self.open(f"{role or 'nobody'} {language} {path}", path, self.cookies(visitor, language), answer.status)
                self.ask(f"{role or 'nobody'} {path}", drawn)

    def ask(self, where: str, drawn: str) -> None:
        if drawn in self.asked:
            return
        self.asked.add(drawn)
        for size in (PHONE, DESK):
            self.person.page.set_viewport_size({"width": size["width"], "height": size["height"]})
            self.wrong += [f"{where} ({size['width']} px): {each}" for each in findings(self.person.page)]

    def cookies(self, visitor: Visitor, language: str) -> list[dict[str, str]]:
        name = self.city.pages.app.config["SESSION_COOKIE_NAME"]
        kept = visitor.client.get_cookie(name)
        found = {COOKIE: language} | ({name: kept.value} if kept else {})
        return [{"name": name, "value": value, "url": self.person.address} for name, value in found.items()]

    def open(self, where: str, path: str, cookies: list[dict[str, str]], status: int) -> None:
        page, person = self.person.page, self.person
        page.goto("about:blank")  # what the page before still asks for, it asks as its own reader
        self.context.clear_cookies()
        self.context.add_cookies(cookies)  # type: ignore[arg-type]
        person.complaints.clear()
        answer = page.goto(person.address + path)
        assert answer is not None
        told = [text for text in person.complaints if not (status >= 400 and f"status of {status}" in text)]
        self.wrong += [f"{where}: {text}" for text in [*told, *page.evaluate("window.violations")]]
        if (answer.status, answer.url, page.locator("h1").count()) != (status, person.address + path, 1):
            self.wrong.append(f"{where}: {answer.status} of {answer.url}, {page.locator('h1').count()} titles")
        for width, height in (DESK.values(), PHONE.values()):
            page.set_viewport_size({"width": width, "height": height})
            if (too_wide := page.evaluate(OVERFLOW)) > 0:
                self.wrong.append(f"{where}: {too_wide} px wider than a screen of {width} px")


def test_every_page_as_each_role(site: Site, browser: Browser) -> None:
    context = browser.new_context(timezone_id="Asia/Shanghai", reduced_motion="reduce")
    walk = Walk(settle(site.pages), context, Person(context, site.address))
    for role in ("", *ROLES):
        walk.everywhere(role)
    context.close()
    assert walk.wrong == [], "\n".join(walk.wrong)
    assert {endpoint for endpoint, _ in walk.city.addresses()} - walk.answered == LEADS_ON
    assert len(walk.asked) > 20


def test_a_route_that_the_walk_cannot_fill_is_named(site: Site) -> None:
    city = settle(site.pages)
    del city.fillings["task_id"]
    with pytest.raises(LookupError, match="/tasks/<task_id>"):
        list(city.addresses())


def test_who_walks_holds_every_permission_a_page_asks_for(site: Site) -> None:
    """A page that none of these roles may see would be looked at by nobody."""
    app = site.pages.app
    asked = {
        permission
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and (policy := policy_of(app, rule, "GET"))
        for permission in policy.permissions
    }
    held = {permission for role in ROLES for permission in site.pages.actor(role, role).permissions}
    assert asked - held == set()


def test_what_is_asked_finds_what_is_wrong(site: Site, browser: Browser) -> None:
    context = browser.new_context()
    page = Person(context, site.address).page
    page.goto(f"{site.address}/sign-in")
    assert findings(page) == []
    page.evaluate("document.querySelector('label').remove()")
    assert [each.split(" (")[0] for each in findings(page)] == ["label"]
    context.close()
