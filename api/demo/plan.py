"""What happens in the demo city: a month of faults, and those that are under way now. The same every time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from api.demo.city import ENDED, MAIN, DemoContract
from api.demo.faults import CANCELLATIONS, CHANNELS, COMMENTS, DEFERRALS, FAULTS, IMPACTS, Fault
from api.demo.streets import Site, sites
from engine.calendar import SHANGHAI

DAYS = 30
PER_DAY = 5
SEED = "青川"
HOURS = (1, 1, 1, 1, 1, 2, 3, 6, 9, 9, 8, 7, 6, 7, 8, 8, 8, 9, 7, 5, 4, 3, 2, 1)
"""How many faults are reported in each hour of the day, one against the other."""

STEPS = ("dispatch", "respond", "arrive", "diagnose", "repair")
PACES: Mapping[int, tuple[tuple[int, int], ...]] = {
    1: ((1, 2), (3, 7), (14, 22), (35, 85), (100, 180)),
    2: ((2, 4), (5, 11), (25, 46), (60, 110), (115, 185)),
    3: ((3, 7), (9, 22), (90, 300), (320, 480), (500, 1_100)),
}
"""Level -> minutes from the report to the end of each step, from and to: within the limits of FC 5.2, before yellow."""

LIMITS: Mapping[int, tuple[int, ...]] = {1: (10, 30, 120, 240), 2: (15, 60, 0, 240), 3: (30, 0, 1_440, 1_440)}
"""Level -> minutes for respond, arrive, diagnose, repair (FC 5.2); 0: no limit."""

FATES = {
    "on_time": 56,
    "late_respond": 6,
    "late_arrive": 6,
    "late_diagnose": 6,
    "late_repair": 8,
    "recurred": 6,
    "refused": 5,
    "cancelled": 7,
}


@dataclass(frozen=True)
class Beside:
    """Something that somebody does to a ticket beside its steps."""

    minutes: int  # after the report
    act: str  # a key of api.demo.acts.ACTS
    who: str  # sign-in name
    words: str = ""


@dataclass(frozen=True)
class Plan:
    """One fault, and how it goes."""

    reported_at: datetime
    site: Site
    engineer: str
    reporter: str
    category: str
    impact: str
    level: int
    channel: str
    fault: Fault
    pace: tuple[int, ...]  # minutes from the report to the end of each of STEPS
    stops_at: str | None = None  # the step nobody has come to yet; "observe": it stands under observation
    spare: bool = False  # cannot be repaired on site
    recurs_after: int | None = None  # hours after the repair
    refused: bool = False  # at the first recheck
    cancelled: str = ""  # the reason
    supervised: bool = True  # leaders see to lights; False: their tasks wait
    beside: Sequence[Beside] = field(default_factory=tuple)

    @property
    def contract(self) -> DemoContract:
        return self.site.contract


Scene = tuple[int, int, str, Mapping[str, Any]]
"""(minutes since the report, level, where it stands, what of the plan is special; "old": in the old town)."""


def month(present: datetime, days: int = DAYS) -> list[Plan]:
    """Every level, category and hour; some late at each stage, recurred, refused at the recheck, cancelled."""
    rng = random.Random(SEED)  # noqa: S311 -- a city that is the same every time, no secret
    ground = sites()
    categories = tuple(FAULTS)
    plans = []
    for number in range((days - 1) * PER_DAY):
        day = present.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
        hour = number % 24 if number < 48 else rng.choices(range(24), HOURS)[0]
        at = day - timedelta(days=days - 1 - number // PER_DAY) + timedelta(hours=hour, minutes=rng.randrange(60))
        site = rng.choice(ground)
        level = number % 3 + 1 if number < 21 else rng.choices((1, 2, 3), (14, 52, 34))[0]
        if level == 1 and not site.contract.has_head_office:
            level = 2
        plans.append(
            _plan(rng, at, site, level, categories[number % 7], rng.choices(tuple(FATES), tuple(FATES.values()))[0])
        )
    # what would end after the present is told by `under_way`
    return sorted((plan for plan in plans if plan.reported_at < present - timedelta(hours=30)), key=_reported)


def _reported(plan: Plan) -> datetime:
    return plan.reported_at


def _plan(rng: random.Random, at: datetime, site: Site, level: int, category: str, fate: str) -> Plan:
    crew = site.contract.crew
    spare = level == 1 and rng.random() < 0.35
    beside = [Beside(rng.randrange(8, 90), "comment", crew.dispatcher, rng.choice(COMMENTS))] * (rng.random() < 0.15)
    return Plan(
        reported_at=at,
        site=site,
        engineer=rng.choice(crew.engineers),
        reporter=rng.choice(("reporter", "reporter2", "officer", crew.dispatcher)),
        category=category,
        impact=rng.choice(IMPACTS[level]),
        level=level,
        channel=rng.choice(CHANNELS),
        fault=rng.choice(FAULTS[category]),
        pace=_pace(rng, level, fate),
        spare=spare,
        recurs_after=rng.randrange(3, 20) if fate == "recurred" else None,
        refused=fate == "refused",
        cancelled=rng.choice(CANCELLATIONS) if fate == "cancelled" else "",
        beside=tuple(beside),
    )


def _pace(rng: random.Random, level: int, fate: str) -> tuple[int, ...]:
    """Minutes for each step. Late at one stage means: past its limit, and everything after it no earlier."""
    pace = [rng.randint(*span) for span in PACES[level]]
    for place, stage in enumerate(STEPS[1:], start=1):
        limit = LIMITS[level][place - 1]
        if fate == f"late_{stage}":
            late = limit or LIMITS[level][-1]
            at = place if limit else len(STEPS) - 1  # a level without this limit is late with the repair
            pace[at] = late + rng.randint(3, max(6, late // 6))
    for place in range(1, len(pace)):
        pace[place] = max(pace[place], pace[place - 1] + 2)
    return tuple(pace)


def under_way(present: datetime) -> list[Plan]:
    """Tickets that are open now: at every step, green, yellow and red."""
    rng = random.Random(SEED * 2)  # noqa: S311 -- as above
    main = [site for site in sites() if site.contract is MAIN]
    old = [site for site in sites() if site.contract is ENDED]
    categories = tuple(FAULTS)
    plans = []
    for number, (minutes, level, stops_at, changes) in enumerate(_scenes()):
        site = rng.choice(old if "old" in changes else main)
        at = present - timedelta(minutes=minutes)
        plan = _plan(rng, at, site, level, categories[number % 7], "on_time")
        known = {"stops_at": stops_at, "spare": False, "beside": ()}
        known |= {name: value for name, value in changes.items() if name != "old"}
        plans.append(Plan(**{**vars(plan), **known}))
    return sorted(plans, key=_reported)


def _scenes() -> Iterator[Scene]:
    """Lights follow from the limits of FC 5.2."""
    late = {"supervised": False}
    yield from ((4, 3, "dispatch", {}), (2, 2, "dispatch", {}), (13, 2, "dispatch", {}), (26, 1, "dispatch", late))
    yield from ((7, 2, "respond", {}), (25, 3, "respond", {}), (21, 2, "respond", late))
    yield from ((20, 1, "arrive", {}), (27, 1, "arrive", {}), (75, 2, "arrive", late), (140, 3, "arrive", {}))
    yield from ((60, 2, "diagnose", {}), (101, 1, "diagnose", {}), (133, 1, "diagnose", late))
    yield (152, 1, "diagnose", {"pace": (1, 4, 19, 300, 400)})  # the head office has helped already
    yield from ((120, 2, "repair", {}), (201, 2, "repair", {}), (275, 2, "repair", late), (620, 3, "repair", {}))
    yield (150, 1, "repair", {"spare": True, "supervised": False})
    yield (95, 2, "repair", {"old": True})
    for hours in (5, 9, 14, 19, 23):
        yield (hours * 60, 2, "observe", {})
    yield from ((20 * 60, 3, "observe", {}), (7 * 60, 1, "observe", {"spare": True}))
    yield from ((28 * 60, 2, "recheck", {}), (29 * 60, 1, "recheck", {}), (32 * 60, 2, "recheck", {"old": True}))
    yield from ((30 * 60, 2, "summary", {}), (34 * 60, 1, "summary", {}))
    yield (9 * 60, 2, "repair", {"recurs_after": 4, "pace": (2, 6, 30, 70, 120)})
    yield (29 * 60, 2, "repair", {"refused": True, "pace": (2, 6, 30, 70, 120)})
    yield (50, 3, "arrive", {"beside": (Beside(40, "suspend", "operator", "点位所在道路封闭施工，等待放行"),)})
    yield (35, 2, "diagnose", {"beside": (Beside(12, "comment", "officer", "请注意该点位为重点点位"),)})
    yield from _deferred(*DEFERRALS)


def _deferred(works: str, power: str, pole: str, parts: str) -> Iterator[Scene]:
    """Level 2 is to be repaired within 240 minutes: asked for, granted, refused, repaired within the new time."""
    asked = Beside(190, "defer", "leader", parts)
    yield (215, 2, "repair", {"beside": (asked,)})
    granted = (Beside(150, "defer", "leader", power), Beside(185, "grant", "owner", "已向供电所核实"))
    yield (300, 2, "repair", {"beside": granted})
    refused = (Beside(205, "defer", "leader", works), Beside(250, "refuse", "owner", "围挡已于今晨拆除"))
    yield (290, 2, "repair", {"beside": refused})
    late = (Beside(170, "defer", "leader", pole), Beside(262, "grant", "owner", "同意，注意现场安全"))
    yield (34 * 60, 2, "observe", {"pace": (3, 8, 40, 100, 900), "beside": late})
