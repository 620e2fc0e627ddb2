"""Facts of a case in words: one sentence for each type, in the reader's language, with names for keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.definition.vocabulary import kind_words
from engine.queries.history import HistoryItem
from maintenance.clocks import durations
from maintenance.deferral_reasons import REASONS
from web import dates
from web.case_view import level_words
from web.frame import group_name, listed
from web.i18n import language
from web.related import link_words, participation
from web.words import _

Fact = Mapping[str, Any]

ENGINE = "engine"
LATE_TELLING = timedelta(seconds=60)  # a light told later than this is told with its own time


@dataclass(frozen=True)
class Told:
    """What the facts of a case mention, by key."""

    people: Mapping[str, str] = field(default_factory=dict)  # sign-in name -> display name
    organisations: Mapping[int, str] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)  # key -> name in the reader's language
    now: datetime | None = None  # what the page calls today; None: each fact's own day
    users: Mapping[int, str] = field(default_factory=dict)  # id -> display name


@dataclass(frozen=True)
class Line:
    """One fact with everything its sentence may need."""

    item: HistoryItem
    fact: Fact
    told: Told

    @property
    def who(self) -> str:
        return _("The system") if self.item.actor == ENGINE else self.item.actor_name

    @property
    def name(self) -> str:
        """Of the element, as it is drawn."""
        named: str = self.fact.get("name") or self.fact.get("element") or "–"
        return named

    @property
    def kind(self) -> str:
        """What the element is."""
        words = kind_words(str(self.fact.get("kind", "")))
        return words.zh if language() == "zh" else words.en

    @property
    def clock(self) -> str:
        key = self.fact["clock"]
        return self.told.clocks.get(key) or str(self.fact.get("clock_name") or key)

    @property
    def whom(self) -> str:
        """Whom a new task waits for."""
        assignee = self.fact.get("assignee")
        if assignee:
            return self.told.people.get(assignee, assignee)
        return listed([group_name(group) for group in self.fact.get("groups", [])]) or _("nobody")

    def time(self, key: str) -> str:
        at = self.fact.get(key)
        return (
            dates.moment(datetime.fromisoformat(at), self.told.now or self.item.at, language(), seconds=True)
            if at
            else "–"
        )

    def span(self, key: str) -> str:
        return durations.words(durations.parse(self.fact[key]), language())

    @property
    def limit(self) -> str:
        limit = durations.parse(self.fact["limit"])
        return durations.limit_words(limit, self.fact.get("calendar", "elapsed"), language())


def _started(line: Line) -> str:
    if "instance" in line.fact:
        return _("%(who)s started “%(process)s”", who=line.who, process=line.fact.get("process") or "–")
    return _("%(who)s reported: ticket %(number)s", who=line.who, number=line.fact.get("number") or "–")


def _completed(line: Line) -> str:
    if "instance" in line.fact:
        return _("“%(process)s” has ended", process=line.fact.get("process") or "–")
    return _("The ticket is finished")


def _cancelled(line: Line) -> str:
    if "instance" in line.fact:
        return _("“%(process)s” is cancelled", process=line.fact.get("process") or "–")
    return _("The ticket is cancelled")


def _applied(line: Line) -> str:
    words = REASONS.get(line.fact["reason"])
    reason = line.fact["reason"] if words is None else words.zh if language() == "zh" else words.en
    return _("Deferral applied for until %(until)s: %(reason)s", until=line.time("requested_until"), reason=reason)


def _extended(line: Line) -> str:
    parts = {"clock": line.clock, "before": line.time("before"), "due": line.time("due")}
    if line.fact.get("remark") == "cleared":
        return _("“%(clock)s” is due at %(due)s instead of %(before)s; the breach in between is cleared", **parts)
    if line.fact.get("remark") == "late":
        return _("“%(clock)s” is due at %(due)s instead of %(before)s; applied for late, the gap stays late", **parts)
    return _("“%(clock)s” is due at %(due)s instead of %(before)s", **parts)


def _participant(line: Line) -> str:
    organisation = line.told.organisations.get(line.fact["organisation"], "–")
    reason = participation(line.fact["reason"])
    return _("%(organisation)s takes part: %(reason)s", organisation=organisation, reason=reason)


def _linked(line: Line) -> str:
    way = "forth" if "target" in line.fact else "back"
    return _("%(who)s linked a ticket: %(words)s", who=line.who, words=link_words(line.fact["kind"], way))


def _unlinked(line: Line) -> str:
    way = "forth" if "target" in line.fact else "back"
    return _("%(who)s took back a link: %(words)s", who=line.who, words=link_words(line.fact["kind"], way))


def _job_failed(line: Line) -> str:
    told = {"attempt": line.fact["attempt"], "code": line.fact["code"]}
    if line.fact.get("kind") == "service":
        return _("An outside call failed, attempt %(attempt)s (%(code)s); it is tried again", **told)
    return _("A timer's work failed, attempt %(attempt)s (%(code)s); it is tried again", **told)


def _output(name: str, value: Any) -> str:
    """What a table answered under a name; a fault's level as the pages say it."""
    if name == "level" and isinstance(value, int):
        return _("level: %(level)s", level=level_words(value) if language() == "zh" else value)
    return f"{name} = {'–' if value is None else value}"


