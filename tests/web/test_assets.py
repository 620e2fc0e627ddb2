"""Hashed assets: tags from the manifest, files packed and kept, and what happens without a build."""

from __future__ import annotations

import gzip
import json
import os
import re
from pathlib import Path

import pytest
from flask import Flask, render_template
from werkzeug.datastructures import Headers

from tests.web.frame import MANIFEST, PAGES, WEB, frame, small_app, write_build


def tags(app: Flask, entry: str) -> str:
    with app.test_request_context("/"):
        return str(app.jinja_env.from_string("{{ asset(entry) }}").render(entry=entry))


def test_the_tags_of_an_entry_name_every_file_once(app: Flask) -> None:
    assert tags(app, "app").splitlines() == [
        '<link rel="stylesheet" href="/static/dist/assets/app-1.css">',
        '<link rel="stylesheet" href="/static/dist/assets/shared-1.css">',
        '<link rel="modulepreload" href="/static/dist/assets/shared-1.js">',
        '<script type="module" src="/static/dist/assets/app-1.js"></script>',
    ]


def test_an_unknown_entry_is_a_programming_error(app: Flask) -> None:
    with pytest.raises(KeyError, match=r"src/none\.js"):
        tags(app, "none")


def test_a_new_build_is_seen_without_a_restart(app: Flask, tmp_path: Path) -> None:
    before = tags(app, "staff-form")
    path = tmp_path / "static" / "dist" / "manifest.json"
    path.write_text(json.dumps(MANIFEST).replace("staff-form-1.js", "staff-form-2.js"), "utf-8")
    os.utime(path, ns=(1, 1))
    assert "staff-form-1.js" in before
    assert "staff-form-2.js" in tags(app, "staff-form")


def test_the_manifest_is_read_once(app: Flask, tmp_path: Path) -> None:
    tags(app, "app")
    path = tmp_path / "static" / "dist" / "manifest.json"
    times = path.stat().st_mtime_ns
    path.write_text("{}", "utf-8")
    os.utime(path, ns=(times, times))
    assert "app-1.js" in tags(app, "app")


def test_the_address_of_one_file(app: Flask) -> None:
    with app.test_request_context("/"):
        address = app.jinja_env.from_string("{{ asset_url('src/signalbox.svg') }}").render()
    assert address == "/static/dist/assets/signalbox-1.svg"


def test_without_a_build_pages_say_how_to_build(tmp_path: Path) -> None:
    app = small_app(tmp_path)
    with app.test_request_context("/"):
        app.preprocess_request()
        page = render_template("my_tasks.html", frame=frame(), **PAGES["my_tasks.html"])
    assert "前端尚未构建：请在服务器上运行 make setup。" in page
    assert "故障诊断" in page
    assert "<script" not in page
    assert 'href="data:,"' in page


def test_with_a_build_no_page_speaks_of_it(app: Flask) -> None:
    with app.test_request_context("/"):
        app.preprocess_request()
        assert "make setup" not in render_template("my_tasks.html", frame=frame(), **PAGES["my_tasks.html"])


def fetch(app: Flask, path: str, **headers: str) -> tuple[int, bytes, Headers]:
    """Status, body and headers of a static file; the file is closed again."""
    with app.test_client().get(path, headers=headers) as response:
        return response.status_code, response.data, response.headers


def test_hashed_files_are_packed_and_kept_for_a_year(app: Flask, tmp_path: Path) -> None:
    folder = write_build(tmp_path / "static")
    (folder / "app-1.js").write_text("plain", "utf-8")
    (folder / "app-1.js.gz").write_bytes(gzip.compress(b"packed"))
    _, packed, packed_headers = fetch(app, "/static/dist/assets/app-1.js", **{"Accept-Encoding": "gzip"})
    _, plain, plain_headers = fetch(app, "/static/dist/assets/app-1.js")
    assert (gzip.decompress(packed), plain) == (b"packed", b"plain")
    assert (packed_headers["Content-Encoding"], plain_headers.get("Content-Encoding")) == ("gzip", None)
    for headers in (packed_headers, plain_headers):
        assert headers["Content-Type"] == "text/javascript; charset=utf-8"
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["Vary"] == "Accept-Encoding"


def test_the_manifest_itself_is_not_kept(app: Flask) -> None:
    assert "immutable" not in fetch(app, "/static/dist/manifest.json")[2]["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/../secret.txt", "/static/%2e%2e/secret.txt", "/static/dist/none.js"])
def test_nothing_outside_is_sent(app: Flask, tmp_path: Path, path: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (tmp_path / "secret.txt.gz").write_text("secret", "utf-8")
    assert fetch(app, path, **{"Accept-Encoding": "gzip"})[0] == 404


def test_versions_are_exact_and_the_lock_names_no_registry() -> None:
    package = json.loads((WEB / "frontend" / "package.json").read_text("utf-8"))
    lock = json.loads((WEB / "frontend" / "package-lock.json").read_text("utf-8"))
    versions = package["dependencies"] | package["devDependencies"]
    assert {"bootstrap", "htmx.org", "vite", "axe-core"} <= versions.keys()
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert "ignore-scripts=true" in (WEB / "frontend" / ".npmrc").read_text("utf-8").splitlines()
    installed = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in installed.items() if "resolved" in entry or "integrity" not in entry] == []
