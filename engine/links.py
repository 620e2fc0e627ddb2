"""关联: the kinds of links between cases, and how each is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import EngineError, Words


@dataclass(frozen=True)
class LinkKind:
    """`source` is the case that points, `target` what it points at."""

    forth: Words  # what the target is to the source
    back: Words  # what the source is to the target


KINDS: Mapping[str, LinkKind] = {
    "parent": LinkKind(Words("上级工单", "parent"), Words("下级工单", "child")),
    "duplicate": LinkKind(Words("重复于", "duplicate of"), Words("重复工单", "duplicated by")),
    "caused_by": LinkKind(Words("起因", "caused by"), Words("引发", "cause of")),
    "proposed": LinkKind(Words("提议", "proposed"), Words("提议来源", "proposed by")),
}
"""parent: the target is the parent of the source. duplicate: the source is a duplicate of the target. caused_by: the
target has caused the source. proposed: the target was proposed out of the source."""


class LinkRefused(EngineError):
    """The cases cannot be linked: {reason}."""

    code, status = "link_refused", 422
    zh = "不能关联：{reason}。"


class NotLinked(EngineError):
    """These cases are not linked in this way."""

    code, status = "not_linked", 409
    zh = "两个工单之间没有这种关联。"


SAME_CASE = Words("不能关联到自身", "a case is not linked to itself")
OTHER_CLIENT = Words("两个工单不属于同一业主", "they are cases of different clients")
LINKED = Words("已有同类关联", "they are linked in this way already")
UNKNOWN_KIND = Words("没有这种关联", "there is no such kind of link")
TOO_MANY = Words("关联过多", "there are too many links already")
MAX_LINKS = 200  # of one case
