"""The FC pack's figures, contracts that override them, and every mistake told at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from maintenance.packs.charge import charge
from maintenance.packs.load import load, shipped
from maintenance.packs.notes import PackRefused
from maintenance.packs.resolve import resolve
from tests.maintenance.clock_facts import FC, level_1, plain_text

TEXT = plain_text()
HAN = re.compile("[\u4e00-\u9fff、。，：]")
GROUPS = {"field_engineer", "contractor_lead", "owner_approver"}


def refused(content: str | bytes, **options: Any) -> list[tuple[str, str | None]]:
    with pytest.raises(PackRefused) as caught:
        load(content.encode() if isinstance(content, str) else content, **options)
    for finding in caught.value.findings:
        assert finding.severity == "error"
        assert HAN.search(finding.message_zh)
        assert not HAN.search(finding.message_en)
    return [(finding.code, finding.element_id) for finding in caught.value.findings]


def test_the_figures_of_level_1() -> None:
    assert (FC.key, FC.version, FC.region, FC.valid_from) == ("FC", 1, "范县", date(2025, 6, 1))
    minutes = {key: (level_1(key).limit / timedelta(minutes=1), stage.source) for key, stage in FC.stages.items()}
    assert minutes == {
        "respond": (10, "FC 5.2"),
        "arrive": (30, "FC 5.2"),
        "diagnose": (120, "FC 5.2"),
        "repair": (240, "FC 5.2"),
    }
    assert FC.warn_share == 0.8
    assert FC.escalation.chain == ("contractor_lead", "owner_approver")
    assert FC.escalation_interval() == timedelta(minutes=10)
    assert {(stage.calendar, stage.pausable, stage.owner_group) for stage in FC.stages.values()} == {
        ("elapsed", False, "field_engineer")
    }
    assert load(TEXT.encode(), GROUPS) == FC


def test_a_pack_that_is_not_there() -> None:
    for key in ("ZZ", "../FC", "fc"):
        with pytest.raises(KeyError):
            shipped(key)


def test_a_pack_without_a_share_warns_at_80_percent() -> None:
    assert load(TEXT.replace("warn_share: 0.8\n", "").encode()).warn_share == 0.8


def test_a_contract_overrides_single_figures_and_each_limit_keeps_its_source() -> None:
    short = resolve(FC, {"stages.respond.limit": "PT10S", "warn_share": 0.5})
    seconds = {key: short.limit(key) or timedelta() for key in short.stages}
    assert {key: (limit / timedelta(seconds=1), short.stages[key].source) for key, limit in seconds.items()} == {
        "respond": (10, "合同约定"),
        "arrive": (1800, "FC 5.2"),
        "diagnose": (7200, "FC 5.2"),
        "repair": (14400, "FC 5.2"),
    }
    terms = short.terms("respond")
    assert terms is not None
    assert (terms.limit, terms.source, terms.warn_share, terms.start_zh) == (
        timedelta(seconds=10),
        "合同约定",
        0.5,
        "报修",
    )
    assert FC.stages["respond"].limit == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("overrides", "seconds"),
    [
        ({}, 600),
        ({"stages.respond.limit": "PT10S"}, 300),  # the default is never shorter than 5 min
        ({"stages.respond.limit": "PT15M"}, 900),
        ({"stages.respond.limit": "PT10S", "escalation.interval": "PT4S"}, 4),  # a figure of its own holds
    ],
)
def test_the_escalation_interval_follows_the_response_limit(overrides: dict[str, str], seconds: int) -> None:
    assert resolve(FC, overrides).escalation_interval() == timedelta(seconds=seconds)


def test_bad_overrides_are_told_all_at_once() -> None:
    overrides = {
        "stages.respond.limit": "PT-1H",
        "stages.arrive.limit": 30,
        "stages.observe.limit": "PT1H",
        "stages.repair.owner_group": "x",
        "repair": "PT1H",
        "warn_share": 80,
        "escalation.interval": "PT0S",
    }
    with pytest.raises(PackRefused) as caught:
        resolve(FC, overrides)
    assert [(finding.code, finding.element_id) for finding in caught.value.findings] == [
        ("pack_duration", "stages.respond.limit"),
        ("pack_duration", "stages.arrive.limit"),
        ("pack_unknown_key", "stages.observe.limit"),
        ("pack_unknown_key", "stages.repair.owner_group"),
        ("pack_unknown_key", "repair"),
        ("pack_share", "warn_share"),
        ("pack_zero", "escalation.interval"),
    ]
    assert caught.value.message("zh") == "策略包有 7 处错误。"


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        ("version: 1", "version: 0", "pack_integer", "version"),
        ("version: 1", "version: true", "pack_integer", "version"),
        ("version: 1\n", "", "pack_missing", "version"),
        ("region: 范县", "region: 7", "pack_text", "region"),
        ("valid_from: 2025-06-01", "valid_from: soon", "pack_date", "valid_from"),
        ("region: 范县", "region: 范县\nregoin: 范县", "pack_unknown_key", "regoin"),
        ("limit: PT10M", "limit: 10", "pack_duration", "stages.respond.limit"),
        ("limit: PT10M", "limit: PT0S", "pack_zero", "stages.respond.limit"),
        ("    limit: PT10M\n", "", "pack_missing", "stages.respond.limit"),
        ("limit: PT10M", "limit: PT10M\n    limit: PT11M", "pack_repeated_key", "stages.respond.limit"),
        ("calendar: elapsed", "calendar: office", "pack_choice", "stages.respond.calendar"),
        ("calendar: elapsed", "calendar: working_days", "pack_whole_days", "stages.respond.limit"),
        ("start: reported", "start: arrived", "pack_choice", "stages.respond.start"),
        ("pausable: false", "pausable: maybe", "pack_flag", "stages.respond.pausable"),
        ("owner_group: field_engineer", "owner_group: nobody", "pack_group", "stages.respond.owner_group"),
        ("[contractor_lead, owner_approver]", "[contractor_lead, boss]", "pack_group", "escalation.chain"),
        ("[contractor_lead, owner_approver]", "[]", "pack_chain", "escalation.chain"),
        (
            "[contractor_lead, owner_approver]",
            "[contractor_lead]\n  interval: 5",
            "pack_duration",
            "escalation.interval",
        ),
        ("warn_share: 0.8", "warn_share: 1", "pack_share", "warn_share"),
        ("  arrive:", "  Arrive!:", "pack_name", "stages.Arrive!"),
        ("{zh: 报修, en: report}", "{zh: 报修}", "pack_missing", "events.reported.en"),
        ("\n  respond:", "\n  answer:", "pack_missing", "escalation.interval"),
    ],
)
def test_each_mistake_is_found_where_it_stands(old: str, new: str, code: str, path: str) -> None:
    assert old in TEXT
    assert refused(TEXT.replace(old, new, 1), groups=GROUPS) == [(code, path)]


def test_all_mistakes_are_told_at_once() -> None:
    text = TEXT.replace("PT10M", "soon").replace("version: 1", "version: x").replace("elapsed", "moon", 1)
    assert refused(text) == [
        ("pack_choice", "stages.respond.calendar"),
        ("pack_duration", "stages.respond.limit"),
        ("pack_integer", "version"),
    ]


@pytest.mark.parametrize(
    ("content", "code", "path"),
    [
        (b"", "pack_not_a_mapping", None),
        (b"- a", "pack_not_a_mapping", None),
        (b"a: [", "pack_yaml", "line 1"),
        (b"a: 1\nb: \x00", "pack_yaml", None),
        ("键: 值".encode("gbk"), "pack_encoding", None),
        (b"a: &x [1]\nb: *x", "pack_alias", "line 2"),
        (b"[" * 5000, "pack_too_deep", None),
        (b"#" * 65_537, "pack_too_large", None),
        (b"a: !!python/object/apply:os.getcwd []", "pack_yaml", "line 1"),
        (b"valid_from: 2025-13-41", "pack_yaml", None),
        (b"? [1, 2]\n: 3", "pack_yaml", "line 1"),
    ],
)
def test_files_that_are_no_packs(content: bytes, code: str, path: str | None) -> None:
    assert refused(content)[0] == (code, path)


def test_empty_parts_are_findings() -> None:
    text = re.sub(r"stages:.*?\n\n", "stages: {}\n\n", TEXT, flags=re.DOTALL)
    assert refused(text) == [("pack_not_a_mapping", "stages")]
    assert refused(re.sub(r"escalation:.*", "escalation:", TEXT, flags=re.DOTALL)) == [
        ("pack_not_a_mapping", "escalation")
    ]


@pytest.mark.rule("R-317")
def test_a_ticket_after_the_contracts_end_is_chargeable() -> None:
    ends_on = date(2028, 5, 31)
    late = charge(datetime(2028, 6, 1, 1, tzinfo=UTC), ends_on)
    assert (late.chargeable, late.zh) == (True, "合同服务期已于 2028-05-31 届满，本工单按成本价收费。")
    assert late.en == "The service period ended on 2028-05-31: this ticket is charged at cost price."
    last_second = datetime(2028, 5, 31, 15, 59, 59, tzinfo=UTC)  # 23:59:59 in Shanghai
    assert not charge(last_second, ends_on).chargeable
    assert charge(last_second + timedelta(seconds=1), ends_on).chargeable
    with pytest.raises(ValueError, match="aware"):
        charge(datetime(2028, 6, 1), ends_on)  # noqa: DTZ001 - the point of the test
