"""The tree as the house tests read it: which files are ours, their text, and their syntax trees."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("engine", "forms", "maintenance", "accounts", "api", "web")
PRODUCT = ("app.py", *ROOMS, "migrations")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is, or would be, committed: relative to the root, sorted."""
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    found = {Path(name) for name in listed.split("\0") if name}
    return tuple(sorted(path for path in found if (ROOT / path).is_file()))


def with_suffix(suffix: str, *tops: str) -> list[Path]:
    """The files with the suffix, in the named top folders (or top files) or anywhere."""
    return [path for path in files() if path.suffix == suffix and (not tops or path.parts[0] in tops)]


def product_modules() -> list[Path]:
    return with_suffix(".py", *PRODUCT)


def read(path: Path) -> str:
    return (ROOT / path).read_text("utf-8")


@cache
def parse(path: Path) -> ast.Module:
    return ast.parse(read(path), str(path))


def dotted(node: ast.expr) -> str:
    """`a.b.c` of a name or a chain of attributes; the chain's end alone when it hangs on something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return ""
