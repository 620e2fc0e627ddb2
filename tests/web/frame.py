"""A small application around the templates, and invented view data for each page: no database, no build needed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g

from tests.web.invented import MINUTE, NOW
from tests.web.invented_accounts import account, factor, offer, requests, sign_in
from tests.web.invented_supervision import audit, board, verification
from web import assets, dates, i18n
from web.phones import Telephones

WEB = Path(i18n.__file__).parent
CATALOGUE = WEB / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"

MANIFEST = {
    "src/app.js": {
        "file": "assets/app-1.js",
        "css": ["assets/app-1.css"],
        "imports": ["_shared-1.js"],
        "isEntry": True,
    },
    "src/supervision.js": {"file": "assets/supervision-1.js", "css": ["assets/supervision-1.css"]},
    "src/viewer.js": {"file": "assets/viewer-1.js", "isEntry": True},
    "src/staff-form.js": {"file": "assets/staff-form-1.js", "imports": ["_shared-1.js"], "isEntry": True},
    "_shared-1.js": {"file": "assets/shared-1.js", "css": ["assets/shared-1.css"], "imports": ["_shared-1.js"]},
    "src/signalbox.svg": {"file": "assets/signalbox-1.svg"},
}


def write_build(static: Path, manifest: dict[str, Any] = MANIFEST) -> Path:
    """What a build leaves behind, in small. Returns the folder of hashed files."""
    folder = static / "dist" / "assets"
    folder.mkdir(parents=True, exist_ok=True)
    (static / "dist" / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def compile_words(folder: Path) -> Path:
    """The Chinese catalogue, compiled into `folder`."""
    target = folder / "zh_Hans_CN" / "LC_MESSAGES" / "messages.mo"
    target.parent.mkdir(parents=True)
    with CATALOGUE.open("rb") as source, target.open("wb") as compiled:
        write_mo(compiled, read_po(source, locale="zh_Hans_CN"))
    return folder


def small_app(folder: Path, user_language: str | None = None) -> Flask:
    app = Flask("signalbox-test", template_folder=str(WEB / "templates"), static_folder=str(folder / "static"))
    app.secret_key = "not a secret"
    assets.install(app)
    i18n.install(app, lambda: user_language, compile_words(folder / "translations"))

    @app.before_request
    def stand_still() -> None:
        g.now = NOW

    return app


def menu_line(key: str, words: str, letter: str, count: int | None = None) -> dict[str, Any]:
    return {"key": key, "words": words, "url": f"/{key}", "letter": letter, "count": count}


def frame(user: bool = True, **changes: Any) -> dict[str, Any]:
    entries = [menu_line("tasks", "我的任务", "t", 3), menu_line("report", "报修", "r")]
    urls = {"home": "/", "sign_in": "/sign-in", "sign_out": "/sign-out", "language": "/language"}
    urls["account"] = "/account"
    person = {"name": "王强", "organisation": "运维一队", "roles": "外场工程师"} if user else None
    base: dict[str, Any] = {
        "user": person,
        "menu": [{"words": "办理", "entries": entries}] if user else [],
        "here": "tasks",
        "csrf": "token-1",
        "version": "0.1.0",
        "test_clock": None,
        "api": "/api-docs" if user else None,
        "urls": urls,
    }
    return base | {"path": "/tasks?tab=open"} | changes


def field(kind: str, key: str, **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = dict.fromkeys(
        ["min", "max", "step", "min_length", "max_length", "show", "require", "value", "shown"]
    )
    base |= {"kind": kind, "key": key, "label": f"字段 {key}", "help": "", "required": False, "read_only": False}
    return base | {"options": [], "errors": [], "text": ""} | changes


def form(*fields: dict[str, Any], **changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "action": "/tasks/7/complete",
        "fields": list(fields),
        "hidden": {"idempotency_key": "k-1"},
        "known": {},
    }
    base |= {"errors": [], "submit_label": "提交", "draft_url": "/tasks/7/draft", "draft_at": NOW - 3 * MINUTE}
    return base | changes


def uploaded(name: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "url": f"/{name}", "thumbnail": f"/{name}?s", "name": f"{name}.pdf", "gone": False} | changes


def row(number: str, spare: bool = False) -> dict[str, Any]:
    cells = [field("textfield", f"parts.{number}.serial", in_row=True, required=True)]
    return {"number": number, "spare": spare, "fields": cells}


def all_kinds() -> list[dict[str, Any]]:
    """One field of each kind."""
    two = [("a", "甲"), ("b", "乙")]
    return [
        field("text", "intro", text="先看说明"),
        field("textfield", "serial", max_length=40, required=True, help="见机身标签", value='"><script>'),
        field("textarea", "note", show={"name": "choice", "is": "a"}, require={"name": "safe", "is": True}),
        field("number", "count", min=0, max=500, value=12, step=1),
        field("checkbox", "safe", required=True, value=True),
        field("radio", "choice", options=two, value="b", required=True),
        field("select", "cause", options=two, value="a", errors=["不在可选范围。"]),
        field("datetime", "arrived", value="2026-11-20T02:09:00Z"),
        field("textfield", "known", read_only=True, shown="09:32"),
        field("checklist", "checks", options=two, value=["b"], min_count=1, max_count=2),
        field("photo", "photos", value=["f1"], uploads=[uploaded("f1")], max_count=6, required=True),
        field("file", "papers", value=["f2"], uploads=[uploaded("f2", gone=True)], max_count=1, accept=".pdf"),
        field("signature", "signed", value=["f3"], uploads=[uploaded("f3")]),
        field("location", "place", value={"latitude": 32.05, "longitude": 118.78, "accuracy": 9}),
        field("rows", "parts", rows=[row("0"), row("1", spare=True)], blank=row("__row__"), max_count=20),
    ]


def my_tasks(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": "7",
        "url": "/tasks/7",
        "no": "GZ1",
        "name": "故障诊断",
        "subject": "离线",
        "point": "点位一",
        "who": "我",
        "since": None,
    }
    row |= {"light": dates.remaining(NOW + MINUTE, NOW), "due": NOW + MINUTE, "claim_url": "/tasks/7/claim"}
    tabs = [{"key": key, "url": f"/tasks?tab={key}", "count": 1} for key in ("open", "candidate", "done", "started")]
    base: dict[str, Any] = {
        "tab": "open",
        "tabs": tabs,
        "q": "",
        "search_url": "/tasks",
        "keep": {"tab": "open"},
        "rows": [row],
        "narrowed": False,
        "clear_url": "/tasks?tab=open",
        "decisions": {"url": "/approvals", "count": 2},
    }
    level = {"name": "level", "label": "等级", "value": "1", "options": [("1", "一级"), ("2", "二级")]}
    base |= {"filters": {"point": "滨河路", "selects": [level], "open": True}}
    return (
        base
        | {"refresh_url": "/tasks?tab=open", "next_url": "/tasks?after=7", "report_url": "/report", "may_work": True}
        | changes
    )


def task(**changes: Any) -> dict[str, Any]:
    clock: dict[str, Any] = {
        "label": "诊断",
        "light": dates.remaining(NOW - 42 * MINUTE, NOW),
        "due": NOW - 42 * MINUTE,
    }
    clock |= {"limit": "2 小时", "elapsed_seconds": 9000, "limit_seconds": 7200}
    claim: dict[str, Any] = {"text": "由您办理。", "claim_url": None, "unclaim_url": "/tasks/7/unclaim", "main": False}
    base: dict[str, Any] = {
        "name": "故障诊断",
        "no": "GZ1",
        "subject": "离线",
        "ticket_url": "/tickets/1",
        "back_url": "/tasks",
    }
    base |= {
        "light": clock["light"],
        "steps": [{"label": "报修", "state": "done"}, {"label": "到场", "state": "current"}],
    }
    base |= {"context": [{"label": "点位", "value": "点位一"}, {"label": "报修时间", "value": NOW}], "clocks": [clock]}
    base |= {"claim": claim, "form": form(*all_kinds()), "filled": []}
    base |= {"comments": [{"who": "李敏", "at": NOW, "text": "<b>钥匙</b>"}], "point": point(), "decision": decision()}
    base |= {"effect_url": "/tasks/7/effect", "over": {"title": "您已办结该任务", "next": "不用再办理。"}}
    return base | {"comment": {"url": "/tasks/7/comments", "text": "", "errors": []}} | changes


def point() -> dict[str, Any]:
    """Where the fault is, with one earlier report."""
    earlier = {"no": "GZ0", "url": "/tickets/9", "symptom": "黑屏", "device": "SN0011", "at": NOW, "state": "cancelled"}
    called = {"label": "取电", "value": Telephones([("值班 ", ""), ("025-84400000", "02584400000")])}
    place = {"url": "geo:32.05,118.78", "degrees": "32.050000,118.780000"}
    told = {"where": "城关 · 滨河路", "facts": [called], "place": place, "told": "近 90 天第 2 次", "more": 3}
    return told | {"tickets": [earlier | {"reason": "误报", "light": None}]}


def decision() -> dict[str, Any]:
    side: dict[str, Any] = {"due": NOW, "verdict": ("已超 42 分", "late"), "notes": []}
    clock = {
        "label": "修复",
        "present": side,
        "granted": side | {"notes": ["顺延 1 天"]},
        "refused": side | {"due": None},
    }
    earlier = {"reason": "恶劣天气", "lodged": NOW, "outcome": "已同意", "granted": NOW, "by": "李敏"}
    told = {"evidence": [{"label": "原因", "value": "杆件被撞"}], "earlier": [earlier], "refusal": "超时随即成立。"}
    return told | {"until": NOW, "requested": NOW + MINUTE, "clocks": [clock]}


def approvals() -> dict[str, Any]:
    row: dict[str, Any] = {"id": "7", "url": "/tasks/7", "no": "GZ1", "point": "点位一", "subject": "离线"}
    row |= {"reason": "杆件被撞", "who": "王强", "lodged": NOW, "until": NOW, "holder": "李敏 已签收"}
    rows = [row | {"light": ("剩 1 分", "warn"), "due": NOW}]
    return {"rows": rows, "refresh_url": "/approvals", "back_url": "/tasks"}


def report() -> dict[str, Any]:
    same = {"id": 3, "url": "/tickets/3", "no": "GZ3", "title": "滨河路东口：黑屏", "at": NOW, "where": "诊断故障"}
    fields = [field("select", "point", options=[("QC001", "滨河路东口")], value="QC001"), *all_kinds()]
    told: dict[str, Any] = {"title": "故障报修", "intro": "", "form": form(*fields, keep="7.report.1"), "same": [same]}
    told |= {"same_url": "/report/same", "near_url": "/report/near", "follow_url": "/report/follow"}
    return told | {"back_url": "/tasks", "clients": []}


def reported() -> dict[str, Any]:
    told = {"no": "GZ1", "subject": "滨河路东口：黑屏", "next": ["“核实派单”：待服务值班签收"]}
    return told | {"ticket_url": "/tickets/1", "again_url": "/report", "tasks_url": "/tasks"}


def follow() -> dict[str, Any]:
    row = {"url": "/tickets/1", "no": "GZ1", "title": "滨河路东口：黑屏", "at": NOW}
    return {"number": "GZ", "rows": [row], "action": "/report/follow", "back_url": "/report"}


def tickets(**changes: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": "1",
        "url": "/tickets/1",
        "no": "GZ1",
        "subject": "离线",
        "process": "故障维修",
        "point": "点位一",
    }
    row |= {"state": "active", "where": "到场", "light": ("已超 42 分", "late"), "opened": NOW}
    select: dict[str, Any] = {"name": "state", "label": "状态", "value": "active", "options": [("active", "办理中")]}
    row["clocks"] = [{"label": "到场", "light": ("超 42 分", "late"), "due": NOW, "stopped": NOW}]
    base: dict[str, Any] = {"q": "", "action": "/tickets", "clear_url": "/tickets", "selects": [select], "rows": [row]}
    base |= {
        "more": [select | {"name": "level"}],
        "days": {"stopped_from": "2026-11-01"},
        "keep": {"waiting": "dispatch"},
    }
    base |= {
        "chips": [{"words": "现在红灯", "url": "/tickets"}],
        "count": {"tickets": 1, "clocks": 1},
        "count_words": "1 张",
    }
    return base | {"next_url": "/tickets?after=1", "first_url": None, "report_url": "/report"} | changes


def ticket(**changes: Any) -> dict[str, Any]:
    clock: dict[str, Any] = {
        "label": "到场",
        "owner": "运维一队",
        "limit": "30 分",
        "source": "FC §5.2",
        "due": NOW,
        "light": ("按时", "ok"),
    }
    clock |= {
        "started": NOW,
        "stopped": None,
        "elapsed": timedelta(minutes=7, seconds=7),
        "lines": ["30 分 − 7 分 7 秒"],
    }
    tones = [("已升级", "late"), ("已用 80%", "warn"), ("备注", "comment"), ("报修", "")]
    happened = [
        {"at": NOW - n * timedelta(hours=20), "words": words, "detail": "说明", "tone": tone}
        for n, (words, tone) in enumerate(tones)
    ]
    base: dict[str, Any] = {
        "no": "GZ1",
        "subject": "离线",
        "process": "故障维修 第 3 版",
        "state": "active",
        "back_url": "/tickets",
    }
    base |= {"light": None, "steps": task()["steps"], "context": task()["context"]}
    base |= {"rounds": [{"title": "", "clocks": [clock]}], "waits": [], "notice": "", "messages": []}
    late = {
        "label": "到场",
        "owner": "运维一队",
        "over": "42 分",
        "provisional": True,
        "gap": "3 分",
        "from": "报修",
        "started": NOW,
    }
    late |= {"due": NOW, "stopped": None, "limit": "30 分", "source": "FC §5.2", "deferrals": 1, "sum": "报修 → 到场"}
    shot = {
        "url": "/p",
        "thumbnail": "/p?s",
        "name": "a.jpg",
        "who": "王强",
        "taken": None,
        "sent": NOW,
        "place": "32, 118",
    }
    damage = {"words": "内容与封签不符", "place": "GZ1 第 2 条", "at": NOW, "url": None}
    base |= {"now": NOW, "late": [late], "photos": [shot]}
    base |= {
        "chain": {"rows": 9, "url": "/tickets/1/verification", "at": NOW, "seen": {"rows": 9, "damages": [damage]}}
    }
    marks: dict[str, Any] = {"active": ["arrive"], "passed": ['a"<b>'], "late": [], "lists": [("active", ["到场"])]}
    base |= {"diagram": {"source": "/tickets/1/diagram.bpmn"} | marks}
    open_task = {"name": "到场", "who": "王强", "since": NOW, "url": "/tasks/7", "light": ("剩 1 分", "warn")}
    base |= {"open_tasks": [open_task]}
    base |= {"forms": [{"title": "报修", "who": "赵芸", "at": NOW, "facts": [{"label": "现象", "value": None}]}]}
    return (
        base
        | {"timeline": happened, "cancel": {"url": "/tickets/1/cancel", "reason": "", "errors": ["必填"]}}
        | changes
    )


def message(**changes: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "title": "任务已由他人办理",
        "happened": "本次未提交。",
        "next": ["查看工单"],
        "code": "task_not_open",
    }
    return base | {"actions": [{"label": "查看工单", "url": "/tickets/1"}], "reference": "7f3a"} | changes


def deferral() -> dict[str, Any]:
    told = {"title": "申请延时", "no": "FC-20261120-00188", "subject": "摄像头黑屏", "back_url": "/tickets/3"}
    return told | {"form": form(*all_kinds()), "clocks": task()["clocks"]}


PAGES: dict[str, dict[str, Any]] = {
    "sign_in.html": {"sign_in": sign_in(), "frame": frame(user=False)},
    "sign_in_code.html": {
        "code": {"action": "/sign-in/code", "next": "/", "name": "王强", "errors": ["错"], "again_url": "/sign-in"},
        "frame": frame(user=False),
    },
    "password.html": {"password": {"action": "/password", "username": "x", "errors": ["错"]}},
    "forgot.html": {
        "forgot": {"sent": False, "action": "/forgot", "username": "", "errors": ["错"], "sign_in_url": "/sign-in"},
        "frame": frame(user=False),
    },
    "reset.html": {"reset": {"action": "/reset/x", "username": "x", "name": "王强", "errors": ["错"]}},
    "reset_requests.html": {"requests": requests()},
    "account.html": {"account": account()},
    "second_factor.html": {"factor": factor()},
    "second_factor_offer.html": {"offer": offer()},
    "recovery_codes.html": {"codes": {"codes": ["abcd-efgh-jkmn-pqrs"], "next_url": "/account"}},
    "message.html": {"message": message(), "partial": False},
    "my_tasks.html": {"tasks": my_tasks()},
    "task.html": {"task": task()},
    "report.html": {"report": report()},
    "reported.html": {"reported": reported()},
    "follow.html": {"follow": follow()},
    "approvals.html": {"approvals": approvals()},
    "tickets.html": {"tickets": tickets()},
    "ticket.html": {"ticket": ticket()},
    "deferral.html": {"deferral": deferral()},
    "board.html": {"board": board()},
    "audit.html": {"audit": audit()},
    "verification.html": {"verification": verification()},
}
"""Each page with its view data; `frame` is added where it is not given."""
