"""Finds a Chromium for the browser tests or installs one: `python -m tests.browser.install`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = (
    "no Chromium: none of "
    + ", ".join(NAMES)
    + " on the PATH starts and Playwright has none; run `python -m tests.browser.install`"
)


def find() -> str | None:
    """The program to start, or None."""
    for name in NAMES:
        if (path := shutil.which(name)) and _starts(path):
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() and _starts(own) else None


def install() -> str:
    """The program, installed if there was none. Raises SystemExit naming what is missing."""
    found, debian = find(), os.geteuid() == 0 and shutil.which("apt-get") is not None
    if found is None and debian:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        _try(["apt-get", "update", "-qq"], environment)
        _try(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-cjk"], environment)
        found = find()
    if found is None:
        libraries = ["--with-deps"] if debian else []
        _try([sys.executable, "-m", "playwright", "install", *libraries, "chromium"], dict(os.environ))
        found = find()
    if found is None:
        raise SystemExit(MISSING)
    return found


def _starts(program: str) -> bool:
    """False for a placeholder that asks for another package, and where libraries are missing."""
    return subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0


def _try(command: list[str], environment: dict[str, str]) -> None:
    """Run it, whether it succeeds or not: whether there is a browser is asked afterwards."""
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode:
        sys.stderr.write(f"failed with {done.returncode}: {' '.join(command)}\n")


if __name__ == "__main__":
    sys.stdout.write(f"browser: {install()}\n")
