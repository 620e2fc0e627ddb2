"""The plan of the city: the same every time, every kind of fate in it, all within the month."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from accounts.roles import ROLES
from api.demo.city import ENDED, MAIN, ORGANISATIONS, PEOPLE
from api.demo.faults import FAULTS, IMPACTS
from api.demo.pictures import SCENES, picture
from api.demo.plan import LIMITS, PACES, STEPS, month, under_way
from api.demo.progress import Progress
from api.demo.streets import devices, points, sites
from engine.photos import decode_photo
from tests.conftest import T0


def test_the_plan_is_the_same_every_time() -> None:
    assert month(T0) == month(T0)
    assert under_way(T0) == under_way(T0)
    assert month(T0) != month(T0 + timedelta(minutes=1), 29)


def test_a_month_holds_every_fate() -> None:
    plans = month(T0)
    assert 120 <= len(plans) + len(under_way(T0)) <= 200
    assert {(plan.level, plan.category) for plan in plans} == {(level, one) for level in IMPACTS for one in FAULTS}
    fates = Counter(
        {
            "cancelled": sum(bool(plan.cancelled) for plan in plans),
            "recurred": sum(plan.recurs_after is not None for plan in plans),
            "refused": sum(plan.refused for plan in plans),
            "spare": sum(plan.spare for plan in plans),
            "ended contract": sum(plan.contract is ENDED for plan in plans),
        }
    )
    assert min(fates.values()) >= 4
    for place, stage in enumerate(STEPS[1:], start=1):
        late = [p for p in plans if LIMITS[p.level][place - 1] and p.pace[place] > LIMITS[p.level][place - 1]]
        assert late, stage


def test_paces_keep_the_limits_and_the_order() -> None:
    for level, spans in PACES.items():
        for (_, to), limit in zip(spans[1:], LIMITS[level], strict=True):
            assert not limit or to < limit * 0.8, level
    for plan in (*month(T0), *under_way(T0)):
        assert list(plan.pace) == sorted(plan.pace)
        assert plan.reported_at < T0
        assert not (plan.level == 1 and not plan.contract.has_head_office)


def test_tickets_stand_at_every_step() -> None:
    assert {plan.stops_at for plan in under_way(T0)} == {*STEPS, "observe", "recheck", "summary"}


def test_people_hold_every_role_and_belong_to_the_organisations() -> None:
    assert {person.role for person in PEOPLE} == {role.key for role in ROLES}
    assert {person.organisation for person in PEOPLE} == {key for key, _, _ in ORGANISATIONS}
    assert len({person.username for person in PEOPLE}) == len(PEOPLE) == 23
    assert all(len(person.username) >= 4 for person in PEOPLE)


def test_the_ledger_has_200_points_and_260_devices() -> None:
    (columns, rows), (fields, things) = points(T0.date()), devices(T0.date())
    assert (len(rows), len({row[0] for row in rows})) == (200, 200)
    assert (len(things), len({row[0] for row in things})) == (260, 260)
    assert all(len(row) == len(columns) for row in rows)
    assert all(len(row) == len(fields) for row in things)
    assert len({(row[7], row[8]) for row in rows}) == 200  # no two points at one place
    assert sum(site.contract is MAIN for site in sites()) == 186


def test_pictures_are_photos_that_the_product_takes() -> None:
    for scene in SCENES:
        photo = decode_photo(picture(scene, 0))
        assert (photo.width, photo.height) == (640, 480)
    assert picture("pole", 0) != picture("pole", 1)


def test_progress_is_a_bar_on_a_terminal_and_lines_elsewhere() -> None:
    said: list[tuple[str, bool]] = []

    def say(text: str, nl: bool = True) -> Any:
        said.append((text, nl))

    bar = Progress(say, "x", 3, terminal=True)
    for _ in range(3):
        bar.step()
    assert said[0] == ("\r" + "█" * 10 + "░" * 20 + " x 1/3", False)
    assert said[-1] == ("\r" + "█" * 30 + " x 3/3", True)
    said.clear()
    lines = Progress(say, "x", 20, terminal=False)
    for _ in range(20):
        lines.step()
    assert [text for text, _ in said] == [f"x {n}/20" for n in range(2, 21, 2)]
