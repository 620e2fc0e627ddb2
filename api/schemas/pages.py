"""What every page of a list has."""

from __future__ import annotations

from marshmallow import Schema, fields


class PageSchema(Schema):
    """A page names its `items` itself."""

    next = fields.String(
        required=True, allow_none=True, metadata={"description": "`after` of the next page; null: this is the last"}
    )
