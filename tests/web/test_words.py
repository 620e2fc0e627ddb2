"""No page speaks the wrong language: what is not the owners' own words is Chinese in Chinese and English in English."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from functools import cache

import pytest
from lxml import html
from sqlalchemy import JSON, String, select

from engine.models import Base, Design
from tests.web.frame import WEB
from tests.web.house import Pages
from tests.web.test_translations import known
from tests.web.walk import ROLES, settle
from web.kinds import KINDS
from web.records import RECORDS

ROOT = WEB.parent
CHINESE = re.compile(r"[一-鿿]+")
SPOKEN = ("aria-label", "placeholder", "title", "alt", "data-missing", "data-offline", "data-unreached", "data-printed")
"""Attributes that are read out or shown."""
SILENT = ("script", "style", "code", "template")
OURS = {"Signalbox", "English", "中文", "openapi.json", "API"}
"""Names, and the name of the other language in its own letters."""
SHIPPED = [*(ROOT / "bpmn").rglob("*.*"), *(ROOT / "forms").rglob("*.json")]
"""Drawings, tables, packs and forms: words of their owners, in their language."""
ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""The walk over every page is long, and words do not depend on the database."""
LOOSE = re.compile(r'loose_fact\(\s*"([a-z_]+)"')
LETTERS = re.compile(r"[A-Za-z]{2,}[A-Za-z ,.:;’'“”-]* [A-Za-z ,.:;’'“”-]*[A-Za-z]{2,}")
"""Two English words or more."""


@ON_ONE
def test_no_chinese_stands_on_an_english_page_but_the_owners_words(pages: Pages) -> None:
    city, wrong, looked = settle(pages), set(), 0
    owned = runs(owners_words(pages))
    for role in ROLES:
        visitor = pages.visitor(role, "en")
        for endpoint, path in city.addresses():
            answer = visitor.get(path)
            if answer.status not in (302, 303) and answer.response.mimetype == "text/html":
                looked += 1
                foreign = runs(" ".join(spoken(answer.page))) - owned - OURS
                wrong |= {f"{endpoint}: {run}" for run in foreign}
    assert wrong == set(), "\n".join(sorted(wrong))
    assert looked > 150


@ON_ONE
def test_no_english_stands_on_a_chinese_page(pages: Pages) -> None:
    city, wrong, looked = settle(pages), set(), 0
    untranslated = {msgid for msgid, forms in known().items() if len(msgid) > 1 and msgid not in forms} - OURS
    for role in ROLES:
        visitor = pages.visitor(role)
        for endpoint, path in city.addresses():
            answer = visitor.get(path)
            if answer.status not in (302, 303) and answer.response.mimetype == "text/html":
                looked += 1
                for text in spoken(answer.page):
                    if text in untranslated or (LETTERS.search(text) and not CHINESE.search(text)):
                        wrong.add(f"{endpoint}: {text}")
    assert wrong == set(), "\n".join(sorted(wrong))
    assert looked > 150


def test_every_event_of_no_case_has_a_sentence_and_a_kind() -> None:
    sources = [path for room in ("accounts", "engine", "maintenance") for path in (ROOT / room).rglob("*.py")]
    types = {name for path in sources for name in LOOSE.findall(path.read_text("utf-8"))}
    assert len(types) > 30
    assert sorted(types - set(RECORDS)) == []
    assert sorted(types - set().union(*KINDS.values())) == []


def spoken(page: html.HtmlElement) -> Iterator[str]:
    """Each text and each attribute that people are shown or told, without what only programs read."""
    for each in page.iter("*"):
        if each.tag in SILENT or each.get("class") == "avatar":  # the first letter of a name
            continue
        texts = [each.text, *(child.tail for child in each), *(each.get(name) for name in SPOKEN)]
        yield from (" ".join(text.split()) for text in texts if text and text.strip())


def runs(text: str) -> set[str]:
    """The Chinese in a text, each unbroken run of letters by itself."""
    return set(CHINESE.findall(text))


def owners_words(pages: Pages) -> str:
    """All that people have typed or drawn: the shipped files, and every text of the database."""
    columns = [column for table in Base.metadata.sorted_tables for column in table.columns]
    spoken_in = [column for column in columns if isinstance(column.type, String | JSON)]
    with pages.engine.read() as connection:
        values = [value for column in spoken_in for value in connection.scalars(select(column))]
        drawn = connection.scalars(select(Design.content)).all()
    texts = [one.decode("utf-8", "replace") for one in drawn]
    return "\n".join([json.dumps(values, ensure_ascii=False, default=str), *texts, shipped()])


@cache
def shipped() -> str:
    return "\n".join(path.read_text("utf-8") for path in SHIPPED if path.suffix in (".bpmn", ".dmn", ".yaml", ".json"))


def test_no_chinese_stands_in_the_code_of_pages() -> None:
    """Words of pages go through the catalogue. Times are put into words in web/dates.py, in both languages."""
    found = []
    for path in sorted(WEB.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told]
        found += [f"{path.name}:{one.lineno} {one.value!r}" for one in texts if CHINESE.search(str(one.value))]
    assert [one for one in found if not one.startswith("dates.py:")] == []


SAID = re.compile(
    r"(?:textContent|innerText|placeholder|title|alt|ariaLabel)\s*[=:]\s*(['\"`])(?!\1)[^'\"`$]*[A-Za-z]{2,}"
)
"""A script that shows words of its own."""


def test_no_script_speaks_by_itself() -> None:
    """What a script shows comes from the page's data attributes: it knows no language.

    The editors speak by a dictionary; tests/browser/test_modeler.py finds what it lacks.
    """
    found, source = [], WEB / "frontend" / "src"
    editors = {source / name for name in ("modeler", "dmn", "translation")}
    for path in sorted(path for path in source.rglob("*.js") if not editors & set(path.parents)):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            code = re.sub(r"(^|\s)//.*|^\s*\*.*|/\*.*?\*/", "", line)
            if SAID.search(code) or CHINESE.search(code.replace("？", "")):
                found.append(f"{path.name}:{number} {line.strip()}")
    assert found == []
    assert SAID.search("button.textContent = 'Try again';")
    assert not SAID.search("button.textContent = words.retry;")
