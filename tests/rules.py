"""Which rules of docs/rules.csv are proved by a marked test: the code behind `make rules`."""

from __future__ import annotations

import ast
import csv
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.tree import dotted, parse, read, with_suffix

PACKS = ("XM", "BZ", "YZ", "XT", "FC")
TIERS = (1, 2, 3)


@dataclass(frozen=True)
class Rule:
    """One row of the rule list."""

    id: str  # "R-088"
    tier: int  # 1: first release, 2: soon, 3: later
    pack: str  # the regulation: XM, BZ, YZ, XT or FC
    process: str  # "P-06"
    clause: str  # where in the regulation
    text: str


def rules() -> dict[str, Rule]:
    """The rule list by id, in the order of the file."""
    rows = csv.DictReader(io.StringIO(read(Path("docs/rules.csv"))))
    found = [Rule(row["id"], int(row["tier"]), row["doc"], row["process"], row["clause"], row["rule"]) for row in rows]
    return {rule.id: rule for rule in found}


def marks_in(tree: ast.AST, where: str) -> list[tuple[str, str]]:
    """(rule id, place) of each `pytest.mark.rule("R-…", …)` in a module, on whatever it stands."""
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and dotted(node.func).endswith("mark.rule")):
            continue
        for argument in node.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise ValueError(f"{where}:{node.lineno}: a rule mark names its rules as plain texts")
            found.append((argument.value, f"{where}:{node.lineno}"))
    return found


def marks() -> dict[str, list[str]]:
    """Rule id -> the places of the tests and golden stories that claim to prove it."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in with_suffix(".py", "tests"):
        for rule_id, place in marks_in(parse(path), str(path)):
            found[rule_id].append(place)
    for path in with_suffix(".yaml", "tests"):
        for line in re.findall(r"^ *rules: *\[(.*)\]", read(path), re.MULTILINE):
            for rule_id in re.findall(r"[\w-]+", line):
                found[rule_id].append(str(path))
    return dict(found)


def report(known: dict[str, Rule], proved: Iterable[str]) -> str:
    """The table of proved rules by pack and tier, then the ids that no test proves."""
    done = set(proved) & set(known)
    lines = [f"{len(done)} of {len(known)} rules are proved by a marked test.", ""]
    lines.append("pack" + "".join(f"{f'tier {tier}':>10}" for tier in TIERS) + f"{'all':>10}")
    for pack in (*PACKS, "all"):
        cells = []
        for tier in (*TIERS, None):
            ids = {r.id for r in known.values() if pack in (r.pack, "all") and tier in (r.tier, None)}
            cells.append(f"{f'{len(ids & done)}/{len(ids)}':>10}")
        lines.append(f"{pack:<4}" + "".join(cells))
    lines += ["", "Not proved:"]
    for pack in PACKS:
        for tier in TIERS:
            left = [r.id for r in known.values() if r.pack == pack and r.tier == tier and r.id not in done]
            if left:
                lines.append(f"  {pack} tier {tier} ({len(left)}): {' '.join(left)}")
    return "\n".join(lines)


def main() -> int:
    known, marked = rules(), marks()
    print(report(known, marked))
    unknown = sorted(set(marked) - set(known))
    for rule_id in unknown:
        print(f"{', '.join(marked[rule_id])}: there is no rule {rule_id}", file=sys.stderr)
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