def _decided(line: Line) -> str:
    made = line.fact["made"]
    outputs = listed([_output(name, value) for name, value in made["outputs"].items()])
    rules = listed([str(number) for number in made["rules"]])
    if not rules:
        return _("Table “%(table)s” decided: %(outputs)s", table=made["name"], outputs=outputs)
    return _("Table “%(table)s” decided: %(outputs)s (rule %(rules)s)",
             table=made["name"], outputs=outputs, rules=rules)  # fmt: skip


def _recurred(line: Line) -> str:
    return _("Recurrence %(count)s: the ticket is open again, its clocks begin anew",
             count=line.fact["recurrences"])  # fmt: skip


def _opened(line: Line) -> str:
    parts = {"point": line.fact["point"], "contract": line.fact["contract"]}
    if line.fact.get("chargeable"):
        return _("Point %(point)s, contract %(contract)s; outside the service period, chargeable", **parts)
    return _("Point %(point)s, contract %(contract)s", **parts)


def _clock_stopped(line: Line) -> str:
    verdicts = {"met": _("on time"), "breached": _("over the limit"), "void": _("not judged")}
    verdict = verdicts.get(line.fact["verdict"], line.fact["verdict"])
    return _("Clock “%(clock)s” stopped: %(verdict)s, took %(time)s",
             clock=line.clock, verdict=verdict, time=line.span("elapsed"))  # fmt: skip


def _created(line: Line) -> str:
    words = _("Next: “%(name)s”, waits for %(whom)s", name=line.name, whom=line.whom)
    unknown = listed(list(line.fact.get("unknown", [])))
    return words + _(" (unknown: %(names)s)", names=unknown) if unknown else words


def _light(words: str, line: Line) -> str:
    """A light that was told late is told with the time at which it came."""
    came = datetime.fromisoformat(line.fact["at"])
    if line.item.at - came < LATE_TELLING:
        return words
    return _("%(words)s (since %(time)s)", words=words, time=line.time("at"))


def _warned(line: Line) -> str:
    return _light(_("“%(clock)s” is nearly due", clock=line.clock), line)


def _breached(line: Line) -> str:
    group = line.fact.get("escalate_to")
    if group:
        words = _("“%(clock)s” is overdue; %(group)s informed", clock=line.clock, group=group_name(group))
    else:
        words = _("“%(clock)s” is overdue", clock=line.clock)
    if line.fact.get("provisional"):
        words = _("%(words)s (provisional: an application for deferral is pending)", words=words)
    return _light(words, line)


def _escalated(line: Line) -> str:
    group = group_name(line.fact.get("escalate_to") or "–")
    words = _("“%(clock)s” is still overdue: escalated to %(group)s (step %(step)s)",
              clock=line.clock, group=group, step=line.fact["step"])  # fmt: skip
    return _light(words, line)


