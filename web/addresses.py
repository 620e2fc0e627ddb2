"""Addresses of pages that an installation may not have: None where there is no such page."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException


def there(path: str, query: str = "") -> str | None:
    """The address, if a page answers it with GET."""
    try:
        current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return None
    return f"{path}?{query}" if query else path
