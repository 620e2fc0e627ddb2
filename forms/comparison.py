"""What differs between two versions of a form, in words: fields added, removed, moved, and what of them has changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition.changes import Change
from forms.sheet import Row, Sheet, read_sheet
from forms.words import CELL_WORDS, KIND_WORDS


def compare(old: bytes, new: bytes) -> tuple[Change, ...]:
    """In the order of the new form, what is gone after it. Bytes that cannot be read differ as a whole."""
    before, after = read_sheet(old), read_sheet(new)
    if before is None or after is None:
        if old == new:
            return ()
        return (Change(None, None, None, "changed", None, None, None, "文件内容不同，无法逐项比较。", _UNREADABLE),)
    return tuple(_differences(_Side(*before), _Side(*after)))


_UNREADABLE = "The files differ and cannot be compared field by field."


@dataclass(frozen=True)
class _Side:
    """One of the two forms."""

    document: Mapping[str, Any]
    sheet: Sheet

    def rows(self) -> dict[str, Row]:
        """By component id; one without an id by its place."""
        return {row.id or f"#{row.path}": row for row in self.sheet.every_row()}

    def raw(self, row: Row) -> Any:
        found: Any = self.document
        for place in row.path.split("."):
            found = found["components"][int(place)]
        return found


def _differences(before: _Side, after: _Side) -> Iterator[Change]:
    if before.sheet.title != after.sheet.title:
        yield _whole("title", before.sheet.title, after.sheet.title, "表单名称", "form title")
    if before.sheet.key != after.sheet.key:
        yield _whole("id", before.sheet.key, after.sheet.key, "表单标识", "form id")
    old, new = _matched(before.rows(), after.rows()), after.rows()
    for identity, row in new.items():
        if identity in old:
            yield from _of_row(before, old[identity], after, row)
        else:
            yield _stands(row, "added", "新增字段", "added field")
    for identity, row in old.items():
        if identity not in new:
            yield _stands(row, "removed", "删除字段", "removed field")
    yield from _moved(list(old), list(new), new)


def _matched(old: dict[str, Row], new: dict[str, Row]) -> dict[str, Row]:
    """The old rows under the identities of the new form: by id, else by the key of what is stored."""
    by_key = {_text(row, "key"): identity for identity, row in new.items() if identity not in old and _text(row, "key")}
    return {
        identity if identity in new else by_key.get(_text(row, "key"), identity): row for identity, row in old.items()
    }


def _of_row(before: _Side, old: Row, after: _Side, new: Row) -> Iterator[Change]:
    told = False
    if old.kind != new.kind:
        told = True
        yield _changed(new, "kind", _kind(old, 0), _kind(new, 0), _kind(old, 1), _kind(new, 1))
    for name in dict.fromkeys((*old.cells, *new.cells)):
        was, now = _text(old, name), _text(new, name)
        if was == now:
            continue
        told = True
        if any(row.cells[name][0].flag for row in (old, new) if name in row.cells):
            yield _changed(new, name, *_yes_or_no(was, now))
        else:
            yield _changed(new, name, was, now)
    plain = (_without_columns(before.raw(old)), _without_columns(after.raw(new)))
    if not told and plain[0] != plain[1]:
        yield _changed(new, "other", *(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in plain))


def _moved(old: list[str], new: list[str], rows: Mapping[str, Row]) -> Iterator[Change]:
    """Fields that stand elsewhere among those that both forms have: as few as explain the order."""
    kept = [identity for identity in new if identity in old]
    steady = _longest([old.index(identity) for identity in kept])
    for identity in kept:
        if old.index(identity) not in steady:
            label = _label(rows[identity])
            words = (f"移动字段“{label}”。", f"Moved the field “{label}”.")
            yield Change(rows[identity].id or None, label, _kind(rows[identity], 2), "moved", None, None, None, *words)


def _longest(places: list[int]) -> set[int]:
    """The longest part of the places that rises."""
    best: list[tuple[int, ...]] = [()]
    for place in places:
        before = sorted((run for run in best if not run or run[-1] < place), key=len)
        best.append((*before[-1], place))
    return set(sorted(best, key=len)[-1])


def _stands(row: Row, how: Any, zh: str, en: str) -> Change:
    label = _label(row)
    words = (f"{zh}“{label}”（{_kind(row, 0)}）。", f"{en.capitalize()} “{label}” ({_kind(row, 1)}).")
    return Change(row.id or None, label, _kind(row, 2), how, None, None, None, *words)


def _changed(row: Row, what: str, was: str, now: str, was_en: str | None = None, now_en: str | None = None) -> Change:
    label, (zh, en) = _label(row), CELL_WORDS[what]
    if what == "other":
        words = (f"“{label}”的其他属性有改动。", f"Other attributes of “{label}” have changed.")
    else:
        sentence = (f"“{label}”的{zh}：{_said(was, '无')} → {_said(now, '无')}。", f"{en.capitalize()} of “{label}”")
        words = (sentence[0], f"{sentence[1]}: {_said(was_en or was, 'none')} → {_said(now_en or now, 'none')}.")
    return Change(row.id or None, label, _kind(row, 2), "changed", what, was or None, now or None, *words)


def _whole(what: str, was: str, now: str, zh: str, en: str) -> Change:
    words = (f"{zh}：“{was}” → “{now}”。", f"{en.capitalize()}: “{was}” → “{now}”.")
    return Change(None, None, None, "changed", what, was, now, *words)


def _said(text: str, nothing: str) -> str:
    flat = " / ".join(text.splitlines())
    return f"“{flat}”" if flat else nothing


def _text(row: Row, name: str) -> str:
    """Of a flag, ticked or nothing; of what the table cannot say, nothing."""
    found = row.cells.get(name)
    return (found[1] or "") if found else ""


def _label(row: Row) -> str:
    return _text(row, "label") or _text(row, "text")[:30] or _text(row, "key") or row.id or row.path


def _kind(row: Row, language: int) -> str:
    """In Chinese, in English, or as the code calls it."""
    name = row.kind.name if row.kind else ""
    return (*KIND_WORDS.get(name, ("未知组件", "unknown component")), name)[language]


def _yes_or_no(was: str, now: str) -> tuple[str, str, str, str]:
    """Both in Chinese, then both in English."""
    words = (("否", "no"), ("是", "yes"))
    return words[bool(was)][0], words[bool(now)][0], words[bool(was)][1], words[bool(now)][1]


def _without_columns(raw: Any) -> Any:
    return {name: value for name, value in raw.items() if name != "components"} if isinstance(raw, dict) else raw
