"""When a join fires, and which tokens it takes."""

from __future__ import annotations

from tests.oracle.drawing import Element
from tests.oracle.tokens import Running, Token


def partners_of(token: Token) -> list[Token] | None:
    """One token of each way into the join that has one, the nearest relatives of the latest; None: it waits."""
    running, element = token.scope, token.element
    here = [one for one in running.tokens if one.element is element and one.state == "joining"]
    for latest in sorted(here, key=lambda one: -one.stamp):
        chosen_by_way: dict[str, Token] = {latest.via.source if latest.via else "": latest}
        for one in sorted(here, key=lambda one: (-_related(one, latest), one.stamp)):
            chosen_by_way.setdefault(one.via.source if one.via else "", one)
        missing = {way.source for way in running.scope.into(element)} - chosen_by_way.keys()
        if not missing or (
            element.kind == "inclusiveGateway" and not _may_come(running, element, missing, set(chosen_by_way))
        ):
            return sorted(chosen_by_way.values(), key=lambda one: one.stamp)
    return None


def _may_come(running: Running, join: Element, missing: set[str], filled: set[str]) -> bool:
    """BPMN 2.0, 13.4.3: a token from which a missing way can be reached, and none that has brought a token."""
    for token in running.tokens:
        if token.element is join:
            continue
        reached = _reached(running, token.element, join)
        if reached & missing and not reached & filled:
            return True
    return False


def _reached(running: Running, element: Element, join: Element) -> set[str]:
    """The elements that may come before the join, seen from an element; itself included."""
    found, ahead = {element.id}, [element.id]
    while ahead:
        one = ahead.pop()
        targets = {way.target for way in running.scope.ways if way.source == one and way.target != join.id}
        targets |= {event.id for event in running.scope.elements.values() if event.host == one}
        ahead += targets - found
        found |= targets
    return found


def _related(one: Token, other: Token) -> int:
    """How many forks two tokens have in common."""
    common = 0
    for a, b in zip(one.lineage, other.lineage, strict=False):
        if a[0] is not b[0] or a[1] != b[1]:
            return common + (a[0] is b[0])
        common += 2
    return common
