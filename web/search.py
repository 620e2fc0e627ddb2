"""The answer to a search box in a form: a few choices of one field, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, jsonify, request

from forms.layout import Layout
from forms.options import Options

DEPENDS = "point"
"""The field that narrows the choices of others: what is chosen on the page goes before what the case knows."""
MAX_WORDS = 100  # letters


def found(layout: Layout, key: str, options: Options, known: Mapping[str, Any]) -> Response:
    """{"items": [{"value", "label"}]} for ?q=WORDS; 404 for a field whose choices do not come from the house."""
    fields = (field for item in layout.items for field in (item, *item.columns))
    source = next((field.options for field in fields if field.key == key), None)
    if source is None:
        abort(404)
    words, chosen = (request.args.get(name, "").replace("\0", "")[:MAX_WORDS] for name in ("q", DEPENDS))
    items = options.search(source, words, {**known, DEPENDS: chosen} if chosen else known)
    return jsonify(items=[{"value": choice.value, "label": choice.label} for choice in items])
