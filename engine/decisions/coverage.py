"""What a table leaves open or says twice: boxes of values are cut by the rules, within a bound; the rest is told."""

from __future__ import annotations

from collections.abc import Iterator
from operator import and_

from engine.decisions.domain import Domain, domain_of
from engine.decisions.findings import Place
from engine.decisions.table import Input, Rule, Table
from engine.errors import Words

MAX_BOXES = 2_000  # that a table may be cut into
MAX_CUTS = 200_000  # comparisons of a box with a rule, in one table
MAX_TOLD = 5  # gaps, and overlaps, told of one table

Box = tuple[int, ...]


class _TooMany(Exception):
    """The bound was met; nothing can be said."""


def examine(table: Table, place: Place) -> None:
    """Add what is found to the findings; of a table that is too big, or has variables in its cells, it is said."""
    if not table.inputs or not table.rules:
        return
    variable = next((rule for rule in table.rules if not all(cell.is_fixed for cell in rule.cells)), None)
    if variable is not None:
        place.add("not_examined_variable", rule=variable.drawn.number)
        return
    try:
        _Examination(table, place).run()
    except _TooMany:
        place.add("not_examined_size")


class _Examination:
    """One table: its domains, and each rule as a box."""

    def __init__(self, table: Table, place: Place) -> None:
        self._table = table
        self._place = place
        self._left = MAX_CUTS
        groups: dict[str, list[int]] = {}
        for at, column in enumerate(table.inputs):
            groups.setdefault(column.drawn.text, []).append(at)
        self._domains: list[Domain] = []
        self._boxes: list[list[int]] = [[] for _ in table.rules]
        for columns in groups.values():
            self._add(columns)
        self._whole: Box = tuple(domain.whole for domain in self._domains)
        self._rules = list(zip(table.rules, map(tuple, self._boxes), strict=True))

    def _add(self, columns: list[int]) -> None:
        """Columns that ask the same are one domain: a rule holds where all its cells do."""
        asked: list[Input] = [self._table.inputs[at] for at in columns]
        domain = domain_of(asked, [rule.cells[at] for rule in self._table.rules for at in columns])
        self._domains.append(domain)
        for rule, box in zip(self._table.rules, self._boxes, strict=True):
            mask = domain.whole
            for at in columns:
                mask &= domain.mask(rule.cells[at])
            box.append(mask)

    def run(self) -> None:
        for rule, box in self._rules:
            if not all(box):
                self._place.add("rule_never", rule=rule.drawn.number)
        policy = self._table.hit_policy
        if policy in ("UNIQUE", "ANY"):
            self._overlaps(policy)
        if policy == "FIRST":
            self._unreachable()
        if not self._table.gives_list and self._table.aggregator is None and not self._has_default():
            self._gaps()

    def _has_default(self) -> bool:
        return any(output.default for output in self._table.outputs)

    def _overlaps(self, policy: str) -> None:
        told = 0
        for one, other, common in self._meeting():
            if policy == "ANY" and not _differ(one, other):
                continue
            code = "rules_overlap" if policy == "UNIQUE" else "rules_differ"
            told += 1
            if told > MAX_TOLD:
                self._place.add("more_overlaps", count=MAX_TOLD)
                return
            self._place.add(code, one=one.drawn.number, other=other.drawn.number, example=self._example(common))

    def _meeting(self) -> Iterator[tuple[Rule, Rule, Box]]:
        for at, (one, box) in enumerate(self._rules):
            for other, second in self._rules[at + 1 :]:
                if all(map(and_, box, second)):
                    yield one, other, tuple(map(and_, box, second))

    def _unreachable(self) -> None:
        """Rules under FIRST whose whole box the rules before have taken."""
        for at, (rule, box) in enumerate(self._rules):
            if all(box) and not self._cut([box], [before for _, before in self._rules[:at]]):
                self._place.add("rule_unreachable", rule=rule.drawn.number)

    def _gaps(self) -> None:
        left = self._cut([self._whole], [box for _, box in self._rules])
        for box in left[:MAX_TOLD]:
            self._place.add("gap", example=self._example(box))
        if len(left) > MAX_TOLD:
            self._place.add("more_gaps", count=len(left) - MAX_TOLD)

    def _cut(self, boxes: list[Box], taken: list[Box]) -> list[Box]:
        """What is left of boxes when others are taken away."""
        for other in taken:
            self._left -= len(boxes)
            boxes = [piece for box in boxes for piece in _minus(box, other)]
            if len(boxes) > MAX_BOXES or self._left < 0:
                raise _TooMany
        return boxes

    def _example(self, box: Box) -> Words:
        words = [found for domain, mask in zip(self._domains, box, strict=True) if (found := domain.words(mask))]
        if not words:
            return Words("任何输入", "any input")
        return Words("，".join(one.zh for one in words), ", ".join(one.en for one in words))


def _minus(box: Box, other: Box) -> Iterator[Box]:
    """The parts of a box outside another; they do not meet."""
    if not all(a & b for a, b in zip(box, other, strict=True)):
        yield box
        return
    rest = list(box)
    for at, mask in enumerate(other):
        outside = rest[at] & ~mask
        if outside:
            yield (*rest[:at], outside, *rest[at + 1 :])
            rest[at] &= mask


def _differ(one: Rule, other: Rule) -> bool:
    """Whether two rules surely give different outputs; what an expression gives is seen when the decision is made."""
    pairs = zip(one.entries, other.entries, strict=True)
    return any(a.expression is None and b.expression is None and not _equal(a.value, b.value) for a, b in pairs)


def _equal(one: object, other: object) -> bool:
    return one == other and (type(one) is bool) == (type(other) is bool)
