"""Opens the machine doors of an app."""

from __future__ import annotations

from flask import Flask

from accounts.house import EXTENSION
from api import (
    attachments,
    clock,
    contracts,
    decisions,
    deferrals,
    definitions,
    designs,
    devices,
    health,
    instances,
    jobs,
    ledger,
    links,
    messages,
    openapi,
    organisations,
    packs,
    people,
    points,
    releases,
    tasks,
    trials,
    users,
)
from api.problems import answer_lost_requests

CASES = (instances, deferrals, tasks, attachments, links, messages)
FIGURES = (definitions, designs, releases, decisions, packs, trials)
PLACES = (points, devices, ledger, contracts)
ROOMS = (*CASES, *FIGURES, *PLACES, people, organisations, users, jobs, openapi)
BLUEPRINTS = tuple(room.blueprint for room in ROOMS)


def install(app: Flask) -> None:
    """To be called after accounts.install and before the policies are checked."""
    app.url_map.converters.update(id=openapi.IdConverter, task_id=openapi.TaskIdConverter)
    answer_lost_requests(app)
    app.register_blueprint(health.blueprint)
    api = openapi.document_api()
    api.init_app(app)
    openapi.add_components(api, app.config["SESSION_COOKIE_NAME"])
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    if app.extensions[EXTENSION].test_clock is not None:
        clock.guard(app)
        api.register_blueprint(clock.blueprint)
