"""The ratios of the last kept run, to see when a change has made the product dearer."""

from __future__ import annotations

import json
from pathlib import Path

FILE = Path(__file__).with_name("baseline.json")
WORSE = 1.15
"""A ratio so much larger than the kept one is worth a warning; below it lies the noise of a shared machine."""


def kept() -> dict[str, float]:
    """ "postgresql 8" -> ratio at 8 clients."""
    found: dict[str, float] = json.loads(FILE.read_text("utf-8"))
    return found


def warnings(ratios: dict[str, float]) -> list[str]:
    """Times are not compared: they are the machine's. Ratios are the product's."""
    before = kept()
    return [
        f"WORSE than bench/baseline.json: {name} clients {ratio:.2f}, was {before[name]:.2f}"
        for name, ratio in ratios.items()
        if name in before and ratio > before[name] * WORSE
    ]


def keep(ratios: dict[str, float]) -> None:
    FILE.write_text(json.dumps(ratios, indent=2) + "\n", "utf-8")
