"""Why is this late? A clock's verdict and every fact behind it, in words, with the arithmetic shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.calendar import SHANGHAI
from engine.errors import Words
from maintenance.clocks import durations
from maintenance.clocks.fold import ClockState
from maintenance.clocks.tally import Remark, Step
from maintenance.clocks.terms import ClockTerms
from maintenance.deferral_reasons import REASONS

_KINDS = {
    "started": ("起算", "started"),
    "stopped": ("停止", "stopped"),
    "paused": ("暂停", "paused"),
    "resumed": ("恢复", "resumed"),
    "applied": ("申请延时", "deferral applied for"),
    "extended": ("延期", "extended"),
    "refused": ("不同意延时，维持原时限", "deferral refused, the original time stands"),
    "withdrawn": ("延时申请未决即终止，维持原时限", "application ended undecided, the original time stands"),
    "retargeted": ("改时限", "limit changed"),
    "voided": ("作废", "voided"),
}
_REMARKS: dict[Remark, tuple[str, str]] = {
    "": ("", ""),
    "late": ("申请晚于时限，其间空档照算", "applied for after it was due: the time between stays late"),
    "cleared": ("申请早于时限，撤销其间的超时", "applied for in time: the breach since then is cleared"),
    "final": ("超时成立", "the breach is final"),
    "not_started": ("计时尚未起算，不计", "the clock had not started: not counted"),
    "already_started": ("已起算，不计", "it had started already: not counted"),
    "already_ended": ("计时已结束，不计", "it had ended already: not counted"),
    "not_pausable": ("该时限不可暂停，不计", "this limit cannot be paused: not counted"),
    "already_paused": ("已在暂停中，不计", "it was paused already: not counted"),
    "not_paused": ("并未暂停，不计", "it was not paused: not counted"),
    "paused": ("暂停中不可延期，不计", "it was paused: not counted"),
    "not_longer": ("未晚于原时限，不计", "no later than it was due: not counted"),
    "already_applied": ("同一申请已登记，不计", "the same application stands already: not counted"),
    "not_applied": ("没有未决的申请，不计", "no application was pending: not counted"),
}


@dataclass(frozen=True)
class Line:
    """One line of an explanation."""

    zh: str
    en: str


def explain(state: ClockState, terms: ClockTerms, zone: ZoneInfo = SHANGHAI) -> list[Line]:
    """The verdict first, then what the limit rests on, then the sum, then each fact after the start."""
    moments = _Moments(state.started_at, zone)
    lines = [_verdict(state, terms, moments), _basis(state, terms), *_sum(state, terms, moments)]
    facts = [step for step in state.arithmetic if step.event.kind != "started" or step.remark]
    return lines + [_fact(step, terms, moments) for step in facts]


@dataclass(frozen=True)
class _Moments:
    """Writes instants as local time of day, with the date where it is not the day of the start."""

    start: datetime
    zone: ZoneInfo

    def write(self, at: datetime) -> str:
        local, start = at.astimezone(self.zone), self.start.astimezone(self.zone)
        if local.date() == start.date():
            return f"{local:%H:%M:%S}"
        eve = (local - timedelta(microseconds=1)).date()
        if local.date() != eve:  # midnight is the end of a day: 24:00
            return "24:00:00" if eve == start.date() else f"{eve} 24:00:00"
        return f"{local:%Y-%m-%d %H:%M:%S}"


def _verdict(state: ClockState, terms: ClockTerms, moments: _Moments) -> Line:
    """“报修 10:00:00 → 响应 10:10:01，限时 10 分钟，超 1 秒”."""
    limit_zh, limit_en = (durations.limit_words(state.limit, terms.calendar, language) for language in ("zh", "en"))
    start = moments.write(state.started_at)
    outcome = _outcome(state)
    if state.stopped_at is None:
        zh = f"{terms.start_zh} {start} 起，{terms.zh}未完成，限时 {limit_zh}，{outcome.zh}"
        return Line(zh, f"{terms.start_en} {start}, {terms.en} not done, limit {limit_en}, {outcome.en}")
    stop = moments.write(state.stopped_at)
    zh = f"{terms.start_zh} {start} → {terms.zh} {stop}，限时 {limit_zh}，{outcome.zh}"
    return Line(zh, f"{terms.start_en} {start} → {terms.en} {stop}, limit {limit_en}, {outcome.en}")


def _outcome(state: ClockState) -> Line:
    if state.verdict == "void":
        return Line("作废，不作评判", "void, not judged")
    if state.verdict == "breached":
        return _over(state)
    if state.due_at is None:
        return Line("暂停中", "paused")
    left = state.due_at - (state.started_at + state.elapsed_wall)
    zh, en = durations.words(left, "zh"), durations.words(left, "en")
    return Line(f"余 {zh}", f"{en} left") if left else Line("正好按时", "just in time")


def _over(state: ClockState) -> Line:
    zh, en = (durations.words(state.late, language) for language in ("zh", "en"))
    if state.provisional_breach:
        return Line(f"超 {zh}（延时申请未决，暂定）", f"over by {en} (an application is pending: provisional)")
    if state.gap:
        gap_zh, gap_en = (durations.words(state.gap, language) for language in ("zh", "en"))
        return Line(f"超 {zh}（其中申请前空档 {gap_zh}）", f"over by {en} ({gap_en} of it before the application)")
    return Line(f"超 {zh}", f"over by {en}")


def _basis(state: ClockState, terms: ClockTerms) -> Line:
    limit_zh, limit_en = (durations.limit_words(state.limit, terms.calendar, language) for language in ("zh", "en"))
    return Line(f"限时 {limit_zh}，依据 {state.source}", f"limit {limit_en}, by {state.source}")


def _sum(state: ClockState, terms: ClockTerms, moments: _Moments) -> list[Line]:
    lines = []
    if state.due_at is not None:
        due, start = moments.write(state.due_at), moments.write(state.started_at)
        limit_zh, limit_en = (durations.limit_words(state.limit, terms.calendar, language) for language in ("zh", "en"))
        zh, en = f"{start} 起 {limit_zh}", f"{start} plus {limit_en}"
        if state.paused_total or state.deferrals:
            zh, en = f"{zh}，计入暂停与延期", f"{en}, with pauses and deferrals"
        if state.provisional:
            zh, en = f"{zh}（节假日安排未公布，暂定）", f"{en} (working days not published yet: provisional)"
        lines.append(Line(f"{zh}，应于 {due} 前完成", f"{en}: due {due}"))
    spans = (state.elapsed_wall, state.paused_total, state.elapsed_counted)
    wall, paused, counted = (durations.words(span, "zh") for span in spans)
    zh = f"历时 {wall}，暂停 {paused}，计时 {counted}"
    wall, paused, counted = (durations.words(span, "en") for span in spans)
    return [*lines, Line(zh, f"took {wall}, paused {paused}, counted {counted}")]


def _fact(step: Step, terms: ClockTerms, moments: _Moments) -> Line:
    event, (kind_zh, kind_en) = step.event, _KINDS[step.event.kind]
    at, (remark_zh, remark_en) = moments.write(event.at), _REMARKS[step.remark]
    zh, en = [f"{at} {kind_zh}"], [f"{at} {kind_en}"]
    if event.kind == "extended":
        until = moments.write(datetime.fromisoformat(event.data["until"]))
        zh.append(f"至 {until}")
        en.append(f"until {until}")
    if event.kind == "retargeted":
        limit = durations.parse(event.data["limit"])
        zh.append(f"改为 {durations.limit_words(limit, terms.calendar, 'zh')}（{event.data['source']}）")
        en.append(f"to {durations.limit_words(limit, terms.calendar, 'en')} ({event.data['source']})")
    given = REASONS.get(event.reason, Words(event.reason, event.reason))
    for words, reason, remark in ((zh, given.zh, remark_zh), (en, given.en, remark_en)):
        words.extend(part for part in (reason, event.actor, remark) if part)
    return Line("，".join(zh), ", ".join(en))
