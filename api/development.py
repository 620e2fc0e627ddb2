"""Settings of a developer's machine: made once, with secrets of their own, in instance/development.env."""

from __future__ import annotations

import secrets
import shlex
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "instance"


def settings_file() -> Path:
    """The file to source before `flask` and the server; written when it is not there yet."""
    path = FOLDER / "development.env"
    if not path.exists():
        FOLDER.mkdir(exist_ok=True)
        path.touch(0o600)
        path.write_text(
            f"SIGNALBOX_DATABASE_URL={shlex.quote(f'sqlite:///{FOLDER}/signalbox.sqlite')}\n"
            f"SIGNALBOX_SECRET_KEY={secrets.token_hex(32)}\n"
            f"SIGNALBOX_PASSWORD_SALT={secrets.token_hex(32)}\n"
            f"SIGNALBOX_HISTORY_KEY={secrets.token_hex(32)}\n"
            "SIGNALBOX_COOKIE_SECURE=0\n"
        )
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{settings_file()}\n")
