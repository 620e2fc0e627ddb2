"""Every setting of the product, read from the environment in one place and checked at start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from accounts.roles import BY_KEY
from engine.errors import SignalboxError

MIN_SECRET = 32
SHOWN = Path(__file__).resolve().parents[1] / "web"
"""What is below may be shown to anybody."""
INSTANCE = Path(__file__).resolve().parents[1] / "instance"
"""Where a developer's own database lies."""


class SettingsRefused(SignalboxError):
    """The settings are not right: {problems}"""

    code, status = "settings_refused", 500
    zh = "配置有误：{problems}"


def setting(env: str, help: str, default: Any) -> Any:
    """A field read from the environment variable `env`; docs/operator lists it."""
    return field(default=default, metadata={"env": env, "help": help})


@dataclass(frozen=True)
class Settings:
    """What an operator may set. Secrets have no default outside development."""

    database_url: str = setting(
        "SIGNALBOX_DATABASE_URL", "SQLite or PostgreSQL (psycopg 3)", "sqlite:///instance/signalbox.sqlite"
    )
    secret_key: str = setting("SIGNALBOX_SECRET_KEY", "signs browser sessions; at least 32 characters", "")
    password_salt: str = setting("SIGNALBOX_PASSWORD_SALT", "mixed into password hashes; at least 32 characters", "")
    history_key: str = setting("SIGNALBOX_HISTORY_KEY", "HMAC key of history; kept outside the database", "")
    files: str = setting(
        "SIGNALBOX_FILES", "folder of photos and files; not where a web server shows it; backed up", "instance/files"
    )
    worker: str = setting(
        "SIGNALBOX_WORKER", "embedded: the web process fires timers; none: `flask worker` does", "embedded"
    )
    session_idle_minutes: int = setting(
        "SIGNALBOX_SESSION_IDLE_MINUTES", "a session ends after so long without use", 30
    )
    session_hours: int = setting("SIGNALBOX_SESSION_HOURS", "a session ends after so long at the latest", 12)
    password_age_days: int = setting("SIGNALBOX_PASSWORD_AGE_DAYS", "a password must be changed after so long", 90)
    second_factor_roles: str = setting(
        "SIGNALBOX_SECOND_FACTOR_ROLES", "keys of roles that must sign in with a code, separated by commas", ""
    )
    proxies: int = setting("SIGNALBOX_PROXIES", "how many reverse proxies stand in front and set X-Forwarded-*", 0)
    cookie_secure: bool = setting("SIGNALBOX_COOKIE_SECURE", "send cookies over HTTPS only: 1 or 0", True)
    two_person_publish: bool = setting(
        "SIGNALBOX_TWO_PERSON_PUBLISH", "who has worked on a design does not publish it: 1 or 0", True
    )
    test_mode: bool = setting(
        "SIGNALBOX_TEST_MODE", "1: a clock that is moved by hand; refused wherever work could be real", False
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Raises SettingsRefused naming every wrong or missing setting."""
        problems: list[str] = []
        values = {
            f.name: _read(f, environment[env], problems)
            for f in fields(cls)
            if (env := f.metadata["env"]) in environment
        }
        settings = cls(**{name: value for name, value in values.items() if value is not None})
        problems += settings.problems()
        if problems:
            raise SettingsRefused(problems="; ".join(problems))
        return settings

    @property
    def roles_with_code(self) -> frozenset[str]:
        """Keys of the roles that must have a second factor."""
        return frozenset(key.strip() for key in self.second_factor_roles.split(",") if key.strip())

    def problems(self) -> list[str]:
        """What must be mended before the product may start."""
        secrets = {f.metadata["env"]: getattr(self, f.name) for f in fields(self) if f.name in _SECRETS}
        found = [
            f"{env} must have at least {MIN_SECRET} characters"
            for env, value in secrets.items()
            if len(value) < MIN_SECRET
        ]
        unknown = sorted(set(self.roles_with_code) - set(BY_KEY))
        if unknown:
            found.append(f"SIGNALBOX_SECOND_FACTOR_ROLES names no roles: {', '.join(unknown)}")
        if self.worker not in ("embedded", "none"):
            found.append("SIGNALBOX_WORKER must be embedded or none")
        if not self.database_url.startswith(("sqlite:", "postgresql")):
            found.append("SIGNALBOX_DATABASE_URL must begin with sqlite: or postgresql")
        if not self.files.strip() or Path(self.files).resolve().is_relative_to(SHOWN):
            found.append("SIGNALBOX_FILES must name a folder that no web server shows")
        return found + (self._signs_of_real_work() if self.test_mode else [])

    def _signs_of_real_work(self) -> list[str]:
        """Why this cannot be a trial: there is no setting that says “production”, so every sign must say trial."""
        found = []
        if self.cookie_secure:
            found.append("SIGNALBOX_TEST_MODE needs SIGNALBOX_COOKIE_SECURE=0: it is for one's own machine")
        if self.proxies:
            found.append("SIGNALBOX_TEST_MODE allows no proxy: SIGNALBOX_PROXIES must be 0")
        if self.worker != "embedded":
            found.append("SIGNALBOX_TEST_MODE needs SIGNALBOX_WORKER=embedded: the clock is that of one process")
        if not is_trial_database(self.database_url):
            found.append(
                "SIGNALBOX_TEST_MODE needs a SQLite file below the folder instance, "
                "or a database with “test” in its name"
            )
        return found


_SECRETS = ("secret_key", "password_salt", "history_key")


def _read(which: Field[Any], text: str, problems: list[str]) -> Any:
    if which.type == "int":
        if text.isdecimal() and (int(text) > 0 or which.default == 0):
            return int(text)
        problems.append(f"{which.metadata['env']} must be a whole number")
        return None
    if which.type == "bool":
        if text in ("0", "1"):
            return text == "1"
        problems.append(f"{which.metadata['env']} must be 1 or 0")
        return None
    return text


def is_trial_database(database_url: str) -> bool:
    """Whether its place or its name says that nothing real is kept there."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        return False
    name = url.database or ""
    if url.get_backend_name() == "sqlite":
        return "test" in Path(name).name or Path(name).resolve().is_relative_to(INSTANCE)
    return "test" in name


def ensure_folder(database_url: str) -> None:
    """Make the folder of a SQLite file."""
    if database_url.startswith("sqlite:///"):
        Path(database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
