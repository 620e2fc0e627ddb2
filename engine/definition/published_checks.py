"""What a diagram calls and decides by must be published, or come from the installation; calls make no circle."""

from __future__ import annotations

from engine.definition.catalogue import Published
from engine.definition.collector import Collector, nearest
from engine.definition.graph import FlowNode
from engine.definition.model import ElementModel


class PublishedChecks:
    """Looks up called processes and decisions. Nothing published given: nothing is looked up."""

    def __init__(self, published: Published | None, key: str, collector: Collector) -> None:
        self._published = published
        self._key = key
        self._collector = collector

    def check_node(self, node: FlowNode, model: ElementModel) -> None:
        if self._published is None:
            return
        if node.kind == "callActivity" and model.calls is not None:
            self._check_call(self._published, node, model.calls)
        if node.kind == "businessRuleTask" and model.decision is not None and model.service is None:
            known = self._published.decisions
            if model.decision not in known:
                hint = nearest(model.decision, known)
                self._collector.add("decision_unknown", node.xml, name=model.decision, hint=hint)

    def _check_call(self, published: Published, node: FlowNode, called: str) -> None:
        if called != self._key and called not in published.processes:
            hint = nearest(called, published.processes)
            self._collector.add("called_process_unknown", node.xml, name=called, hint=hint)
        elif way := self._way_back(published, called):
            self._collector.add("call_cycle", node.xml, way=" → ".join((self._key, *way)))

    def _way_back(self, published: Published, called: str) -> tuple[str, ...] | None:
        """From the called process through the newest versions back to this one: the shortest way, if there is one."""
        ways: list[tuple[str, ...]] = [(called,)]
        seen = {called}
        for way in ways:
            if way[-1] == self._key:
                return way
            further = published.calls(way[-1]) - seen
            seen |= further
            ways += [(*way, key) for key in sorted(further)]
        return None
