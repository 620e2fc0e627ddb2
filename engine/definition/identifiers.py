"""Ids: present, well formed, used once, and none of those the token mover keeps for itself."""

from __future__ import annotations

import re

from engine.definition.collector import Collector, words_of
from engine.definition.vocabulary import (
    BPMN,
    FLOW_NODES,
    REFUSED_FLOW_NODES,
    Node,
    local_name,
)

MAX_ID = 100  # characters
_FORM = re.compile(r"[^\W\d][\w.-]*")
_RESERVED = re.compile(
    r"Start|End|Root"
    r"|.*\.(EndJoin|BoundaryEventSplit|BoundaryEventJoin|StartEventSplit|StartEventJoin)"
    r"|StartEventSplit|StartEventJoin|.* \[child\]"
)
_NEEDED = FLOW_NODES | REFUSED_FLOW_NODES | {"process", "sequenceFlow"}


def check_ids(root: Node, collector: Collector) -> None:
    """Check every BPMN element of the file; shapes and edges of the diagram have ids of their own."""
    seen: set[str] = set()
    for node in root.iter(f"{{{BPMN}}}*"):
        node_id = node.get("id")
        if not node_id:
            if local_name(node) in _NEEDED:
                collector.add("missing_id", node, kind=words_of(node))
            continue
        if node_id in seen:
            collector.add("duplicate_id", node, id=node_id)
        elif _RESERVED.fullmatch(node_id):
            collector.add("reserved_id", node, id=node_id)
        elif len(node_id) > MAX_ID or not _FORM.fullmatch(node_id):
            collector.add("invalid_id", node, id=node_id, limit=MAX_ID)
        seen.add(node_id)
