"""Two versions of a diagram -> what differs, element by element, in words. Pure; bounded as reading a diagram is."""

from __future__ import annotations

from collections.abc import Iterator

from engine.definition.change_words import MOST, Namer, beyond, unreadable
from engine.definition.changes import Change
from engine.definition.facts import Drawing, Element, Shape, read_drawing
from engine.definition.xml import read_document

_ENDS = ("sourceRef", "targetRef")


def compare(old: bytes, new: bytes) -> tuple[Change, ...]:
    """Changes in the order of the new drawing, then what was removed, then what was only moved.

    Never raises; of a file that cannot be read it says so. After 500 changes the rest is counted.
    """
    before, after = read_document(old).root, read_document(new).root
    if before is None or after is None:
        return () if old == new else unreadable(before is None, after is None)
    found = tuple(_Comparison(read_drawing(before), read_drawing(after)).all())
    return found if len(found) <= MOST else (*found[:MOST], beyond(len(found) - MOST))


class _Comparison:
    def __init__(self, old: Drawing, new: Drawing) -> None:
        self._old, self._new = old, new
        self._was, self._is = Namer(old), Namer(new)

    def all(self) -> Iterator[Change]:
        for id, element in self._new.elements.items():
            before = self._old.elements.get(id)
            if before is None or before.kind != element.kind:
                yield from self._added(element)
            else:
                yield from self._changed(before, element)
        for id, element in self._old.elements.items():
            after = self._new.elements.get(id)
            if after is None or after.kind != element.kind:
                yield from self._removed(element)
        for id, shape in self._new.shapes.items():
            yield from self._moved(id, shape)

    def _added(self, element: Element) -> Iterator[Change]:
        if not _goes_without_saying(element, self._old, self._new):
            yield self._is.added(element)

    def _removed(self, element: Element) -> Iterator[Change]:
        if not _goes_without_saying(element, self._new, self._old):
            yield self._was.removed(element)

    def _changed(self, before: Element, after: Element) -> Iterator[Change]:
        if before.name != after.name:
            yield self._is.renamed(before, after)
        aspects = dict.fromkeys((*before.facts, *after.facts))
        for aspect in aspects:
            one, other = before.facts.get(aspect), after.facts.get(aspect)
            if one != other:
                element, namer = (before, self._was) if aspect in _ENDS else (after, self._is)
                yield namer.changed(element, aspect, self._was.value(aspect, one), self._is.value(aspect, other))

    def _moved(self, id: str, shape: Shape) -> Iterator[Change]:
        """A line that only follows the elements at its ends is not told."""
        element, before = self._new.elements.get(id), self._old.shapes.get(id)
        if element is None or before is None or before == shape or not _same(element, self._old):
            return
        if not shape.size and self._follows(element):
            return
        what = "position" if before.at != shape.at else "size" if before.size != shape.size else "look"
        yield self._is.moved(element, what)

    def _follows(self, flow: Element) -> bool:
        ends = [flow.facts.get(end, "") for end in _ENDS]
        return any(self._old.shapes.get(end) != self._new.shapes.get(end) for end in ends)


def _same(element: Element, drawing: Drawing) -> bool:
    there = drawing.elements.get(element.id)
    return there is not None and there.kind == element.kind


def _goes_without_saying(element: Element, without: Drawing, within: Drawing) -> bool:
    """A bare flow at a node that came or went with it: the node's own sentence names both its neighbours."""
    if element.kind != "sequenceFlow" or element.name or set(element.facts) - set(_ENDS):
        return False
    ends = [within.elements.get(element.facts.get(end, "")) for end in _ENDS]
    return any(end is not None and not _same(end, without) for end in ends)
