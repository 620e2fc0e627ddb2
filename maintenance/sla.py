"""How clocks meet diagrams: starting and stopping by properties, the next light for timers, recording a light once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from engine.durations import parse_instant
from engine.errors import EngineError
from engine.expressions.registry import Function
from engine.extensions import Context, ElementListener, Parameter, Service
from maintenance.clocks import durations
from maintenance.clocks.book import ClockBook, StoredClock
from maintenance.clocks.drawing import check_clocks, names
from maintenance.clocks.starting import starts
from maintenance.clocks.thresholds import Level, Threshold, next_threshold, thresholds
from maintenance.packs.pinned import PinnedPack, pinned_pack


class UnknownStage(EngineError):
    """The diagram names the clock “{stage}”, which the ticket's policy pack does not have."""

    code, status = "unknown_stage", 422
    zh = "流程图使用了时限“{stage}”，但本工单的策略包中没有这一时限。"


class ClockWithoutContract(EngineError):
    """The diagram starts clocks, but its cases are no work orders: there is no contract to judge by."""

    code, status = "clock_without_contract", 422
    zh = "流程图起算时限，但该流程不是工单（缺少 case.kind = work_order），没有可依据的合同。"


class ClockStartRefused(EngineError):
    """The clocks cannot start from “{value}”: a time is expected that is not in the future."""

    code, status = "clock_start_refused", 422
    zh = "时限不能从“{value}”起算：应为不晚于现在的时间。"


# -- listener: sla.start and sla.stop -------------------------------------------------------------------------


def entered(context: Context, data: Mapping[str, Any]) -> None:
    """Start the clocks that the element names in `sla.start`, from `sla.from` or from now; none starts twice."""
    element = context.element
    wanted = names(element.properties.get("sla.start")) if element else []
    if element is None or not wanted:
        return
    book, pack = ClockBook.of(context), None
    source = element.properties.get("sla.from")
    begun = _begun(context, context.value(source, data)) if source else context.now
    existing = {clock.key for clock in book.present()}
    for key in wanted:
        if not starts(existing, key):
            continue
        pack = pack or ticket_pack(context)
        if key not in pack.pack.stages:
            raise UnknownStage(stage=key)
        terms = pack.terms(key, data)
        if terms is None:
            continue
        clock = book.open(terms, element.id, begun)
        due = clock.state(context.now).due_at
        context.fact(
            "clock_started",
            clock=key,
            clock_name=terms.zh,
            at=begun.isoformat(),
            due=due.isoformat() if due else None,
            limit=durations.write(terms.limit),
            calendar=terms.calendar,
            source=terms.source,
        )


def completed(context: Context, data: Mapping[str, Any]) -> None:
    """Stop the clocks that the element names in `sla.stop`, now."""
    element = context.element
    wanted = names(element.properties.get("sla.stop")) if element else []
    if not wanted:
        return
    book = ClockBook.of(context)
    for clock in book.present():
        if clock.key in wanted and clock.state(context.now).stopped_at is None:
            _tell_missed(context, book, clock)
            state = book.add(clock, "stopped", context.now)
            context.fact(
                "clock_stopped",
                clock=clock.key,
                clock_name=clock.terms.zh,
                verdict=state.verdict,
                provisional=state.provisional_breach,
                due=state.due_at.isoformat() if state.due_at else None,
                elapsed=durations.write(state.elapsed_wall),
            )


def _tell_missed(context: Context, book: ClockBook, clock: StoredClock) -> None:
    """Lights that came before the stop although no worker ran then are told now: evidence does not depend on uptime."""
    state = clock.state(context.now)
    missed = [light for light in thresholds(state, clock.terms) if light.at <= context.now]
    for light in missed:
        if (light.clock_key, light.name) not in clock.told and (light.level == "yellow" or state.verdict == "breached"):
            _tell(context, book, clock, light)


def ended(context: Context, state: str) -> None:
    """Clocks that nobody stopped are void, not late (rulebook 2.0); stopped ones keep their verdict."""
    reason = "工单已撤销" if state == "cancelled" else "工单已结束，该环节未发生"
    book = ClockBook.of(context)
    for clock in book.clocks:
        if clock.state(context.now).stopped_at is None:
            book.add(clock, "voided", context.now, reason)
            context.fact("clock_voided", clock=clock.key, clock_name=clock.terms.zh, reason=reason)


def ticket_pack(context: Context) -> PinnedPack:
    """The pack that was pinned to the ticket. Raises ClockWithoutContract."""
    pinned = pinned_pack(context)
    if pinned is None:
        raise ClockWithoutContract
    return pinned


# -- functions: what timers ask -------------------------------------------------------------------------------


