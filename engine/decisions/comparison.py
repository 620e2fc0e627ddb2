"""Two versions of a decision file -> what differs, by table, rule and cell, in words. Pure; bounded as reading is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from difflib import SequenceMatcher

from engine.decisions.drawing import (
    DrawnDecision,
    DrawnFile,
    DrawnInput,
    DrawnLiteral,
    DrawnOutput,
    DrawnRule,
    DrawnTable,
    within,
)
from engine.decisions.findings import Findings
from engine.decisions.reading import read_file
from engine.decisions.vocabulary import ROOTS, dmn_children
from engine.definition.change_words import MOST, beyond, from_to, unreadable
from engine.definition.changes import Change, How
from engine.definition.vocabulary import Node
from engine.definition.xml import read_document
from engine.errors import Words

_COLUMN = {
    "label": Words("标题", "label"),
    "text": Words("表达式", "expression"),
    "name": Words("变量名", "name"),
    "type_ref": Words("类型", "type"),
    "values": Words("可取的值", "allowed values"),
    "default": Words("默认输出", "default output"),
}
_TABLE = {"hit_policy": Words("命中策略", "hit policy"), "aggregator": Words("汇总方式", "aggregation")}
_LITERAL = {"name": Words("变量名", "name"), "type_ref": Words("类型", "type"), "text": Words("表达式", "expression")}

Columns = Sequence[DrawnInput] | Sequence[DrawnOutput]
Pairs = list[tuple[int | None, int | None]]
"""Positions in the old and in the new; None: there is none."""


def compare_decisions(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Never raises; of a file that cannot be read it says so, and of a decision in it too."""
    before, after = read_document(old, ROOTS).root, read_document(new, ROOTS).root
    if before is None or after is None:
        return () if old == new else unreadable(before is None, after is None)
    found = tuple(_files(before, after))
    return found if len(found) <= MOST else (*found[:MOST], beyond(len(found) - MOST))


def _files(old_root: Node, new_root: Node) -> Iterator[Change]:
    old, new = read_file(old_root, Findings()), read_file(new_root, Findings())
    was, now = _names(old_root), _names(new_root)
    if old.name != new.name:
        said = from_to("文件名称", "Name of the file", old.name, new.name)
        yield Change(None, None, None, "changed", "name", old.name, new.name, said.zh, said.en)
    for id, name in now.items():
        if id not in was:
            yield _change(id, name, "added", None, Words(f"新增决策“{name}”", f"Added decision “{name}”"))
        else:
            yield from _decisions(id, (was[id], name), old, new, _same_text(old_root, new_root, id))
    for id, name in was.items():
        if id not in now:
            yield _change(id, name, "removed", None, Words(f"删除决策“{name}”", f"Removed decision “{name}”"))


def _names(root: Node) -> dict[str, str]:
    return {one.get("id"): one.get("name") or one.get("id") for one in dmn_children(root, "decision") if one.get("id")}


def _same_text(old: Node, new: Node, id: str) -> bool:
    texts = []
    for root in (old, new):
        node = next(one for one in dmn_children(root, "decision") if one.get("id") == id)
        texts.append([(part.tag, sorted(part.attrib.items()), (part.text or "").strip()) for part in node.iter()])
    return texts[0] == texts[1]


def _decisions(id: str, names: tuple[str, str], old: DrawnFile, new: DrawnFile, same: bool) -> Iterator[Change]:
    if names[0] != names[1]:
        words = Words(f"决策“{names[0]}”更名为“{names[1]}”", f"Decision “{names[0]}” renamed to “{names[1]}”")
        yield _change(id, names[1], "changed", "name", words, *names)
    if same:
        return
    before, after = old.decisions.get(id), new.decisions.get(id)
    if before is None or after is None:
        words = Words(f"决策“{names[1]}”无法逐项比较", f"Decision “{names[1]}” cannot be compared item by item")
        yield _change(id, names[1], "changed", "logic", words)
    else:
        yield from _Decision(after).compare(before)


