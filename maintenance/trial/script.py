"""The story of a trial as it is sent: strictly read and bounded, because everything in it comes from outside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from engine.durations import SHANGHAI, InvalidTime, parse_duration, parse_instant
from engine.errors import Invalid, SignalboxError
from forms.problems import FORM, problem
from maintenance.story_words import EXPECTATIONS

MAX_STEPS = 200
MAX_BYTES = 256 * 1024  # of the whole story as JSON
MAX_NAME = 120
MAX_WORD = 255  # letters of an element id, a role, a code
FIRST, LAST = datetime(2000, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
START = {"process": True, "by": True, "with": False}
VERBS: Mapping[str, Mapping[str, bool]] = {
    "complete": {"task": True, "by": True, "with": False, "refused": False},
    "beside": {"process": True, "by": True, "with": False, "refused": False},
    "receive": {"message": True, "by": True, "with": False, "refused": False},
    "answer": {"call": True, "with": False, "error": False, "refused": False},
    "cancel": {"by": True, "reason": True, "refused": False},
}
"""Verb -> what it says, and whether it must; `wait` and `expect` are read apart."""
WHOLE = {"story": False, "at": True, "contract": False, "start": False, "steps": False}
HELD = frozenset({"at", "contract", "start", "steps", "story"})  # read apart


class StoryTooLong(SignalboxError):
    """A trial takes at most {steps} steps and {kilobytes} KB."""

    code, status = "story_too_long", 422
    zh = "一次试跑最多 {steps} 步、{kilobytes} KB。"

    def __init__(self) -> None:
        super().__init__(steps=MAX_STEPS, kilobytes=MAX_BYTES // 1024)


@dataclass(frozen=True)
class Script:
    """A story that may be played."""

    at: str  # when it begins: ISO 8601 with an offset
    start: Mapping[str, Any] | None  # {process, by, with}; None: nothing has been started by hand
    steps: tuple[Mapping[str, Any], ...] = ()
    contract: Mapping[str, Any] | None = None  # figures of the contract; None: as the organisation's own has them
    name: str = ""

    def story(self) -> dict[str, Any]:
        """In the shape of the golden stories."""
        told: dict[str, Any] = {"story": self.name} if self.name else {}
        told["at"] = self.at
        if self.contract is not None:
            told["contract"] = dict(self.contract)
        if self.start is not None:
            told["start"] = dict(self.start)
        return {**told, "steps": [dict(step) for step in self.steps]}


def read_script(told: Any) -> Script:
    """Raises StoryTooLong, and Invalid with the place of everything that is wrong: "steps.3.complete.by"."""
    if len(orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)) > MAX_BYTES:
        raise StoryTooLong
    reading = _Reading()
    whole = reading.spec("", told, WHOLE)
    at = reading.instant(whole.get("at"))
    start = reading.spec("start", whole["start"], START) if whole.get("start") is not None else None
    contract = reading.mapping("contract", whole["contract"]) if whole.get("contract") is not None else None
    steps = reading.steps(whole.get("steps", []), at)
    name = reading.word("story", whole.get("story", ""), MAX_NAME)
    reading.settle()
    return Script(local(at), start, steps, contract, name)


def local(at: datetime) -> str:
    """An instant as stories write it."""
    return at.astimezone(SHANGHAI).isoformat()


def after(length: timedelta) -> str:
    """A length of time as `wait` says it: exact, in ISO 8601."""
    whole = int(length.total_seconds())
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
    parts = ((hours, "H"), (minutes, "M"), (f"{seconds}{fraction}", "S"))
    return "PT" + ("".join(f"{part}{unit}" for part, unit in parts if str(part) != "0") or "0S")


class _Reading:
    """Collects what is wrong; what could not be read stays empty."""

    def __init__(self) -> None:
        self._problems: dict[str, list[dict[str, str]]] = {}

    def settle(self) -> None:
        if self._problems:
            raise Invalid(self._problems)

    def spec(self, path: str, value: Any, keys: Mapping[str, bool]) -> dict[str, Any]:
        """An object with these keys, of which some must be there; each is a word unless it holds data."""
        found = self.mapping(path, value)
        for key in [key for key in found if key not in keys]:
            self._wrong(_join(path, key), "unknown_field")
            del found[key]
        for key, needed in keys.items():
            if found.get(key) is None:
                found.pop(key, None)
                if needed:
                    self._wrong(_join(path, key), "required")
            elif key == "with":
                found[key] = found[key] if "call" in keys else self.mapping(_join(path, key), found[key])
            elif key not in HELD:
                found[key] = self.word(_join(path, key), found[key], MAX_WORD)
        return found

    def mapping(self, path: str, value: Any) -> dict[str, Any]:
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return dict(value)
        self._wrong(path, "not_an_object")
        return {}

    def word(self, path: str, value: Any, limit: int) -> str:
        if not isinstance(value, str):
            self._wrong(path, "not_text")
        elif len(value) > limit:
            self._wrong(path, "too_long", limit=limit)
        elif not value.isprintable():
            self._wrong(path, "bad_character")
        else:
            return value
        return ""

    def instant(self, value: Any) -> datetime:
        """Of the beginning; FIRST where it cannot be read."""
        try:
            at = parse_instant(value)
        except InvalidTime:
            self._wrong("at", "required" if value is None else "not_a_time")
            return FIRST
        if not FIRST <= at < LAST:
            self._wrong("at", "time_out_of_range")
            return FIRST
        return at

    def steps(self, value: Any, began: datetime) -> tuple[Mapping[str, Any], ...]:
        if not isinstance(value, list):
            self._wrong("steps", "not_a_list", limit=MAX_STEPS)
            return ()
        if len(value) > MAX_STEPS:
            raise StoryTooLong
        read, now = [], began
        for number, step in enumerate(value, start=1):
            path = f"steps.{number}"
            read.append(self._step(path, step))
            if "wait" in read[-1]:
                now = self._wait(_join(path, "wait"), read[-1]["wait"], began, now)
        return tuple(read)

    def _step(self, path: str, value: Any) -> dict[str, Any]:
        step = self.mapping(path, value)
        for verb in [verb for verb in step if verb not in (*VERBS, "wait", "expect")]:
            self._wrong(_join(path, verb), "unknown_field")
            del step[verb]
        if not step:
            self._wrong(path, "required")
        for verb in step.keys() & VERBS.keys():
            step[verb] = self.spec(_join(path, verb), step[verb], VERBS[verb])
        if "expect" in step:
            expected = self.mapping(_join(path, "expect"), step["expect"])
            for name in expected.keys() - EXPECTATIONS.keys():
                self._wrong(f"{path}.expect.{name}", "unknown_field")
            step["expect"] = expected
        return step

    def _wait(self, path: str, value: Any, began: datetime, now: datetime) -> datetime:
        """Time goes on, never back."""
        try:
            moment = parse_duration(value).after(began)
        except InvalidTime:
            self._wrong(path, "not_a_time")
            return now
        if not now <= moment < LAST:
            self._wrong(path, "time_out_of_range")
        return max(now, moment)

    def _wrong(self, path: str, code: str, **params: Any) -> None:
        self._problems.setdefault(path[:MAX_WORD] or FORM, []).append(problem(code, **params))


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
