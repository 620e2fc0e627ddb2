"""The reference tables of the docs, rendered from the code; `python -m tests.reference` writes them."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import Field, fields
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import click
from flask.cli import shell_command

from engine.errors import SignalboxError
from engine.expressions.functions import STANDARD
from engine.expressions.registry import FunctionRegistry
from engine.extensions import Extensions
from forms.library import FormLibrary
from maintenance.install import install
from tests.tree import ROOMS, ROOT, read, with_suffix

TABLE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- /table -->)", re.DOTALL)


@cache
def modules() -> tuple[ModuleType, ...]:
    """Every module of the rooms, imported."""
    names = {".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in with_suffix(".py", *ROOMS)}
    return tuple(importlib.import_module(name) for name in sorted(names))


def in_modules(wanted: Callable[[Any], bool]) -> Iterator[Any]:
    """Values of the rooms' modules that are wanted, each once."""
    seen: set[int] = set()
    for module in modules():
        for value in vars(module).values():
            if id(value) not in seen and wanted(value):
                seen.add(id(value))
                yield value


def errors() -> list[type[SignalboxError]]:
    """Every refusal of the house, by code."""
    modules()
    found, queue = set(), [SignalboxError]
    while queue:
        error = queue.pop()
        queue += error.__subclasses__()
        if error.__module__.split(".")[0] in ROOMS:
            found.add(error)
    return sorted(found, key=lambda error: (error.code, error.__name__))


@cache
def extensions() -> Extensions:
    """Everything the rooms plug into the engine, as app.create_app fills it."""
    filled = Extensions(functions=FunctionRegistry(STANDARD))
    install(filled, FormLibrary.load())
    return filled


def secrets() -> tuple[str, ...]:
    """Names of the settings that have no default."""
    found = [module for module in modules() if module.__name__ == "api.settings"]
    return tuple(found[0]._SECRETS)


def settings() -> list[Field[Any]]:
    """The fields of api.settings.Settings; metadata: env (the variable), help (its meaning)."""
    found = [module for module in modules() if module.__name__ == "api.settings"]
    return list(fields(found[0].Settings)) if found else []


def verbs() -> dict[str, click.Command]:
    """Every verb of ours on the command line: "process check" -> its command."""
    groups = list(in_modules(lambda value: isinstance(value, click.Group)))
    inside = {id(command) for group in groups for command in group.commands.values()} | {id(shell_command)}
    alone = in_modules(lambda value: isinstance(value, click.Command) and id(value) not in inside)
    found: dict[str, click.Command] = {}
    for command in alone:
        found.update(_under(command, ""))
    return dict(sorted(found.items()))


def _under(command: click.Command, prefix: str) -> dict[str, click.Command]:
    name = f"{prefix} {command.name}".strip()
    if not isinstance(command, click.Group):
        return {name: command}
    return {verb: leaf for child in command.commands.values() for verb, leaf in _under(child, name).items()}


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def first_line(text: str | None) -> str:
    return (text or "").strip().split("\n")[0]


def errors_table() -> list[str]:
    rows = [row("code", "status", "zh", "en", "class"), row(*["---"] * 5)]
    for error in errors():
        place = f"`{error.__module__}.{error.__name__}`"
        rows.append(row(f"`{error.code}`", error.status, error.zh, first_line(error.__doc__), place))
    return rows


def _optional(parameter: str) -> str:
    name, colon, kinds = parameter.partition(":")
    return f"{name}?{colon}{kinds}"


def functions_table() -> list[str]:
    rows = [row("function", "gives", "中文", "meaning", "needs a case"), row(*["---"] * 5)]
    for function in extensions().functions.all():
        required = len(function.parameters) - function.optional
        names = [name if i < required else _optional(name) for i, name in enumerate(function.parameters)]
        signature = f"{function.name}({', '.join(names)}{' …' if function.variadic else ''})"
        rows.append(
            row(f"`{signature}`", function.returns, function.zh, function.en, "yes" if function.needs_context else "no")
        )
    return rows


def services_table() -> list[str]:
    rows = [row("service", "中文", "meaning", "runs", "parameters"), row(*["---"] * 5)]
    for name, service in sorted(extensions().services.items()):
        parts = [
            f"`{p.name}` {p.type}{'' if p.required else ', may be left out'}: {p.zh} / {p.en}"
            for p in service.parameters
        ]
        runs = "inside" if service.inside else f"outside, at most {service.seconds:g} s"
        rows.append(row(f"`{name}`", service.zh, service.en, runs, "; ".join(parts) or "none"))
    return rows


def properties_table() -> list[str]:
    rows = [row("property", "meaning"), row(*["---"] * 2)]
    for _, listener in sorted(extensions().listeners.items()):
        rows += [row(f"`{name}`", meaning) for name, meaning in sorted(listener.properties.items())]
    return rows


def settings_table() -> list[str]:
    rows = [row("variable", "default", "meaning"), row(*["---"] * 3)]
    for one in settings():
        value = int(one.default) if isinstance(one.default, bool) else one.default
        default = "must be set" if one.name in secrets() else f"`{value}`" if value != "" else "empty"
        rows.append(row(f"`{one.metadata['env']}`", default, one.metadata["help"]))
    return rows


def commands_table() -> list[str]:
    rows = [row("verb", "what it does"), row(*["---"] * 2)]
    for name, command in verbs().items():
        rows.append(row(f"`flask {name}`", first_line(command.help)))
    return rows


TABLES: dict[str, tuple[Path, Callable[[], Iterable[str]]]] = {
    "errors": (Path("docs/developer/errors.md"), errors_table),
    "functions": (Path("docs/developer/functions.md"), functions_table),
    "services": (Path("docs/developer/services.md"), services_table),
    "properties": (Path("docs/developer/services.md"), properties_table),
    "settings": (Path("docs/operator/settings.md"), settings_table),
    "commands": (Path("docs/operator/command-line.md"), commands_table),
}


def written(name: str) -> list[str]:
    """The rows of the table as the page holds them."""
    page = TABLES[name][0]
    for match in TABLE.finditer(read(page)):
        if match[2] == name:
            return match[3].strip().split("\n")
    raise LookupError(f"{page} has no table {name}")


def main() -> int:
    for page in sorted({page for page, _ in TABLES.values()}):
        text = TABLE.sub(lambda m: m[1] + "\n".join(TABLES[m[2]][1]()) + "\n" + m[4], read(page))
        (ROOT / page).write_text(text, "utf-8")
        print(f"written: {page}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
