"""Why a story does not hold, in words: what was expected and what was seen."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engine.errors import SignalboxError, Words

EXPECTATIONS = {
    "tasks": Words("待办", "open tasks"),
    "timers": Words("定时器", "timers"),
    "clocks": Words("时限", "clocks"),
    "rounds": Words("各轮时限", "clocks of all rounds"),
    "due": Words("到期时间", "due times"),
    "deferrals": Words("延时申请", "deferrals"),
    "lights": Words("亮灯", "lights"),
    "state": Words("流程状态", "state"),
    "recurrences": Words("复发次数", "recurrences"),
    "fields": Words("业务字段", "business fields"),
    "history": Words("履历", "history"),
    "passed": Words("走过的步骤", "passed elements"),
}
"""What a story may expect -> how people call it."""


def unknown_verb(verb: str) -> Words:
    return Words(f"没有“{verb}”这种动作", f"unknown verb {verb}")


def unknown_expectation(name: str) -> Words:
    return Words(f"不能期望“{name}”", f"unknown expectation {name}")


def nobody_plays(role: str) -> Words:
    return Words(f"没有人担任“{role}”", f"nobody plays {role}")


def not_open(element_id: str, open_now: Collection[str]) -> Words:
    zh, en = "、".join(open_now) or "无", ", ".join(open_now) or "none"
    return Words(f"“{element_id}”不是待办；现有待办：{zh}", f"{element_id} is not open; open are {en}")


def refused(wanted: str, error: SignalboxError | None) -> Words:
    """`wanted`: the code with which the step was to be refused, or ""."""
    if error is None:
        return Words(f"应被拒绝（{wanted}），却通过了", f"was to be refused ({wanted}), and was not")
    zh, en = f"被拒绝：{error.message('zh')}", f"was refused: {error.message('en')}"
    return Words(f"{zh}（应为 {wanted}）", f"{en} (expected {wanted})") if wanted else Words(zh, en)


def differs(name: str, wanted: Any, seen: Any) -> Words:
    """An expectation that does not hold."""
    zh = f"{EXPECTATIONS[name].zh}：应为 {_written(wanted)}，实为 {_written(seen)}"
    return Words(zh, f"{name}: expected {wanted!r}, saw {seen!r}")


def _written(value: Any) -> str:
    """A list or a mapping as one writes it by hand; nothing in it is “无”."""
    if isinstance(value, dict):
        return "，".join(f"{key} {_written(one)}" for key, one in value.items()) or "无"
    if isinstance(value, list):
        return "、".join(_written(one) for one in value) or "无"
    return "无" if value is None else str(value)
