"""Wires the pages into a Flask app: static files, languages, error pages, and each group of pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from web import assets, failures, i18n, menu, signed_out
from web.frame import visitor
from web.pages import (
    account,
    api_docs,
    approvals,
    audit,
    board,
    comparison,
    decision_trial,
    deferral,
    dispatch,
    form,
    form_design,
    forms,
    modeler,
    my_tasks,
    password_reset,
    processes,
    releases,
    report,
    reported,
    second_factor,
    sign_in,
    sign_in_code,
    submission,
    task,
    ticket,
    tickets,
    trial,
    verification,
)

PAGES = (
    *(sign_in, sign_in_code, password_reset, account, second_factor),
    *(my_tasks, approvals, dispatch, task, report, reported, tickets, ticket, deferral),
    *(board, audit, verification),
    *(processes, modeler, decision_trial, comparison, submission, releases, trial, forms, form, form_design, api_docs),
)
"""Modules with a `blueprint`; those with an ENTRY stand in the menu, in this order."""
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
    for group in PAGES:
        app.register_blueprint(group.blueprint)
    menu.install(app, [group.ENTRY for group in PAGES if hasattr(group, "ENTRY")])


def _own_language() -> str | None:
    person = visitor()
    return person.locale if person else None
