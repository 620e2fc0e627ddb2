"""What the tests of definitions check against: a small catalogue with the real language, and short ways to look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definition.check import Catalogue, Report, check
from engine.definition.model import ProcessModel
from engine.expressions.language import Language
from engine.expressions.registry import Function, FunctionRegistry
from engine.extensions import CaseKind, Context, ElementListener, Parameter, Service


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _no_change(_: Context, data: Mapping[str, Any]) -> dict[str, Any]:
    return dict(data)


def _function(name: str, *parameters: str) -> Function:
    return Function(name, _nothing, zh=name, en=name, parameters=parameters)


LANGUAGE = Language(
    FunctionRegistry((_function("sla.next_warn"), _function("sla.next_breach"), _function("sla.limit", "clock")))
)
RECORD = Service(
    "sla.record",
    _nothing,
    zh="记录",
    en="record",
    parameters=(
        Parameter("level", "text", zh="级别", en="level"),
        Parameter("count", "number", zh="次数", en="count", required=False),
        Parameter("loud", "boolean", zh="响铃", en="loud", required=False),
    ),
)
SLA = ElementListener("sla", {"sla.start": "起算", "sla.stop": "止算", "sla.from": "起点"}, _nothing, _nothing)
CATALOGUE = Catalogue(
    language=LANGUAGE,
    services={"sla.record": RECORD},
    form_keys=frozenset({"fc_respond", "fc_arrive", "fault_report"}),
    groups={"dispatcher": "调度", "field_engineer": "工程师"},
    listeners={"sla": SLA},
    case_kinds={"work_order": CaseKind("work_order", _no_change)},
)


def report(content: bytes) -> Report:
    return check(content, CATALOGUE)


def found(content: bytes) -> list[tuple[str, str | None]]:
    """(code, element id) of every finding, in the order given."""
    return [(finding.code, finding.element_id) for finding in report(content).findings]


def model(content: bytes) -> ProcessModel:
    """The model of a drawing that has no error."""
    result = report(content)
    assert result.model is not None, [finding.message_en for finding in result.findings]
    return result.model


def flows(process: ProcessModel) -> dict[str, tuple[str, str]]:
    """Flow id -> (source, target) of the tree that the token mover reads."""
    tag = "{http://www.omg.org/spec/BPMN/20100524/MODEL}sequenceFlow"
    return {one.get("id"): (one.get("sourceRef"), one.get("targetRef")) for one in process.tree.iter(tag)}
