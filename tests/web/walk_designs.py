"""What the walk through every page finds of processes and decisions: designs in every state, releases, versions."""

from __future__ import annotations

from sqlalchemy import select

from engine.commands.create_design import create_design
from engine.commands.discard_design import discard_design
from engine.commands.save_design import save_design
from engine.commands.submit_release import submit_release
from engine.models import ProcessDefinition
from maintenance.packs.load import shipped_tables
from tests.web.house import Pages

PROCESS, DECISION = "fault_repair_fc", "D22_fc_limit"


def designed(pages: Pages) -> dict[str | tuple[str, str], list[str]]:
    """Values of the routes' parameters, see tests/web/walk.py."""
    run, owner, client = pages.engine.run, pages.actor("process_owner", "process_owner"), pages.client_id
    table = ProcessDefinition.__table__
    with pages.engine.read() as connection:
        newest = select(table.c.id, table.c.content).where(table.c.key == PROCESS).order_by(table.c.version.desc())
        row = connection.execute(newest.limit(1)).one()
    renamed = row.content.replace("诊断故障".encode(), "查明故障".encode())
    wrong = row.content.replace(b'camunda:candidateGroups="dispatcher"', b'camunda:candidateGroups="nobody"')
    made = [
        run(create_design, owner, client, "process", content=content).id
        for content in (renamed, wrong, b"<definitions><oops>", renamed.replace(b"FC", b"FCX"), row.content)
    ]
    beside = run(save_design, owner, made[0], 9, wrong + b" ").id
    run(discard_design, owner, made[4])
    release = run(submit_release, owner, [(made[3], 1)], "改名")
    table_design = run(create_design, owner, client, "decision", content=shipped_tables("FC")[1]).id
    processes = [str(id) for id in (*made, beside)]
    every = [*processes, str(table_design)]
    return {
        ("processes.show", "key"): [PROCESS],
        ("comparison.of_versions", "key"): [PROCESS],
        ("modeler.show", "design_id"): every,
        ("comparison.of_design", "design_id"): every,
        ("submission.show", "design_id"): every,
        ("decision_trial.box", "design_id"): [str(table_design)],
        ("trial.design", "subject_id"): processes,
        ("trial.definition", "subject_id"): [str(row.id)],
        "release_id": [str(release)],
    }
