"""Drawings with events, calls, repeats and inclusive gateways, each in a loop that ends at the step `c`."""

from __future__ import annotations

from tests.engine.definition.drawings import (
    Flow,
    Node,
    again,
    boundary,
    call,
    catch,
    decision,
    declared,
    drawing,
    end,
    events,
    exclusive,
    flow,
    inclusive,
    parallel,
    receive,
    script,
    send,
    service,
    several,
    start,
    sub,
    throw,
    timer,
    user,
)
from tests.engine.spiff.shapes import loop_end

NAMES = declared(message=["M"], signal=["G"], error=["E"], escalation=["L"])
OUTSIDE = "outside"  # the service that is called outside


def looped(key: str, nodes: list[Node], flows: list[str | Flow], last: str) -> bytes:
    """start -> a … last -> c -> again? a."""
    more_nodes, more_flows = loop_end("a", "c")
    return drawing(
        key,
        [start("s"), user("a"), *nodes, user("c"), *more_nodes],
        ["s -> a", *flows, f"{last} -> c", *more_flows],
        extra=NAMES,
    )


# two devices at a time, each a scope of its own with a branch that waits
RUNS = looped(
    "runs",
    [
        several(
            sub(
                "each",
                [start("es"), parallel("split"), user("b"), catch("m", "message", "M"), parallel("join"), end("ee")],
                ["es -> split -> b -> join -> ee", "split -> m -> join"],
            ),
            item="one",
            collection="${[1, 2]}",
            results="all",
            result="one",
        ),
        timer("tick", "each", "PT1H", interrupting=False),
        user("late"),
        end("le"),
    ],
    ["a -> each", "tick -> late -> le"],
    "each",
)

# one after the other, a loop within
ROUNDS = looped(
    "rounds",
    [
        several(
            sub("each", [start("es"), again(user("b"), maximum="2"), end("ee")], ["es -> b -> ee"]),
            sequential=True,
            cardinality="2",
        ),
        boundary("k", "each", "signal", "G"),
    ],
    ["a -> each", "k -> c"],
    "each",
)

# ways of which any may be taken, one of them at once
ANY = looped(
    "any",
    [inclusive("o"), user("x"), user("y"), boundary("k", "y", "message", "M"), user("z"), inclusive("j")],
    [
        "a -> o",
        flow("o", "x", "${n % 2 == 0}"),
        flow("o", "j", "${n % 3 == 0}"),
        flow("o", "y", default=True),
        "x -> j",
        "y -> j",
        "k -> z -> j",
    ],
    "j",
)

# the first of three events
FIRST = looped(
    "first",
    [events("g"), catch("m", "message", "M"), receive("r", "message_M"), catch("t", "timer", "PT1H"), exclusive("x")],
    ["a -> g -> m -> x", "g -> r -> x", "g -> t -> x"],
    "x",
)

# a scope that escalates twice and then may fail, with an event of each kind on it
FAILING = looped(
    "failing",
    [
        sub(
            "box",
            [
                start("bs"),
                user("b"),
                throw("esc", "escalation", "L"),
                throw("esc2", "escalation", "L"),
                exclusive("g"),
                throw("fail", "error", "E", "endEvent"),
                end("be"),
            ],
            ["bs -> b -> esc -> esc2 -> g", flow("g", "fail", "${n % 2 == 1}"), flow("g", "be", default=True)],
        ),
        boundary("heard", "box", "escalation", "L", False),
        script("note", "n = n"),
        end("ne"),
        boundary("failed", "box", "error", "E"),
        user("repair"),
    ],
    ["a -> box", "heard -> note -> ne", "failed -> repair -> c"],
    "box",
)

# a call, an outside service, a decision, a message, side by side
OUTWARDS = looped(
    "outwards",
    [
        parallel("split"),
        call("sub", "other"),
        boundary("k", "sub", "error"),
        service(OUTSIDE, "test.note"),
        decision("d", "level"),
        send("tell", "message_M"),
        throw("cry", "signal", "G"),
        parallel("join"),
        exclusive("after"),
    ],
    [
        "a -> split -> sub -> after -> join",
        "k -> after",
        f"split -> {OUTSIDE} -> d -> join",
        "split -> tell -> cry -> join",
    ],
    "join",
)

ALL: dict[str, bytes] = {
    "runs": RUNS,
    "rounds": ROUNDS,
    "any": ANY,
    "first": FIRST,
    "failing": FAILING,
    "outwards": OUTWARDS,
}
"""Read `again` and `n`."""
