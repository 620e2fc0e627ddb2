"""Hashed assets from Vite's manifest: {{ asset('app') }} prints the tags of one entry."""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask, Response, request, send_from_directory, url_for
from markupsafe import Markup
from werkzeug.security import safe_join

from web.words import _

Manifest = dict[str, dict[str, Any]]

_YEAR = "public, max-age=31536000, immutable"


class Assets:
    """The built front end of one application."""

    def __init__(self, folder: Path) -> None:
        """`folder`: what Vite writes, with manifest.json in it."""
        self._folder = folder
        self._path = folder / "manifest.json"
        self._read: tuple[int, Manifest] = (0, {})

    def built(self) -> bool:
        return self._path.is_file()

    def tags(self, entry: str) -> Markup:
        """The stylesheet, preload and script tags of an entry; empty when there is no build.

        Raises KeyError for an entry that the build does not have.
        """
        if not self.built():
            return Markup("")
        manifest = self._manifest()
        chunks = list(_chunks(manifest, f"src/{entry}.js"))
        tags = [
            Markup('<link rel="stylesheet" href="{}">').format(_url(css))
            for css in dict.fromkeys(css for chunk in chunks for css in chunk.get("css", []))
        ]
        tags += [Markup('<link rel="modulepreload" href="{}">').format(_url(chunk["file"])) for chunk in chunks[1:]]
        tags.append(Markup('<script type="module" src="{}"></script>').format(_url(chunks[0]["file"])))
        return Markup("\n").join(tags)

    def url(self, source: str) -> str:
        """The address of one built file by its source, e.g. "src/signalbox.svg"; an empty picture without a build."""
        return _url(self._manifest()[source]["file"]) if self.built() else "data:,"

    def send(self, filename: str) -> Response:
        """A static file: precompressed where the browser takes it, kept for a year where its name holds its hash."""
        folder = str(self._folder.parent)
        packed = safe_join(folder, f"{filename}.gz")
        if packed and Path(packed).is_file() and request.accept_encodings["gzip"]:
            kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
            response = send_from_directory(folder, f"{filename}.gz", mimetype=kind)
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = send_from_directory(folder, filename)
        response.headers["Vary"] = "Accept-Encoding"
        if filename.startswith(f"{self._folder.name}/assets/"):
            response.headers["Cache-Control"] = _YEAR
        return response

    def _manifest(self) -> Manifest:
        changed = self._path.stat().st_mtime_ns
        if self._read[0] != changed:
            self._read = (changed, json.loads(self._path.read_text("utf-8")))
        return self._read[1]


def install(app: Flask) -> None:
    """Give templates `asset`, `asset_url` and `assets_missing`; static files go out through Assets.send."""
    if app.static_folder is None:
        raise ValueError("the application needs a static folder")
    assets = Assets(Path(app.static_folder) / "dist")
    app.view_functions["static"] = assets.send
    app.jinja_env.globals["asset"] = assets.tags
    app.jinja_env.globals["asset_url"] = assets.url
    app.jinja_env.globals["assets_missing"] = lambda: "" if assets.built() else _not_built()


def _not_built() -> str:
    """What a page says when there is no build; the API does not need one."""
    return _("The front end has not been built: run make setup on the server. Everything works, without its looks.")


def _url(file: str) -> str:
    return url_for("static", filename=f"dist/{file}")


def _chunks(manifest: Manifest, key: str, seen: set[str] | None = None) -> Iterator[dict[str, Any]]:
    """The chunk of `key` first, then each chunk it imports, once."""
    seen = set() if seen is None else seen
    if key in seen:
        return
    seen.add(key)
    yield manifest[key]
    for imported in manifest[key].get("imports", []):
        yield from _chunks(manifest, imported, seen)
