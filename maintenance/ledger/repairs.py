"""Devices that a repair has replaced: what its form says goes into the ledger when the step is completed (R-344)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from engine.definition.findings import Finding
from engine.definition.model import ElementModel
from engine.errors import Invalid, NotFound, fill
from engine.extensions import Context, ElementListener
from maintenance.clocks.drawing import WORK_ORDER_KIND
from maintenance.ledger.changing import NOT_IN_LEDGER
from maintenance.ledger.replacing import replace_in_case
from maintenance.models import Device, WorkOrder

PROPERTY = "ledger.replace"
FAILED = "failed"
"""Trial result of a new device that does not run: it stands in the ledger as faulty."""

NO_DEVICE_REPORTED = {
    "code": "required",
    "zh": "报修时没有选设备，请填写旧设备序列号。",
    "en": "No device was chosen when the fault was reported: give the old serial.",
}
"""What is said of a row without an old serial where no reported device can be meant."""

WORDS = {
    "replacement_outside_task": (
        "“{name}”登记设备更换（ledger.replace），但它不是人工任务：更换了什么，要由人填写。",
        "“{name}” replaces devices (ledger.replace) but is no user task: people have to say what was replaced.",
    ),
    "replacement_without_work_order": (
        "“{name}”登记设备更换，但流程不是工单：请在流程的属性中加上 case.kind = work_order。",
        "“{name}” replaces devices, but the process is no work order: give it the property case.kind = work_order.",
    ),
}
"""Finding code -> zh, en. Headings of docs/owner/ledger.md."""


def completed(context: Context, data: Mapping[str, Any]) -> None:
    """Replace what the rows of the named field say, in the transaction that completes the step.

    A row holds `new_serial` and may hold `old_serial` (else the device that was reported is meant) and `trial_result`.
    A replacement that is done already changes nothing: rows of an earlier round do no harm. Raises Invalid with the
    problems of all rows, named as the form names its fields.
    """
    name = context.element.properties.get(PROPERTY) if context.element else None
    rows = data.get(name) if name else None
    if not isinstance(rows, list):
        return
    refused: dict[str, Any] = {}
    for number, row in enumerate(rows):
        try:
            _replace(context, row)
        except Invalid as invalid:
            refused |= {f"{name}.{number}.{key}": problems for key, problems in invalid.fields.items()}
    if refused:
        raise Invalid(refused)


def _replace(context: Context, row: Mapping[str, Any]) -> None:
    old = row.get("old_serial") or _reported(context)
    if old is None:
        raise Invalid({"old_serial": [NO_DEVICE_REPORTED]})
    state = "faulty" if row.get("trial_result") == FAILED else None
    try:
        replace_in_case(context, old_serial=old, new_serial=row.get("new_serial"), state=state)
    except NotFound:
        raise Invalid({"old_serial": [NOT_IN_LEDGER]}) from None


def _reported(context: Context) -> str | None:
    """Serial of the device that the ticket is about."""
    query = select(Device.serial).join(WorkOrder, WorkOrder.device_id == Device.id)
    return context.connection.scalar(query.where(WorkOrder.instance_id == context.root_id))


def _nothing(context: Context, data: Mapping[str, Any]) -> None:
    """Nothing is replaced before the step is done."""


def check_replacements(elements: Mapping[str, ElementModel]) -> Sequence[Finding]:
    """Findings about the property of a diagram's elements by id."""
    return [
        found for element in elements.values() if PROPERTY in element.properties for found in _check(element, elements)
    ]


def _check(element: ElementModel, elements: Mapping[str, ElementModel]) -> Iterator[Finding]:
    if element.kind != "userTask":
        yield _finding("replacement_outside_task", element)
    process = next((one for one in elements.values() if one.kind == "process"), None)
    if process is not None and process.properties.get("case.kind") != WORK_ORDER_KIND:
        yield _finding("replacement_without_work_order", element)


def _finding(code: str, element: ElementModel) -> Finding:
    zh, en = (fill(template, {"name": element.name or element.id}) for template in WORDS[code])
    return Finding(code, "error", element.id, element.name or None, zh, en, help=code)


LISTENER = ElementListener(
    "ledger",
    {PROPERTY: "表单中列出所换设备的表格；办结时登记到台账"},
    _nothing,
    completed,
    check_replacements,
)
