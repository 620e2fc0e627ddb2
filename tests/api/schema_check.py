"""A small JSON Schema check: as much of it as our OpenAPI document uses, and a word it does not know is an error."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

KNOWN = {
    *("type", "properties", "required", "items", "enum", "format", "description", "minimum", "maximum", "maxLength"),
    *("minLength", "maxItems", "pattern", "default", "additionalProperties", "readOnly", "anyOf", "$ref", "title"),
    *("contentMediaType", "example"),
}
KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "null": (type(None),),
}


def mistakes(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any, at: str = "$") -> list[str]:
    """Where and how the value differs from the schema; nothing: it is valid."""
    return list(_mistakes(schemas, schema, value, at))


def _mistakes(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    if set(schema) - KNOWN:
        raise LookupError(f"{at}: {sorted(set(schema) - KNOWN)}")
    if "$ref" in schema:
        yield from _mistakes(schemas, schemas[schema["$ref"].rpartition("/")[2]], value, at)
    elif "anyOf" in schema:
        tried = [mistakes(schemas, one, value, at) for one in schema["anyOf"]]
        yield from min(tried, key=len)
    elif (kinds := _kinds(schema)) and not any(_is(value, kind) for kind in kinds):
        yield f"{at}: {value!r} is no {kinds}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    else:
        yield from _inside(schemas, schema, value, at)


def _inside(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Any, at: str) -> Iterator[str]:
    if isinstance(value, str):
        yield from _text(schema, value, at)
    elif isinstance(value, dict):
        yield from _object(schemas, schema, value, at)
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _mistakes(schemas, schema.get("items", {}), one, f"{at}[{number}]")
    elif _is(value, "number") and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield f"{at}: {value} is out of bounds"


def _kinds(schema: Mapping[str, Any]) -> list[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else list(kinds)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, KINDS[kind])


def _text(schema: Mapping[str, Any], value: str, at: str) -> Iterator[str]:
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{at}: longer than {schema['maxLength']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{at}: {value!r} is not like {schema['pattern']}"
    reading: dict[str, Any] = {"date-time": datetime.fromisoformat, "date": date.fromisoformat}
    try:
        reading.get(schema.get("format", ""), str)(value)
    except ValueError:
        yield f"{at}: {value!r} is no {schema['format']}"


def _object(schemas: Mapping[str, Any], schema: Mapping[str, Any], value: Mapping[str, Any], at: str) -> Iterator[str]:
    yield from (f"{at}.{name}: missing" for name in schema.get("required", []) if name not in value)
    known, more = schema.get("properties"), schema.get("additionalProperties")
    for name, one in value.items():
        if known and name in known:
            yield from _mistakes(schemas, known[name], one, f"{at}.{name}")
        elif isinstance(more, dict):
            yield from _mistakes(schemas, more, one, f"{at}.{name}")
        elif known and more is not True:
            yield f"{at}.{name}: not documented"
