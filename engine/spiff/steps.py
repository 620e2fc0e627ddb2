"""Runs the engine's own steps to the next stop, within the limits of one command."""

from __future__ import annotations

import time
from typing import Any

from SpiffWorkflow.util.task import TaskState

from engine.spiff.errors import ExecutionLimit
from engine.spiff.raising import settle
from engine.spiff.tree import compact, sweep
from engine.spiff.workflow import flows, in_state

MAX_STEPS = 2_000
MAX_TASKS = 5_000
MAX_NESTING = 50  # sub-processes within each other
MAX_DEPTH = 900  # SpiffWorkflow loses tasks below 1,000 without a word
MAX_SECONDS = 5.0
TIDY_AFTER = 250  # tasks by which the tree may grow before finished rounds are cut out


def run_steps(workflow: Any) -> None:
    """Run all that needs no person. Raises ExecutionLimit, and what the behaviour raises.

    In place of SpiffWorkflow's own loop, which also runs a step that a terminate end has just cancelled, and misses
    what lies deep in the tree.
    """
    limits = _Limits(workflow)
    moved = True
    while moved:
        moved = False
        for flow in flows(workflow):
            while ready := _ready(flow):
                for task in ready:
                    if task._state == TaskState.READY:
                        limits.check(task)
                        task.run()
                        settle(workflow)
                limits.tidy()
                moved = True
    limits.check_size()


def _ready(flow: Any) -> list[Any]:
    return [task for task in in_state(flow, TaskState.READY) if not task.task_spec.manual]


class _Limits:
    """What one command may use up."""

    def __init__(self, workflow: Any) -> None:
        self._workflow = workflow
        self._steps = 0
        self._began = time.monotonic()
        self._tidied = self._size()

    def check(self, task: Any) -> None:
        """Before each step."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise ExecutionLimit(limit=MAX_STEPS, what="步 / steps")
        if task.workflow.depth > MAX_NESTING:
            raise ExecutionLimit(limit=MAX_NESTING, what="层子流程 / nested sub-processes")
        self.check_size()
        if len(task.workflow.tasks) > MAX_DEPTH and task.depth > MAX_DEPTH:
            raise ExecutionLimit(limit=MAX_DEPTH, what="层 / levels")
        if time.monotonic() - self._began > MAX_SECONDS:
            raise ExecutionLimit(limit=MAX_SECONDS, what="秒 / seconds")

    def check_size(self) -> None:
        """Once more at the stop, so that no state is saved from which no step is possible."""
        if self._size() > MAX_TASKS:
            raise ExecutionLimit(limit=MAX_TASKS, what="个节点 / tasks")

    def tidy(self) -> None:
        """Between steps: a loop of many rounds in one command must not grow the tree."""
        if self._size() > self._tidied + TIDY_AFTER:
            sweep(self._workflow)
            compact(self._workflow)
            self._tidied = self._size()

    def _size(self) -> int:
        return sum(len(flow.tasks) for flow in flows(self._workflow))
