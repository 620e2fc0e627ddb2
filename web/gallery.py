"""All photos of a ticket in one place: by whom, when by the device and by the server, and where when it is known."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from engine.queries.attachments import AttachmentItem
from web.attachments import picture
from web.words import _


def gallery(items: Collection[AttachmentItem]) -> list[dict[str, Any]]:
    """Photos, oldest first, as ticket.html draws them."""
    return [
        picture(item.id)
        | {
            "name": item.name,
            "who": item.uploader or _("The system"),
            "taken": item.taken_at,
            "sent": item.uploaded_at,
            "place": _place(item),
        }
        for item in items
        if item.kind == "photo"
    ]


def _place(item: AttachmentItem) -> str:
    if item.latitude is None or item.longitude is None:
        return ""
    return _("%(latitude)s, %(longitude)s", latitude=f"{item.latitude:.5f}", longitude=f"{item.longitude:.5f}")
