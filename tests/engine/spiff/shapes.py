"""Drawings of every shape that the profile lets pass; each says in its comment what it is for."""

from __future__ import annotations

from tests.engine.definition.drawings import (
    Flow,
    Node,
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    script,
    service,
    start,
    sub,
    timer,
    user,
)

NEXT = "${next_due()}"  # a timer that asks for its next date


def users(*ids: str) -> list[Node]:
    return [user(id) for id in ids]


def loop_end(back_to: str, after: str) -> tuple[list[Node], list[str | Flow]]:
    """After a step: again while `again` is set."""
    nodes = [exclusive("more"), end("e")]
    flows: list[str | Flow] = [f"{after} -> more", flow("more", back_to, "${again}"), flow("more", "e", default=True)]
    return nodes, flows


def looped(key: str, nodes: list[Node], flows: list[str | Flow], first: str, last: str) -> bytes:
    """start -> first … last -> again? first."""
    more_nodes, more_flows = loop_end(first, last)
    return drawing(key, [start("s"), *nodes, *more_nodes], [f"s -> {first}", *flows, *more_flows])


# a -> b -> c
LINE = drawing("line", [start("s"), *users("a", "b", "c"), end("e")], ["s -> a -> b -> c -> e"])

# a, by choice b or c
CHOICE = drawing(
    "choice",
    [start("s"), user("a"), exclusive("g"), *users("b", "c"), end("e")],
    ["s -> a -> g", flow("g", "b", "${n > 1}"), flow("g", "c", default=True), "b -> e", "c -> e"],
)

# one step again and again
STEP_LOOP = looped("step_loop", users("a"), [], "a", "a")

# a -> (b1 -> b2 | d | f) -> c, again and again
BLOCK_LOOP = looped(
    "block_loop",
    [*users("a", "b1", "b2", "d", "f", "c"), parallel("split"), parallel("join")],
    ["a -> split -> b1 -> b2 -> join -> c", "split -> d -> join", "split -> f -> join"],
    "a",
    "c",
)

# two of three branches join first
PARTIAL = drawing(
    "partial",
    [start("s"), *users("b", "d", "f", "z", "c"), parallel("split"), parallel("join1"), parallel("join2"), end("e")],
    [
        "s -> split -> b -> join1 -> z -> join2 -> c -> e",
        "split -> d -> join1",
        "split -> f -> join2",
    ],
)

# branches that end by themselves
ENDS = drawing(
    "ends",
    [start("s"), *users("a", "b", "d1", "d2"), parallel("split"), end("e1"), end("e2")],
    ["s -> a -> split -> b -> e1", "split -> d1 -> d2 -> e2"],
)

# a loop inside one branch of a block
BRANCH_LOOP = drawing(
    "branch_loop",
    [start("s"), *users("a", "b", "c"), parallel("split"), parallel("join"), exclusive("more"), end("e")],
    [
        "s -> split -> a -> more",
        flow("more", "a", "${again}"),
        flow("more", "join", default=True),
        "split -> b -> join -> c -> e",
    ],
)

# three levels, a block in the innermost
NESTED = looped(
    "nested",
    [
        user("a"),
        sub(
            "outer",
            [
                start("os"),
                user("o1"),
                sub(
                    "inner",
                    [start("is"), *users("i1", "i2", "i3"), parallel("split"), parallel("join"), end("ie")],
                    ["is -> split -> i1 -> join -> i3 -> ie", "split -> i2 -> join"],
                ),
                timer("inner_timer", "inner", "PT1H", interrupting=False),
                user("beside_inner"),
                user("o2"),
                end("oe"),
                end("oe2"),
            ],
            ["os -> o1 -> inner -> o2 -> oe", "inner_timer -> beside_inner -> oe2"],
        ),
        user("c"),
    ],
    ["a -> outer -> c"],
    "a",
    "c",
)

# the shape of a ticket: a phase with a yellow and a red timer that ask for their next date, rework after recheck
PHASE = sub(
    "phase",
    [start("ps"), *users("p1", "p2"), end("pe")],
    ["ps -> p1 -> p2 -> pe"],
)
TICKET = looped(
    "ticket",
    [
        PHASE,
        timer("yellow", "phase", NEXT, "timeDate", interrupting=False),
        service("note_yellow", "test.note"),
        end("yellow_end"),
        timer("red", "phase", NEXT, "timeDate", interrupting=False),
        user("supervise"),
        end("red_end"),
        user("recheck"),
    ],
    ["phase -> recheck", "yellow -> note_yellow -> yellow_end", "red -> supervise -> red_end"],
    "phase",
    "recheck",
)

