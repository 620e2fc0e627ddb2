"""How many SQL statements each request of the method costs, with sign-in, BEGIN and COMMIT not counted."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from accounts.house import EXTENSION
from app import create_app
from bench.child import answer
from bench.people import CSRF, PASSWORD
from tests.engine.statements import counted

API = "/api/v1"


def count(work: dict[str, Any]) -> dict[str, int]:
    """`work`: who (no driver: a newer session ends the older), key, form, list. Request -> statements.

    Each is asked twice and the second counts: what is kept in the process is kept by then.
    """
    app = create_app()
    database = app.extensions[EXTENSION].engine.database
    client = app.test_client()
    headers = {"X-CSRFToken": _sign_in(client, work["who"])}
    found: dict[str, int] = {}

    def ask(name: str, method: str, path: str, body: Any = None) -> Any:
        with counted(database) as sent:
            answered = client.open(API + path, method=method, json=body, headers=headers)
        if answered.status_code not in (200, 201):
            raise RuntimeError(f"{path}: {answered.status} {answered.text}")
        found[name] = len(sent)
        return answered.json

    for _ in range(2):
        case = ask("start", "POST", "/instances", {"definition_key": work["key"], "data": {}})["id"]
        task = ask("find", "GET", f"/tasks?tab=candidate&case_id={case}")["items"][0]["id"]
        ask("complete", "POST", f"/tasks/{task}/complete", {"data": work["form"]})
        ask("list", "GET", work["list"])
    return found


def _sign_in(client: FlaskClient, who: str) -> str:
    """Returns the CSRF token."""
    form = {"username": who, "password": PASSWORD, "csrf_token": _token(client, "/sign-in")}
    client.post("/sign-in", data=form)
    return _token(client, "/")


def _token(client: FlaskClient, path: str) -> str:
    found = CSRF.search(client.get(path, follow_redirects=True).text)
    if found is None:
        raise RuntimeError(f"{path} holds no CSRF token")
    return found[1]


if __name__ == "__main__":
    answer(count)