WORDS: dict[str, Callable[[Line], str]] = {
    "instance_started": _started,
    "participant_added": _participant,
    "work_order_opened": _opened,
    "clock_started": lambda line: _("Clock “%(clock)s” started: limit %(limit)s, due %(due)s",
                                    clock=line.clock, limit=line.limit, due=line.time("due")),
    "clock_stopped": _clock_stopped,
    "clock_voided": lambda line: _("Clock “%(clock)s” is void: it is not judged", clock=line.clock),
    "decision_made": _decided,
    "event_awaited": lambda line: _("Waits for “%(name)s”", name=line.name),
    "event_received": lambda line: _("%(who)s told: “%(name)s”", who=line.who, name=line.name),
    "event_thrown": lambda line: _("Sent: “%(name)s”", name=line.name),
    "error_raised": lambda line: _("Error %(error)s: %(text)s",
                                   error=line.fact["error"] or "–", text=line.fact.get("text") or "–"),
    "escalation_not_caught": lambda line: _("Escalation %(code)s: nobody reacts to it in the diagram",
                                            code=line.fact["escalation"]),
    "message_kept": lambda line: _("Message “%(name)s” came early: it is kept until %(time)s",
                                   name=line.fact["event"], time=line.time("until")),
    "message_expired": lambda line: _("Message “%(name)s” was kept in vain: nobody waited for it in time",
                                      name=line.fact["event"]),
    "fault_recurred": _recurred,
    "attached": lambda line: _("%(who)s added “%(name)s”", who=line.who, name=line.fact["file"]),
    "element_completed": lambda line: _("Passed: %(kind)s “%(name)s”", kind=line.kind, name=line.name),
    "element_cancelled": lambda line: _("Ended early: %(kind)s “%(name)s”", kind=line.kind, name=line.name),
    "task_created": _created,
    "task_claimed": lambda line: _("%(who)s claimed “%(name)s”", who=line.who, name=line.name),
    "task_unclaimed": lambda line: _("%(who)s gave back “%(name)s”", who=line.who, name=line.name),
    "task_completed": lambda line: _("%(who)s completed “%(name)s”", who=line.who, name=line.name),
    "timer_armed": lambda line: _("Timer “%(name)s” set to %(due)s", name=line.name, due=line.time("due")),
    "timer_retimed": lambda line: _("Timer “%(name)s” moved from %(before)s to %(due)s",
                                    name=line.name, before=line.time("before"), due=line.time("due")),
    "timer_disarmed": lambda line: _("Timer “%(name)s” switched off", name=line.name),
    "timer_fired": lambda line: _("Timer “%(name)s” went off, due %(due)s", name=line.name, due=line.time("due")),
    "sla_warned": _warned,
    "sla_breached": _breached,
    "sla_escalated": _escalated,
    "commented": lambda line: _("%(who)s commented", who=line.who),
    "device_replaced": lambda line: _("Ledger: device %(old)s replaced by %(new)s",
                                      old=line.fact["old"], new=line.fact["new"]),
    "cancel_requested": lambda line: _("%(who)s cancelled the ticket", who=line.who),
    "instance_completed": _completed,
    "instance_cancelled": _cancelled,
    "deferral_applied": _applied,
    "deferral_granted": lambda line: _("Deferral granted until %(until)s", until=line.time("until")),
    "deferral_refused": lambda line: _("Deferral refused: the original time stands"),
    "clock_extended": _extended,
    "breach_final": lambda line: _("“%(clock)s”: the breach is final", clock=line.clock),
    "task_retimed": lambda line: _("“%(name)s” is to be done by %(due)s now", name=line.name, due=line.time("due")),
    "instance_suspended": lambda line: _("%(who)s suspended the ticket", who=line.who),
    "instance_resumed": lambda line: _("%(who)s let the ticket go on", who=line.who),
    "case_linked": _linked,
    "case_unlinked": _unlinked,
    "service_requested": lambda line: _("Outside call “%(name)s” is on its way", name=line.name),
    "call_started": lambda line: _("“%(name)s” called: process %(key)s, version %(version)s",
                                   name=line.name, key=line.fact["key"], version=line.fact["version"]),
    "call_completed": lambda line: _("The called process has ended"),
    "call_cancelled": lambda line: _("The called process was ended early"),
    "job_failed": _job_failed,
    "incident_raised": lambda line: _("The engine could not go on after %(attempt)s attempts (%(code)s): an incident",
                                      attempt=line.fact["attempt"], code=line.fact["code"]),
    "job_retried": lambda line: _("%(who)s let the failed work run again", who=line.who),
}  # fmt: skip
"""Type of a fact -> its sentence. Events of no case: web/records.py."""
