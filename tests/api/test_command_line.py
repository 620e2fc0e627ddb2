"""The `flask` command line as an operator uses it: check, publish, list, verify, worker, console, demo city."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.command import downgrade
from click.testing import Result
from flask import Flask
from sqlalchemy import select, text

from api.demo.city import PEOPLE
from api.demo.plan import under_way
from engine.database import Database
from engine.models import HistoryEvent, ProcessInstance
from migrations.upgrade import changing_tables, configuration, is_current
from tests.api.town import DIAGRAM, Town
from tests.conftest import T0
from tests.engine.definition import test_definition_bad_input as bad
from tests.server import ROOT, environment

SHIPPED = sorted(str(path) for path in (ROOT / "bpmn").glob("*/*.bpmn"))
BAD = {
    "nameless_signal": (bad.NAMELESS_SIGNAL, "event_name_missing", "e"),
    "link": (bad.LINK, "link_event", "away"),
    "two_starts": (bad.TWO_STARTS, "two_start_events", "again"),
    "unreachable": (bad.UNREACHABLE, "unreachable", "island"),
    "open": (bad.OPEN, "expression_invalid", "f_g_e"),
    "negative": (bad.NEGATIVE, "timer_negative", "late"),
    "doctype": (bad.DOCTYPE, "doctype", None),
    "large": (b"<a>" + b"x" * 2_000_000 + b"</a>", "file_too_large", None),
    "mislabelled": (bad.MISLABELLED, "encoding_mismatch", None),
    "empty": (b"", "file_empty", None),
}


def flask(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments))


def test_the_shipped_diagrams_have_no_findings(quiet_town: Town) -> None:
    done = flask(quiet_town.app, "process", "check", *SHIPPED)
    assert done.exit_code == 0
    assert done.output.splitlines() == [f"{path}: 0 findings" for path in SHIPPED]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_located_findings(name: str, quiet_town: Town, tmp_path: Path) -> None:
    content, code, element = BAD[name]
    path = tmp_path / f"{name}.bpmn"
    path.write_bytes(content)
    done = flask(quiet_town.app, "process", "check", str(path))
    assert done.exit_code == 1
    first = done.output.splitlines()[0]
    assert first.startswith(f"{path}: error {code} {element or '-'} ")
    assert " / " in first  # zh and en
    listed = flask(quiet_town.app, "process", "check", "--json", str(path))
    assert listed.exit_code == 1
    findings = json.loads(listed.output)[str(path)]
    assert (findings[0]["code"], findings[0]["element_id"], findings[0]["severity"]) == (code, element, "error")
    assert findings[0]["message_zh"] != findings[0]["message_en"]


def test_publish_and_list(town: Town, tmp_path: Path) -> None:
    again = flask(town.app, "process", "publish", str(DIAGRAM), "--organisation", "client")
    assert again.output == "fault_repair_fc v1 unchanged\n"
    changed = tmp_path / "changed.bpmn"
    changed.write_bytes(DIAGRAM.read_bytes().replace("故障抢修（FC）".encode(), "故障抢修".encode()))
    assert flask(town.app, "process", "publish", str(changed), "--organisation", "client").output == (
        "fault_repair_fc v2 published\n"
    )
    refused = tmp_path / "refused.bpmn"
    refused.write_bytes(bad.NAMELESS_SIGNAL)
    answer = flask(town.app, "process", "publish", str(refused), "--organisation", "client")
    assert answer.exit_code == 1
    assert "event_name_missing e" in answer.output
    assert flask(town.app, "process", "publish", str(changed), "--organisation", "nobody").exit_code == 1
    rows = [line.split("\t")[:4] for line in flask(town.app, "process", "list").output.splitlines()]
    assert rows == [
        ["client", "fault_repair_fc", "v2", "故障抢修"],
        ["other_client", "fault_repair_fc", "v1", "故障抢修（FC）"],
        ["other_client", "delay_approval", "v1", "延时审批"],
        ["client", "fault_repair_fc", "v1", "故障抢修（FC）"],
        ["client", "delay_approval", "v1", "延时审批"],
    ]


def test_audit_verify_names_the_row_of_one_changed_byte(town: Town) -> None:
    town.start()
    done = flask(town.app, "audit", "verify")
    assert done.exit_code == 0
    assert done.output.endswith("1 cases, 0 damages\n")
    database = town.engine.database
    with database.writing.begin() as connection:
        row = connection.execute(select(HistoryEvent).where(HistoryEvent.root_id.is_not(None))).one()
        table = "history_event"
        guard = (
            f"ALTER TABLE {table} DISABLE TRIGGER USER" if not database.is_sqlite else f"DROP TRIGGER {table}_no_update"
        )
        connection.execute(text(guard))
        spoilt = row.facts.replace("P1", "P2", 1)
        assert len(spoilt) == len(row.facts)
        connection.execute(text(f"UPDATE {table} SET facts = :f WHERE id = :i"), {"f": spoilt, "i": row.id})  # noqa: S608
    found = flask(town.app, "audit", "verify")
    if not database.is_sqlite:
        with database.writing.begin() as connection:
            connection.execute(text("ALTER TABLE history_event ENABLE TRIGGER USER"))
    assert found.exit_code == 1
    assert found.output.splitlines()[0].startswith(f"content: history_event {row.id} (case {row.root_id} seq 1,")
    assert found.output.endswith("1 damages\n")


def test_the_worker_starts_and_stops_when_told(database_url: str) -> None:
    command = [sys.executable, "-m", "flask", "worker"]
    settings = environment(database_url, worker="none")
    with subprocess.Popen(command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "worker: ready\n"
        os.kill(process.pid, signal.SIGTERM)
        assert process.stdout.readline() == "worker: stopped\n"
        assert process.wait(30) == 0


def test_the_demo_city_is_built_once_and_can_be_built_anew(database_url: str) -> None:
    settings = environment(database_url)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "flask", "demo", *arguments, "--days", "1"]
        return subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True).stdout

    first, second = run("ensure"), run("ensure")
    assert all(f"  {person.username} " in first for person in PEOPLE)
    assert len(second.splitlines()) == len(PEOPLE) + 1  # only the accounts are told
    database = Database(database_url)
    with changing_tables(database) as connection:
        downgrade(configuration(connection), "-1")
    assert not is_current(database)
    again = run("reset", "--yes")
    assert "清空" in again
    assert f"工单 / tickets {len(under_way(T0))}/{len(under_way(T0))}" in again
    assert is_current(database)
    with database.read() as connection:
        tickets = ProcessInstance.id == ProcessInstance.root_id
        states = sorted(connection.scalars(select(ProcessInstance.state).where(tickets)))
    database.dispose()
    assert states == ["active"] * len(under_way(T0))  # one day: those that are under way
