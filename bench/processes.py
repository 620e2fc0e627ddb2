"""CPU time and memory of process trees, read from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PPID, TIMES = 1, slice(11, 15)
"""Places in /proc/<pid>/stat behind the name: the parent; own user and system time, and that of children that ended."""


def cpu_seconds(roots: Iterable[int]) -> float:
    """What the processes, all below them, and those of them that have ended since have used so far."""
    stats = _stats()
    ticks = sum(int(part) for pid in _below(roots, stats) for part in stats[pid][TIMES])
    return ticks * TICK


def children(pid: int) -> list[int]:
    return sorted(child for child, fields in _stats().items() if int(fields[PPID]) == pid)


def parent(pid: int) -> int | None:
    """None for a process that does not run on this machine."""
    fields = _stats().get(pid)
    return int(fields[PPID]) if fields else None


def resident_megabytes(pid: int) -> float:
    """RSS: what the process holds in memory, shared pages included."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * PAGE / 1e6


def _below(roots: Iterable[int], stats: dict[int, list[str]]) -> list[int]:
    found = [pid for pid in roots if pid in stats]
    for pid in found:  # grows while it is walked
        found += [child for child, fields in stats.items() if int(fields[PPID]) == pid]
    return found


def _stats() -> dict[int, list[str]]:
    """Of every process: its fields from the state on, which stands behind the name in brackets."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            found[int(path.parent.name)] = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
    return found
