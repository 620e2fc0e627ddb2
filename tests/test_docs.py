"""The documents keep up with the code: each error, service, function, setting, verb, word and finding is explained."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table

from tests import reference
from tests.tree import ROOMS, ROOT, dotted, parse, product_modules, read, with_suffix

GLOSSARY = Path("docs/glossary.md")
WORDS = {
    *("ProcessDefinition", "ProcessInstance", "UserTask", "Job", "Incident", "HistoryEvent"),
    *("WorkOrder", "Relocation", "EmergencyCase", "case_link", "Participant", "Point", "Device"),
    *("Contract", "PolicyPack", "SlaClock", "ClockEvent", "Deferral", "Pause", "AssessmentEntry"),
}
PAIRED = {"README.md": "README.zh-CN.md"}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.+?) *$", re.MULTILINE)


@pytest.mark.parametrize("name", sorted(reference.TABLES))
def test_table_says_what_the_code_says(name: str) -> None:
    """When it fails: `python -m tests.reference` writes the tables anew; read them before you commit."""
    expected, found = list(reference.TABLES[name][1]()), reference.written(name)
    missing = [line for line in expected if line not in found]
    left_over = [line for line in found if line not in expected]
    page = reference.TABLES[name][0]
    assert not missing, f"{page} lacks:\n" + "\n".join(missing)
    assert not left_over, f"{page} says what the code does not:\n" + "\n".join(left_over)
    assert found == expected, f"{page}: the order differs"


def test_every_error_has_words_in_both_languages() -> None:
    for error in reference.errors():
        assert re.search(r"[\u4e00-\u9fff]", error.zh), error
        assert error.__doc__, error
        words = ((error.zh, "_zh"), (reference.first_line(error.__doc__), "_en"))
        zh, en = ({name.removesuffix(end) for name in re.findall(r"{(\w+)}", text)} for text, end in words)
        assert zh == en, error
        assert 400 <= error.status < 600, error


def test_no_two_errors_share_a_code() -> None:
    codes = [error.code for error in reference.errors()]
    assert sorted({code for code in codes if codes.count(code) > 1}) == []


def test_everything_plugged_in_is_described_in_both_languages() -> None:
    plugged = reference.extensions()
    words = [(one.name, one.zh, one.en) for one in plugged.functions.all()]
    for service in plugged.services.values():
        words.append((service.name, service.zh, service.en))
        words += [(f"{service.name} {one.name}", one.zh, one.en) for one in service.parameters]
    assert [name for name, zh, en in words if not (zh and en)] == []


def test_every_setting_read_is_in_the_settings_page() -> None:
    """Also those that something reads past Settings: there must be none."""
    page = read(Path("docs/operator/settings.md"))
    named = {name for path in product_modules() for name in re.findall(r"\bSIGNALBOX_[A-Z_]+\b", read(path))}
    assert sorted(name for name in named if f"`{name}`" not in page) == []


def test_every_make_verb_in_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", read(Path("Makefile")), re.MULTILINE))
    shown = {verb for path in with_suffix(".md") for verb in re.findall(r"\bmake ([a-z-]+)", code(path))}
    assert sorted(shown - targets) == []


def test_every_flask_verb_in_the_pages_exists() -> None:
    known = {*reference.verbs(), "db upgrade"}  # the latter is Flask-Migrate's
    pattern = r"\bflask ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)"
    shown = {verb for path in with_suffix(".md") for verb in re.findall(pattern, code(path))}
    assert sorted(verb for verb in shown if verb not in known and verb.split()[0] not in known) == []


def test_every_verb_says_what_it_does() -> None:
    assert [name for name, command in reference.verbs().items() if not command.help] == []


def glossary_rows() -> dict[str, list[str]]:
    rows = [line.strip("|").split("|") for line in read(GLOSSARY).splitlines() if line.startswith("| ")]
    return {cells[0].strip(): [cell.strip() for cell in cells[1:]] for cells in rows}


def test_the_glossary_has_every_word_of_the_house() -> None:
    rows = glossary_rows()
    assert sorted(WORDS - set(rows)) == []
    assert [word for word, cells in rows.items() if len(cells) != 3 or not all(cells)] == []


def test_the_glossary_names_every_table_of_the_database() -> None:
    """Column "where" of some row names the table: `engine/models/job.py` (`job`)."""
    tables = {table.name for table in reference.in_modules(lambda value: isinstance(value, Table))}
    for model in reference.in_modules(lambda value: isinstance(value, type) and hasattr(value, "__table__")):
        tables.add(model.__table__.name)
    text = read(GLOSSARY)
    assert sorted(name for name in tables if f"`{name}`" not in text) == []


def test_the_glossary_points_at_files_that_exist() -> None:
    places = {place for cells in glossary_rows().values() for place in re.findall(r"`([\w./-]+/[\w./-]*)`", cells[-1])}
    assert sorted(place for place in places if not (ROOT / place).exists()) == []


def test_the_pages_name_files_that_exist() -> None:
    rooms = "|".join((*ROOMS, "migrations", "tests", "docs", "bpmn"))
    pattern = rf"(?<![\w./<>-])((?:{rooms})(?:/[\w-]+)+\.[a-z]+\b)"
    named = {(str(page), name) for page in with_suffix(".md") for name in re.findall(pattern, code(page))}
    assert len(named) > 50
    assert sorted((page, name) for page, name in named if not (ROOT / name).exists()) == []


def finding_codes() -> Iterator[tuple[str, str]]:
    """(code, place) of each finding that the checks can give: keys of a table of words, or named where it is found."""
    for path in product_modules():
        for node in ast.walk(parse(path)):
            given: list[ast.expr | None] = []
            if isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in {"Finding", "finding"}:
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"] or [*node.args[:1]]
            elif isinstance(node, ast.Call) and dotted(node.func) in {"notes.add", "self.add"} and len(node.args) > 2:
                given = [*node.args[:1]]
            elif isinstance(node, ast.Dict) and is_table_of_words(node, path):
                given = [*node.keys]
            yield from ((str(v.value), f"{path}:{v.lineno}") for v in given if isinstance(v, ast.Constant))


def is_table_of_words(table: ast.Dict, path: Path) -> bool:
    """Code -> (zh, en) in a module findings.py, or code -> its Wording made by _error and _remark."""
    if path.stem == "findings":
        return all(isinstance(value, ast.Tuple) for value in table.values)
    makers = {dotted(value.func) if isinstance(value, ast.Call) else "" for value in table.values}
    return bool(makers) and makers <= {"_error", "_remark"}


def test_every_finding_is_explained_to_owners() -> None:
    """In one of the pages of docs/owner, as `code` or as a heading."""
    explained = "\n".join(read(path) for path in with_suffix(".md", "docs") if path.parts[1] == "owner")
    codes = sorted(set(finding_codes()))
    assert [f"{code} ({place})" for code, place in codes if not re.search(rf"\b{re.escape(code)}\b", explained)] == []


def anchors(path: Path) -> set[str]:
    """The anchors of a page's headings, as a reader of Markdown makes them."""
    text = FENCE.sub("", read(path))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def broken_links(path: Path) -> Iterator[str]:
    for target in LINK.findall(FENCE.sub("", read(path))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        page = (ROOT / path).parent / name if name else ROOT / path
        if not page.exists():
            yield f"{path}: {target}"
        elif anchor and page.suffix == ".md" and anchor not in anchors(page.resolve()):
            yield f"{path}: {target} (no such heading)"


def test_links_between_pages_lead_somewhere() -> None:
    assert [link for path in with_suffix(".md") for link in broken_links(path)] == []


def test_every_page_of_the_docs_is_on_the_map() -> None:
    """A page that docs/index.md does not reach in two steps is lost."""
    reached = {Path("docs/index.md")}
    for _ in range(2):
        for page in list(reached):
            for target in LINK.findall(read(page)):
                near = (ROOT / page).parent / target.partition("#")[0]
                if near.suffix == ".md" and near.exists():
                    reached.add(near.resolve().relative_to(ROOT))
    assert sorted(str(path) for path in with_suffix(".md", "docs") if path not in reached) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One word\n[a](page.md#one-word) [b](gone.md) [c](#two) [d](https://example.org)", "utf-8")
    assert list(broken_links(page)) == [f"{page}: gone.md", f"{page}: #two (no such heading)"]


def test_decisions_are_numbered_without_a_gap_and_have_their_parts() -> None:
    pages = [path for path in with_suffix(".md", "docs") if path.parent.name == "decisions"]
    assert [path.name[:4] for path in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    for path in pages:
        headings = HEADING.findall(read(path))
        assert headings[1:] == ["Context", "Decision", "Consequence", "Figures"], path


def code(path: Path) -> str:
    """What a page shows as code, in blocks or within a line."""
    return "\n".join(re.findall(r"^```.*?^```|`[^`\n]+`", read(path), re.MULTILINE | re.DOTALL))


def test_the_two_readmes_show_the_same_commands() -> None:
    for english, chinese in PAIRED.items():
        commands = [set(re.findall(r"\b(?:make|flask) [a-z-]+", code(Path(name)))) for name in (english, chinese)]
        assert commands[0] == commands[1]
        assert {"make run", "make test"} <= commands[0]


def test_python_in_the_developer_pages_runs() -> None:
    """Blocks marked python hold a session of the interpreter; each page is one session."""
    parser, ran = doctest.DocTestParser(), 0
    for path in with_suffix(".md", "docs"):
        blocks = re.findall(r"^```python\n(.*?)^```", read(path), re.MULTILINE | re.DOTALL)
        if not blocks:
            continue
        test = parser.get_doctest("\n".join(blocks), {}, str(path), str(path), 0)
        said: list[str] = []
        result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=said.append)
        assert result.failed == 0, "".join(said)
        assert test.examples, f"{path}: a python block without a session"
        ran += result.attempted
    assert ran > 0
