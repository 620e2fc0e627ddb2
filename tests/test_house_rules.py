"""The rules of the house, read from the tree: sizes, names, one commit, no code run from data, complete processes."""

from __future__ import annotations

import ast
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rules import marks, marks_in, report, rules
from tests.tree import ROOT, dotted, files, parse, product_modules, read, with_suffix

MODULE_LINES = 400
FUNCTION_LINES = 40
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service", "base"}
ALLOWED_NAMES = {Path("engine/models/base.py")}  # SQLAlchemy's own word for the declarative base
BUILTINS_THAT_RUN_TEXT = {"eval", "exec", "compile", "__import__"}
MODULES_THAT_RUN_DATA = {"pickle", "marshal", "shelve", "dill", "code", "runpy"}
CALLS_THAT_RUN_DATA = {"yaml.load", "yaml.unsafe_load", "yaml.full_load", "os.system", "os.popen"}
OWN_CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
UNFINISHED = re.compile(r"\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b")
SILENT = {"skip", "skipif", "skipTest", "skipIf", "skipUnless", "xfail", "flaky", "importorskip", "expectedFailure"}
# Registry hosts, paths of a machine, names of its tools. Brackets keep this line from finding itself.
MACHINE_WORDS = re.compile(
    r"p[y]pi\.org|p[y]thonhosted|n[p]mjs\.(org|com)|d[e]b\.debian|/w[o]rk/|/f[a]rm/|\.l[i]brary/|\bs[u]bagents?\b"
)
TEXT_SUFFIXES = {".bpmn", ".cfg", ".css", ".csv", ".dmn", ".html", ".js", ".json", ".lock", ".md", ".po", ".py"}
TEXT_SUFFIXES |= {".sh", ".sql", ".svg", ".toml", ".ts", ".txt", ".yaml", ".yml", ""}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(parse(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def code_run_from_data(path: Path) -> Iterator[str]:
    """Places where a module could turn data into code, a process or objects."""
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Name) and node.id in BUILTINS_THAT_RUN_TEXT:
            yield f"{path}:{node.lineno}: {node.id}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            yield from (f"{path}:{node.lineno}: import {n}" for n in names if n.split(".")[0] in MODULES_THAT_RUN_DATA)
        elif isinstance(node, ast.Call):
            if dotted(node.func) in CALLS_THAT_RUN_DATA:
                yield f"{path}:{node.lineno}: {dotted(node.func)}"
            for keyword in node.keywords:
                if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value):
                    yield f"{path}:{node.lineno}: shell=True"


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(parse(path)) if isinstance(node, ast.Call))


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {str(path): len(read(path).splitlines()) for path in with_suffix(".py")}
    assert {path: count for path, count in lengths.items() if count > MODULE_LINES} == {}


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """What there is to follow: neither the signature nor the docstring."""
    first = function.body[ast.get_docstring(function) is not None :][:1]
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def test_no_function_reaches_40_lines() -> None:
    """A revision of the database is a list of tables, not a flow to follow: its length is the module's."""
    long = [
        f"{path}:{node.lineno}: {node.name} has {body_lines(node)} lines"
        for path in product_modules()
        if path.parts[0] != "migrations"
        for node in functions(path)
        if body_lines(node) >= FUNCTION_LINES
    ]
    assert long == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("def f(): return 1", 1),
        ("def f(\n    x,\n):\n    # why\n    return (\n        x\n    )", 3),
        ('def f():\n    """Says\n    what."""\n    x = 1\n\n    return x', 3),
        ('def f():\n    """Nothing but words."""', 0),
    ],
)
def test_the_lines_of_a_body_are_counted_without_signature_and_docstring(source: str, lines: int) -> None:
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert body_lines(function) == lines


def test_no_test_leaves_this_machine() -> None:
    """pytest-socket closes the socket and warns, and every warning is an error. 192.0.2.1 is nobody's address."""
    with pytest.raises(UserWarning, match=r'host "192\.0\.2\.1" \(allowed: "127\.0\.0\.1"\)'):
        socket.create_connection(("192.0.2.1", 9), timeout=1)


def test_every_module_opens_with_a_line_saying_what_it_is_for() -> None:
    silent = []
    for path in with_suffix(".py"):
        words = (ast.get_docstring(parse(path)) or "").splitlines()
        if not words or len(words[0]) < 15:
            silent.append(str(path))
    assert silent == []


def test_commit_stands_once() -> None:
    commits = [
        f"{path}:{call.lineno}"
        for path in product_modules()
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"
    ]
    expected = 1 if Path("engine/engine.py") in files() else 0
    assert len(commits) == expected, commits


def test_no_transaction_commits_by_leaving_a_block() -> None:
    """`with engine.begin():` is a commit in disguise. Revisions of the tables run before there are commands."""
    hidden = [
        f"{path}:{item.context_expr.lineno}"
        for path in product_modules()
        if path.parts[0] != "migrations"
        for node in ast.walk(parse(path))
        if isinstance(node, ast.With | ast.AsyncWith)
        for item in node.items
        if isinstance(item.context_expr, ast.Call) and dotted(item.context_expr.func).endswith(".begin")
    ]
    assert hidden == []


def test_each_command_file_defines_the_function_of_its_name() -> None:
    nameless = []
    for path in product_modules():
        if (
            path.parent.name == "commands"
            and path.parts[0] in {"engine", "maintenance", "accounts"}
            and path.stem != "__init__"
        ):
            own = {node.name for node in parse(path).body if isinstance(node, ast.FunctionDef)}
            if path.stem not in own:
                nameless.append(str(path))
    assert nameless == []


