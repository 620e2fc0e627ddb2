"""A DMN file's tree -> its decisions as drawn. What this product does not run is a finding, never passed over."""

from __future__ import annotations

from engine.decisions.drawing import (
    DrawnDecision,
    DrawnFile,
    DrawnInput,
    DrawnLiteral,
    DrawnOutput,
    DrawnRule,
    DrawnTable,
)
from engine.decisions.findings import Findings, Place
from engine.decisions.vocabulary import (
    DMN,
    FEEL,
    IN_DECISION,
    IN_FILE,
    IN_RULE,
    IN_TABLE,
    LANGUAGES,
    child_text,
    dmn_children,
)
from engine.definition.identifiers import MAX_ID
from engine.definition.vocabulary import Node, local_name, namespace

MAX_DECISIONS = 100  # in a file
MAX_RULES = 1_000  # of a table
MAX_COLUMNS = 50  # of a table, inputs and outputs together


def read_file(root: Node, findings: Findings) -> DrawnFile:
    """Every decision that can be read; what is wrong with the others is in the findings."""
    _check_ids(root, findings)
    _check_language(root, findings)
    for child in dmn_children(root):
        if local_name(child) not in IN_FILE:
            findings.add("unsupported_element", child.get("id"), child.get("name"), kind=local_name(child))
    known = {node.get("id") for node in dmn_children(root, "inputData")}
    nodes = dmn_children(root, "decision")
    if not nodes:
        findings.add("no_decision")
    if len(nodes) > MAX_DECISIONS:
        findings.add("too_many_decisions", limit=MAX_DECISIONS, count=len(nodes))
        nodes = []
    ids = {node.get("id") for node in nodes}
    decisions = [_decision(node, ids, known, findings) for node in nodes if node.get("id")]
    key = root.get("id") or (nodes[0].get("id") if nodes else None) or ""
    return DrawnFile(key, root.get("name") or key, {one.id: one for one in decisions if one is not None})


def _check_ids(root: Node, findings: Findings) -> None:
    """Ids are used once; a decision must have one. The file's own id is its key."""
    seen: set[str] = set()
    for node in root.iter():
        node_id, kind = node.get("id"), local_name(node)
        if kind == "decision" and not node_id and namespace(node.tag) in DMN:
            findings.add("decision_id_missing", None, node.get("name"))
        if not node_id or namespace(node.tag) not in DMN:
            continue
        if node_id in seen:
            findings.add("decision_id_twice", node_id, node.get("name"), id=node_id)
        if len(node_id) > MAX_ID:
            findings.add("decision_id_long", node_id, node.get("name"), limit=MAX_ID)
        if node is not root:  # the key of the file may be the id of its decision
            seen.add(node_id)


def _check_language(root: Node, findings: Findings) -> None:
    """Another expression language would not mean what it says."""
    for node in root.iter():
        kind = local_name(node)
        accepted = FEEL if kind in {"inputEntry", "inputValues", "outputValues"} else LANGUAGES
        for attribute in ("expressionLanguage", "typeLanguage"):
            written = (node.get(attribute) or "").strip()
            if written.lower() not in {one.lower() for one in accepted}:
                findings.add("expression_language", _decision_id(node), None, language=written)


def _decision_id(node: Node | None) -> str | None:
    while node is not None and local_name(node) != "decision":
        node = node.getparent()
    return node.get("id") if node is not None else None


def _decision(node: Node, ids: set[str], known: set[str], findings: Findings) -> DrawnDecision | None:
    place = Place(findings, node.get("id"), node.get("name") or "")
    for child in dmn_children(node):
        if local_name(child) not in IN_DECISION:
            place.add("unsupported_element", kind=local_name(child))
    required = _required(node, ids, known, place)
    tables, literals = dmn_children(node, "decisionTable"), dmn_children(node, "literalExpression")
    if len(tables) + len(literals) != 1:
        place.add("decision_logic")
        return None
    logic = _table(tables[0], place) if tables else _literal(node, literals[0], place)
    if logic is None:
        return None
    return DrawnDecision(node.get("id"), node.get("name") or node.get("id"), required, logic)