# one-shot timers on a sub-process and on a step, interrupting and not
TIMED = looped(
    "timed",
    [
        user("a"),
        timer("remind", "a", "PT1H", interrupting=False),
        user("reminder"),
        end("remind_end"),
        timer("take_away", "a", "PT2H"),
        user("instead"),
        sub(
            "box",
            [
                start("bs"),
                *users("x", "y"),
                parallel("split"),
                end("be"),
                sub("deep", [start("ds"), user("z"), end("de")], ["ds -> z -> de"]),
            ],
            ["bs -> split -> x -> be", "split -> y -> deep -> be"],
        ),
        timer("too_late", "box", "PT3H"),
        user("c"),
    ],
    ["a -> box -> c", "remind -> reminder -> remind_end", "take_away -> instead -> box", "too_late -> c"],
    "a",
    "c",
)

# a block in what a repeating timer starts: two firings at once must not mix their tokens
TIMED_BLOCK = drawing(
    "timed_block",
    [
        start("s"),
        user("a"),
        timer("tick", "a", "R/PT1H", "timeCycle", interrupting=False),
        *users("x", "y", "z"),
        parallel("split"),
        parallel("join"),
        end("te"),
        end("e"),
    ],
    ["s -> a -> e", "tick -> split -> x -> join -> z -> te", "split -> y -> join"],
)

# terminate inside a sub-process, beside another branch with a sub-process of its own
TERMINATE = looped(
    "terminate",
    [
        sub(
            "box",
            [
                start("bs"),
                *users("x", "y"),
                parallel("split"),
                sub("deep", [start("ds"), user("z"), end("de")], ["ds -> z -> de"]),
                end("stop", terminate=True),
                end("be"),
            ],
            ["bs -> split -> x -> stop", "split -> y -> deep -> be"],
        ),
        user("c"),
    ],
    ["box -> c"],
    "box",
    "c",
)

# scripts and services on the way, in a block
AUTOMATIC = looped(
    "automatic",
    [
        user("a"),
        parallel("split"),
        script("count", "n = n + 1"),
        service("note", "test.note"),
        user("b"),
        parallel("join"),
        user("c"),
    ],
    ["a -> split -> count -> join -> c", "split -> note -> b -> join"],
    "a",
    "c",
)

# two branches in a scope that a timer may end, and a branch beside one of them
BRANCHES = drawing(
    "branches",
    [
        start("s"),
        sub(
            "box",
            [
                start("bs"),
                parallel("split"),
                *users("p1", "p2", "q1", "q2", "beside", "beside2"),
                timer("tick", "p2", "PT1H", interrupting=False),
                end("be"),
                end("te"),
            ],
            ["bs -> split -> p1 -> p2 -> be", "split -> q1 -> q2 -> be", "tick -> beside -> beside2 -> te"],
        ),
        timer("late", "box", "PT9H"),
        user("c"),
        end("e"),
    ],
    ["s -> box -> c -> e", "late -> c"],
)

# a timer whose branch runs along the main line, in a loop
SECOND_TOKEN = looped(
    "second_token",
    [user("a"), timer("tick", "a", "PT1H", interrupting=False), exclusive("m"), user("c")],
    ["a -> m -> c", "tick -> m"],
    "a",
    "c",
)

ALL: dict[str, bytes] = {
    "line": LINE,
    "choice": CHOICE,
    "step_loop": STEP_LOOP,
    "block_loop": BLOCK_LOOP,
    "partial": PARTIAL,
    "ends": ENDS,
    "branch_loop": BRANCH_LOOP,
    "nested": NESTED,
    "ticket": TICKET,
    "timed": TIMED,
    "timed_block": TIMED_BLOCK,
    "terminate": TERMINATE,
    "automatic": AUTOMATIC,
    "branches": BRANCHES,
    "second_token": SECOND_TOKEN,
}
"""Every shape, for random walks. They read `again`, `n` and `next_due`."""
