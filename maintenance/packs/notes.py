"""Collecting what is wrong with a pack, and reading single values out of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from engine.calendar import DAY_KEYS
from engine.definition.findings import Finding
from engine.errors import SignalboxError
from maintenance.clocks import durations

_DAY = timedelta(days=1)


class PackRefused(SignalboxError):
    """The policy pack has {count} mistakes."""

    code, status = "pack_refused", 422
    zh: ClassVar[str] = "策略包有 {count} 处错误。"

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__(count=len(findings))


class Notes:
    """The findings so far. Reading goes on after a mistake so that all are told at once; a bad value reads as empty."""

    def __init__(self) -> None:
        self.findings: list[Finding] = []

    def add(self, code: str, path: str, zh: str, en: str) -> None:
        """`path`: where in the file, dotted, e.g. "stages.respond.limit"."""
        at_zh, at_en = (f"{path}：", f"{path}: ") if path else ("", "")
        self.findings.append(Finding(code, "error", path or None, None, at_zh + zh, at_en + en, help="policy-packs"))

    def settle(self) -> None:
        """Raise PackRefused if anything was found."""
        if self.findings:
            raise PackRefused(self.findings)

    def mapping(self, value: Any, path: str, needed: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
        """A mapping with just these keys; every missing and every unknown key is a finding."""
        if not isinstance(value, dict):
            self.add("pack_not_a_mapping", path, "应为键值表", "must be a mapping")
            return {}
        at = f"{path}." if path else ""
        for key in needed:
            if key not in value:
                self.add("pack_missing", f"{at}{key}", "缺少此项", "is missing")
        for key in value:
            if key not in needed and key not in optional:
                self.add("pack_unknown_key", f"{at}{key}", "不认识的项", "is not known")
        return value

    def text(self, source: Mapping[str, Any], key: str, path: str) -> str:
        value = source.get(key)
        if key in source and not (isinstance(value, str) and 0 < len(value.strip()) <= 200):
            self.add("pack_text", f"{path}{key}", "应为 1 至 200 字的文本", "must be a text of 1 to 200 characters")
        return value.strip() if isinstance(value, str) else ""

    def integer(self, source: Mapping[str, Any], key: str) -> int:
        value = source.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        if key in source:
            self.add("pack_integer", key, "应为不小于 1 的整数", "must be a whole number, 1 or more")
        return 1

    def day(self, source: Mapping[str, Any], key: str) -> date:
        value = source.get(key)
        if type(value) is date:
            return value
        if key in source:
            self.add("pack_date", key, "应为日期，如 2026-01-01", "must be a date such as 2026-01-01")
        return date.min

    def flag(self, source: Mapping[str, Any], key: str, path: str) -> bool:
        value = source.get(key)
        if key in source and not isinstance(value, bool):
            self.add("pack_flag", f"{path}{key}", "应为 true 或 false", "must be true or false")
        return value is True

    def choice(self, source: Mapping[str, Any], key: str, path: str, choices: Collection[str]) -> str:
        value = self.text(source, key, path)
        if value and value not in choices:
            zh = f"“{value}”不在 {'、'.join(choices)} 之中"
            self.add("pack_choice", f"{path}{key}", zh, f"“{value}” is none of {', '.join(choices)}")
        return value

    def share(self, value: Any, path: str) -> float:
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1:
            return float(value)
        self.add("pack_share", path, "应大于 0 且小于 1，如 0.8", "must be above 0 and below 1, such as 0.8")
        return 0.5

    def duration(self, value: Any, path: str) -> timedelta:
        """A duration longer than zero."""
        return self.limit(value, path, "elapsed")

    def limit(self, value: Any, path: str, calendar: str) -> timedelta:
        """A limit that its calendar can count: whole days (P0D: the same day), else any duration longer than zero."""
        try:
            limit = durations.parse(value if isinstance(value, str) else "")
        except ValueError:
            zh = "应为 ISO 8601 时长，如 PT10M、PT4H、P1D"
            self.add("pack_duration", path, zh, "must be an ISO 8601 duration such as PT10M, PT4H, P1D")
            return _DAY
        if calendar in DAY_KEYS and limit % _DAY:
            self.add("pack_whole_days", path, "按天计的时限应为整天", "a limit in days must be whole days")
        if calendar not in DAY_KEYS and not limit:
            self.add("pack_zero", path, "时限应大于 0", "must be longer than zero")
        return limit
