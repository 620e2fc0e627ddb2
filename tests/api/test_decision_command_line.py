"""`flask decision`: check, evaluate, publish, as an owner uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.api.town import Town
from tests.engine.decisions.tables import decision, file, literal, one, table
from tests.server import ROOT

FC = sorted(str(path) for path in (ROOT / "bpmn").glob("packs/*/*.dmn"))
TWO_HITS = one(["n"], ["x"], ["> 5 => 1", "> 6 => 2"])


def flask(town: Town, *arguments: str) -> Result:
    return town.app.test_cli_runner().invoke(args=["decision", *arguments])


@pytest.fixture
def two_hits(tmp_path: Path) -> str:
    path = tmp_path / "two_hits.dmn"
    path.write_bytes(TWO_HITS)
    return str(path)


def test_the_shipped_tables_have_no_findings(quiet_town: Town) -> None:
    done = flask(quiet_town, "check", *FC)
    assert done.exit_code == 0
    assert done.output.splitlines() == [f"{path}: 0 findings" for path in FC]


def test_check_lists_findings_and_exits_with_1(quiet_town: Town, two_hits: str) -> None:
    done = flask(quiet_town, "check", two_hits)
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"{two_hits}: error rules_overlap d 规则 1 与规则 2 同时命中（例如 n > 6），而命中策略为 UNIQUE。 / "
        "Rules 1 and 2 hit together (for instance n > 6), but the hit policy is UNIQUE.",
        f"{two_hits}: remark gap d 没有规则适用于：n < 5。 / No rule for n < 5.",
        f"{two_hits}: 2 findings",
    ]
    listed = json.loads(flask(quiet_town, "check", "--json", two_hits).output)[two_hits]
    assert [(one_["code"], one_["severity"]) for one_ in listed] == [("rules_overlap", "error"), ("gap", "remark")]


def test_evaluate_prints_the_outputs_and_the_rules(quiet_town: Town) -> None:
    limit = next(path for path in FC if "D22" in path)
    done = flask(quiet_town, "evaluate", limit, "--decision", "D22_fc_limit", "--inputs", '{"level": 2}')
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        "D22_fc_limit: 命中规则 2 / rules hit: 2",
        "  level: 2",
        "respond_min = 15",
        "arrive_min = 60",
        "diagnose_min = null",
        "repair_min = 240",
        "same_day_close = true",
        "observe_hours = 24",
    ]
    data = json.loads(flask(quiet_town, "evaluate", limit, "--inputs", '{"level": 3}', "--json").output)
    assert (data["outputs"]["repair_min"], data["rules"], data["rule_ids"]) == (1440, [3], ["D22_fc_limit_rule_3"])


def test_evaluate_shows_the_decisions_on_the_way(quiet_town: Town, tmp_path: Path) -> None:
    path = tmp_path / "chain.dmn"
    path.write_bytes(
        file(decision(table(["n"], ["x"], ["> 5 => 1"])), decision(literal("coalesce(x, 0) + 1"), "e", ["d"]))
    )
    done = flask(quiet_town, "evaluate", str(path), "--decision", "e", "--inputs", '{"n": 1}')
    assert done.output.splitlines() == [
        "d: 没有命中规则 / no rule hit",
        "  n: 1",
        "x = null",
        "e: 没有命中规则 / no rule hit",
        "e = 1",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--inputs", '{"n": 7}'], "decision_not_unique"),
        (["--inputs", '{"n": "7"}'], "decision_cell"),
        (["--inputs", "{}"], "没有名为“n”的变量或字段"),
        (["--inputs", "[1]"], "JSON 对象"),
        (["--inputs", "{"], "malformed_json"),
        (["--inputs", '{"n": NaN}'], "malformed_json"),
        (["--decision", "nobody"], "没有决策 nobody"),
    ],
)
def test_evaluate_refuses_in_words(quiet_town: Town, two_hits: str, arguments: list[str], said: str) -> None:
    done = flask(quiet_town, "evaluate", two_hits, *arguments)
    assert done.exit_code == 1
    assert said in done.output


def test_evaluate_a_file_that_cannot_be_read(quiet_town: Town, tmp_path: Path) -> None:
    path = tmp_path / "bad.dmn"
    path.write_bytes(one(["n"], ["x"], ["? => 1"]))
    done = flask(quiet_town, "evaluate", str(path))
    assert done.exit_code == 1
    assert "error cell_invalid d " in done.output


def test_publish(town: Town, two_hits: str) -> None:
    limit = next(path for path in FC if "D22" in path)
    said = [flask(town, "publish", limit, "--organisation", "client").output for _ in range(2)]
    assert said == [f"D22_fc_limit_file v1 {state}: D22_fc_limit\n" for state in ("published", "unchanged")]
    refused = flask(town, "publish", two_hits, "--organisation", "client")
    assert (refused.exit_code, "rules_overlap d" in refused.output) == (1, True)
    assert flask(town, "publish", limit, "--organisation", "nobody").exit_code == 1
