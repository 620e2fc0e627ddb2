"""Drawings that several tests of the engine run."""

from __future__ import annotations

from tests.engine.definition.drawings import (
    drawing,
    end,
    exclusive,
    flow,
    parallel,
    script,
    service,
    start,
    timer,
    user,
)

ONE_STEP = drawing("one_step", [start("s"), user("a", "办理", candidateGroups="desk"), end("e")], ["s -> a -> e"])
"""One task for the desk."""

TWO_STEPS = drawing(
    "two_steps",
    [
        start("s", formKey="note"),
        user("a", "登记", candidateGroups="desk", formKey="note"),
        user("b", "审批", candidateGroups="desk,chiefs", properties={"separate_from": "a"}),
        end("e"),
    ],
    ["s -> a -> b -> e"],
    name="两步",
    properties={"fields": "note", "case.title": "${note} 的工单", "case.prefix": "LB"},
)
"""A form, a business field, a title, a prefix, and two steps that two persons must do."""

SHARED = drawing(
    "shared",
    [
        start("s"),
        service("invite", "test.invite", inputs={"organisation": "${9002}"}),
        user("a", "维修", candidateGroups="fitters"),
        end("e"),
    ],
    ["s -> invite -> a -> e"],
)
"""A task for the fitters of the contractor."""

WATCHED = drawing(
    "watched",
    [
        start("s"),
        user("a", "办理", candidateGroups="desk"),
        timer("late", "a", "PT10M", name="超时"),
        end("done"),
        end("missed"),
    ],
    ["s -> a -> done", "late -> missed"],
)
"""A task that is taken away after ten minutes."""

SPLIT = drawing(
    "split",
    [
        start("s"),
        parallel("fork"),
        user("a", candidateGroups="desk"),
        user("b", candidateGroups="desk"),
        timer("late", "b", "PT10M", interrupting=False),
        user("c", candidateGroups="chiefs"),
        end("c_end"),
        parallel("join"),
        end("e"),
    ],
    ["s -> fork -> a -> join -> e", "fork -> b -> join", "late -> c -> c_end"],
)
"""Two tasks side by side; a timer opens a third."""

LOOP = drawing(
    "loop",
    [
        start("s"),
        script("zero", "round = 0"),
        exclusive("again"),
        user("a", candidateGroups="desk"),
        script("count", "round = round + 1"),
        exclusive("enough"),
        end("e"),
    ],
    [
        "s -> zero -> again -> a -> count -> enough",
        flow("enough", "e", "${done}"),
        flow("enough", "again", default=True),
    ],
)
"""A task again and again until its form says `done`."""
