"""Writes small form files for the tests of the room `forms`."""

from __future__ import annotations

import json
from typing import Any

Component = dict[str, Any]


def form_bytes(*components: Component, **top: Any) -> bytes:
    title = {"type": "text", "id": "title", "text": "# 试验表单"}
    raw = {"type": "default", "id": "trial", "schemaVersion": 19, "components": [title, *components]}
    return json.dumps(raw | top, ensure_ascii=False).encode()
