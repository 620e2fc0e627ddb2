"""What the verbs of the command line share: an organisation by its key, and findings as lines or as data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import click
from sqlalchemy import select

from accounts.house import house
from engine.definition.findings import Finding
from engine.models import Organisation


def organisation_id(key: str) -> int:
    """The id of an organisation. Raises ClickException."""
    with house().engine.read() as connection:
        found = connection.scalar(select(Organisation.id).where(Organisation.key == key))
    if found is None:
        raise click.ClickException(f"没有单位 {key}。No such organisation.")
    return found


def tell(findings: Mapping[str, Sequence[Finding]], as_json: bool = False) -> None:
    """Print the findings of each file: a line each with zh and en, or as one JSON object."""
    if as_json:
        listed = {path: [finding.as_dict() for finding in found] for path, found in findings.items()}
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    for path, found in findings.items():
        for one in found:
            where = one.element_id or "-"
            click.echo(f"{path}: {one.severity} {one.code} {where} {one.message_zh} / {one.message_en}")
        click.echo(f"{path}: {len(found)} findings")
