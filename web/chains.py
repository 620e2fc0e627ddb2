"""The outcome of a verification of history in words: rows, cases, and each damage with its row and kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask import url_for

from engine.audit import Damage
from web.words import _

MOST = 50
"""Damages that are listed; the others are counted."""


def damage_rows(damages: Collection[Damage], numbers: dict[int, str]) -> list[dict[str, Any]]:
    """[{words, place, at, url}]; `numbers`: 工单号 of cases, by root id."""
    return [
        {
            "words": _kind(damage.kind),
            "place": _place(damage, numbers),
            "at": damage.at,
            "url": url_for("ticket.show", instance_id=damage.root_id) if damage.root_id in numbers else None,
        }
        for damage in list(damages)[:MOST]
    ]


def _kind(kind: str) -> str:
    known = {
        "content": _("its content is not what was sealed"),
        "link": _("it does not follow the record before it"),
        "gap": _("records before it are missing, or stand in another order"),
        "truncated": _("records are missing at the end"),
        "head": _("the case's own record of the end does not fit"),
    }
    return known.get(kind, kind)


def _place(damage: Damage, numbers: dict[int, str]) -> str:
    if damage.root_id is None:
        return _("Event of no case, record %(row)s", row=damage.row_id or "–")
    number = numbers.get(damage.root_id, damage.root_id)
    return _(
        "%(number)s, entry %(seq)s, record %(row)s", number=number, seq=damage.seq or "–", row=damage.row_id or "–"
    )
