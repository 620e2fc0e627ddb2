"""Invented view data of the board, the audit and the verification."""

from __future__ import annotations

from typing import Any

from tests.web.invented import NOW


def board(**changes: Any) -> dict[str, Any]:
    one = {"number": 3, "of": "clocks", "url": "/tickets?verdict=breached"}
    line = dict.fromkeys(("tickets", "red", "yellow", "judged", "breached", "provisional", "reported"), one)
    row = {"name": "<运维一队>", "met": one | {"shown": "66.6 %"}, "bar": [("met", 0.0, 66.6)], **line}
    tile = {"tone": "late", "label": "现在红灯", "figure": one, "lines": [{"words": "共 9 张", "figure": one}]}
    column = {
        "name": "今天",
        "short": "11/20",
        "x": 0,
        "middle": 5.0,
        "bar_x": 2.0,
        "bar": 50,
        "y": 33.3,
        "share": "66.6 %",
    }
    column |= dict.fromkeys(("reported", "judged", "met", "breached"), one)
    trend = {"columns": [column], "lines": ["5,33"], "width": 10, "top": 4, "by": "日", "labels": ["11/20"]}
    table = {"key": "contractor", "title": "按承包单位", "what": "承包单位", "now": True, "rows": [row]}
    late = {
        "no": "GZ1",
        "title": "离线",
        "url": "/tickets/1",
        "contractor": "运维一队",
        "light": ("已超 42 分", "late"),
    }
    base: dict[str, Any] = {"as_of": NOW, "periods": [{"words": "今天", "url": "/board?period=today", "here": True}]}
    base |= {
        "custom": {"from": "", "to": ""},
        "from_to": "2026-11-20",
        "errors": ["不是日期。"],
        "refresh_url": "/board",
    }
    base |= {"tiles": [tile], "bar": row["bar"], "trend": trend, "late": [late], "all_late_url": "/tickets?light=red"}
    return base | {"tables": [table, table | {"key": "clock", "now": False}]} | changes


def audit(**changes: Any) -> dict[str, Any]:
    entry = {"words": "“到场”已超时", "detail": "说明", "tone": "late"}
    row = {"at": NOW, "who": "<王强>", "entries": [entry], "more": ["一条"], "no": "GZ1", "title": "离线"}
    row |= {"url": "/tickets/1", "elements": "到场", "seq": 4, "record": 77, "seal": "0a1b"}
    base: dict[str, Any] = {
        "action": "/audit",
        "given": {"who": "王"},
        "errors": ["不是日期。"],
        "kinds": [("work", "任务")],
    }
    base |= {"processes": [("p", "流程")], "clear_url": "/audit", "rows": [row], "further": "已查到昨天"}
    base |= {
        "next_url": "/audit?after=7",
        "first_url": "/audit",
        "export_url": "/audit/export",
        "max_export": "最多 9 行",
    }
    return base | {"verify_url": "/audit/verification"} | changes


def verification(**changes: Any) -> dict[str, Any]:
    damage = {"words": "内容与封签不符", "place": "GZ1 第 2 条", "at": NOW, "url": "/tickets/1"}
    seen = {"rows": 9, "cases": 2, "count": 2, "at": NOW, "damages": [damage]}
    base: dict[str, Any] = {"action": "/audit/verification", "back_url": "/audit", "cases": None}
    return base | {"running": None, "progress": None, "outcome": seen} | changes
