"""Lists by business fields: `field.<name>=value`, `sort=field.<name>`, judged by what published processes declare."""

from __future__ import annotations

import builtins
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from engine.authorization import ENGINE, Actor
from engine.business_fields import NOTHING, FieldType, field_value
from engine.errors import EngineError, Invalid
from engine.models import BusinessField, Participant, ProcessInstance
from engine.queries.paging import bad_cursor, decode, encode

PREFIX = "field."
MAX_FILTERS = 10


class UnknownField(EngineError):
    """No process that you see declares the field “{field}”."""

    code, status = "unknown_business_field", 422
    zh = "您可见的流程中没有业务字段“{field}”。"


class AmbiguousField(EngineError):
    """The field “{field}” has several types; name the process (key)."""

    code, status = "ambiguous_business_field", 422
    zh = "业务字段“{field}”在不同流程中类型不同，请指定流程（key）。"


class TooManyFilters(EngineError):
    """A list is filtered by at most {limit} fields."""

    code, status = "too_many_filters", 422
    zh = "列表最多按 {limit} 个字段筛选。"


@dataclass(frozen=True)
class Order:
    """A list by one field: a column, its direction, and where a page ends."""

    name: str
    type: FieldType
    column: ColumnElement[Any]
    descending: bool

    def by(self, id: ColumnElement[Any]) -> tuple[Any, Any]:
        """What to order by; `id` tells rows of one value apart."""
        return (self.column.desc(), id.desc()) if self.descending else (self.column, id)

    def beyond(self, cursor: str, id: ColumnElement[Any], kind: builtins.type) -> ColumnElement[bool]:
        """What comes after the row of the cursor. Raises Invalid for a cursor of another order."""
        order, value, last = decode(cursor, str, object, kind)
        if order != self._mark() or not self._fits(value):
            raise bad_cursor()
        here = NOTHING[self.type] if value is None else value
        if self.descending:
            return or_(self.column < here, and_(self.column == here, id < last))
        return or_(self.column > here, and_(self.column == here, id > last))

    def cursor(self, value: Any, last: Any) -> str:
        """Of the last row shown; its value as the column gave it."""
        known = float(value) if self.type == "number" else value
        return encode(self._mark(), None if known == NOTHING[self.type] else known, last)

    def _mark(self) -> str:
        return f"{'-' if self.descending else ''}{self.name}"

    def _fits(self, value: Any) -> bool:
        return value is None or isinstance(value, float if self.type == "number" else str)


def field_conditions(
    connection: Connection, actor: Actor, wanted: Mapping[str, str], key: str | None = None
) -> list[ColumnElement[bool]]:
    """All of them must hold. `wanted`: name -> value as typed; `key`: of this process only.

    Raises UnknownField, TooManyFilters, and Invalid for a value that is none of the field's type.
    """
    if not wanted:
        return []
    if len(wanted) > MAX_FILTERS:
        raise TooManyFilters(limit=MAX_FILTERS)
    declared = _declared(connection, actor, key)
    found = []
    for name, value in wanted.items():
        types = declared.get(name)
        if types is None:
            raise UnknownField(field=name[:60])
        parsed = [(type, _parsed(type, value)) for type in sorted(types)]
        usable = [(type, one) for type, one in parsed if one is not None]
        if not usable:
            raise _not_a_value(name, parsed[0][0])
        found.append(or_(*(field_value(connection.dialect.name, name, type) == one for type, one in usable)))
    return found


def field_order(connection: Connection, actor: Actor, sort: str, key: str | None = None) -> Order:
    """`sort`: "field.<name>", or "-field.<name>" for the greatest first. Cases without a value count as the least.

    Raises UnknownField, AmbiguousField, and Invalid for anything else.
    """
    descending, name = sort.startswith("-"), sort.removeprefix("-").removeprefix(PREFIX)
    if not sort.removeprefix("-").startswith(PREFIX):
        bad = {"code": "not_a_choice", "zh": "请选择列出的选项。", "en": "Choose one of the options."}
        raise Invalid({"sort": [bad]})
    types = _declared(connection, actor, key).get(name)
    if types is None:
        raise UnknownField(field=name[:60])
    if len(types) > 1:
        raise AmbiguousField(field=name)
    (type,) = types
    return Order(name, type, field_value(connection.dialect.name, name, type), descending)


def _declared(connection: Connection, actor: Actor, key: str | None) -> dict[str, set[FieldType]]:
    """Fields of the processes of the actor's organisation, and of the clients in whose cases it takes part."""
    field, root, part = BusinessField.__table__, ProcessInstance.__table__, Participant.__table__
    query = select(field.c.name, field.c.type).distinct()
    if actor is not ENGINE:
        takes_part = exists(
            select(part.c.root_id)
            .join(root, root.c.id == part.c.root_id)
            .where(part.c.organisation_id == actor.organisation_id, root.c.organisation_id == field.c.organisation_id)
        )
        query = query.where(or_(field.c.organisation_id == actor.organisation_id, takes_part))
    if key:
        query = query.where(field.c.process_key == key)
    found: dict[str, set[FieldType]] = {}
    for name, type in connection.execute(query):
        found.setdefault(name, set()).add(cast(FieldType, type))
    return found


def _parsed(type: FieldType, value: str) -> Any:
    """The typed text as a value of the type; None: it is none."""
    if type == "text":
        return value if value and "\0" not in value else None
    if type == "boolean":
        return value if value in ("true", "false") else None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _not_a_value(name: str, type: FieldType) -> Invalid:
    words = {
        "text": ("请填写文字。", "Give a text."),
        "number": ("请填写数字。", "Give a number."),
        "boolean": ("请填写 true 或 false。", "Give true or false."),
    }
    zh, en = words[type]
    return Invalid({f"{PREFIX}{name}": [{"code": f"not_a_{type}", "zh": zh, "en": en}]})
