"""`flask files …`: is every stored content there and unaltered, and what may go."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from accounts.house import house
from engine.authorization import ENGINE
from engine.commands.tidy_attachments import AGE, tidy_attachments
from engine.files import StoredFileAltered, StoredFileMissing
from engine.queries.attachments import contents

files_group = AppGroup("files", help="Photos and files: prove them, and tidy up.")


@files_group.command("verify")
def verify_files() -> None:
    """Read every stored content again; name each that is missing or altered; exit 1 if there is one."""
    files, named = house().files, _named()
    damages = 0
    for sha256, ids in sorted(named.items()):
        try:
            files.read(sha256)
        except (StoredFileMissing, StoredFileAltered) as damage:
            damages += 1
            click.echo(f"{damage.message('zh')} {damage.message('en')} attachments: {', '.join(ids)}")
    unnamed = sum(1 for name in files.names() if name not in named)
    click.echo(f"{len(named)} contents, {damages} damages, {unnamed} files without a row")
    if damages:
        raise click.exceptions.Exit(1)


@files_group.command("tidy")
def tidy_files() -> None:
    """Let go of uploads no form has named for seven days, and of contents no row names; tell what is amiss."""
    files = house().files
    rows = house().engine.run(tidy_attachments, ENGINE)
    named = _named()
    removed = sum(files.remove(sha256, AGE) for sha256 in files.unused(AGE, used=set(named)))
    unfinished = files.drop_unfinished(AGE)
    present = set(files.names())
    missing = sorted(set(named) - present)
    for sha256 in missing:
        click.echo(f"{sha256}: 文件丢失 missing, attachments: {', '.join(named[sha256])}")
    click.echo(
        f"{rows} uploads discarded, {removed} contents and {unfinished} unfinished files removed, "
        f"{len(present - set(named))} files without a row, {len(missing)} rows without a file"
    )
    if missing:
        raise click.exceptions.Exit(1)


def _named() -> dict[str, list[str]]:
    """SHA-256 -> the attachments that name it."""
    named: dict[str, list[str]] = {}
    with house().engine.read() as connection:
        for id, sha256 in contents(connection):
            named.setdefault(sha256, []).append(id)
    return named
