"""A finding: what is wrong with a diagram, where, and how to mend it, in both languages."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from engine.errors import EngineError

Severity = Literal["error", "remark"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend before (error) or to know when (remark) publishing."""

    code: str  # stable, e.g. "timer_negative"
    severity: Severity  # only errors refuse publishing
    element_id: str | None  # None: the file as a whole
    element_name: str | None  # as drawn, for people
    message_zh: str
    message_en: str
    help: str  # a heading in docs/owner/findings.md

    def as_dict(self) -> dict[str, str | None]:
        return asdict(self)


class DesignRefused(EngineError):
    """There are {count} findings that must be mended before this is published."""

    code, status = "design_refused", 422
    zh = "有 {count} 处问题，改正后才能发布。"

    def __init__(self, findings: tuple[Finding, ...], **params: Any) -> None:
        self.findings = findings
        super().__init__(count=sum(finding.severity == "error" for finding in findings), **params)
