"""How refusals look: problem+json in both languages, with the right headers, without traces; pages stay pages."""

from __future__ import annotations

import pytest

from api.problems import DOORS, problem
from engine.errors import SignalboxError
from tests.api.town import PEOPLE, Town


def test_a_refusal_in_english_and_in_chinese(quiet_town: Town) -> None:
    body = {
        "type": "urn:signalbox:not_found",
        "title": "There is no such case, or you may not see it.",
        "status": 404,
        "detail": "找不到该工单，或您无权查看。",
        "code": "not_found",
        "params": {"what": "工单"},
    }
    path = "/instances/999999999"
    for accept in ("", "zh-CN,zh;q=0.9", "zh", "fr"):
        answer = quiet_town.dispatch.get(path, headers={"Accept-Language": accept})
        assert answer.json == body, accept
        assert answer.headers["Content-Language"] == "zh-CN"
    english = quiet_town.dispatch.get(path, headers={"Accept-Language": "en-GB,en;q=0.9,zh;q=0.1"})
    assert english.json == {**body, "detail": body["title"], "params": {"what": "case"}}
    assert english.headers["Content-Language"] == "en"
    assert "Accept-Language" in english.headers["Vary"]
    assert english.content_type == "application/problem+json"


def test_the_words_of_a_field_follow_the_language(quiet_town: Town) -> None:
    said = [
        quiet_town.reporter.post("/instances", json=[], headers={"Accept-Language": language}).json
        for language in ("zh", "en")
    ]
    assert [one["detail"] for one in said] == ["部分内容填写有误。", "Some fields are not right."]
    assert [one["errors"]["_form"][0]["message"] for one in said] == [
        "提交的内容格式不对。",
        "The submission must be an object of fields.",
    ]


def test_nobody_is_told_to_sign_in(quiet_town: Town) -> None:
    client = quiet_town.browser()
    for path in ("/api/v1/me", "/api/v1/openapi.json", "/api/v1/tasks"):
        answer = client.get(path)
        assert (answer.status_code, answer.json["code"]) == (401, "sign_in_required")
        assert answer.headers["WWW-Authenticate"] == "Bearer"
        assert answer.content_type == "application/problem+json"
    bad = client.get("/api/v1/me", headers={"Authorization": "Bearer sbx_00000000_" + "0" * 64})
    assert (bad.status_code, bad.json["code"]) == (401, "api_key_invalid")


def test_the_refusal_of_a_stranger_is_whole(quiet_town: Town) -> None:
    answer = quiet_town.browser().get("/api/v1/me")
    assert answer.json == {
        "type": "urn:signalbox:sign_in_required",
        "title": "Please sign in.",
        "status": 401,
        "detail": "请先登录。",
        "code": "sign_in_required",
    }


def test_every_machine_door_answers_its_own_refusals(quiet_town: Town) -> None:
    """Pages' handlers know nothing of machines: each route under the doors belongs to a blueprint with handlers."""
    app = quiet_town.app
    doors = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(DOORS)]
    assert len(doors) > 20
    handlers = app.error_handler_spec
    assert [
        r.rule for r in doors if handlers[r.endpoint.rpartition(".")[0]][None].get(SignalboxError) is not problem
    ] == []


def test_a_missing_permission_is_named(quiet_town: Town) -> None:
    answer = quiet_town.reporter.get("/definitions", headers={"Accept-Language": "zh"})
    assert (answer.status_code, answer.json["code"]) == (403, "permission_missing")
    assert answer.json["detail"] == "您的角色没有此项权限：查看流程定义。"


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/", "/api/v2/tasks", "/healthz/x"])
def test_no_such_address(path: str, quiet_town: Town) -> None:
    answer = quiet_town.browser().get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "no_such_address")
    assert answer.content_type == "application/problem+json"


def test_a_method_that_is_not_there(quiet_town: Town) -> None:
    answer = quiet_town.dispatch.delete("/instances/1")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]
    assert answer.json["params"] == {"method": "DELETE"}
    assert quiet_town.browser().post("/healthz").json["code"] == "method_not_allowed"


def test_pages_keep_their_own_errors(quiet_town: Town) -> None:
    answer = quiet_town.browser().get("/no-such-page")
    assert answer.status_code == 404
    assert answer.content_type.startswith("text/html")


def test_what_nobody_foresaw_is_500_without_a_trace(
    quiet_town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("api.instances.instance_list", broken)
    monkeypatch.setitem(quiet_town.app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = quiet_town.dispatch.get("/instances")
    assert answer.status_code == 500
    assert answer.json == {
        "type": "urn:signalbox:unexpected",
        "title": "Something went wrong on our side. It has been written to the log.",
        "status": 500,
        "detail": "Something went wrong on our side. It has been written to the log.",
        "code": "unexpected",
    }
    assert "secret detail" in caplog.text


def test_who_am_i(quiet_town: Town) -> None:
    assert quiet_town.dispatch.get("/me").json == {
        "id": list(PEOPLE).index("dispatch") + 1,
        "username": "dispatch",
        "display_name": "Dispatch",
        "organisation": "contractor",
        "roles": ["dispatcher"],
        "permissions": [
            "attachment.add",
            "case.cancel",
            "case.link",
            "case.read",
            "case.start",
            "comment.write",
            "history.read",
            "ledger.read",
            "message.send",
            "task.dispatch",
            "task.work",
        ],
        "clients": [{"key": "client", "name": "client"}],
    }
    assert quiet_town.auditor.get("/me").json["clients"] == []
