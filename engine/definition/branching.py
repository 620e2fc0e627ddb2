"""Where a way divides: conditions, default flows, and how many ways parallel splits make."""

from __future__ import annotations

from engine.definition.collector import Collector
from engine.definition.graph import FlowNode, Graph, Level
from engine.definition.vocabulary import ACTIVITIES, CHOICES, GATEWAYS

ALWAYS = "${true}"  # the condition of a way that is taken whatever holds beside it
MERGED = ACTIVITIES | {"intermediateCatchEvent", "intermediateThrowEvent", "eventBasedGateway"}
MAX_PATHS = 256  # the token mover predicts every path of chained parallel splits: 2**n tasks when a case starts


def check_branching(graph: Graph, collector: Collector) -> None:
    """Check what leaves every node that the profile lets run."""
    for level in graph.levels:
        if level.refused:
            continue
        for node in level.nodes.values():
            if node.refused:
                continue
            _check_default(node, collector)
            if node.kind in CHOICES:
                _check_choice(node, collector)
            elif node.kind in ACTIVITIES:
                _check_activity(node, collector)
            else:
                _refuse_conditions(node, collector)
        _check_paths(level, collector)


def merges(node: FlowNode) -> bool:
    """Whether several flows come together here without a gateway."""
    return node.kind in MERGED and len(node.incoming) > 1


def parts(node: FlowNode) -> bool:
    """Whether several flows leave here without a gateway."""
    return node.kind not in GATEWAYS and len(node.outgoing) > 1


def may_choose(node: FlowNode) -> bool:
    """One condition against one default flow out of an activity: exactly an exclusive gateway.

    With a second condition BPMN would take both ways when both hold, which no exclusive gateway does.
    """
    conditions = [flow for flow in node.outgoing if flow.condition]
    defaults = [flow for flow in node.outgoing if flow.id == node.default]
    return len(node.outgoing) == 2 and len(conditions) == len(defaults) == 1 and conditions != defaults


def _check_default(node: FlowNode, collector: Collector) -> None:
    if node.default is None:
        return
    chosen = [flow for flow in node.outgoing if flow.id == node.default]
    if node.kind not in ACTIVITIES | CHOICES:
        return  # the profile does not know the attribute there
    if not chosen:
        collector.add("default_not_found", node.xml, flow=node.default)
    elif chosen[0].condition:
        collector.add("condition_on_default", chosen[0].xml)


def _check_choice(node: FlowNode, collector: Collector) -> None:
    if len(node.outgoing) < 2:
        return
    without = [flow for flow in node.outgoing if not flow.condition and flow.id != node.default]
    for flow in without:
        collector.add("missing_condition", flow.xml)
    always = any(flow.condition.strip() == ALWAYS for flow in node.outgoing)
    if node.default is None and not without and not always:
        collector.add("no_default_flow", node.xml)


def _check_activity(node: FlowNode, collector: Collector) -> None:
    conditional = any(flow.condition for flow in node.outgoing)
    defaulted = node.default is not None and len(node.outgoing) > 1
    if (conditional or defaulted) and not may_choose(node):
        collector.add("conditional_flow_out_of_task", node.xml)


def _refuse_conditions(node: FlowNode, collector: Collector) -> None:
    for flow in node.outgoing:
        if flow.condition:
            collector.add("condition_not_here", flow.xml)


def _check_paths(level: Level, collector: Collector) -> None:
    """Paths from a node to the ends: a parallel split adds its branches up, anything else takes its widest branch."""
    paths: dict[str, int] = {}
    for node in _ends_first(level):
        counts = [paths.get(flow.target, 1) for flow in node.outgoing]
        widest = max(counts, default=1)
        count = sum(counts) if counts and _splits(node) else widest
        if count > MAX_PATHS >= widest:
            collector.add("parallel_explosion", node.xml, count=count, limit=MAX_PATHS)
        paths[node.id] = min(count, MAX_PATHS + 1)


def _splits(node: FlowNode) -> bool:
    """Several flows out of an activity or event are a parallel split without its gateway."""
    return node.kind not in ("exclusiveGateway", "eventBasedGateway") and not may_choose(node)


def _ends_first(level: Level) -> list[FlowNode]:
    """Every node after those it leads to, as far as loops allow. Without recursion: a drawing may be long."""
    ordered: list[FlowNode] = []
    entered: set[str] = set()
    for start in level.nodes.values():
        waiting = [(start, False)]
        while waiting:
            node, left = waiting.pop()
            if left:
                ordered.append(node)
            elif node.id not in entered:
                entered.add(node.id)
                waiting.append((node, True))
                waiting.extend((level.nodes[flow.target], False) for flow in node.outgoing)
    return ordered