def _required(node: Node, ids: set[str], known: set[str], place: Place) -> tuple[str, ...]:
    """Ids of the decisions that this one asks first; input data only document where values come from."""
    required: dict[str, None] = {}
    for requirement in dmn_children(node, "informationRequirement"):
        for target in dmn_children(requirement):
            kind, href = local_name(target), target.get("href") or ""
            there = {"requiredDecision": ids, "requiredInput": known}.get(kind)
            if there is None:
                place.add("unsupported_element", kind=kind)
            elif not href.startswith("#") or href[1:] not in there:
                place.add("required_missing", href=href)
            elif kind == "requiredDecision":
                required.setdefault(href[1:])
    return tuple(required)


def _literal(decision: Node, node: Node, place: Place) -> DrawnLiteral | None:
    variables = dmn_children(decision, "variable")
    name = variables[0].get("name") if variables else None
    type_ref = (_type(variables[0]) if variables else "") or _type(node)
    text = "".join((one.text or "") for one in dmn_children(node, "text")).strip()
    if not text:
        place.add("literal_missing")
        return None
    return DrawnLiteral(name or decision.get("id"), type_ref, text)


def _table(node: Node, place: Place) -> DrawnTable | None:
    for child in dmn_children(node):
        if local_name(child) not in IN_TABLE:
            place.add("unsupported_element", kind=local_name(child))
    rules = dmn_children(node, "rule")
    inputs = tuple(_input(number, one, place) for number, one in enumerate(dmn_children(node, "input"), 1))
    outputs = tuple(_output(number, one, place) for number, one in enumerate(dmn_children(node, "output"), 1))
    if not outputs:
        place.add("no_output")
        return None
    if len(rules) > MAX_RULES:
        place.add("too_many_rules", limit=MAX_RULES, count=len(rules))
        return None
    if len(inputs) + len(outputs) > MAX_COLUMNS:
        place.add("too_many_columns", limit=MAX_COLUMNS, count=len(inputs) + len(outputs))
        return None
    if not rules:
        place.add("no_rules")
    drawn = tuple(_rule(number, one, place) for number, one in enumerate(rules, 1))
    for rule in drawn:
        if (len(rule.inputs), len(rule.outputs)) != (len(inputs), len(outputs)):
            place.add("rule_width", rule=rule.number)
            return None
    return DrawnTable(node.get("hitPolicy") or "UNIQUE", node.get("aggregation") or None, inputs, outputs, drawn)


def _input(number: int, node: Node, place: Place) -> DrawnInput:
    expressions = dmn_children(node, "inputExpression")
    text = child_text(node, "inputExpression") or ""
    type_ref = _type(expressions[0]) if expressions else ""
    drawn = DrawnInput(number, node.get("label") or "", text, type_ref, child_text(node, "inputValues"))
    if not text:
        place.add("input_expression_missing", place=drawn.place)
    return drawn


def _output(number: int, node: Node, place: Place) -> DrawnOutput:
    values, default = child_text(node, "outputValues"), child_text(node, "defaultOutputEntry")
    name = node.get("name") or ""
    return DrawnOutput(number, name, node.get("label") or "", _type(node), values, default)


def _rule(number: int, node: Node, place: Place) -> DrawnRule:
    for child in dmn_children(node):
        if local_name(child) not in IN_RULE:
            place.add("unsupported_element", kind=local_name(child))
    inputs, outputs = ([_cell(one) for one in dmn_children(node, kind)] for kind in ("inputEntry", "outputEntry"))
    return DrawnRule(number, node.get("id"), tuple(inputs), tuple(outputs))


def _type(node: Node) -> str:
    """DMN 1.1 writes `feel:string`."""
    return (node.get("typeRef") or "").removeprefix("feel:")


def _cell(node: Node) -> str:
    return "".join((one.text or "") for one in dmn_children(node, "text")).strip()
