"""Somebody with a browser: each page he or she comes to is checked before it is used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, expect

from tests.web.house import PASSWORD

VIOLATIONS = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI}`);
});
"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass
class Person:
    """A page of a browser, what it complained of, and where it has been."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        self.context.add_init_script(VIOLATIONS)
        self.page = self.context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fail)

    def sign_in(self, username: str) -> Person:
        self.go("/sign-in")
        self.page.locator("#username").fill(username)
        self.page.locator("#password").fill(PASSWORD)
        with self.page.expect_navigation():
            self.page.locator("#password").press("Enter")
        self.check()
        return self

    def go(self, path: str) -> None:
        self.page.goto(self.address + path)
        self.check()

    def press(self, name: str) -> None:
        """A button that leads to another page."""
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=name, exact=True).click()
        self.check()

    def open(self, name: str | re.Pattern[str], within: str = "main") -> None:
        """A link."""
        with self.page.expect_navigation():
            self.page.locator(within).get_by_role("link", name=name).first.click()
        self.check()

    def check(self) -> None:
        """Nothing sticks out to the side, the policy was kept, nothing stands in the console."""
        self.page.wait_for_load_state()
        path = self.page.url.removeprefix(self.address)
        self.visited.append(path)
        expect(self.page.locator("h1")).to_have_count(1)
        assert self.page.evaluate(OVERFLOW) <= 0, f"{path} is wider than the screen"
        assert self.page.evaluate("window.violations") == [], path
        assert self.complaints == [], path

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _fail(self, error: Error) -> None:
        self.complaints.append(str(error))
