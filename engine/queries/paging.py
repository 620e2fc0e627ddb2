"""Keyset pages: a page knows where it ended, and the next one starts right behind it, whatever was added meanwhile."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import orjson
from sqlalchemy import Connection, Select, SQLColumnExpression

from engine.errors import Invalid

T = TypeVar("T")

MAX_LIMIT = 100


@dataclass(frozen=True)
class Page(Generic[T]):
    items: list[T]
    next: str | None  # opaque; None: this was the last page


def page_size(limit: int) -> int:
    return max(1, min(MAX_LIMIT, limit))


def read_page(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    limit: int,
    make: Callable[[Any], T],
    cursor: Callable[[Any], str],
    asked: Mapping[str, Any] | None = None,
) -> Page[T]:
    """What an ordered query finds first. `make`: the item of a row; `cursor`: of a page that ends with this row.

    `asked`: values of the query's parameters.
    """
    size = page_size(limit)
    return page_of(connection.execute(query.limit(size + 1), asked).all(), size, make, cursor)


def read_newest(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    id: SQLColumnExpression[int],
    after: str | None,
    limit: int,
    item: Callable[..., T],
) -> Page[T]:
    """A page of a list whose newest row, that of the greatest id, comes first.

    `id` is among the columns of the query; `item` takes them all. Raises Invalid for a cursor that is not ours.
    """
    query = start_after(query, id, after)
    return read_page(connection, query.order_by(id.desc()), limit, lambda row: item(*row), lambda row: encode(row.id))


def start_after(
    query: Select[*tuple[Any, ...]], id: SQLColumnExpression[int], after: str | None
) -> Select[*tuple[Any, ...]]:
    """The query of a list, newest first, from behind a page's end. Raises Invalid for a cursor that is not ours."""
    if not after:
        return query
    (last,) = decode(after, int)
    return query.where(id < last)


def page_of(rows: Sequence[Any], size: int, make: Callable[[Any], T], cursor: Callable[[Any], str]) -> Page[T]:
    """The first `size` of the rows; the caller read one more where there is one: it tells that a page follows."""
    items = [make(row) for row in rows[:size]]
    return Page(items, cursor(rows[size - 1]) if len(rows) > size else None)


def encode(*position: Any) -> str:
    """An opaque cursor for the sort values of the last item shown."""
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def decode(cursor: str, *kinds: type) -> list[Any]:
    """The sort values of a cursor; `object`: a text, a float or null. Raises Invalid for a cursor that is not ours."""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(values, list) or len(values) != len(kinds):
            raise ValueError(cursor)
        return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise bad_cursor() from error


def bad_cursor() -> Invalid:
    """A page mark that is not of this list."""
    words = {"zh": "分页标记无效，请从第一页重新打开。", "en": "This page mark is not valid; start again."}
    return Invalid({"after": [{"code": "cursor", **words}]})


def _value(value: Any, kind: type) -> Any:
    if kind is datetime:
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise ValueError(value)
        return at.astimezone(UTC)
    if kind is object and isinstance(value, str | float | None):
        kind = type(value)
    unstorable = (isinstance(value, int) and not 0 <= value < 2**63) or (isinstance(value, str) and "\0" in value)
    if type(value) is not kind or unstorable:
        raise ValueError(value)
    return value
