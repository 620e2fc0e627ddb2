"""The filter of a list of tickets as its address says it, and as people read it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast, get_args

from accounts.house import house
from maintenance.queries.judged import Light, Verdict
from maintenance.queries.ticket_choices import TicketChoices
from maintenance.queries.ticket_filter import NONE, DeferralState, Span, TicketFilter
from web.assigning import assigning
from web.case_view import level_words
from web.i18n import language
from web.period import BadPeriod, days, parse_day
from web.words import _

DISPATCH = "dispatch"
LEVELS = ("1", "2", "3", "4", NONE)
DAYS = ("stopped_from", "stopped_to", "reported_from", "reported_to")
NAMES = ("light", "verdict", "clock", "contractor", "level", "process", "waiting", "suspended", "deferral", *DAYS)
MAX_KEY = 100  # letters


@dataclass(frozen=True)
class Asked:
    """What an address asks for."""

    wanted: TicketFilter
    given: Mapping[str, str]  # what was understood, by the names of the address
    not_understood: list[str] = field(default_factory=list)  # names


def asked(address: Mapping[str, str]) -> Asked:
    """What cannot be understood is left out, and named."""
    given = {name: value for name in NAMES if (value := address.get(name, "").replace("\0", "").strip()[:MAX_KEY])}
    wrong = [name for name, allowed in _choices().items() if name in given and given[name] not in allowed]
    known = {name: value for name, value in given.items() if name not in wrong}
    spans = {}
    for name in ("stopped", "reported"):
        try:
            spans[name] = _span(known, name)
        except BadPeriod:
            wrong += [one for one in (f"{name}_from", f"{name}_to") if known.pop(one, None)]
    wanted = TicketFilter(
        light=cast("Light | None", known.get("light")),
        verdict=cast("Verdict | None", known.get("verdict")),
        clock=known.get("clock"),
        stopped=spans.get("stopped"),
        reported=spans.get("reported"),
        contractor=known.get("contractor"),
        level=known.get("level"),
        process=known.get("process"),
        waits_with=dispatch_forms() if "waiting" in known else None,
        suspended="suspended" in known,
        deferral=cast("DeferralState | None", known.get("deferral")),
    )
    return Asked(wanted, known, wrong)


def dispatch_forms() -> frozenset[str]:
    """The forms by which somebody is sent to a fault."""
    library = house().forms
    return frozenset(key for key in sorted(library.keys()) if assigning(library.layout(key)))


def chips(given: Mapping[str, str], choices: TicketChoices) -> list[tuple[tuple[str, ...], str]]:
    """Each part of the filter in words, with the names to leave out of the address to be rid of it."""
    words = _words(choices)
    found: list[tuple[tuple[str, ...], str]] = [((name,), words[name](given[name])) for name in words if name in given]
    for name, label in (("stopped", _("Stopped")), ("reported", _("Reported"))):
        since, until = given.get(f"{name}_from"), given.get(f"{name}_to")
        if since or until:
            shown = since if since == until else f"{since or '…'} – {until or '…'}"
            found.append(((f"{name}_from", f"{name}_to"), _("%(what)s: %(value)s", what=label, value=shown)))
    return found


def selects(given: Mapping[str, str], choices: TicketChoices) -> list[dict[str, Any]]:
    """The filter as controls: {name, label, value, options: [(value, label)]}; the light first."""
    options = {
        "light": (_("Light"), [(light, light_words(light)) for light in get_args(Light)]),
        "contractor": (_("Contractor"), list(choices.contractors.items())),
        "level": (_("Level"), [(level, level_name(level)) for level in LEVELS]),
        "process": (_("Process"), list(choices.processes.items())),
        "clock": (_("Clock"), [(key, stage_name(choices, key)) for key in choices.stages]),
        "verdict": (_("Verdict"), [(verdict, verdict_words(verdict)) for verdict in get_args(Verdict)]),
    }
    return [
        {"name": name, "label": label, "value": given.get(name, ""), "options": offered}
        for name, (label, offered) in options.items()
    ]


def stage_name(choices: TicketChoices, key: str) -> str:
    """In the reader's language."""
    words = choices.stages.get(key)
    return key if words is None else words.zh if language() == "zh" else words.en.capitalize()


def light_words(light: str) -> str:
    return _("Red now") if light == "red" else _("Yellow now")


def verdict_words(verdict: str) -> str:
    known = {
        "met": _("On time"),
        "breached": _("Over the limit"),
        "provisional": _("Provisionally over"),
        "judged": _("Judged"),
    }
    return known[verdict]


def deferral_words(state: str) -> str:
    return _("Deferred") if state == "granted" else _("Deferral applied for")


def level_name(level: str) -> str:
    return _("No level") if level == NONE else level_words(int(level))


def _words(choices: TicketChoices) -> dict[str, Callable[[str], str]]:
    return {
        "light": light_words,
        "verdict": verdict_words,
        "clock": lambda key: _("Clock: %(name)s", name=stage_name(choices, key)),
        "contractor": lambda key: _("No contract") if key == NONE else choices.contractors.get(key, key),
        "level": level_name,
        "process": lambda key: choices.processes.get(key, key),
        "waiting": lambda _value: _("Waiting for dispatch"),
        "suspended": lambda _value: _("Suspended"),
        "deferral": deferral_words,
    }


def _choices() -> dict[str, Collection[str]]:
    return {
        "light": get_args(Light),
        "verdict": get_args(Verdict),
        "level": LEVELS,
        "waiting": (DISPATCH,),
        "suspended": ("yes",),
        "deferral": get_args(DeferralState),
    }


def _span(given: Mapping[str, str], name: str) -> Span | None:
    first, last = parse_day(given.get(f"{name}_from")), parse_day(given.get(f"{name}_to"))
    if first is None and last is None:
        return None
    return days(first or date(2000, 1, 1), last or date(2099, 12, 31))
