"""A piece of drawing for each element of the profile: what is done to it, what is told, where its tokens stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.engine.definition.drawings import (
    Flow,
    Node,
    again,
    boundary,
    call,
    catch,
    decision,
    end,
    events,
    exclusive,
    flow,
    inclusive,
    manual,
    parallel,
    receive,
    script,
    send,
    service,
    several,
    start,
    sub,
    throw,
    user,
)
from tests.engine.spiff.cases import OUTSIDE, Call, Run

Act = Callable[[Run], object]


@dataclass(frozen=True)
class Step:
    """One command on the piece. `told` and `stands` name elements of the piece alone."""

    act: Act | None  # None: the token comes to the piece
    told: str
    stands: str = ""
    sees: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # element -> what its token must carry


@dataclass(frozen=True)
class Piece:
    """Nodes and flows with one way in and one way out, and its story."""

    nodes: Sequence[Node]
    flows: Sequence[str | Flow]
    first: str
    last: str
    story: Sequence[Step]
    leaves: Mapping[str, Any] = field(default_factory=dict)  # what the token carries on, besides what it came with
    calls: Mapping[str, Call] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(_ids(self.nodes))


def _ids(nodes: Sequence[Node]) -> Iterator[str]:
    for node in nodes:
        yield node.id
        for part in node.inner.split(' id="')[1:]:
            yield part.partition('"')[0]


def did(step: str, **data: Any) -> Act:
    return lambda run: run.do(step, **data)


def got(event: str, **payload: Any) -> Act:
    return lambda run: run.receive(event, **payload)


def came_back(activity: str, **data: Any) -> Act:
    return lambda run: run.finish(activity, **data)


def failed(activity: str, code: str) -> Act:
    return lambda run: run.fail(activity, code)


def alone(node: Node, *story: Step, calls: Mapping[str, Call] | None = None, **leaves: Any) -> Piece:
    """A piece of one node."""
    return Piece([node], [], node.id, node.id, story, leaves, calls or {})


def box(id: str, *nodes: Node, flows: Sequence[str | Flow]) -> Node:
    return sub(id, nodes, flows)


TASKS: dict[str, Piece] = {
    "userTask": alone(
        user("x"), Step(None, "entered x", "x"), Step(did("x", v=1), "completed x"), v=1
    ),
    "manualTask": alone(manual("x"), Step(None, "entered x", "x"), Step(did("x"), "completed x")),
    "scriptTask": alone(script("x", "v = 1"), Step(None, "entered x, script x, completed x"), v=1),
    "serviceTask": alone(
        service("x", "test.note"), Step(None, "entered x, service x, completed x"), calls={"x": lambda _: {"v": 1}}, v=1
    ),
    "serviceTask outside": alone(
        service("x", "test.note"),
        Step(None, "entered x, service x", "x"),
        Step(came_back("x", v=1), "completed x"),
        calls={"x": lambda _: OUTSIDE},
        v=1,
    ),
    "businessRuleTask": alone(
        decision("x", "level"), Step(None, "entered x, decision x, completed x"), decided="level"
    ),
    "sendTask": alone(send("x", "message_paid"), Step(None, "entered x, thrown x, completed x")),
    "receiveTask": alone(
        receive("x", "message_paid"),
        Step(None, "entered x", "x"),
        Step(got("x", v=1), "received x, completed x"),
        v=1,
    ),
    "callActivity": alone(
        call("x", "other"), Step(None, "entered x, called x", "x"), Step(came_back("x", v=1), "completed x"), v=1
    ),
    "subProcess": alone(
        box("x", start("xs"), user("xa"), end("xe"), flows=["xs -> xa -> xe"]),
        Step(None, "entered x, completed xs, entered xa", "xa"),
        Step(did("xa", v=1), "completed xa, completed xe, completed x"),
        v=1,
    ),
}  # fmt: skip

_JOIN = exclusive("j")
_OPENED, _TWO = "completed o, entered a, entered b", [user("a"), user("b")]
GATEWAYS: dict[str, Piece] = {
    "exclusiveGateway": Piece(
        [exclusive("o"), *_TWO, exclusive("j")],
        [flow("o", "a", "${false}"), flow("o", "b", default=True), "a -> j", "b -> j"],
        "o",
        "j",
        [Step(None, "completed o, entered b", "b"), Step(did("b", v=1), "completed b, completed j")],
        {"v": 1},
    ),
    "parallelGateway": Piece(
        [parallel("o"), *_TWO, parallel("j")],
        ["o -> a -> j", "o -> b -> j"],
        "o",
        "j",
        [
            Step(None, _OPENED, "a b"),
            Step(did("b", v=1), "completed b", "a", {"a": {}}),
            Step(did("a", w=2), "completed a, completed j"),
        ],
        {"v": 1, "w": 2},
    ),
    "inclusiveGateway": Piece(
        [inclusive("o"), *_TWO, user("c"), inclusive("j")],
        [flow("o", "a", "${1 < 2}"), flow("o", "b", "${2 < 3}"), flow("o", "c", default=True)]
        + [f"{way} -> j" for way in "abc"],
        "o",
        "j",
        [
            Step(None, _OPENED, "a b"),
            Step(did("b", v=1), "completed b", "a"),
            Step(did("a", w=2), "completed a, completed j"),
        ],
        {"v": 1, "w": 2},
    ),
    "eventBasedGateway": Piece(
        [events("o"), catch("m", "message", "paid"), catch("t", "timer", "PT3H"), catch("u", "timer", "PT1H"), _JOIN],
        ["o -> m -> j", "o -> t -> j", "o -> u -> j"],
        "o",
        "j",
        [Step(None, "completed o", "m t u"), Step(got("u"), "completed u, completed j")],
    ),
    "eventBasedGateway message": Piece(
        [events("o"), receive("m", "message_paid"), catch("g", "signal", "storm"), catch("t", "timer", "PT3H"), _JOIN],
        ["o -> m -> j", "o -> t -> j", "o -> g -> j"],
        "o",
        "j",
        [
            Step(None, "completed o, entered m", "g m t"),
            Step(got("g", v=1), "received g, completed g, completed j, cancelled m"),
        ],
        {"v": 1},
    ),
}  # fmt: skip


def waiting(trigger: str, what: str) -> Piece:
    story = [Step(None, "", "x"), Step(got("x"), "completed x")]
    if trigger != "timer":
        story[1] = Step(got("x", v=1), "received x, completed x")
    return Piece([catch("x", trigger, what)], [], "x", "x", story, {"v": 1} if trigger != "timer" else {})


def ending(trigger: str, what: str, told: str = "completed xe") -> Piece:
    """An end event inside a sub-process, beside a step that goes on unless it is taken away."""
    inner = throw("xe", trigger, what, "endEvent") if trigger else end("xe")
    node = box(
        "x", start("xs"), parallel("xp"), inner, user("xa"), end("xf"), flows=["xs -> xp -> xe", "xp -> xa -> xf"]
    )
    return alone(
        node,
        Step(None, f"entered x, completed xs, completed xp, entered xa, {told}", "xa"),
        Step(did("xa", v=1), "completed xa, completed xf, completed x"),
        v=1,
    )


def raising(kind: str, interrupting: bool) -> Piece:
    """An error or escalation strikes the event on the sub-process around it; what would come after is not opened."""
    thrown = throw("xe", kind, "no_spare", "endEvent" if kind == "error" else "intermediateThrowEvent")
    ways = ["xs -> xp -> xi -> xe", "xp -> xa -> xf"] + (["xe -> xb -> xg"] if kind == "escalation" else [])
    inside = [start("xs"), parallel("xp"), script("xi", "v = 1"), thrown, user("xa"), end("xf")]
    inside += [user("xb"), end("xg")] if kind == "escalation" else []
    event = boundary("k", "x", kind, "no_spare", interrupting, **{f"{kind}CodeVariable": "why"})
    nodes = [box("x", *inside, flows=ways), event, user("y"), exclusive("j")]
    came = "entered x, completed xs, completed xp, entered xi, entered xa, script xi, completed xi, completed xe"
    seen = {"y": {"v": 1, "why": "no_spare"}}
    if interrupting:
        story = [
            Step(None, f"{came}, completed k, entered y, cancelled x, cancelled xa", "y", seen),
            Step(did("y"), "completed y, completed j"),
        ]
        return Piece(nodes, ["x -> j", "k -> y -> j"], "x", "j", story, {"v": 1, "why": "no_spare"})
    story = [
        Step(None, f"{came}, entered xb, completed k, entered y", "xa xb y", seen),
        Step(did("xa"), "completed xa, completed xf", "xb y"),
        Step(did("y"), "completed y, completed ye", "xb"),
        Step(did("xb", w=2), "completed xb, completed xg, completed x, completed j"),
    ]
    return Piece([*nodes, end("ye")], ["x -> j", "k -> y -> ye"], "x", "j", story, {"v": 1, "w": 2})


def bordered(trigger: str, what: str, interrupting: bool) -> Piece:
    """A message, signal or timer on the border of a step."""
    nodes = [user("x"), boundary("k", "x", trigger, what, interrupting), user("y"), exclusive("j")]
    payload = {} if trigger == "timer" else {"v": 1}
    fired = "completed k, entered y" if trigger == "timer" else "received k, completed k, entered y"
    if interrupting:
        story = [
            Step(None, "entered x", "k x"),
            Step(got("k", **payload), f"{fired}, cancelled x", "y", {"y": payload}),
            Step(did("y"), "completed y, completed j"),
        ]
        return Piece(nodes, ["x -> j", "k -> y -> j"], "x", "j", story, payload)
    once = "k x y" if trigger != "timer" else "x y"
    story = [
        Step(None, "entered x", "k x"),
        Step(got("k", **payload), fired, once, {"y": payload, "x": {}}),
        Step(did("x", w=2), "completed x, completed j", "y"),
        Step(did("y"), "completed y, completed ye"),
    ]
    return Piece([*nodes, end("ye")], ["x -> j", "k -> y -> ye"], "x", "j", story, {"w": 2})


AWAITED = (("message", "paid"), ("signal", "storm"), ("timer", "PT1H"))
EVENTS: dict[str, Piece] = {
    "startEvent": TASKS["subProcess"],
    **{f"intermediateCatchEvent {trigger}": waiting(trigger, what) for trigger, what in AWAITED},
    "intermediateThrowEvent": alone(throw("x"), Step(None, "completed x")),
    "intermediateThrowEvent message": alone(throw("x", "message", "paid"), Step(None, "thrown x, completed x")),
    "intermediateThrowEvent signal": alone(throw("x", "signal", "storm"), Step(None, "thrown x, completed x")),
    "intermediateThrowEvent escalation": raising("escalation", True),
    "endEvent": ending("", ""),
    "endEvent message": ending("message", "paid", "thrown xe, completed xe"),
    "endEvent signal": ending("signal", "storm", "thrown xe, completed xe"),
    "endEvent escalation": ending("escalation", "no_spare"),
    "endEvent error": raising("error", True),
    "endEvent terminate": alone(
        box(
            "x",
            *(start("xs"), parallel("xp"), end("xe", terminate=True), user("xa")),
            flows=["xs -> xp -> xa -> xe", "xp -> xe"],
        ),
        Step(None, "entered x, completed xs, completed xp, entered xa, completed xe, completed x, cancelled xa"),
    ),
    "boundaryEvent error interrupting": raising("error", True),
    "boundaryEvent escalation interrupting": raising("escalation", True),
    "boundaryEvent escalation beside": raising("escalation", False),
    **{
        f"boundaryEvent {trigger} {'interrupting' if interrupting else 'beside'}": bordered(trigger, what, interrupting)
        for trigger, what in AWAITED
        for interrupting in (True, False)
    },
    "serviceTask with an error": Piece(
        [service("x", "test.note"), boundary("k", "x", "error", "no_spare", errorMessageVariable="words"), _JOIN],
        ["x -> j", "k -> j"],
        "x",
        "j",
        [
            Step(None, "entered x, service x", "x"),
            Step(failed("x", "no_spare"), "completed k, completed j, cancelled x"),
        ],
        {"words": "words of no_spare"},
        {"x": lambda _: OUTSIDE},
    ),
}  # fmt: skip


def _twice(key: str, piece: Piece, how: str) -> Piece:
    """The activity run for two items: at the same time, one after the other, or as a loop."""
    (node,) = piece.nodes
    if how == "loop":
        node = again(node, while_="loopCounter < 2")
    else:
        node = several(node, how == "sequential", "item", "${['p', 'q']}", results="all", result="item")
    first, *later = piece.story
    quick = not later
    begun, done = first.told, ", ".join(step.told for step in piece.story)
    story: list[Step]
    if quick and how != "parallel":
        story = [Step(None, f"entered x, {done}, {done}, completed x")]
    elif quick:
        enter, rest = "entered x", done.removeprefix("entered x, ")
        story = [Step(None, f"entered x, {enter}, {enter}, {rest}, {rest}, completed x")]
    elif how == "parallel":
        (step,) = later
        stands = f"{first.stands} {first.stands}"
        story = [
            Step(None, _both(key, begun), stands),
            Step(step.act, step.told, first.stands),
            Step(step.act, f"{step.told}, completed x"),
        ]
    else:
        (step,) = later
        story = [
            Step(None, f"entered x, {begun}", first.stands),
            Step(step.act, f"{step.told}, {begun}", first.stands),
            Step(step.act, f"{step.told}, completed x"),
        ]
    leaves = {**piece.leaves, **({} if how == "loop" else {"all": ["p", "q"]})}
    return Piece([node], [], "x", "x", story, leaves, piece.calls)


def _both(key: str, begun: str) -> str:
    """Two runs begin: both are entered before what follows in either."""
    if key == "subProcess":
        return "entered x, entered x, entered x, completed xs, entered xa, completed xs, entered xa"
    enter, _, rest = begun.partition(", ")
    return ", ".join(part for part in ("entered x", enter, enter, rest, rest) if part)


REPEATED: dict[str, Piece] = {
    f"{key} {how}": _twice(key, piece, how)
    for key, piece in TASKS.items()
    for how in ("parallel", "sequential", "loop")
}

ALL: dict[str, Piece] = {**TASKS, **GATEWAYS, **EVENTS, **REPEATED}
