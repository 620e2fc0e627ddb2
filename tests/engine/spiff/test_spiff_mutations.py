"""Spoiled diagrams: each is answered with findings, or accepted and then runs with nothing but typed refusals."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from engine.definition.check import check
from engine.definition.codes import WORDINGS
from engine.definition.model import ProcessModel
from engine.errors import SignalboxError
from engine.spiff.behaviour import Place
from engine.spiff.builder import build
from engine.spiff.trial import trial_start
from tests.engine.spiff.cases import Run, Told
from tests.engine.spiff.mutations import SHIPPED, catalogue, corpus, spoiled
from tests.engine.spiff.test_spiff_walks import choices, take

CATALOGUE = catalogue()
CORPUS = corpus()
START = {"n": 0, "again": False, "next_due": None, "x": True, "ways": "ab", "items": [1, 2]}
PARTS, EACH = 10, 300  # 3,000 in a test run
MAX_CPU = 5.0  # seconds for one diagram; the slowest took a tenth


class Careless(Told):
    """Speaks the language of the mutations' catalogue; every service is called outside now and then."""

    def evaluate(self, source: str, data: Mapping[str, Any], place: Place | None) -> Any:
        return CATALOGUE.language.compile(source).evaluate(data)

    def call_service(self, place: Place, data: Mapping[str, Any]) -> dict[str, Any] | None:
        return None if len(place.element.id) % 2 else super().call_service(place, data)


def test_the_corpus_is_whole() -> None:
    """Everything that is spoiled was right before: so is what has been shipped."""
    assert len(SHIPPED) >= 1
    for content in CORPUS:
        report = check(content, CATALOGUE)
        assert report.model is not None, [finding.message_en for finding in report.errors]


@pytest.mark.parametrize("part", range(PARTS))
def test_spoiled_diagrams(part: int) -> None:
    dice, outcomes = random.Random(f"spoiled {part}"), Counter[str]()  # noqa: S311
    for _ in range(EACH):
        began = time.process_time()
        outcomes[outcome(spoiled(dice.choice(CORPUS), dice), dice)] += 1
        assert time.process_time() - began < MAX_CPU
    assert outcomes["refused"] > EACH / 4
    assert outcomes["ran"] > EACH / 8


def outcome(content: bytes, dice: random.Random) -> str:
    """What became of it; anything but a finding or a refusal of ours comes out as it is."""
    report = check(content, CATALOGUE)
    assert all(finding.code in WORDINGS and finding.message_zh and finding.message_en for finding in report.findings)
    if report.model is None:
        assert report.refused
        return "refused"
    try:
        trial_start(report.model)
    except SignalboxError:
        return "refused on trial"
    return ran(report.model, dice)


def ran(model: ProcessModel, dice: random.Random) -> str:
    """Every way to begin, and up to ten steps from there, saved before each."""
    specification = build(model)
    for start in model.starts:
        try:
            run = Run(specification, START, told=Careless(), at=start.id)
            for step in range(10):
                if not (can := choices(run)):
                    break
                run.save()
                take(run, dice.choice(can), {"again": step < 3, "v": step})
                run.left()
        except SignalboxError:
            return "refused in a step"
    return "ran"
