"""`make story`: one fault from 报修 to handled over HTTP against the running server, each step printed."""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from api.demo.city import PASSWORD

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')

STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("dispatcher", "dispatch", {"engineer": "engineer", "note": "带一套备用电源"}),
    ("engineer", "respond", {"responded_how": "phone"}),
    ("engineer", "arrive", {"place": "路口东北角立杆下"}),
    ("engineer", "diagnose", {"cause": "电源损坏", "finding": "无 12 V 输出", "repairable_on_site": "yes"}),
    ("engineer", "repair", {"procedure": "更换电源，画面恢复", "result": "fixed"}),
    ("dispatcher", "recheck", {"recheck_ok": "yes"}),
)


class StoryStopped(RuntimeError):
    """The server answered something else than the story expects."""


class Visitor:
    """A browser that signs in through the page and then speaks to /api/v1 with its session."""

    def __init__(self, address: str, username: str) -> None:
        self._address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        form = {"username": username, "password": PASSWORD, "csrf_token": self._token("/sign-in")}
        self._opener.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode(), timeout=30)
        self._csrf = self._token("/")
        if self.get("/me")["username"] != username:
            raise StoryStopped(f"{username} could not sign in")

    def get(self, path: str) -> Any:
        return self._send(urllib.request.Request(f"{self._address}/api/v1{path}"))  # noqa: S310

    def post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "X-CSRFToken": self._csrf}
        data = json.dumps(body).encode()
        return self._send(urllib.request.Request(f"{self._address}/api/v1{path}", data, headers))  # noqa: S310

    def _send(self, request: urllib.request.Request) -> Any:
        request.add_header("Accept-Language", "zh")
        try:
            with self._opener.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            raise StoryStopped(f"{request.full_url}: {error.code} {error.read().decode()}") from error

    def _token(self, path: str) -> str:
        with self._opener.open(f"{self._address}{path}", timeout=30) as page:
            found = CSRF.search(page.read().decode())
        if found is None:
            raise StoryStopped(f"{path} offers no form")
        return found[1]


def tell(address: str) -> None:
    """Raises StoryStopped where the server does not go along."""
    reporter = Visitor(address, "reporter")
    point = reporter.get("/points?limit=1")["items"][0]["code"]
    occurred = (datetime.now(UTC) - timedelta(minutes=5)).isoformat(timespec="minutes")
    fault = {
        "point": point,
        "category": "image",
        "impact": "system_down",
        "symptom": "画面全黑",
        "occurred_at": occurred,
        "channel": "mobile",
    }
    ticket = reporter.post("/instances", {"definition_key": "fault_repair_fc", "data": fault})
    say(f"reporter    报修 {ticket['number']} {ticket['title']}")
    people: dict[str, Visitor] = {}
    for who, element, form in STEPS:
        visitor = people.get(who) or people.setdefault(who, Visitor(address, who))
        task = find(visitor, ticket["number"], element)
        visitor.post(f"/tasks/{task['id']}/complete", {"data": form})
        say(f"{who:11} {task['name']}")
    seen = people["dispatcher"]
    state = seen.get(f"/instances/{ticket['id']}")["state"]
    say(f"state       {state}")
    for clock in seen.get(f"/instances/{ticket['id']}/clocks")["items"]:
        say(f"clock       {clock['key']:9} {clock['verdict']}")


def find(visitor: Visitor, number: str, element: str) -> Any:
    """The open step of the ticket in the person's lists."""
    for tab in ("mine", "candidate"):
        for task in visitor.get(f"/tasks?tab={tab}&search={number}")["items"]:
            if task["element_id"] == element:
                return task
    raise StoryStopped(f"{element} of {number} is not offered")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("address", nargs="?", default="http://127.0.0.1:8000")
    tell(arguments.parse_args().address)
