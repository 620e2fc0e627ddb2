"""Reads the bytes of a form file as one JSON object, refusing what JSON readers disagree about."""

from __future__ import annotations

import json
from typing import Any

from forms.findings import FormRefused, finding

MAX_BYTES = 256 * 1024


class _RepeatedName(ValueError):
    """A name stands twice in one JSON object."""


def read_document(content: bytes) -> dict[str, Any]:
    """The object in the file. Raises FormRefused."""
    if len(content) > MAX_BYTES:
        raise FormRefused([finding("form_too_large", limit=MAX_BYTES // 1024)])
    try:
        raw = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except _RepeatedName as error:
        raise FormRefused([finding("form_repeated_name", name=str(error))]) from None
    except (ValueError, RecursionError):
        raise FormRefused([finding("form_not_json")]) from None
    if not isinstance(raw, dict):
        raise FormRefused([finding("form_not_a_form", name="type")])
    return raw


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = set()
    for name, _ in pairs:
        if name in names:
            raise _RepeatedName(name[:64])
        names.add(name)
    return dict(pairs)


def _refuse_constant(text: str) -> Any:
    raise ValueError(text)
