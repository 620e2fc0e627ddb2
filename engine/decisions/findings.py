"""Gathers what is wrong with decisions: every finding names the decision, and the cell in words."""

from __future__ import annotations

from engine.decisions.codes import WORDINGS
from engine.definition.collector import LONGEST_NAME, LONGEST_QUOTE, MAX_FINDINGS
from engine.definition.collector import finding as file_finding
from engine.definition.findings import Finding
from engine.errors import SignalboxError, Words, fill

FILE = Words("文件", "the file")


def reason(error: SignalboxError) -> Words:
    """The words of a refusal of our own, to stand in a finding."""
    return Words(error.message("zh"), error.message("en"))


def quoted(text: str) -> str:
    """A text of the file as messages repeat it."""
    return text if len(text) <= LONGEST_QUOTE else text[:LONGEST_QUOTE] + "…"


def finding(
    code: str, decision_id: str | None = None, name: str | None = None, /, **parameters: str | int | Words
) -> Finding:
    """A worded finding about a decision; None: about the file as a whole."""
    wording = WORDINGS[code]
    cut = {key: quoted(value) if isinstance(value, str) else value for key, value in parameters.items()}
    return Finding(
        code=code,
        severity=wording.severity,
        element_id=decision_id[:LONGEST_NAME] if decision_id else None,
        element_name=name[:LONGEST_NAME] if name else None,
        message_zh=fill(wording.zh, cut, "zh"),
        message_en=fill(wording.en, cut, "en"),
        help=code,
    )


class Findings:
    """The findings of one file in the order they were met, each once, at most a thousand."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(
        self, code: str, decision_id: str | None = None, name: str | None = None, /, **parameters: str | int | Words
    ) -> None:
        self.keep(finding(code, decision_id, name, **parameters))

    def keep(self, found: Finding) -> None:
        if len(self._found) < MAX_FINDINGS:
            self._found.setdefault(found)
        elif len(self._found) == MAX_FINDINGS:
            self._found.setdefault(file_finding("too_many_findings", limit=MAX_FINDINGS))

    @property
    def refused(self) -> bool:
        return any(one.severity == "error" for one in self._found)

    def all(self) -> tuple[Finding, ...]:
        return tuple(self._found)


class Place:
    """Where findings about one decision go."""

    def __init__(self, findings: Findings, decision_id: str, name: str) -> None:
        self._findings = findings
        self._id, self._name = decision_id, name or None

    def add(self, code: str, /, **parameters: str | int | Words) -> None:
        self._findings.keep(finding(code, self._id, self._name, **parameters))
