"""Writes small form files for the tests of the room `forms`; the types of its fixtures."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from forms.form import Form

Component = dict[str, Any]
MakeComponent = Callable[..., Component]
FormFile = Callable[..., bytes]
MakeForm = Callable[..., Form]
Refused = Callable[[bytes], list[tuple[str, str | None]]]


def form_bytes(*components: Component, **top: Any) -> bytes:
    title = {"type": "text", "id": "title", "text": "# 试验表单"}
    raw = {"type": "default", "id": "trial", "schemaVersion": 19, "components": [title, *components]}
    return json.dumps(raw | top, ensure_ascii=False).encode()
