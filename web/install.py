"""Wires the pages into a Flask app: static files, languages, error pages, and each group of pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web import assets, failures, i18n, signed_out
from web.frame import visitor
from web.pages import api_docs, audit, board, deferral, my_tasks, report, sign_in, task, ticket, tickets, verification

STATIC = Path(__file__).parent / "static"
MAX_BODY = 4 * 1024 * 1024  # bytes: a text of 1 MB, three times as long when sent, is refused by its field in words


def install(app: Flask) -> None:
    """To be called after accounts.install and before accounts.policies.check."""
    app.config["MAX_CONTENT_LENGTH"] = app.config.get("MAX_CONTENT_LENGTH") or MAX_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = MAX_BODY
    app.static_folder = str(STATIC)
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    assets.install(app)
    i18n.install(app, _own_language)
    failures.install(app)
    signed_out.install(app)
    groups = (sign_in, my_tasks, task, report, tickets, ticket, deferral, board, audit, verification, api_docs)
    for group in groups:
        app.register_blueprint(group.blueprint)


def _own_language() -> str | None:
    person = visitor()
    return person.locale if person else None
