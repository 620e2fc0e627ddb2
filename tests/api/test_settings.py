"""Settings from the environment: every wrong one is named at once, secrets have no default."""

from __future__ import annotations

import subprocess
import sys

import pytest

from api.settings import Settings, SettingsRefused
from tests.server import ROOT, environment

GOOD = {f"SIGNALBOX_{name}": "x" * 32 for name in ("SECRET_KEY", "PASSWORD_SALT", "HISTORY_KEY")}


def test_the_environment_is_read() -> None:
    settings = Settings.from_environment(
        {**GOOD, "SIGNALBOX_SESSION_HOURS": "8", "SIGNALBOX_COOKIE_SECURE": "0", "SIGNALBOX_PROXIES": "0"}
    )
    assert (settings.session_hours, settings.cookie_secure, settings.proxies, settings.worker) == (
        8,
        False,
        0,
        "embedded",
    )


@pytest.mark.parametrize(
    ("text", "roles"), [("", set()), (" admin , operator,", {"admin", "operator"}), ("admin", {"admin"})]
)
def test_roles_that_must_have_a_second_factor(text: str, roles: set[str]) -> None:
    settings = Settings.from_environment({**GOOD, "SIGNALBOX_SECOND_FACTOR_ROLES": text})
    assert settings.roles_with_code == roles


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SIGNALBOX_SECRET_KEY": "short"}, "SIGNALBOX_SECRET_KEY"),
        ({"SIGNALBOX_WORKER": "many"}, "SIGNALBOX_WORKER"),
        ({"SIGNALBOX_SESSION_HOURS": "0"}, "SIGNALBOX_SESSION_HOURS"),
        ({"SIGNALBOX_SESSION_HOURS": "-1"}, "SIGNALBOX_SESSION_HOURS"),
        ({"SIGNALBOX_COOKIE_SECURE": "yes"}, "SIGNALBOX_COOKIE_SECURE"),
        ({"SIGNALBOX_DATABASE_URL": "mysql://x"}, "SIGNALBOX_DATABASE_URL"),
        ({"SIGNALBOX_SECOND_FACTOR_ROLES": "admin,nobody"}, "SIGNALBOX_SECOND_FACTOR_ROLES names no roles: nobody"),
        ({"SIGNALBOX_FILES": " "}, "SIGNALBOX_FILES"),
        ({"SIGNALBOX_FILES": "web/static/files"}, "SIGNALBOX_FILES"),
    ],
)
def test_a_wrong_setting_is_named(changed: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsRefused, match=named):
        Settings.from_environment({**GOOD, **changed})


def test_a_process_with_wrong_settings_says_so_without_a_trace() -> None:
    wrong = {**environment("sqlite://"), "SIGNALBOX_SECRET_KEY": "short", "SIGNALBOX_WORKER": "many"}
    done = subprocess.run(
        [sys.executable, "-m", "flask", "process", "list"],
        cwd=ROOT,
        env=wrong,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "配置有误" in done.stderr
    assert "SIGNALBOX_SECRET_KEY" in done.stderr
    assert "SIGNALBOX_WORKER" in done.stderr
    assert "Traceback" not in done.stderr
