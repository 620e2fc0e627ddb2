"""Every finding about decisions is worded in both languages, given somewhere, and explained to owners."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.decisions.codes import WORDINGS
from engine.definition.codes import WORDINGS as OF_DIAGRAMS

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "owner" / "decisions.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\S+)\n(.*?)(?=^### |\Z)", PAGE, re.MULTILINE | re.DOTALL))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_every_code_is_given_somewhere_and_belongs_to_decisions_only() -> None:
    sources = [*(ROOT / "engine" / "decisions").glob("*.py"), ROOT / "engine" / "commands" / "publish_decisions.py"]
    source = "".join(path.read_text(encoding="utf-8") for path in sources if path.name != "codes.py")
    used = set(re.findall(r'"([a-z_]+)"', source))
    assert sorted(set(WORDINGS) - used) == []
    assert set(WORDINGS) & set(OF_DIAGRAMS) == set()


@pytest.mark.parametrize("code", WORDINGS)
def test_both_languages_say_the_same_parameters(code: str) -> None:
    wording = WORDINGS[code]
    assert CHINESE.search(wording.zh)
    assert not CHINESE.search(wording.en)
    assert sorted(re.findall(r"{\w+}", wording.zh)) == sorted(re.findall(r"{\w+}", wording.en))


def test_every_code_is_explained_in_its_order() -> None:
    assert list(SECTIONS) == list(WORDINGS)
    for code, section in SECTIONS.items():
        word = {"error": "错误 error", "remark": "提示 remark"}[WORDINGS[code].severity]
        assert word in section
        assert section.index("改法：") < section.index("To mend:")