class _Decision:
    """One decision that both files hold."""

    def __init__(self, drawn: DrawnDecision) -> None:
        self._new = drawn

    def compare(self, old: DrawnDecision) -> Iterator[Change]:
        if old.required != self._new.required:
            required = (", ".join(old.required), ", ".join(self._new.required))
            yield self._from_to("required", Words("所依据的决策", "required decisions"), *required)
        before, after = old.logic, self._new.logic
        if isinstance(before, DrawnTable) and isinstance(after, DrawnTable):
            yield from self._tables(before, after)
        elif isinstance(before, DrawnLiteral) and isinstance(after, DrawnLiteral):
            yield from self._members("", Words("", ""), _LITERAL, before, after)
        else:
            yield self._said("changed", "logic", Words("改用另一种决策方式", "is decided in another way"))

    def _tables(self, old: DrawnTable, new: DrawnTable) -> Iterator[Change]:
        yield from self._members("", Words("", ""), _TABLE, old, new)
        inputs = aligned([one.text for one in old.inputs], [one.text for one in new.inputs])
        outputs = aligned([one.name for one in old.outputs], [one.name for one in new.outputs])
        yield from self._columns("input", old.inputs, new.inputs, inputs)
        yield from self._columns("output", old.outputs, new.outputs, outputs)
        yield from self._rules(old, new, inputs, outputs)

    def _columns(self, what: str, old: Columns, new: Columns, pairs: Pairs) -> Iterator[Change]:
        for before, after in pairs:
            if before is None and after is not None:
                yield self._placed("added", f"{what}:{after + 1}", Words("新增", "added"), new[after].place)
            elif after is None and before is not None:
                yield self._placed("removed", f"{what}:{before + 1}", Words("删除", "removed"), old[before].place)
            elif before is not None and after is not None:
                place = new[after].place
                yield from self._members(f"{what}:{after + 1}:", place, _COLUMN, old[before], new[after])

    def _rules(self, old: DrawnTable, new: DrawnTable, inputs: Pairs, outputs: Pairs) -> Iterator[Change]:
        pairs = _rule_pairs(old.rules, new.rules)
        for before, after in pairs:
            if before is None and after is not None:
                yield self._row("added", Words("新增", "added"), new.rules[after])
            elif after is None and before is not None:
                yield self._row("removed", Words("删除", "removed"), old.rules[before])
            elif before is not None and after is not None:
                yield from self._cells(old.rules[before], new.rules[after], new, inputs, outputs)
        kept = [before for before, after in sorted(pairs, key=_by_new) if before is not None and after is not None]
        if kept != sorted(kept):
            yield self._said("changed", "order", Words("规则的次序有改动", "rules stand in another order"))

    def _cells(
        self, old: DrawnRule, new: DrawnRule, table: DrawnTable, inputs: Pairs, outputs: Pairs
    ) -> Iterator[Change]:
        of_inputs = ("input", inputs, old.inputs, new.inputs, table.inputs)
        of_outputs = ("output", outputs, old.outputs, new.outputs, table.outputs)
        for what, pairs, before, after, columns in (of_inputs, of_outputs):
            for one, other in pairs:
                if one is None or other is None or before[one] == after[other]:
                    continue
                place = within(new.place, columns[other].place)
                yield self._from_to(f"rule:{new.number}:{what}:{other + 1}", place, before[one], after[other])

    def _members(
        self, prefix: str, place: Words, names: dict[str, Words], old: object, new: object
    ) -> Iterator[Change]:
        for name, words in names.items():
            before, after = getattr(old, name, None), getattr(new, name, None)
            if before != after:
                said = Words(f"{place.zh}{words.zh}", f"{place.en} {words.en}".strip())
                yield self._from_to(f"{prefix}{name}", said, before or "", after or "")

    def _row(self, how: How, verb: Words, rule: DrawnRule) -> Change:
        cells = f"{' | '.join(rule.inputs)} → {' | '.join(rule.outputs)}"
        place = Words(f"{rule.place.zh}（{cells[:200]}）", f"{rule.place.en} ({cells[:200]})")
        return self._placed(how, f"rule:{rule.number}", verb, place)

    def _placed(self, how: How, what: str, verb: Words, place: Words) -> Change:
        return self._said(how, what, Words(f"{verb.zh}{place.zh}", f"{verb.en} {place.en}"))

    def _from_to(self, what: str, place: Words, before: str, after: str) -> Change:
        return self._said("changed", what, Words(*from_to(place.zh, place.en, before, after)), before, after)

    def _said(self, how: How, what: str, said: Words, before: str | None = None, after: str | None = None) -> Change:
        name = self._new.name
        words = Words(f"决策“{name}”：{said.zh}", f"Decision “{name}”: {said.en}")
        return _change(self._new.id, name, how, what, words, before, after)


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> Pairs:
    """Which old one has become which new one: equal ones first, and what stands between them in turn."""
    pairs: Pairs = []
    for _, i, i_end, j, j_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        both = min(i_end - i, j_end - j)
        pairs += [(i + k, j + k) for k in range(both)]
        pairs += [(k, None) for k in range(i + both, i_end)]
        pairs += [(None, k) for k in range(j + both, j_end)]
    return pairs


def _rule_pairs(old: Sequence[DrawnRule], new: Sequence[DrawnRule]) -> Pairs:
    """By their ids, as editors keep them; where these are missing or not unique, by what they say."""
    was = {rule.id: number for number, rule in enumerate(old) if rule.id}
    now = {rule.id: number for number, rule in enumerate(new) if rule.id}
    if len(was) < len(old) or len(now) < len(new):
        return aligned([(one.inputs, one.outputs) for one in old], [(one.inputs, one.outputs) for one in new])
    pairs: Pairs = [(was.get(id), number) for id, number in now.items()]
    return pairs + [(number, None) for id, number in was.items() if id not in now]


def _by_new(pair: tuple[int | None, int | None]) -> int:
    return -1 if pair[1] is None else pair[1]


def _change(
    id: str, name: str, how: How, what: str | None, words: Words, before: str | None = None, after: str | None = None
) -> Change:
    return Change(id, name, "decision", how, what, before, after, words.zh, words.en)
