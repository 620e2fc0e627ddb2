"""bytes -> a report with all findings of a decision file, and its compiled decisions when there is no error."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decisions.compiling import compile_file
from engine.decisions.coverage import examine
from engine.decisions.errors import DecisionsRefused
from engine.decisions.findings import Findings, Place, finding
from engine.decisions.reading import read_file
from engine.decisions.table import DecisionFile, Table
from engine.decisions.vocabulary import ROOTS
from engine.definition.findings import Finding
from engine.definition.xml import read_document
from engine.expressions.language import Language


@dataclass(frozen=True)
class DecisionReport:
    """All findings; the decisions only if none of them is an error."""

    findings: tuple[Finding, ...]
    file: DecisionFile | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(found for found in self.findings if found.severity == "error")


def check_decisions(content: bytes, language: Language) -> DecisionReport:
    """Check a DMN file for publishing, gaps and overlaps included. Never raises for what stands in the file."""
    before, findings, file = _compiled(content, language)
    for decision in file.decisions.values() if file else ():
        if isinstance(decision.logic, Table):
            examine(decision.logic, Place(findings, decision.id, decision.name))
    report = DecisionReport(before + findings.all(), file)
    return DecisionReport(report.findings, None) if report.errors else report


def compile_decisions(content: bytes, language: Language) -> DecisionFile:
    """The decisions of a file that is sound; its gaps and overlaps are not looked for. Raises DecisionsRefused."""
    before, findings, file = _compiled(content, language)
    report = DecisionReport(before + findings.all(), file)
    if file is None or report.errors:
        raise DecisionsRefused(report.findings)
    return file


def _compiled(content: bytes, language: Language) -> tuple[tuple[Finding, ...], Findings, DecisionFile | None]:
    document = read_document(content, ROOTS, finding("not_dmn"))
    findings = Findings()
    if document.root is None:
        return document.findings, findings, None
    return document.findings, findings, compile_file(read_file(document.root, findings), language, findings)
