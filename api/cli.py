"""The `flask` command line: processes, decisions, packs, the worker, history, the demo city, a console."""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app
from flask.cli import AppGroup, shell_command

from accounts.house import house
from api.command_line import organisation_id, tell
from api.decision_cli import decision_group
from api.demo.build import build_city, is_built, tell_accounts
from api.demo.plan import DAYS
from api.file_verbs import files_group
from api.ledger_cli import contract_group, ledger_group
from engine.audit import verify
from engine.authorization import ENGINE
from engine.commands.publish_definition import DefinitionRefused, publish_definition
from engine.errors import SignalboxError
from engine.queries.definition_list import definition_list
from engine.scheduler import run_until
from maintenance.commands.publish_pack import publish_pack
from migrations.upgrade import upgrade

process_group = AppGroup("process", help="Check, publish and list process diagrams.")
pack_group = AppGroup("pack", help="Publish policy packs.")
audit_group = AppGroup("audit", help="Prove that history is what was written.")
demo_group = AppGroup("demo", help="The invented city to look around in.")


def install(app: Flask) -> None:
    definitions = (process_group, decision_group, pack_group)
    groups = (*definitions, contract_group, ledger_group, files_group, audit_group, demo_group)
    for command in (*groups, worker, console):
        app.cli.add_command(command)
    app.shell_context_processor(_bound)


@process_group.command("check")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the findings as data.")
def check_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Print every finding of the diagrams; exit 1 if one must be mended."""
    reports = {str(path): house().engine.definitions.check(path.read_bytes()) for path in files}
    tell({path: report.findings for path, report in reports.items()}, as_json)
    if any(report.model is None for report in reports.values()):
        raise click.exceptions.Exit(1)


@process_group.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organisation", required=True, help="Key of the client whose process it is.")
def publish(file: Path, organisation: str) -> None:
    """Publish a diagram as the next version. The same bytes make no new version."""
    try:
        done = house().engine.run(publish_definition, ENGINE, organisation_id(organisation), file.read_bytes())
    except DefinitionRefused as refused:
        tell({str(file): refused.findings})
        raise click.exceptions.Exit(1) from None
    state = "published" if done.is_new else "unchanged"
    click.echo(f"{done.key} v{done.version} {state}")


@process_group.command("list")
def list_definitions() -> None:
    """Every published version: organisation, key, version, name, time."""
    with house().engine.read() as connection:
        cursor: str | None = ""
        while cursor is not None:
            page = definition_list(connection, ENGINE, after=cursor or None, limit=100)
            for item in page.items:
                published = item.published_at.isoformat(timespec="seconds")
                click.echo("\t".join((item.organisation, item.key, f"v{item.version}", item.name, published)))
            cursor = page.next


@pack_group.command("publish")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("tables", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def publish_pack_file(file: Path, tables: tuple[Path, ...]) -> None:
    """Publish a policy pack with its decision TABLES; tickets opened from now on are judged by it."""
    try:
        done = house().engine.run(publish_pack, ENGINE, file.read_bytes(), [table.read_bytes() for table in tables])
    except SignalboxError as refused:
        raise click.ClickException(refused.message("zh")) from None
    click.echo(f"{done.key} v{done.version} {'published' if done.is_new else 'unchanged'}")


@audit_group.command("verify")
def verify_history() -> None:
    """Walk all of history; name every row that is not as it was written; exit 1 if there is one."""
    engine = house().engine
    with engine.read() as connection:
        seen = verify(connection, engine.resources.history_key)
    for damage in seen.damages:
        click.echo(str(damage))
    click.echo(f"{seen.rows} rows, {seen.cases} cases, {len(seen.damages)} damages")
    if seen.damages:
        raise click.exceptions.Exit(1)


@click.command("worker")
def worker() -> None:
    """Fire due timers until the process is told to stop. Any number of workers may run."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    click.echo("worker: ready")
    run_until(stop, house().engine)
    click.echo("worker: stopped")


_days = click.option(
    "--days", type=click.IntRange(1, DAYS), default=DAYS, show_default=True, help="How many days of tickets are played."
)


@demo_group.command("reset")
@click.confirmation_option(prompt="Everything in the database will be deleted. Go on?")
@_days
def reset_demo(days: int) -> None:
    """Empty the database and build the demo city anew. Everything in the database is lost. Missing tables are made."""
    upgrade(house().engine.database)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    build_city(app, click.echo, empty=True, days=days, terminal=sys.stdout.isatty())
    tell_accounts(house().engine, click.echo)


@demo_group.command("ensure")
@_days
def ensure_demo(days: int) -> None:
    """Build the demo city if the database is empty; print its accounts."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not is_built(house().engine):
        build_city(app, click.echo, empty=False, days=days, terminal=sys.stdout.isatty())
    tell_accounts(house().engine, click.echo)


@click.command("console")
@click.pass_context
def console(context: click.Context) -> None:
    """A Python shell with `engine`, `clock`, `actor` (the engine itself) and `read` (a reading connection) bound."""
    context.invoke(shell_command)


def _bound() -> dict[str, Any]:
    engine = house().engine
    return {"engine": engine, "clock": engine.resources.clock, "actor": ENGINE, "read": engine.read}
