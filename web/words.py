"""Gettext with types: English msgids in the code, the reader's language on the page."""

from __future__ import annotations

from typing import Any

import flask_babel


def _(msgid: str, **params: Any) -> str:
    """The words in the reader's language, `%(name)s` filled in."""
    return str(flask_babel.gettext(msgid, **params))


def ngettext(one: str, many: str, num: int, **params: Any) -> str:
    """The same for a counted thing: `%(num)s`."""
    return str(flask_babel.ngettext(one, many, num, **params))
