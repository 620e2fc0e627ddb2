"""axe-core, asked inside a page: what it calls serious or critical."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "web" / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")
RUN = "() => axe.run(document, {resultTypes: ['violations'], elementRef: false})"


@cache
def _source() -> str:
    if not AXE.is_file():
        pytest.fail("axe-core is not installed: run `make setup`")
    return AXE.read_text("utf-8")


def findings(page: Page) -> list[str]:
    """Rule, element and what to do of each serious or critical finding.

    The page's policy keeps scripts out: axe comes in by the debugger.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_source())
    found: dict[str, Any] = page.evaluate(RUN)
    return [
        f"{each['id']} ({each['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]