def test_nothing_in_the_product_runs_data_as_code() -> None:
    assert [place for path in product_modules() for place in code_run_from_data(path)] == []


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "run = exec",
        "compile(text, 'x', 'eval')",
        "import pickle",
        "from marshal import loads",
        "import yaml\nyaml.load(text)",
        "import subprocess\nsubprocess.run(text, shell=True)",
        "import os\nos.system(text)",
    ],
)
def test_the_search_for_code_run_from_data_finds_it(source: str, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(source, "utf-8")
    assert len(list(code_run_from_data(tmp_path / "bad.py"))) == 1


def test_harmless_neighbours_are_not_found(tmp_path: Path) -> None:
    source = "import re, yaml, subprocess\nre.compile('a')\nyaml.safe_load('a')\nsubprocess.run([], shell=False)"
    (tmp_path / "good.py").write_text(source, "utf-8")
    assert list(code_run_from_data(tmp_path / "good.py")) == []


def test_time_comes_from_the_clock_and_words_go_to_the_log() -> None:
    """`print` and the process's own clock are banned in the product; the command line says things with click.echo."""
    found = [
        f"{path}:{call.lineno}: {dotted(call.func)}"
        for path in product_modules()
        for call in calls(path)
        if dotted(call.func) == "print" or ".".join(dotted(call.func).split(".")[-2:]) in OWN_CLOCKS
    ]
    assert found == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = [
        str(path)
        for path in product_modules()
        if path not in ALLOWED_NAMES
        and any(word in FORBIDDEN_NAMES for part in path.with_suffix("").parts for word in part.split("_"))
    ]
    assert vague == []


def test_no_python_among_the_diagrams() -> None:
    assert with_suffix(".py", "bpmn") == []


def test_every_shipped_process_is_complete() -> None:
    """A folder bpmn/<key> has its diagram, one page for the owner, its forms and at least one golden story."""
    present = {str(path) for path in files()}
    keys = sorted({path.parts[1] for path in files() if path.parts[0] == "bpmn" and len(path.parts) > 2} - {"packs"})
    missing = []
    for key in keys:
        missing += [name for name in (f"bpmn/{key}/{key}.bpmn", f"bpmn/{key}/README.md") if name not in present]
        for start in (f"forms/{key}/", f"tests/golden/{key}"):
            end = ".yaml" if start.startswith("tests") else ".json"
            if not any(name.startswith(start) and name.endswith(end) for name in present):
                missing.append(f"{start}*{end}")
    assert missing == []


def test_no_words_of_machines_in_the_tree() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:120]}"
        for path in files()
        if path.suffix in TEXT_SUFFIXES
        for number, line in enumerate(read(path).splitlines(), 1)
        if MACHINE_WORDS.search(line)
    ]
    assert found == []


def test_nothing_says_it_is_unfinished() -> None:
    found = [str(path) for path in product_modules() if UNFINISHED.search(read(path))]
    assert found == []


def silences(tree: ast.Module) -> list[int]:
    """The lines that use, or import by name, what lets a test pass without having run."""
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in SILENT)
        or (isinstance(node, ast.ImportFrom) and any(one.name in SILENT for one in node.names))
    )


def test_nothing_is_skipped_in_silence() -> None:
    """What cannot run fails and names what is missing."""
    found = [f"{path}:{line}" for path in with_suffix(".py", "tests") for line in silences(parse(path))]
    assert found == []


@pytest.mark.parametrize("name", sorted(SILENT))
def test_every_way_to_silence_a_test_is_seen(name: str) -> None:
    assert silences(ast.parse(f"x\npytest.{name}()\npytest.mark.{name}\nfrom pytest import {name}")) == [2, 3, 4]


def test_local_files_are_not_in_the_tree() -> None:
    built = re.compile(r"(^|/)(node_modules|static/dist|__pycache__|\.venv)/|\.(sqlite|db)$")
    assert [str(path) for path in files() if built.search(str(path))] == []


def test_nothing_in_the_tree_is_larger_than_500_kb() -> None:
    assert [str(path) for path in files() if (ROOT / path).stat().st_size > 500 * 1024] == []


def test_the_rule_list_holds_359_rules_of_five_regulations() -> None:
    known = rules()
    assert len(known) == 359
    counts = {pack: sum(rule.pack == pack for rule in known.values()) for pack in ("XM", "BZ", "YZ", "XT", "FC")}
    assert counts == {"XM": 61, "BZ": 85, "YZ": 97, "XT": 73, "FC": 43}
    assert {rule.tier for rule in known.values()} == {1, 2, 3}


def test_marks_name_rules_that_exist() -> None:
    assert {name: places for name, places in marks().items() if name not in rules()} == {}


def test_marks_are_found_wherever_they_stand() -> None:
    source = (
        "import pytest\n"
        "pytestmark = [pytest.mark.rule('R-001')]\n"
        "@pytest.mark.rule('R-002', 'R-003')\n"
        "@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.rule('R-004'))])\n"
        "def test_x(x): ...\n"
    )
    assert sorted(rule for rule, _ in marks_in(ast.parse(source), "x.py")) == ["R-001", "R-002", "R-003", "R-004"]
    with pytest.raises(ValueError, match=r"x\.py:1: a rule mark names its rules as plain texts"):
        marks_in(ast.parse("pytest.mark.rule(NAME)"), "x.py")


def test_the_report_counts_by_pack_and_tier() -> None:
    lines = report(rules(), ["R-317", "R-088", "R-999"]).splitlines()
    assert lines[0] == "2 of 359 rules are proved by a marked test."
    assert "FC        1/22      0/13       0/8      1/43" in lines
    assert "BZ        1/41      0/33      0/11      1/85" in lines
