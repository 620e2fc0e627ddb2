"""`flask decision`: check, evaluate and publish decision tables."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from accounts.house import house
from api.command_line import organisation_id, tell
from engine.authorization import ENGINE
from engine.commands.publish_decisions import publish_decisions
from engine.decisions.errors import DecisionsRefused
from engine.decisions.evaluation import Evaluation, evaluate
from engine.decisions.table import Decision, DecisionFile
from engine.errors import SignalboxError
from engine.json_text import read_json

decision_group = AppGroup("decision", help="Check, evaluate and publish decision tables.")

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@decision_group.command("check")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as data.")
def check_files(files: tuple[Path, ...], as_json: bool) -> None:
    """Print every finding of the decision files, gaps and overlaps included; exit 1 if one must be mended."""
    reports = {str(path): house().engine.decisions.check(path.read_bytes()) for path in files}
    tell({path: report.findings for path, report in reports.items()}, as_json)
    if any(report.file is None for report in reports.values()):
        raise click.exceptions.Exit(1)


@decision_group.command("evaluate")
@click.argument("file", type=_FILE)
@click.option("--decision", "decision_id", help="Id of the decision; may be left out when the file has only one.")
@click.option("--inputs", default="{}", help="The data as a JSON object, such as '{\"level\": 2}'.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as data, as history keeps it.")
def evaluate_file(file: Path, decision_id: str | None, inputs: str, as_json: bool) -> None:
    """Make a decision of a file that need not be published; print the outputs and the rules that hit."""
    try:
        decision = _chosen(house().engine.decisions.compile(file.read_bytes()), decision_id)
        found = evaluate(decision, _data(inputs))
    except DecisionsRefused as refused:
        tell({str(file): refused.findings})
        raise click.exceptions.Exit(1) from None
    except SignalboxError as refused:
        raise click.ClickException(f"{refused.code} {refused.message('zh')} / {refused.message('en')}") from None
    if as_json:
        click.echo(json.dumps(found.as_fact(), ensure_ascii=False, indent=2))
        return
    for one in (*found.required, found):
        _print(one)


@decision_group.command("publish")
@click.argument("file", type=_FILE)
@click.option("--organisation", required=True, help="Key of the client whose decisions they are.")
def publish(file: Path, organisation: str) -> None:
    """Publish a decision file as the next version. The same bytes make no new version."""
    try:
        done = house().engine.run(publish_decisions, ENGINE, organisation_id(organisation), file.read_bytes())
    except DecisionsRefused as refused:
        tell({str(file): refused.findings})
        raise click.exceptions.Exit(1) from None
    state = "published" if done.is_new else "unchanged"
    click.echo(f"{done.key} v{done.version} {state}: {', '.join(done.decisions)}")


def _chosen(file: DecisionFile, decision_id: str | None) -> Decision:
    known = ", ".join(file.decisions)
    if decision_id is None and len(file.decisions) == 1:
        return next(iter(file.decisions.values()))
    if decision_id is None:
        raise click.ClickException(f"请用 --decision 指明决策。Name one with --decision: {known}")
    if decision_id not in file.decisions:
        raise click.ClickException(f"没有决策 {decision_id}。No such decision; there are: {known}")
    return file.decisions[decision_id]


def _data(text: str) -> dict[str, Any]:
    data = read_json(text.encode(errors="replace"))
    if not isinstance(data, dict):
        raise click.ClickException("--inputs 必须是 JSON 对象。It must be a JSON object.")
    return data


def _print(found: Evaluation) -> None:
    rules = ", ".join(str(hit.number) for hit in found.rules)
    hits = f"命中规则 {rules} / rules hit: {rules}" if rules else "没有命中规则 / no rule hit"
    click.echo(f"{found.decision_id}: {hits}")
    fact = found.as_fact()
    for name, value in fact["inputs"].items():
        click.echo(f"  {name}: {json.dumps(value, ensure_ascii=False)}")
    for name, value in fact["outputs"].items():
        click.echo(f"{name} = {json.dumps(value, ensure_ascii=False)}")
