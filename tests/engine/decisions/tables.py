"""Decision files from compact descriptions, and short ways to check and make a decision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from engine.decisions.check import DecisionReport, check_decisions, compile_decisions
from engine.decisions.evaluation import Evaluation, evaluate
from engine.decisions.table import Decision
from engine.expressions.functions import STANDARD
from engine.expressions.language import Language
from engine.expressions.registry import FunctionRegistry

DMN13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DMN12 = "http://www.omg.org/spec/DMN/20180521/MODEL/"
DMN11 = "http://www.omg.org/spec/DMN/20151101/dmn.xsd"
LANGUAGE = Language(FunctionRegistry(STANDARD))


def column(text: str) -> tuple[str, str, str, str]:
    """`name: type = values | default` -> its four parts; type, values and default may be left out."""
    rest, _, default = text.partition(" | ")
    rest, _, values = rest.partition(" = ")
    name, _, type_ref = rest.partition(": ")
    return name.strip(), type_ref.strip(), values.strip(), default.strip()


def input_(text: str) -> str:
    name, type_ref, values, _ = column(text)
    asked = f"<inputExpression typeRef={quoteattr(type_ref)}><text>{escape(name)}</text></inputExpression>"
    allowed = f"<inputValues><text>{escape(values)}</text></inputValues>" if values else ""
    return f"<input>{asked}{allowed}</input>"


def output(text: str) -> str:
    name, type_ref, values, default = column(text)
    listed = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
    return f"<output name={quoteattr(name)} typeRef={quoteattr(type_ref)}>{listed}{entry}</output>"


def table(
    inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[str], policy: str = "UNIQUE", aggregation: str = ""
) -> str:
    """A decision table. A rule is its cells, `;` between them and `=>` before the outputs: `> 10 ; - => "a" ; 1`."""
    width, written = len(inputs), []
    for number, rule in enumerate(rules, 1):
        before, _, after = rule.partition("=>")
        asked = [cell.strip() for cell in before.split(";")] if width else []
        cells = [f"<inputEntry><text>{escape(cell)}</text></inputEntry>" for cell in asked]
        cells += [f"<outputEntry><text>{escape(cell.strip())}</text></outputEntry>" for cell in after.split(";")]
        written.append(f"<rule id='r{number}'>{''.join(cells)}</rule>")
    parts = "".join([*map(input_, inputs), *map(output, outputs), *written])
    how = f" aggregation={quoteattr(aggregation)}" if aggregation else ""
    return f"<decisionTable hitPolicy={quoteattr(policy)}{how}>{parts}</decisionTable>"


def decision(logic: str, id_: str = "d", requires: Sequence[str] = (), variable: str = "") -> str:
    asks = "".join(
        f"<informationRequirement><requiredDecision href='#{one}'/></informationRequirement>" for one in requires
    )
    logic = logic.replace("<rule id='", f"<rule id='{id_}_")
    named = f"<variable name='{variable}'/>" if variable else ""
    return f"<decision id='{id_}' name='{id_.upper()}'>{named}{asks}{logic}</decision>"


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def file(*decisions: str, key: str = "file", dmn: str = DMN13) -> bytes:
    return f"<definitions xmlns='{dmn}' id='{key}' name='{key}'>{''.join(decisions)}</definitions>".encode()


def one(
    inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[str], policy: str = "UNIQUE", aggregation: str = ""
) -> bytes:
    """A file with one table, the decision `d`."""
    return file(decision(table(inputs, outputs, rules, policy, aggregation)))


def report(content: bytes) -> DecisionReport:
    return check_decisions(content, LANGUAGE)


def codes(content: bytes) -> list[str]:
    return [finding.code for finding in report(content).findings]


def compiled(content: bytes, id_: str = "d") -> Decision:
    return compile_decisions(content, LANGUAGE).decisions[id_]


def made(content: bytes, id_: str = "d", /, **inputs: Any) -> Evaluation:
    return evaluate(compiled(content, id_), inputs)


def numbers(evaluation: Evaluation) -> list[int]:
    return [hit.number for hit in evaluation.rules]
