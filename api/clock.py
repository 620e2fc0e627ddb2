"""/api/v1/test/clock, in test mode only: turns the clock by hand. To this machine alone."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Flask, request

from accounts.house import house
from accounts.policies import signed_in
from api.operations import MachineBlueprint, operation
from api.schemas.clock_turn import ClockNowSchema, TurnBody
from engine.clock import ManualClock
from engine.durations import parse_duration
from engine.errors import Invalid, SignalboxError
from engine.turning import turn
from forms.problems import FORM, problem

FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-Ip")
"""What a proxy adds: whoever asks through one may be anybody."""

blueprint = MachineBlueprint("test", "试用时钟: the clock of test mode")


class LocalOnly(SignalboxError):
    """This server runs in test mode and answers to its own machine only."""

    code, status = "test_mode_local_only", 403
    zh = "本服务处于试用模式，只接受本机访问。"


def guard(app: Flask) -> None:
    """Let nobody in from elsewhere: a trial that somebody has put on a network by mistake stays shut."""

    @app.before_request
    def refuse_others() -> None:
        try:
            local = ipaddress.ip_address(request.remote_addr or "").is_loopback
        except ValueError:
            local = False
        if not local or any(name in request.headers for name in FORWARDED):
            raise LocalOnly


@blueprint.get("/test/clock")
@signed_in
@operation(blueprint, "Where the clock of test mode stands", ClockNowSchema)
def read_clock() -> Any:
    return {"now": _clock().now()}


@blueprint.post("/test/clock")
@signed_in
@operation(
    blueprint,
    "Turn the clock forward, to a time or by a duration; all that falls due on the way happens, in its order",
    ClockNowSchema,
    body=TurnBody,
)
def turn_clock(body: Mapping[str, Any]) -> Any:
    clock = _clock()
    turn(house().engine, clock, _moment(body, clock.now()))
    return {"now": clock.now()}


def _moment(body: Mapping[str, Any], now: datetime) -> datetime:
    """Raises Invalid unless just one of the two is given, and what a bad duration raises."""
    given = [name for name in ("now", "advance") if body[name] is not None]
    if len(given) != 1:
        raise Invalid({FORM: [problem("one_of_two", one="now", other="advance")]})
    if body["now"] is not None:
        moment: datetime = body["now"]
        return moment
    return parse_duration(body["advance"]).after(now)


def _clock() -> ManualClock:
    clock = house().test_clock
    if clock is None:
        raise AssertionError("this group is registered in test mode only")
    return clock
