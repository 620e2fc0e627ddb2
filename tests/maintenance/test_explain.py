"""Why is this late? The very words."""

from __future__ import annotations

from datetime import timedelta

from engine.calendar import CalendarDays
from maintenance.clocks.explain import explain
from maintenance.clocks.fold import fold
from tests.maintenance.clock_facts import at, fact, fc, folded, level_1, terms


def first(stage: str, stop: str | None, now: str) -> tuple[str, str]:
    line = explain(fc(stage, stop, now), level_1(stage))[0]
    return line.zh, line.en


def test_the_verdict_in_one_line() -> None:
    assert first("respond", "10:10:01", "11:00") == (
        "报修 10:00:00 → 响应 10:10:01，限时 10 分钟，超 1 秒",
        "report 10:00:00 → respond 10:10:01, limit 10 min, over by 1 s",
    )
    assert first("repair", "13:59:00", "14:30")[0] == "报修 10:00:00 → 修复 13:59:00，限时 4 小时，余 1 分钟"
    assert first("arrive", "10:30:00", "11:00")[0] == "报修 10:00:00 → 到场 10:30:00，限时 30 分钟，正好按时"
    assert first("diagnose", None, "12:00:01")[0] == "报修 10:00:00 起，诊断未完成，限时 2 小时，超 1 秒"
    assert first("diagnose", None, "10:30:00")[0] == "报修 10:00:00 起，诊断未完成，限时 2 小时，余 1 小时 30 分钟"


def test_every_second_is_accounted_for() -> None:
    events = [
        fact("started", "10:00"),
        fact("paused", "10:05"),
        fact("resumed", "10:25"),
        fact("retargeted", "10:26", limit="PT15M", source="FC 5.2 二级"),
        fact("stopped", "10:40"),
        fact("stopped", "10:41"),
    ]
    lines = explain(folded(events, "11:00"), terms())
    assert [line.zh for line in lines] == [
        "报修 10:00:00 → 响应 10:40:00，限时 15 分钟，超 5 分钟",
        "限时 15 分钟，依据 FC 5.2 二级",
        "10:00:00 起 15 分钟，计入暂停与延期，应于 10:35:00 前完成",
        "历时 40 分钟，暂停 20 分钟，计时 20 分钟",
        "10:05:00 暂停",
        "10:25:00 恢复",
        "10:26:00 改时限，改为 15 分钟（FC 5.2 二级）",
        "10:40:00 停止",
        "10:41:00 停止，计时已结束，不计",
    ]
    assert lines[3].en == "took 40 min, paused 20 min, counted 20 min"
    assert lines[-1].en == "10:41:00 stopped, it had ended already: not counted"


def test_other_days_are_dated_and_midnight_is_24_00() -> None:
    same_day = terms(limit=timedelta(0), calendar="calendar_days")
    state = fold([fact("started", "20:00"), fact("stopped", at("08:00", 8))], same_day, CalendarDays(), at("09:00", 8))
    lines = [line.zh for line in explain(state, same_day)]
    assert lines[0] == "报修 20:00:00 → 响应 2026-05-08 08:00:00，限时 当日 24:00，超 1 天 8 小时"
    assert lines[2] == "20:00:00 起 当日 24:00，应于 24:00:00 前完成"


def test_paused_void_and_deferred() -> None:
    start = fact("started", "10:00")
    assert explain(folded([start, fact("paused", "10:01")], "11:00"), terms())[0].zh.endswith("限时 10 分钟，暂停中")
    assert explain(folded([start, fact("voided", "10:01")], "11:00"), terms())[0].zh.endswith("作废，不作评判")
    deferred = folded([start, fact("extended", "10:05", until=at("12:00").isoformat())], "11:00")
    assert explain(deferred, terms())[-1].zh == "10:05:00 延期，至 12:00:00"
