"""Wires the room into a Flask app: sessions, Flask-Security, policies, headers, verbs."""

from __future__ import annotations

import secrets

from flask import Flask

from accounts.cli import key_group, user_group
from accounts.context import EXTENSION, Accounts
from accounts.cookies import SignedCookies
from accounts.headers import install_headers
from accounts.policies import enforce
from accounts.second_factor import FactorRules
from accounts.security import hash_password, install_security
from accounts.settings import AccountSettings
from accounts.unread import close_unread
from accounts.vault import Vault
from engine.engine import Engine


def install(app: Flask, engine: Engine, settings: AccountSettings) -> None:
    """To be called before routes are added; `policies.check(app)` afterwards, when every route is there.

    The room only raises its refusals: the doors above give them words and a shape.
    """
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="__Host-signalbox" if settings.cookie_secure else "signalbox",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",  # Strict would sign out whoever follows a link from a message
        SESSION_COOKIE_SECURE=settings.cookie_secure,
        SESSION_COOKIE_PATH="/",
    )
    app.session_interface = SignedCookies()
    install_headers(app)
    close_unread(app)
    enforce(app)
    install_security(app, engine.database.engine, settings)
    with app.app_context():
        dummy = hash_password(secrets.token_urlsafe(32))
    factors = FactorRules(Vault(settings.secret_key), settings.second_factor_roles)
    app.extensions[EXTENSION] = Accounts(engine, settings, factors, dummy)
    app.cli.add_command(user_group)
    app.cli.add_command(key_group)
