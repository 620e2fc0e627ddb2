"""What a table would change in the ledger: new, changed, unchanged; or everything that speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from maintenance.ledger.columns import DEVICES, POINTS, Book, Subject
from maintenance.ledger.stock import IN_USE, Stock, Stored
from maintenance.ledger.table import Part, Row, Table
from maintenance.ledger.values import coordinates_fault

Mode = Literal["create", "update", "either"]
Act = Literal["created", "changed", "moved", "replaced", "retired"]

_NEW: Mapping[Subject, dict[str, Any]] = {
    "point": {column.key: None for column in POINTS.columns} | {"key_site": False, "state": "active"},
    "device": {column.key: None for column in DEVICES.columns} | {"state": "active", "replaced_by": None},
}


@dataclass(frozen=True)
class Change:
    """One point or device that is new or differs."""

    subject: Subject
    key: str  # code or serial
    id: int | None  # None: it is new
    before: dict[str, Any]  # of all columns; empty when it is new
    after: dict[str, Any]
    row: int | None = None  # in the file

    @property
    def act(self) -> Act:
        if self.id is None:
            return "created"
        if self.before["state"] != self.after["state"] and self.after["state"] in ("retired", "replaced"):
            return "retired" if self.after["state"] == "retired" else "replaced"
        moved = self.subject == "device" and self.before["point"] != self.after["point"]
        return "moved" if moved else "changed"

    @cached_property
    def fields(self) -> dict[str, list[Any]]:
        """Column key -> [before, after] of what differs, as JSON data."""
        keys = [key for key, value in self.after.items() if value != self.before.get(key)]
        return {key: [_json(self.before.get(key)), _json(self.after[key])] for key in keys}


@dataclass
class Plan:
    """Everything a table would do, checked."""

    changes: list[Change] = field(default_factory=list)
    unchanged: dict[Subject, int] = field(default_factory=lambda: {"point": 0, "device": 0})

    def of(self, subject: Subject) -> list[Change]:
        return [change for change in self.changes if change.subject == subject]

    def counts(self, subject: Subject) -> dict[str, int]:
        changes = self.of(subject)
        new = sum(change.id is None for change in changes)
        return {"new": new, "changed": len(changes) - new, "unchanged": self.unchanged[subject]}


def make_plan(stock: Stock, table: Table, mode: Mode = "either") -> Plan:
    """Compare a table with the ledger. Raises LedgerRefused with every finding, also those of the reading.

    `create`: what is there already is a finding. A column that the table lacks stays as it is; a blank cell empties it,
    but never a state.
    """
    return _Comparison(stock, table, mode).run()


class _Comparison:
    """One table beside the ledger."""

    def __init__(self, stock: Stock, table: Table, mode: Mode) -> None:
        self.stock, self.table, self.mode = stock, table, mode
        self.findings = table.findings.copy()  # a command may be run again with the same table
        self.plan = Plan()
        self.after: dict[str, dict[str, Any]] = {}  # points as they will be, by code
        self.rows: list[tuple[Part, Row, Change]] = []

    def run(self) -> Plan:
        self._read()
        for subject in ("point", "device"):
            part = self.table.parts.get(subject)
            if part is not None:
                for row in self._once(part):
                    self._compare(part, row)
        for part, row, change in self.rows:
            check = self._check_point if change.subject == "point" else self._check_device
            check(part, row, change)
        self._check_retired()
        self.findings.settle()
        return self.plan

    def _read(self) -> None:
        points, devices = (self.table.parts.get(subject) for subject in ("point", "device"))
        self.devices = self.stock.devices(_named(devices, "serial")) if devices else {}
        there = [row.values["point"] for row in self.devices.values()]
        codes = [*_named(points, "code"), *_named(devices, "point"), *there]
        self.points = self.stock.points(codes)
        self.after = {code: stored.values for code, stored in self.points.items()}
        kept = [stored.values["contract"] for stored in self.points.values() if stored.values["contract"]]
        self.stock.contracts([*_named(points, "contract"), *kept])

    def _once(self, part: Part) -> Iterable[Row]:
        """The rows with a name of their own; a name that came before is a finding."""
        seen: dict[str, Row] = {}
        for row in part.rows:
            name = row.values.get(part.book.key)
            if name is None:
                continue  # a finding of the reading
            if name in seen:
                place = part.place(row, part.book.key)
                self.findings.add("ledger_repeated", **place, value=name, first=seen[name].number)
                continue
            seen[name] = row
            yield row

    def _compare(self, part: Part, row: Row) -> None:
        book = part.book
        name = row.values[book.key]
        stored = (self.points if book is POINTS else self.devices).get(name)
        if stored is not None and self.mode == "create":
            self.findings.add("ledger_exists", **part.place(row, book.key), value=name)
        change = _change(book, name, row, stored)
        if book is POINTS:
            self.after[name] = change.after
        self.rows.append((part, row, change))
        if change.id is not None and not change.fields:
            self.plan.unchanged[book.subject] += 1
        else:
            self.plan.changes.append(change)

    def _check_point(self, part: Part, row: Row, change: Change) -> None:
        fault = coordinates_fault(change.after["latitude"], change.after["longitude"])
        if fault is not None and {"latitude", "longitude"} & change.fields.keys():
            code, key = fault
            self.findings.add(code, **part.place(row, key), value=change.after[key])
        number = row.values.get("contract")
        if number and number not in self.stock.contract_ids:
            self.findings.add("ledger_no_contract", **part.place(row, "contract"), value=number)

    def _check_device(self, part: Part, row: Row, change: Change) -> None:
        before, after = change.before.get("state", "active"), change.after["state"]
        if before != after and "replaced" in (before, after):
            self.findings.add("ledger_replaced", **part.place(row, "state"))
        code = change.after["point"]
        if code is None:
            return  # a finding of the reading
        point = self.after.get(code)
        if point is None:
            self.findings.add("ledger_no_point", **part.place(row, "point"), value=code)
        elif point["state"] == "retired" and after in IN_USE and {"point", "state"} & change.fields.keys():
            self.findings.add("ledger_point_retired", **part.place(row, "point"), value=code)

    def _check_retired(self) -> None:
        """No device in use stays behind at a point that is retired."""
        retired = {
            change.key: (part, row)
            for part, row, change in self.rows
            if change.subject == "point" and change.id is not None and change.act == "retired"
        }
        if not retired:
            return
        remaining = self.stock.in_use(retired)
        for _, _, change in self.rows:
            if change.subject == "device" and change.id is not None:
                gone = change.after["state"] not in IN_USE or change.after["point"] != change.before["point"]
                if gone and change.before["point"] in remaining:
                    remaining[change.before["point"]].discard(change.key)
        for code, (part, row) in retired.items():
            if remaining[code]:
                place = part.place(row, "state")
                self.findings.add("ledger_devices_remain", **place, value=code, count=len(remaining[code]))


def _change(book: Book, name: str, row: Row, stored: Stored | None) -> Change:
    values = {key: value for key, value in row.values.items() if key != "state" or value is not None}
    if stored is None:
        return Change(book.subject, name, None, {}, {**_NEW[book.subject], **values}, row.number)
    return Change(book.subject, name, stored.id, stored.values, {**stored.values, **values}, row.number)


def _named(part: Part | None, key: str) -> list[str]:
    return [row.values[key] for row in part.rows if row.values.get(key)] if part else []


def _json(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
