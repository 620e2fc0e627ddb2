"""Which timers wait again after they have fired: cycles, and dates that ask a function whose answer moves on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from engine.definition.catalogue import Catalogue
from engine.definition.expression_checks import has_expression
from engine.definition.model import ElementModel, TimerModel


def mark_repeating(elements: Mapping[str, ElementModel], catalogue: Catalogue) -> dict[str, ElementModel]:
    """The same elements with `TimerModel.repeats` set. Only a non-interrupting boundary event can fire twice."""
    return {id_: _marked(element, catalogue) for id_, element in elements.items()}


def _marked(element: ElementModel, catalogue: Catalogue) -> ElementModel:
    timer = element.timer
    if timer is None or element.interrupting or element.kind != "boundaryEvent":
        return element
    repeats = timer.kind == "cycle" or (timer.kind == "date" and _asks_anew(timer, catalogue))
    return replace(element, timer=replace(timer, repeats=repeats))


def _asks_anew(timer: TimerModel, catalogue: Catalogue) -> bool:
    if not has_expression(timer.text):
        return False
    return not catalogue.rearming.isdisjoint(catalogue.language.compile(timer.text).functions)
