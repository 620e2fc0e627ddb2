"""create_app(): joins the rooms. Nobody imports it; servers and the `flask` command do."""

from __future__ import annotations

import atexit
from dataclasses import replace
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

import accounts.install
import accounts.policies
import api.cli
import api.install
import maintenance.install
import web.install
from accounts.cast import CAST
from accounts.house import House
from accounts.roles import GROUPS
from accounts.settings import AccountSettings
from api.settings import Settings, SettingsRefused, ensure_folder
from engine.clock import Clock, ManualClock, SystemClock
from engine.database import Database
from engine.engine import Engine
from engine.expressions.functions import STANDARD
from engine.extensions import Extensions
from engine.files import FileStore
from engine.scheduler import Ticker
from engine.turning import present_clock
from forms.library import FormLibrary
from maintenance.trial.trials import Trials
from migrations.upgrade import FOLDER as MIGRATIONS

NEVER = 1_000_000


def create_app(settings: Settings | None = None, *, clock: Clock | None = None) -> Flask:
    """The whole product as a WSGI application. It fires no timers: `serve` and `flask worker` do.

    Ends the process when settings are wrong; raises RuntimeError for a route without a declared policy.
    """
    settings = settings or settings_or_exit()
    ensure_folder(settings.database_url)
    database = Database(settings.database_url)
    forms = FormLibrary.load()
    engine = Engine(
        database,
        clock or SystemClock(),
        _extensions(forms),
        history_key=settings.history_key.encode(),
        two_person_publish=settings.two_person_publish,
    )
    app = Flask(__name__, static_folder=None, template_folder="web/templates")
    test_clock = clock if settings.test_mode and isinstance(clock, ManualClock) else None
    app.extensions["signalbox"] = House(
        engine, forms, FileStore(Path(settings.files)), Trials(engine, CAST), test_clock
    )
    accounts.install.install(app, engine, _account_settings(settings))
    Migrate(app, app.extensions["sqlalchemy"], directory=str(MIGRATIONS))
    api.install.install(app)
    api.cli.install(app)
    web.install.install(app)
    accounts.policies.check(app)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies, x_host=settings.proxies
        )
    return app


def settings_or_exit() -> Settings:
    """Of the environment; what is wrong with them is told without a trace."""
    try:
        return Settings.from_environment()
    except SettingsRefused as refused:
        raise SystemExit(f"{refused.message('zh')}\n{refused.message('en')}") from None


def serve() -> Flask:
    """The application of a web server process; with an embedded worker it also fires timers."""
    settings = settings_or_exit()
    app = create_app(settings, clock=_test_clock(settings) if settings.test_mode else None)
    if settings.worker == "embedded":
        ticker = Ticker(app.extensions["signalbox"].engine)
        ticker.start()
        atexit.register(ticker.stop)
        app.extensions["signalbox_ticker"] = ticker
    return app


def _test_clock(settings: Settings) -> ManualClock:
    database = Database(settings.database_url)
    clock = present_clock(database)
    database.dispose()
    return clock


def _extensions(forms: FormLibrary) -> Extensions:
    extensions = Extensions(groups=dict(GROUPS))
    for function in STANDARD:
        extensions.functions.add(function)
    maintenance.install.install(extensions, forms)
    return extensions


def _account_settings(settings: Settings) -> AccountSettings:
    """In test mode days pass in seconds: nobody is signed out by them, and no password grows old."""
    if settings.test_mode:
        settings = replace(settings, session_idle_minutes=NEVER, session_hours=NEVER, password_age_days=NEVER)
    return AccountSettings(
        secret_key=settings.secret_key,
        password_salt=settings.password_salt,
        session_idle_minutes=settings.session_idle_minutes,
        session_hours=settings.session_hours,
        password_age_days=settings.password_age_days,
        cookie_secure=settings.cookie_secure,
        second_factor_roles=settings.roles_with_code,
    )