def next_warn(context: Context) -> datetime | None:
    """The earliest yellow light not yet recorded of the phase that the timer stands on."""
    light = _next(context, "yellow")
    return light.at if light else None


def next_breach(context: Context) -> datetime | None:
    """The earliest red light not yet recorded, escalation steps included, of the phase that the timer stands on."""
    light = _next(context, "red")
    return light.at if light else None


def due_at(context: Context, key: str) -> datetime | None:
    """When the clock `key` of the present round is due; None: it has not started, has ended or is paused."""
    for clock in ClockBook.of(context).present():
        if clock.key == key:
            state = clock.state(context.now)
            return state.due_at if state.state == "running" else None
    return None


def limit(context: Context, key: str, *by: Any) -> timedelta | None:
    """How long the stage `key` may take by the ticket's pack; `by`: what its table of limits asks for, in its order."""
    pinned = ticket_pack(context)
    if key not in pinned.pack.stages:
        raise UnknownStage(stage=key)
    asked = pinned.pack.limits.by if pinned.pack.limits is not None else ()
    return pinned.limit(key, dict(zip(asked, by, strict=False)))


# -- service: sla.record --------------------------------------------------------------------------------------


def record(context: Context, /, **parameters: Any) -> dict[str, Any] | None:
    """Record the earliest due light of the level, once, and return it; None: nothing is due that was not recorded."""
    level: Level = parameters["level"]
    book = ClockBook.of(context)
    light = _next(context, level)
    if light is None or light.at > context.now:
        return None
    clock = next(clock for clock in book.present() if clock.key == light.clock_key)
    return _tell(context, book, clock, light)


def _tell(context: Context, book: ClockBook, clock: StoredClock, light: Threshold) -> dict[str, Any]:
    book.tell(clock, light)
    provisional = light.level == "red" and clock.state(context.now).provisional_breach
    told = {
        "clock": light.clock_key,
        "clock_name": clock.terms.zh,
        "threshold": light.name,
        "level": light.level,
        "step": light.step,
        "at": light.at.isoformat(),
        "escalate_to": light.escalate_to,
        "provisional": provisional,
    }
    context.fact(_fact_of(light), **told)
    return told


def _fact_of(light: Threshold) -> str:
    if light.level == "yellow":
        return "sla_warned"
    return "sla_escalated" if light.step else "sla_breached"


def _next(context: Context, level: Level) -> Threshold | None:
    clocks = _watched(context)
    states = [(clock.state(context.now), clock.terms) for clock in clocks]
    told = {light for clock in clocks for light in clock.told}
    return next_threshold(states, told, level)


def _watched(context: Context) -> list[StoredClock]:
    """The clocks of the phase on whose border the asking timer stands; for any other element, all of the round."""
    element = context.element
    phase = element.attached_to if element is not None else None
    return [clock for clock in ClockBook.of(context).present() if phase is None or clock.phase == phase]


def _begun(context: Context, value: Any) -> datetime:
    """Raises ClockStartRefused, and InvalidTime for a text that is no time."""
    at = parse_instant(value) if isinstance(value, str) else value
    if not isinstance(at, datetime) or at.tzinfo is None or at > context.now:
        raise ClockStartRefused(value=value)
    return at


LISTENER = ElementListener(
    "sla",
    {
        "sla.start": "进入时起算的时限，逗号分隔",
        "sla.from": "起算时间，缺省为进入的时刻",
        "sla.stop": "办结时停止的时限，逗号分隔",
    },
    entered,
    completed,
    check_clocks,
)

FUNCTIONS = (
    Function(
        "sla.next_warn",
        next_warn,
        "本阶段下一个黄灯的时间",
        "When the next yellow light of this phase comes",
        returns="time",
        needs_context=True,
        rearms=True,
    ),
    Function(
        "sla.next_breach",
        next_breach,
        "本阶段下一个红灯的时间（含逐级督办）",
        "When the next red light of this phase comes",
        returns="time",
        needs_context=True,
        rearms=True,
    ),
    Function(
        "sla.limit",
        limit,
        "本工单的策略包给某一环节的时限；其后是时限表所问的值，如故障等级",
        "How long a stage may take by the ticket's pack; then what its table of limits asks for, such as the level",
        ("clock: text", "by"),
        "duration",
        optional=1,
        variadic=True,
        needs_context=True,
    ),
    Function(
        "sla.due_at", due_at, "某一时限的到期时间", "When a clock is due", ("clock: text",), "time", needs_context=True
    ),
)

RECORD = Service(
    "sla.record",
    record,
    "记录最早一个到点而未记录的灯，并返回它",
    "Record the earliest light that has come and was not recorded, and return it",
    (Parameter("level", "text", "yellow 或 red", "yellow or red"),),
)
