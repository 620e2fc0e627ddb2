"""The sentences of a comparison, in both languages. Elements are called as the people who drew them call them."""

from __future__ import annotations

from engine.definition.aspects import aspect_words, value_words
from engine.definition.changes import Change, How
from engine.definition.facts import NODES, Drawing, Element
from engine.definition.vocabulary import Words

MOST = 500
"""Changes that are listed."""
LONGEST = 200
"""Characters of a value within a sentence; a change itself holds ten times as many."""
_REFERRING = frozenset({"sourceRef", "targetRef", "default", "attachedToRef", "lane", "scope", "processRef"})
_MOVED = {
    "position": Words("移动了位置", "was moved"),
    "size": Words("改变了大小", "has another size"),
    "look": Words("改变了外观", "has another look"),
}


class Namer:
    """Calls the elements of one drawing by name."""

    def __init__(self, drawing: Drawing) -> None:
        self._elements = drawing.elements
        self._before: dict[str, list[str]] = {}
        self._after: dict[str, list[str]] = {}
        for element in drawing.elements.values():
            if element.kind == "sequenceFlow":
                source, target = element.facts.get("sourceRef", ""), element.facts.get("targetRef", "")
                self._after.setdefault(source, []).append(target)
                self._before.setdefault(target, []).append(source)

    def title(self, element: Element) -> Words:
        """用户任务“核实派单”; a flow with both its ends."""
        if element.id is None:
            return Words("文件", "the file")
        if element.kind == "sequenceFlow":
            name, ends = element.name, self._ends(element)
            if not name:
                return Words(f"顺序流“{ends.zh}”", f"sequence flow “{ends.en}”")
            return Words(f"顺序流“{name}”（{ends.zh}）", f"sequence flow “{name}” ({ends.en})")
        name = element.name or element.id
        return Words(f"{element.words.zh}“{name}”", f"{element.words.en} “{name}”")

    def value(self, aspect: str, value: str | None) -> Words | None:
        """A fact as it is read: what refers to an element says its name."""
        if value is None:
            return None
        if aspect not in _REFERRING:
            return value_words(aspect, value)
        element = self._elements.get(value)
        if element is not None and element.kind == "sequenceFlow":
            ends = self._ends(element)
            return Words(element.name or ends.zh, element.name or ends.en)
        return self._name(value)

    def added(self, element: Element) -> Change:
        title, place = self.title(element), self._place(element)
        here = Words(f"（在{place.zh}）", f" ({place.en})") if place else Words("", "")
        words = Words(f"新增{title.zh}{here.zh}", f"Added {title.en}{here.en}")
        return _change(element, "added", None, None, None, words)

    def removed(self, element: Element) -> Change:
        title, place = self.title(element), self._place(element)
        here = Words(f"（原在{place.zh}）", f" (it stood {place.en})") if place else Words("", "")
        words = Words(f"删除{title.zh}{here.zh}", f"Removed {title.en}{here.en}")
        return _change(element, "removed", None, None, None, words)

    def renamed(self, before: Element, after: Element) -> Change:
        if after.kind == "sequenceFlow":
            ends = self._ends(after)
            title = Words(f"顺序流“{ends.zh}”：名称", f"sequence flow “{ends.en}”: name")
            return _told(after, "name", title, _plain(before.name), _plain(after.name))
        kind = after.words
        if not before.name or not after.name:
            title = Words(f"{kind.zh}“{after.id}”：名称", f"{kind.en} “{after.id}”: name")
            return _told(after, "name", title, _plain(before.name), _plain(after.name))
        words = Words(
            f"{kind.zh}“{before.name}”更名为“{after.name}”",
            f"{_capital(kind.en)} “{before.name}” renamed to “{after.name}”",
        )
        return _change(after, "changed", "name", before.name, after.name, words)

    def changed(self, element: Element, aspect: str, before: Words | None, after: Words | None) -> Change:
        title, what = self.title(element), aspect_words(aspect)
        said = Words(f"{title.zh}：{what.zh}", f"{title.en}: {what.en}")
        return _told(element, aspect, said, before, after)

    def moved(self, element: Element, what: str) -> Change:
        title, how = self.title(element), _MOVED[what]
        words = Words(f"{title.zh}{how.zh}", f"{_capital(title.en)} {how.en}")
        return _change(element, "moved", what, None, None, words)

    def _place(self, element: Element) -> Words | None:
        """Behind what and before what a node stands; of a boundary event, its host."""
        if element.kind not in NODES or element.id is None:
            return None
        host = element.facts.get("attachedToRef")
        if host:
            name = self._name(host)
            return Words(f"“{name.zh}”上", f"on “{name.en}”")
        sources, targets = self._before.get(element.id, []), self._after.get(element.id, [])
        parts = []
        if sources:
            names = [self._name(id) for id in sources]
            parts.append(Words(f"{_list_zh(names)}之后", f"after {_list_en(names)}"))
        if targets:
            names = [self._name(id) for id in targets]
            parts.append(Words(f"{_list_zh(names)}之前", f"before {_list_en(names)}"))
        return Words("、".join(one.zh for one in parts), ", ".join(one.en for one in parts)) if parts else None

    def _name(self, id: str) -> Words:
        element = self._elements.get(id)
        if element is None:
            return Words(id, id)
        if element.name:
            return Words(element.name, element.name)
        return Words(f"{element.words.zh} {id}", f"{element.words.en} {id}") if element.kind in NODES else Words(id, id)

    def _ends(self, flow: Element) -> Words:
        source, target = (self._name(flow.facts.get(end, "")) for end in ("sourceRef", "targetRef"))
        return Words(f"{source.zh} → {target.zh}", f"{source.en} → {target.en}")


