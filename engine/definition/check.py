"""bytes -> a report with all findings of a diagram, and its model when there is no error."""

from __future__ import annotations

from dataclasses import dataclass

from engine.definition.branching import check_branching
from engine.definition.business_fields import field_types
from engine.definition.call_checks import check_call
from engine.definition.catalogue import Catalogue
from engine.definition.catalogue_checks import CatalogueChecks
from engine.definition.collector import Collector
from engine.definition.dialect import read_elements
from engine.definition.event_checks import check_events
from engine.definition.expression_checks import ExpressionChecks, business_fields
from engine.definition.findings import Finding
from engine.definition.graph import Graph, read_graph
from engine.definition.identifiers import check_ids
from engine.definition.lanes import read_lanes
from engine.definition.model import ElementModel, ProcessModel
from engine.definition.profile import check_profile
from engine.definition.published_checks import PublishedChecks
from engine.definition.repeating import mark_repeating
from engine.definition.repeats import check_repeat
from engine.definition.rewrite import make_gateways_explicit, strip
from engine.definition.structure import check_structure
from engine.definition.time_checks import check_times
from engine.definition.vocabulary import Node, bpmn_children
from engine.definition.xml import read_document

__all__ = ["Catalogue", "Report", "check"]


@dataclass(frozen=True)
class Report:
    """All findings in document order; a model only if none of them is an error."""

    findings: tuple[Finding, ...]
    model: ProcessModel | None

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.severity == "error")

    @property
    def refused(self) -> bool:
        return bool(self.errors)


def check(content: bytes, catalogue: Catalogue) -> Report:
    """Check a BPMN file. Never raises for what stands in the file."""
    document = read_document(content)
    if document.root is None:
        return Report(document.findings, None)
    collector = Collector(document.root)
    process = _choose_process(document.root, collector)
    check_ids(document.root, collector)
    check_profile(document.root, collector)
    model = _check_process(document.root, process, catalogue, collector) if process is not None else None
    report = Report(document.findings + collector.sorted() + _of_the_domain(model, catalogue), None)
    if model is None or report.refused:
        return report
    return Report(report.findings, _finished(*model, catalogue))


_Read = tuple[Node, Node, Graph, dict[str, ElementModel]]


def _of_the_domain(model: _Read | None, catalogue: Catalogue) -> tuple[Finding, ...]:
    """What the owners of the properties have to say of the elements that carry them."""
    if model is None:
        return ()
    return tuple(finding for listener in catalogue.listeners.values() for finding in listener.check(model[-1]))


def executable_process(root: Node) -> Node | None:
    """The one process that runs: the first that is marked executable, else the first."""
    processes = bpmn_children(root, "process")
    return next((one for one in processes if _is_executable(one)), processes[0] if processes else None)


def _is_executable(process: Node) -> bool:
    return process.get("isExecutable") in {"true", "1"}


def _choose_process(root: Node, collector: Collector) -> Node | None:
    """The others are drawings and are taken off before anything in them is judged."""
    chosen = executable_process(root)
    if chosen is None:
        collector.add("no_process", None)
        return None
    for process in bpmn_children(root, "process"):
        if process is chosen:
            continue
        if _is_executable(process) or not _is_executable(chosen):
            collector.add("several_processes", process)
        else:
            collector.add("process_ignored", process)
            root.remove(process)
    if not _is_executable(chosen):
        collector.add("not_marked_executable", chosen)
    return chosen


def _check_process(root: Node, process: Node, catalogue: Catalogue, collector: Collector) -> _Read:
    """Everything but the file and the profile: shape, expressions, times, and what the diagram refers to."""
    graph = read_graph(process)
    check_structure(graph, collector)
    check_branching(graph, collector)
    elements = read_elements(process, graph, read_lanes(process, graph, collector))
    check_events(graph, elements, collector)
    expressions = ExpressionChecks(catalogue.language, collector)
    references = CatalogueChecks(catalogue, elements, collector)
    published = PublishedChecks(catalogue.published, process.get("id") or "", collector)
    expressions.check_languages(process)
    expressions.check_conditions(graph)
    around = elements[process.get("id") or ""]
    expressions.check_process(process, around)
    references.check_process(process, around)
    for node in graph:
        if not node.refused:
            expressions.check_node(node, elements[node.id])
            references.check_node(node, elements[node.id])
            published.check_node(node, elements[node.id])
            check_times(node, elements[node.id], expressions, collector)
            if node.kind == "callActivity":
                check_call(node, elements[node.id], collector)
            if (repeat := elements[node.id].repeat) is not None:
                check_repeat(node, repeat, expressions, collector)
    return root, process, graph, elements


def _finished(
    root: Node, process: Node, graph: Graph, elements: dict[str, ElementModel], catalogue: Catalogue
) -> ProcessModel:
    key = process.get("id")
    complete = make_gateways_explicit(graph, mark_repeating(elements, catalogue))
    strip(root, process)
    process.set("isExecutable", "true")
    return ProcessModel(
        key=key,
        name=elements[key].name,
        elements=complete,
        tree=root,
        business_fields=business_fields(elements[key]),
        field_types=field_types(elements[key]),
    )
