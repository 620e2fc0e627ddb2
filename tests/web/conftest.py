"""What tests of pages ask for: a small application, and one page rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, render_template
from lxml import html

from engine.clock import ManualClock
from tests.web.frame import frame, small_app, write_build
from tests.web.house import Pages, open_pages

Render = Callable[..., html.HtmlElement]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    write_build(tmp_path / "static")
    return small_app(tmp_path)


@pytest.fixture
def render(app: Flask) -> Render:
    """render("task.html", language, task=…) -> the parsed page."""

    def page(template: str, language: str = "zh", **view: Any) -> html.HtmlElement:
        with app.test_request_context("/", headers={"Cookie": f"signalbox_language={language}"}):
            app.preprocess_request()
            return html.document_fromstring(render_template(template, **({"frame": frame()} | view)))

    return page


@pytest.fixture
def pages(database_url: str, clock: ManualClock) -> Iterator[Pages]:
    """The whole product on an empty database of either kind, with people in every role."""
    with open_pages(database_url, clock) as found:
        yield found
