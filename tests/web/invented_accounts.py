"""Invented view data of the pages of signing in and of one's own account."""

from __future__ import annotations

from typing import Any

from tests.web.invented import MINUTE, NOW


def sign_in(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"action": "/sign-in", "next": "/tasks", "username": "", "errors": ["用户名或密码不正确。"]}
    base |= {"username_field": "username", "password_field": "password", "forgot_url": "/forgot"}
    return base | {"demo_accounts": [{"username": "engineer", "role": "外场工程师"}]} | changes


def account(**changes: Any) -> dict[str, Any]:
    seen = {"browser": "Chrome · Android", "ip": "10.0.0.1", "since": NOW - 9 * MINUTE, "used": NOW}
    line = {"at": NOW, "what": "登录成功", "tone": "", "browser": "Chrome", "ip": "10.0.0.1"}
    lines = [line | {"ended": "主动退出", "ended_at": NOW}, line | {"tone": "warn", "ended": "", "ended_at": None}]
    person = {"name": "王强", "username": "wangqiang", "organisation": "运维一队", "roles": "外场工程师"}
    base: dict[str, Any] = {
        "person": person,
        "password_url": "/password",
        "requests_url": "/reset-requests",
        "factor": {"since": NOW, "codes": 9, "url": "/account/second-factor"},
        "sessions": [seen | {"id": 1, "here": True}, seen | {"id": 2, "here": False}],
        "end_url": "/account/end-session",
        "end_others_url": "/account/end-others",
        "history": lines,
        "earlier": lines,
        "leak": {"action": "/account/leaked", "errors": ["用户名或口令错误。"]},
    }
    return base | changes


def requests() -> dict[str, Any]:
    row = {"username": "wangqiang", "display_name": "王强", "asked_at": NOW, "ip": "10.0.0.1"}
    issued = {"username": "wangqiang", "url": "https://city.example/reset/x", "expires_at": NOW}
    view = {"rows": [row], "action": "/reset-requests", "username": "", "errors": ["没有该用户。"]}
    return view | {"issued": issued, "back_url": "/account"}


def factor() -> dict[str, Any]:
    urls = {"begin": "/account/second-factor", "turn_off": "/account/second-factor/off", "back_url": "/account"}
    return urls | {"since": NOW, "codes": 9, "must": False, "errors": ["用户名或口令错误。"]}


def offer() -> dict[str, Any]:
    view = {"qr": "data:image/svg+xml,x", "address": "otpauth://totp/x", "secret": "ABCD EFGH", "next": ""}
    return view | {"action": "/account/second-factor/confirm", "errors": ["验证码错误。"]}
