"""Every finding is worded in both languages, explained to owners, and free of the words of a programmer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.definition.codes import WORDINGS
from engine.spiff.errors import ExecutionLimit

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "owner" / "findings.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL))
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PYTHON_WORDS = re.compile(
    r"\b(None|True|False|str|int|float|bool|dict|tuple|list|NoneType|object|exception|traceback|\w+Error|lxml|etree"
    r"|xpath|codec|Python|attribute error|key error|null pointer)\b",
    re.IGNORECASE,
)


def test_every_code_in_the_source_is_worded() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "definition").glob("*.py"))
    used = set(re.findall(r'(?:finding|collector\.add|_unknown)\(\s*"([a-z_]+)"', source))
    assert len(used) > 50
    assert used <= set(WORDINGS)


@pytest.mark.parametrize("code", WORDINGS)
def test_both_languages_say_the_same_parameters(code: str) -> None:
    wording = WORDINGS[code]
    assert CHINESE.search(wording.zh)
    assert not CHINESE.search(wording.en)
    assert sorted(re.findall(r"{\w+}", wording.zh)) == sorted(re.findall(r"{\w+}", wording.en))
    assert wording.en.endswith((".", "{hint}", "{reason}"))
    assert not PYTHON_WORDS.search(wording.en)
    assert not PYTHON_WORDS.search(wording.zh)


@pytest.mark.parametrize("code", WORDINGS)
def test_every_code_is_explained_to_owners(code: str) -> None:
    section = SECTIONS[code]
    assert re.search(r"^\*\*.+\*\*", section, re.MULTILINE)
    assert "改法：" in section
    assert "To mend:" in section
    assert section.index("改法：") < section.index("To mend:")


def test_nothing_else_is_explained() -> None:
    """The trial start before publishing has a finding of its own."""
    assert list(SECTIONS) == [*WORDINGS, ExecutionLimit.code]
