"""Every word of the pages is there in Chinese, and the language is chosen as people expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Response
from flask_babel import gettext

from tests.web.frame import CATALOGUE, WEB, small_app, write_build
from web import i18n

ROOT = WEB.parent


def catalogue() -> Catalog:
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def used() -> set[str]:
    """Every msgid that templates and view code ask for, as babel.cfg finds them."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = set()
    inside = [(pattern.removeprefix("web/"), method) for pattern, method in methods]
    for _, _, message, _, _ in extract_from_dir(WEB, inside, options):
        found.add(message[0] if isinstance(message, tuple) else message)
    return found


def known() -> dict[str, tuple[str, ...]]:
    """msgid -> its Chinese forms."""
    words: dict[str, tuple[str, ...]] = {}
    for message in catalogue():
        if message.id:
            singular = message.id if isinstance(message.id, str) else message.id[0]
            words[singular] = (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))
    return words


def test_every_word_in_use_stands_in_the_catalogue() -> None:
    assert len(used()) > 100
    assert sorted(used() - known().keys()) == []


def test_the_catalogue_holds_no_word_that_nobody_uses() -> None:
    assert sorted(known().keys() - used()) == []


def test_no_word_is_untranslated_or_fuzzy() -> None:
    assert sorted(word for word, forms in known().items() if not all(forms)) == []
    assert sorted(str(message.id) for message in catalogue() if message.id and message.fuzzy) == []


def test_placeholders_are_the_same_in_both_languages() -> None:
    wrong = {str(message.id): errors for message in catalogue() if message.id and (errors := list(message.check()))}
    assert wrong == {}


def test_no_chinese_stands_in_a_template_itself() -> None:
    """Text of pages is translated; only comments and the name of the language are Chinese."""
    found = []
    for path in sorted((WEB / "templates").rglob("*.html")):
        text = _without_comments(path.read_text("utf-8")).replace("中文", "")
        found += [f"{path.name}: {line.strip()}" for line in text.splitlines() if any("一" <= c <= "鿿" for c in line)]
    assert found == []


def _without_comments(text: str) -> str:
    parts = text.split("{#")
    return parts[0] + "".join(part.split("#}", 1)[1] for part in parts[1:])


@pytest.mark.parametrize(
    ("setting", "cookie", "browser", "language"),
    [
        (None, None, "", "zh"),
        (None, None, "fr-FR,fr;q=0.9", "zh"),
        (None, None, "en-US,en;q=0.9", "en"),
        (None, None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, None, "zh-TW", "zh"),
        (None, "zh", "en-US", "zh"),
        (None, "xx", "en-US", "en"),
        ("en", "zh", "zh-CN", "en"),
        ("xx", "en", "zh-CN", "en"),
    ],
)
def test_user_setting_goes_before_cookie_before_browser(
    tmp_path: Path, setting: str | None, cookie: str | None, browser: str, language: str
) -> None:
    write_build(tmp_path / "static")
    app = small_app(tmp_path, setting)
    headers = {"Accept-Language": browser} | ({"Cookie": f"signalbox_language={cookie}"} if cookie else {})
    with app.test_request_context("/", headers=headers):
        assert i18n.language() == language
        assert gettext("My tasks") == {"zh": "我的任务", "en": "My tasks"}[language]


def test_outside_a_request_the_house_speaks_chinese() -> None:
    assert i18n.language() == "zh"


def test_a_choice_is_remembered_and_nonsense_is_not(tmp_path: Path) -> None:
    write_build(tmp_path / "static")
    with small_app(tmp_path).test_request_context("/"):
        chosen, nonsense = Response(), Response()
        i18n.remember(chosen, "en")
        i18n.remember(nonsense, "xx")
    cookie = chosen.headers["Set-Cookie"]
    assert cookie.startswith("signalbox_language=en; ")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in nonsense.headers
