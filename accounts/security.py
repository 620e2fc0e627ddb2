"""Flask-Security on our plain tables: it hashes and verifies passwords. It has no routes and never writes."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore, UserMixin
from flask_security.utils import hash_password as library_hash
from flask_security.utils import verify_password
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine as SqlEngine
from sqlalchemy import event
from sqlalchemy.orm import Mapped, relationship

from accounts.people import load_person
from accounts.settings import AccountSettings
from engine.models import Base, Membership, Role, User

ARGON2ID = {"argon2__type": "ID", "argon2__memory_cost": 19_456, "argon2__rounds": 2, "argon2__parallelism": 1}
"""19 MiB, two passes, one lane (the least OWASP allows): about 25 ms. The library's 64 MiB take 313 ms a sign-in."""


class SecurityRole(Role, RoleMixin):  # type: ignore[misc]
    """The role table as Flask-Security wants to see it: the same table, no column of its own."""


class SecurityUser(User, UserMixin):  # type: ignore[misc]
    """The user table as Flask-Security wants to see it."""

    roles: Mapped[list[SecurityRole]] = relationship(  # type: ignore[assignment]
        SecurityRole, secondary=Membership.__table__, viewonly=True
    )


class ReadingSQLAlchemy(SQLAlchemy):
    """`db.session` on the engine of our Database, for reading only.

    Its transactions begin in the reading way; on SQLite a write in one meets "database is locked" as soon as somebody
    else writes. Commands run by Engine.run are the one way to write.
    """

    def __init__(self, engine: SqlEngine) -> None:
        self._reading = engine
        super().__init__(metadata=Base.metadata)
        event.listen(self.session, "before_flush", _refuse)

    def _apply_driver_defaults(self, options: dict[str, Any], app: Flask) -> None:
        """Nothing to add: the engine is made already."""

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> SqlEngine:
        return self._reading


def _refuse(*_: object) -> None:
    raise RuntimeError("db.session only reads; write with a command run by Engine.run")


def install_security(app: Flask, engine: SqlEngine, settings: AccountSettings) -> None:
    """Flask-Security without its routes, forms and verbs; the person behind a request comes from `load_person`."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=engine.url,
        SECURITY_PASSWORD_SALT=settings.password_salt,
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the scheme
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2ID,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SESSION_PROTECTION=None,  # ours is the live session; a phone may change its address
    )
    db = ReadingSQLAlchemy(engine)
    db.init_app(app)
    security = Security(app, SQLAlchemyUserDatastore(db, SecurityUser, SecurityRole), register_blueprint=False)
    security.principal.identity_loaders.clear()  # else every request would load the person a second way
    security.login_manager.user_loader(None)
    security.login_manager.request_loader(load_person)


def hash_password(password: str) -> str:
    """The argon2id hash to store. Needs the app's context."""
    hashed: str = library_hash(_normal(password))
    return hashed


def password_matches(password: str, password_hash: str) -> bool:
    """Takes as long for a wrong password as for a right one. Needs the app's context."""
    return bool(verify_password(_normal(password), password_hash))


def _normal(password: str) -> str:
    """One spelling of what keyboards write in different ways (full-width letters, composed accents)."""
    return unicodedata.normalize("NFKC", password)
