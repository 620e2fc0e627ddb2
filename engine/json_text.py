"""Reads JSON text strictly: what two programs could understand differently, or would choke on, is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from engine.errors import EngineError

MAX_DEPTH = 20  # objects and lists within each other
LARGEST = 2**63 - 1  # whole numbers either side of zero


class MalformedJson(EngineError):
    """The body cannot be read as JSON: {reason_en}."""

    code = "malformed_json"
    zh = "请求体不是可用的 JSON：{reason_zh}。"


class _Refused(ValueError):
    """Why, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh, self.en = zh, en
        super().__init__(en)


def read_json(text: bytes) -> Any:
    """The value of a text in UTF-8. Raises MalformedJson.

    Refused: names that stand twice in an object, NaN and Infinity, numbers beyond 64 bits, characters that cannot be
    stored (U+0000, lone surrogates), and more than 20 levels.
    """
    try:
        value = json.loads(
            text.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_int=_whole,
            parse_float=_number,
        )
        for level, values in enumerate(_levels(value), 1):
            _check_level(level, values)
        return value
    except _Refused as refused:
        zh, en = refused.zh, refused.en
    except RecursionError:
        zh, en = _too_deep()
    except UnicodeDecodeError:
        zh, en = "编码不是 UTF-8", "it is not UTF-8"
    except json.JSONDecodeError as error:
        zh, en = f"第 {error.lineno} 行第 {error.colno} 列有误", f"line {error.lineno}, column {error.colno}"
    except ValueError:  # Python's own limit to the digits of a number
        zh, en = "数字过长", "a number is too long"
    raise MalformedJson(reason_zh=zh, reason_en=en)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Refused("同一对象中有重复的名称", "a name stands twice in one object")
    return found


def _constant(text: str) -> Any:
    raise _Refused(f"不允许 {text}", f"{text} is not allowed")


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > LARGEST:
        raise _Refused("数字超出 64 位", "a number is beyond 64 bits")
    return number


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("数字超出 64 位", "a number is beyond 64 bits")
    return number


def _levels(value: Any) -> Iterator[list[Any]]:
    """The values level by level: the whole, then what stands in it, and so on."""
    values = [value]
    while values:
        yield values
        values = [inner for outer in values if isinstance(outer, dict | list) for inner in _inside(outer)]


def _inside(outer: dict[str, Any] | list[Any]) -> list[Any]:
    return [*outer.keys(), *outer.values()] if isinstance(outer, dict) else outer


def _check_level(level: int, values: list[Any]) -> None:
    if level > MAX_DEPTH and any(isinstance(value, dict | list) for value in values):
        raise _Refused(*_too_deep())
    if not all(_can_be_stored(value) for value in values if isinstance(value, str)):
        raise _Refused("含有不能保存的字符", "it contains characters that cannot be stored")


def _can_be_stored(text: str) -> bool:
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _too_deep() -> tuple[str, str]:
    return f"嵌套超过 {MAX_DEPTH} 层", f"it is nested deeper than {MAX_DEPTH} levels"
