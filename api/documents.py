"""Diagrams and decision files as they are sent: bytes with a media type, read up to a limit."""

from __future__ import annotations

from flask import request

from api.refusals import UnsupportedMediaType

XML_TYPES = ("application/xml", "text/xml", "application/octet-stream")
DESIGN_TYPES = (*XML_TYPES, "application/json")
MAX_DOCUMENT = 4 * 1024 * 1024
"""Bytes read: more than the 1 MB that pass, so that a larger file gets its finding and not a mere 413."""


def document(types: tuple[str, ...] = XML_TYPES) -> bytes:
    """The body. Raises UnsupportedMediaType and the framework's 413."""
    if request.mimetype not in types:
        raise UnsupportedMediaType(expected=", ".join(types))
    request.max_content_length = MAX_DOCUMENT
    return request.get_data()
