"""An activity that runs several times: its body stands in the activity's place, each run is a child of the body."""

from __future__ import annotations

from typing import Any

from SpiffWorkflow.bpmn.specs.mixins import BpmnSpecMixin
from SpiffWorkflow.util.task import TaskState

from engine.definition.model import RepeatModel
from engine.definition.repeats import MAX_RUNS
from engine.spiff.data import plain
from engine.spiff.errors import NoCollection, TooManyRuns
from engine.spiff.tokens import Data, with_runs
from engine.spiff.workflow import BODY, LOCAL, cut, runs

COUNTER = "loopCounter"  # a run's own variable: its number, from 0
RUN = " [child]"  # ends the name of the spec of a run


class Repeated(BpmnSpecMixin):  # type: ignore[misc]
    """The body. What its runs bring is merged into its data as they end; a run that has ended is cut out of the tree.

    Kept while it runs, under BODY: how many runs there are (`total`), have begun (`begun`) and have ended (`done`); the
    items of sequential runs, for the collection may change meanwhile; the results.
    """

    def __init__(self, scope: Any, original: Any, repeat: RepeatModel) -> None:
        """Take the place of the activity's own spec, which becomes the spec of a run."""
        name = original.name
        del scope.task_specs[name]
        super().__init__(scope, name)
        self._inputs, self._outputs = original._inputs, original._outputs
        original.name, original._inputs, original._outputs = name + RUN, [name], []
        scope.task_specs[original.name] = original
        self.bpmn_id = original.bpmn_id
        self.run_name, self.repeat = original.name, repeat
        original.completed_event.connect(self._run_ended)

    def _update_hook(self, my_task: Any) -> bool:
        """Begin. True: there is nothing to run."""
        if BODY in my_task.internal_data:
            return False
        my_task._inherit_data()
        my_task.workflow.script_engine.entered(my_task)
        items = self._items(my_task)
        kept: Data = {"total": self.repeat.maximum if items is None else len(items), "begun": 0, "done": 0}
        if self.repeat.kind == "sequential" and self.repeat.collection:
            kept["items"] = items
        if self.repeat.results:
            kept["results"] = [None] * len(items or ())
        my_task.internal_data[BODY] = kept
        my_task._set_state(TaskState.STARTED)
        if self._nothing_to_run(my_task, kept):
            self._end(my_task)
        elif self.repeat.kind == "parallel":
            for item in items or ():
                self._begin_run(my_task, kept, item)
        else:
            self._begin_next(my_task, kept)
        return False

    def _nothing_to_run(self, my_task: Any, kept: Data) -> bool:
        if self.repeat.kind == "loop":
            return self.repeat.test_before and not self._goes_on(my_task)
        return bool(kept["total"] == 0)

    def _items(self, my_task: Any) -> list[Any] | None:
        """The items of a multi-instance, or its numbers; None for a loop. Raises NoCollection, TooManyRuns."""
        if self.repeat.kind == "loop":
            return None
        if self.repeat.collection:
            found = my_task.workflow.script_engine.evaluate(my_task, self.repeat.collection)
            if not isinstance(found, list):
                raise NoCollection(text=self.repeat.collection)
            count: Any = len(found)
        else:
            count = my_task.workflow.script_engine.evaluate(my_task, self.repeat.cardinality or "")
            if isinstance(count, bool) or not isinstance(count, int | float) or count < 0 or count != int(count):
                raise NoCollection(text=self.repeat.cardinality)
            found = None
        if count > MAX_RUNS:
            raise TooManyRuns(count=count, limit=MAX_RUNS)
        return list(range(int(count))) if found is None else list(plain({"items": found})["items"])

    def _begin_next(self, my_task: Any, kept: Data) -> None:
        number = kept["begun"]
        self._begin_run(my_task, kept, kept["items"][number] if "items" in kept else number)

    def _begin_run(self, my_task: Any, kept: Data, item: Any) -> None:
        number = kept["begun"]
        kept["begun"] = number + 1
        run = my_task._add_child(my_task.workflow.spec.task_specs[self.run_name], TaskState.WAITING)
        run.internal_data[LOCAL] = {COUNTER: number}
        if self.repeat.item is not None:
            run.internal_data[LOCAL][self.repeat.item] = item
        run.task_spec._update(run)

    def _run_ended(self, workflow: Any, run: Any) -> None:
        """Merge what the run has brought, and go on: with the next run, or to the end of the whole."""
        my_task = run.parent
        if my_task is None or BODY not in my_task.internal_data or my_task.state != TaskState.STARTED:
            return
        kept = my_task.internal_data[BODY]
        kept["done"] += 1
        if "results" in kept and self.repeat.result:
            value = workflow.script_engine.evaluate(run, self.repeat.result)
            kept["results"][run.internal_data[LOCAL][COUNTER]] = plain({"result": value})["result"]
        my_task.data = with_runs(my_task, [run])
        my_task.note_change()
        cut(run)
        if self._is_done(my_task, kept):
            self._end(my_task)
        elif self.repeat.kind != "parallel":
            self._begin_next(my_task, kept)

    def _is_done(self, my_task: Any, kept: Data) -> bool:
        if kept["total"] is not None and kept["done"] >= kept["total"]:
            return True
        if self.repeat.kind == "loop":
            goes_on = self._goes_on(my_task)
            if goes_on and kept["done"] >= MAX_RUNS:
                raise TooManyRuns(count=kept["done"] + 1, limit=MAX_RUNS)
            return not goes_on
        if self.repeat.until is None:
            return False
        counts = {
            "nrOfInstances": kept["total"],
            "nrOfCompletedInstances": kept["done"],
            "nrOfActiveInstances": kept["begun"] - kept["done"],
        }
        seen = {**my_task.data, **counts}
        return bool(my_task.workflow.script_engine.evaluate_over(my_task, self.repeat.until, seen))

    def _goes_on(self, my_task: Any) -> bool:
        counter = my_task.internal_data[BODY]["done"]
        if self.repeat.condition is None:
            return True
        seen = {**my_task.data, COUNTER: counter}
        return bool(my_task.workflow.script_engine.evaluate_over(my_task, self.repeat.condition, seen))

    def _end(self, my_task: Any) -> None:
        """Take away the runs that go on, and let the token leave with what all have brought."""
        kept = my_task.internal_data[BODY]
        for run in runs(my_task):
            run.cancel()
            cut(run)
        if self.repeat.results:
            my_task.data = {**my_task.data, self.repeat.results: kept["results"]}
        my_task._ready()
