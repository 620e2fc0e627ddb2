"""`flask user …` and `flask api-key …`: accounts from the command line, as the engine itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from accounts.commands.create_api_key import create_api_key
from accounts.commands.create_organisation import create_organisation
from accounts.commands.reset_second_factor import reset_second_factor
from accounts.commands.revoke_api_key import revoke_api_key
from accounts.commands.sync_roles import sync_roles
from accounts.own_password import issue_link
from accounts.passwords import normal_name
from accounts.queries.user_list import user_called, user_list
from accounts.sign_in import add_user
from engine.authorization import ENGINE
from engine.engine import Engine
from engine.errors import Invalid, SignalboxError
from engine.models import Organisation

user_group = AppGroup("user", help="People and their accounts.")
key_group = AppGroup("api-key", help="Keys for machines.")

_password = click.password_option(help="At least 10 characters; asked for when it is not given.")


@user_group.command("create-admin")
@click.argument("username")
@click.option("--name", default="系统管理员", show_default=True, help="How pages call the person.")
@click.option("--organisation", default="owner", show_default=True, help="Key of the organisation; made when missing.")
@_password
def create_admin(username: str, name: str, organisation: str, password: str) -> None:
    """The first administrator of an installation, with the catalogue of roles."""
    engine = _engine()
    with _refusals_in_words():
        engine.run(sync_roles, ENGINE)
        organisation_id = _organisation(engine, organisation)
        if organisation_id is None:
            organisation_id = engine.run(create_organisation, ENGINE, organisation, organisation, "client")
        user_id = add_user(engine, ENGINE, organisation_id, username, name, password, ("admin",))
    click.echo(f"{username}\t{user_id}")


@user_group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="How pages call the person.")
@click.option("--organisation", required=True, help="Key of the organisation.")
@click.option("--role", "roles", multiple=True, required=True, help="Key of a role; may be given several times.")
@_password
def create(username: str, name: str, organisation: str, roles: tuple[str, ...], password: str) -> None:
    """A person of an organisation with one or more roles."""
    engine = _engine()
    organisation_id = _organisation(engine, organisation)
    if organisation_id is None:
        raise click.ClickException(f"没有单位 {organisation}。No such organisation.")
    with _refusals_in_words():
        user_id = add_user(engine, ENGINE, organisation_id, username, name, password, roles)
    click.echo(f"{username}\t{user_id}")


@user_group.command("list")
def list_users() -> None:
    """Everybody with an account: user name, organisation, state, roles, name."""
    with _engine().read() as connection:
        for user in user_list(connection, ENGINE):
            state = "active" if user.active else "inactive"
            click.echo("\t".join((user.username, user.organisation, state, ",".join(user.roles), user.display_name)))


@user_group.command("reset-link")
@click.argument("username")
@click.option("--address", default="", help="What stands in front of it, e.g. https://signalbox.example.")
def reset_link(username: str, address: str) -> None:
    """A one-time link behind which USERNAME sets a new password, good for 24 hours. Hand it over at once."""
    engine = _engine()
    with _refusals_in_words():
        path, expires_at = issue_link(engine, ENGINE, _user(engine, username))
    click.echo(f"{address.rstrip('/')}{path}\t{expires_at.isoformat(timespec='seconds')}")


@user_group.command("reset-second-factor")
@click.argument("username")
def remove_factor(username: str) -> None:
    """Take away the second factor of USERNAME, who has lost the phone and the recovery codes."""
    engine = _engine()
    with _refusals_in_words():
        if not engine.run(reset_second_factor, ENGINE, _user(engine, username)):
            raise click.ClickException(f"{username} 没有绑定动态验证码。There is no second factor.")


@key_group.command("create")
@click.argument("username")
@click.option("--name", required=True, help="What the key is for.")
@click.option("--scope", "scopes", multiple=True, required=True, help="A permission; may be given several times.")
@click.option("--days", type=int, default=90, show_default=True, help="It expires after so many days (1 to 366).")
def create_key(username: str, name: str, scopes: tuple[str, ...], days: int) -> None:
    """A key that acts as USERNAME. It is shown once: hand it over at once."""
    engine = _engine()
    with _refusals_in_words():
        made = engine.run(create_api_key, ENGINE, _user(engine, username), name, scopes, days)
    click.echo(f"{made.id}\t{made.key}")


@key_group.command("revoke")
@click.argument("key_id", type=int)
def revoke_key(key_id: int) -> None:
    """Revoke the key with this number; its next request is refused."""
    with _refusals_in_words():
        _engine().run(revoke_api_key, ENGINE, key_id)


def _engine() -> Engine:
    engine: Engine = current_app.extensions["signalbox"].engine
    return engine


def _user(engine: Engine, username: str) -> int:
    """The id; 0, which nobody has, for a name that nobody has."""
    with engine.read() as connection:
        return user_called(connection, ENGINE, normal_name(username))


def _organisation(engine: Engine, key: str) -> int | None:
    with engine.read() as connection:
        return connection.scalar(select(Organisation.id).where(Organisation.key == key))


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """A refusal ends the verb with exit code 1 and its words in both languages."""
    try:
        yield
    except Invalid as error:
        words = [f"{field}: {one['zh']} {one['en']}" for field, found in error.fields.items() for one in found]
        raise click.ClickException("\n".join(words)) from None
    except SignalboxError as error:
        raise click.ClickException(f"{error.message('zh')} {error.message('en')}") from None
