"""The language of a page: English msgids, Chinese first. User setting, then cookie, then browser, then Chinese."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, get_locale
from markupsafe import Markup

from web import dates

LOCALES: dict[str, str] = {"zh": "zh_Hans_CN", "en": "en"}
"""Language of a person -> locale of the catalogue. Flask-Babel looks for no folder called zh_CN."""

COOKIE = "signalbox_language"
COOKIE_AGE = 365 * 24 * 3600  # seconds
TRANSLATIONS = Path(__file__).parent / "translations"


def install(
    app: Flask, user_language: Callable[[], str | None] = lambda: None, translations: Path = TRANSLATIONS
) -> None:
    """Set up Flask-Babel and the date filters. `user_language` answers the signed-in person's own setting."""
    Babel(
        app,
        default_locale=LOCALES["zh"],
        default_timezone="Asia/Shanghai",
        default_translation_directories=str(translations),
        locale_selector=lambda: LOCALES[choose(user_language())],
    )
    app.jinja_env.globals["language"] = language
    app.jinja_env.filters.update(
        moment=_moment,
        moment_second=_moment_second,
        clock_time=_clock_time,
        clock_second=_clock_second,
        day=_day,
        duration=_duration,
        input_time=dates.input_value,
        stamp=dates.moment,
    )


def choose(setting: str | None) -> str:
    """ "zh" or "en" for this request."""
    for wanted in (setting, request.cookies.get(COOKIE)):
        if wanted in LOCALES:
            return wanted
    return request.accept_languages.best_match(list(LOCALES)) or "zh"


def language() -> dates.Language:
    """The language being spoken now: "zh" or "en". Chinese outside a request."""
    if not has_request_context():
        return "zh"
    locale = get_locale()
    return "en" if locale is not None and locale.language == "en" else "zh"


def remember(response: Response, chosen: str) -> None:
    """Keep a person's choice in a cookie; an unknown language is ignored."""
    if chosen in LOCALES:
        response.set_cookie(COOKIE, chosen, max_age=COOKIE_AGE, httponly=True, samesite="Lax", secure=request.is_secure)


def _now() -> datetime | None:
    """What the page calls now: view code puts the command's or query's time stamp on `g.now`."""
    return cast("datetime | None", g.get("now"))


def _moment(value: datetime) -> Markup:
    return dates.time_tag(value, dates.moment(value, _now(), language()))


def _moment_second(value: datetime) -> Markup:
    return dates.time_tag(value, dates.moment(value, _now(), language(), seconds=True))


def _clock_time(value: datetime) -> Markup:
    return dates.time_tag(value, dates.clock_time(value))


def _clock_second(value: datetime) -> Markup:
    return dates.time_tag(value, dates.clock_time(value, seconds=True))


def _day(value: datetime) -> str:
    return dates.day(value, _now(), language())


def _duration(value: timedelta) -> str:
    return dates.duration(value, language())
