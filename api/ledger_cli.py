"""`flask ledger` and `flask contract`: the ledger of a city on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from accounts.house import house
from api.command_line import organisation_id
from engine.authorization import ENGINE
from engine.errors import Invalid, SignalboxError
from maintenance.commands.create_contract import ContractTerms, create_contract
from maintenance.commands.import_ledger import import_ledger
from maintenance.commands.record_export import record_export
from maintenance.ledger.export import template, to_csv, to_xlsx
from maintenance.ledger.findings import LedgerRefused
from maintenance.ledger.preview import Preview, ledger_preview
from maintenance.ledger.table import read_table
from maintenance.queries.ledger_rows import ledger_rows

ledger_group = AppGroup("ledger", help="Points and devices as tables.")
contract_group = AppGroup("contract", help="Who maintains for whom.")

_organisation = click.option("--organisation", required=True, help="Key of the client.")
_day = click.DateTime(["%Y-%m-%d"])


@ledger_group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_organisation
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
def import_file(file: Path, organisation: str, dry_run: bool) -> None:
    """Bring a .csv or .xlsx file into the ledger: all of it, or nothing and every finding by row."""
    engine = house().engine
    with _refusals_in_words():
        client, table = organisation_id(organisation), read_table(file.read_bytes())
        if dry_run:
            with engine.read() as connection:
                _tell(ledger_preview(connection, client, table))
        else:
            _tell(engine.run(import_ledger, ENGINE, client, table))


@ledger_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@_organisation
@click.option("--of", type=click.Choice(["points", "devices"]), default="points", help="What a .csv file holds.")
def export_file(file: Path, organisation: str, of: str) -> None:
    """Write the ledger as .csv or .xlsx, by the file's name, with all columns; it is recorded."""
    engine = house().engine
    if file.suffix not in (".csv", ".xlsx"):
        raise click.ClickException("文件名应以 .csv 或 .xlsx 结尾。The file must be called .csv or .xlsx.")
    with _refusals_in_words():
        client = organisation_id(organisation)
        with engine.read() as connection:
            sheets = ledger_rows(connection, ENGINE, client, restricted=True)
        written = [sheet for sheet in sheets if file.suffix == ".xlsx" or sheet[0].en == of]
        counts = {book.en: len(rows) for book, _, rows in written}
        engine.run(
            record_export, ENGINE, client, counts.get("points", 0), counts.get("devices", 0), "devices" in counts
        )
    file.write_bytes(to_xlsx(written) if file.suffix == ".xlsx" else to_csv(written[0]))
    click.echo("\t".join(f"{name} {count}" for name, count in counts.items()))


@ledger_group.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write_template(file: Path) -> None:
    """Write an .xlsx file with the headings and one example row each."""
    file.write_bytes(template())


@contract_group.command("create")
@click.argument("number")
@_organisation
@click.option("--name", required=True, help="Its title.")
@click.option("--contractor", required=True, help="Key of the contractor's organisation.")
@click.option("--pack", required=True, help="Key of a published policy pack.")
@click.option("--from", "starts_on", required=True, type=_day, help="First day.")
@click.option("--to", "ends_on", required=True, type=_day, help="Last day.")
def create(
    number: str, organisation: str, name: str, contractor: str, pack: str, starts_on: datetime, ends_on: datetime
) -> None:
    """Write down a contract between a client and a contractor."""
    engine = house().engine
    terms = ContractTerms(number, name, contractor, pack, _date(starts_on), _date(ends_on))
    with _refusals_in_words():
        contract_id = engine.run(create_contract, ENGINE, organisation_id(organisation), terms)
    click.echo(f"{number}\t{contract_id}")


def _date(at: datetime) -> date:
    return at.date()


def _tell(done: Preview) -> None:
    for name, counts in (("points", done.points), ("devices", done.devices)):
        click.echo(f"{name}: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged")


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """A refusal ends the verb with exit code 1 and its words in both languages."""
    try:
        yield
    except LedgerRefused as refused:
        for finding in refused.findings:
            click.echo(f"{finding.code} {finding.line('zh')} / {finding.line('en')}")
        raise click.ClickException(f"{refused.message('zh')} {refused.message('en')}") from None
    except Invalid as refused:
        words = [f"{key}: {one['zh']} {one['en']}" for key, found in refused.fields.items() for one in found]
        raise click.ClickException("\n".join(words)) from None
    except SignalboxError as refused:
        raise click.ClickException(f"{refused.message('zh')} {refused.message('en')}") from None
