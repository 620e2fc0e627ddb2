"""Opens the machine doors of an app."""

from __future__ import annotations

from flask import Flask

from api import (
    attachments,
    deferrals,
    definitions,
    devices,
    health,
    instances,
    jobs,
    ledger,
    links,
    messages,
    openapi,
    people,
    points,
    tasks,
)
from api.problems import answer_lost_requests

ROOMS = (definitions, instances, deferrals, links, attachments, tasks, messages, jobs, people, points, devices, ledger)
BLUEPRINTS = tuple(room.blueprint for room in (*ROOMS, openapi))


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
