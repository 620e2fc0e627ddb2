"""Where photos, files and signatures are sent to and fetched from."""

from __future__ import annotations

UPLOAD = "/api/v1/attachments"
"""POST, multipart: file, kind, and what is known of time and place."""


def picture(upload_id: str) -> dict[str, str]:
    """The addresses of one upload: {url, thumbnail}."""
    url = f"{UPLOAD}/{upload_id}/content"
    return {"url": url, "thumbnail": f"{url}?size=thumbnail"}
