"""`make story`: one fault from 报修 to 归档 over HTTP against the running server, each step printed.

The observation takes as long as the contract says. Where that is longer than a minute the story ends in it.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

from api.demo.city import PASSWORD

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')

Steps = tuple[tuple[str, str, dict[str, Any]], ...]
"""Who, element id, form."""

HANDLING: Steps = (
    ("engineer", "respond", {"responded_how": "phone"}),
    ("engineer", "arrive", {"place": "路口东北角立杆下"}),
    ("engineer", "diagnose", {"cause": "电源损坏", "finding": "无 12 V 输出", "repairable_on_site": "yes"}),
    ("engineer", "repair", {"procedure": "更换电源，画面恢复", "result": "fixed"}),
)
CLOSING: Steps = (
    ("dispatcher", "recheck", {"recheck_ok": "yes"}),
    ("engineer", "summary", {"root_cause": "电源老化", "improvement": "每年更换一次电源"}),
)
LONGEST_WAIT = 60.0  # seconds


class StoryStopped(RuntimeError):
    """The server answered something else than the story expects."""


class Visitor:
    """A browser that signs in through the page and then speaks to /api/v1 with its session."""

    def __init__(self, address: str, username: str, password: str) -> None:
        self._address = address
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        form = {"username": username, "password": password, "csrf_token": self._token("/sign-in")}
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


def tell(address: str, password: str = PASSWORD, engineer: str = "engineer") -> str:
    """The state in which the ticket is left. Raises StoryStopped where the server does not go along."""
    names = {"reporter": "reporter", "dispatcher": "dispatcher", "engineer": engineer}
    people = {who: Visitor(address, name, password) for who, name in names.items()}
    ticket = report(people["reporter"])
    say(f"reporter    报修 {ticket['number']} {ticket['title']}")
    dispatch = ("dispatcher", "dispatch", {"engineer": engineer, "note": "带一套备用电源"})
    do(people, ticket, (dispatch, *HANDLING))
    desk = people["dispatcher"]
    if observed(desk, ticket):
        do(people, ticket, CLOSING)
    state = str(desk.get(f"/instances/{ticket['id']}")["state"])
    say(f"state       {state}")
    for clock in desk.get(f"/instances/{ticket['id']}/clocks")["items"]:
        say(f"clock       {clock['key']:9} {clock['verdict']}")
    return state


def report(reporter: Visitor) -> Any:
    """The number, id and title of a new ticket."""
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
    return reporter.post("/instances", {"definition_key": "fault_repair_fc", "data": fault})


def do(people: dict[str, Visitor], ticket: Any, steps: Steps) -> None:
    for who, element, form in steps:
        task = find(people[who], ticket["number"], element)
        people[who].post(f"/tasks/{task['id']}/complete", {"data": form})
        say(f"{who:11} {task['name']}")


def observed(desk: Visitor, ticket: Any) -> bool:
    """Whether the observation is over; waits for its end if that is near."""
    end = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < end:
        detail = desk.get(f"/instances/{ticket['id']}")
        if detail["tasks"]:
            return True
        (due,) = [datetime.fromisoformat(timer["due_at"]) for timer in detail["timers"]]
        if (due - datetime.now(UTC)).total_seconds() > LONGEST_WAIT:
            say(f"observed    观察期至 {due:%Y-%m-%d %H:%M:%S} UTC，其后复核、总结、归档")
            return False
        time.sleep(0.2)
    raise StoryStopped(f"the observation of {ticket['number']} did not end")


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