def from_to(zh: str, en: str, before: str, after: str) -> Words:
    """From one value to another; "": there was none, or there is none any more."""
    old, new = _cut(before), _cut(after)
    if not old:
        return Words(f"{zh}设为“{new}”", f"{en} set to “{new}”")
    if not new:
        return Words(f"{zh}“{old}”被删去", f"{en} “{old}” taken away")
    return Words(f"{zh}由“{old}”改为“{new}”", f"{en} changed from “{old}” to “{new}”")


def unreadable(before: bool, after: bool) -> tuple[Change, ...]:
    """Which of the two files cannot be read."""
    which = Words("旧文件", "The old file cannot") if before else Words("新文件", "The new file cannot")
    which = Words("新旧文件都", "Neither file can") if before and after else which
    zh, en = f"{which.zh}无法读取，不能逐项比较", f"{which.en} be read: nothing can be compared"
    return (Change(None, None, None, "changed", "file", None, None, zh, en),)


def beyond(count: int) -> Change:
    """The changes that are not listed."""
    zh, en = f"另有 {count} 处改动未列出", f"{count} more changes are not listed"
    return Change(None, None, None, "changed", "more", None, str(count), zh, en)


def _told(element: Element, what: str, title: Words, before: Words | None, after: Words | None) -> Change:
    """From one value to another, or to none, or from none."""
    nothing = Words("", "")
    old, new = before or nothing, after or nothing
    zh, en = from_to(*title, old.zh, new.zh).zh, from_to(*title, old.en, new.en).en
    words = Words(zh, _capital(en))
    one, other = before.zh if before else None, after.zh if after else None
    return _change(element, "changed", what, one, other, words)


def _change(
    element: Element, how: How, what: str | None, before: str | None, after: str | None, words: Words
) -> Change:
    one, other = (None if value is None else _cut(value, 10 * LONGEST) for value in (before, after))
    kind = None if element.id is None else element.kind
    return Change(element.id, element.name or None, kind, how, what, one, other, words.zh, words.en)


def _plain(text: str) -> Words | None:
    return Words(text, text) if text else None


def _cut(text: str, most: int = LONGEST) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _list_zh(names: list[Words]) -> str:
    return "、".join(f"“{name.zh}”" for name in names)


def _list_en(names: list[Words]) -> str:
    return ", ".join(f"“{name.en}”" for name in names)
