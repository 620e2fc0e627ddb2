"""A contract's own figures laid over its pack, each limit keeping its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from maintenance.packs import deferral
from maintenance.packs.notes import Notes
from maintenance.packs.pack import Pack

CONTRACT_SOURCE = "合同约定"


def resolve(pack: Pack, overrides: Mapping[str, Any], source: str = CONTRACT_SOURCE) -> Pack:
    """The pack as one contract has it. An overridden limit takes `source`, every other keeps its clause.

    `overrides`: "stages.<key>.limit" and "escalation.interval" -> ISO 8601 duration, "warn_share" -> number, and
    "deferral", which is no figure of a clock (maintenance.packs.deferral). Raises PackRefused with all findings. The
    default escalation interval follows an overridden response limit.
    """
    notes = Notes()
    resolved = pack
    for path, value in overrides.items():
        resolved = _override(resolved, path, value, source, notes)
    notes.settle()
    return resolved


def _override(pack: Pack, path: str, value: Any, source: str, notes: Notes) -> Pack:
    if path == deferral.KEY:
        deferral.read_deferral(value, notes)
        return pack
    if path == "warn_share":
        return replace(pack, warn_share=notes.share(value, path))
    if path == "escalation.interval":
        return replace(pack, escalation=replace(pack.escalation, interval=notes.duration(value, path)))
    stage = pack.stages.get(path.removeprefix("stages.").removesuffix(".limit"))
    if stage is None or path != f"stages.{stage.key}.limit":
        notes.add("pack_unknown_key", path, "合同不能改写此项", "is nothing that a contract can override")
        return pack
    limit = notes.limit(value, path, stage.calendar)
    return replace(pack, stages={**pack.stages, stage.key: replace(stage, limit=limit, source=source)})
