"""The file store: contents on disk under the SHA-256 of their bytes, written once and never changed."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from engine.errors import EngineError

MAX_BYTES = 15 * 1024 * 1024
"""Of one content, as it comes in."""
_NAME = re.compile(r"[0-9a-f]{64}")
_INCOMING = "incoming"


class StoredFileMissing(EngineError):
    """The stored file {sha256} is missing or cannot be read. Have the operator fetch it from the backup."""

    code, status = "stored_file_missing", 500
    zh = "存储的文件 {sha256} 已丢失或无法读取，请联系运行管理员从备份恢复。"


class StoredFileAltered(EngineError):
    """The stored file has been altered: its hash should be {sha256} and is {found}."""

    code, status = "stored_file_altered", 500
    zh = "存储的文件已被篡改：哈希值应为 {sha256}，实为 {found}。"


class FileStoreUnavailable(EngineError):
    """The file store cannot be written to just now. Nothing was saved; try again later."""

    code, status = "file_store_unavailable", 503
    zh = "文件存储暂时无法写入，本次未保存，请稍后重试。"


class FileStore:
    """A folder of contents: `ab/cd/abcd…`. It stands outside whatever a web server shows, for its owner only.

    A content that has a name is complete and durable: it is written aside, flushed, and renamed.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Make the content durable; its SHA-256 in hex. What is there already is kept as it is.

        Raises StoredFileAltered when what is there is no longer what was stored, and FileStoreUnavailable.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self._path(sha256)
        try:
            if not self._wanted_again(path) or not self._is_whole(sha256):
                self._write(path, content)
        except OSError as error:
            raise FileStoreUnavailable from error
        return sha256

    def read(self, sha256: str) -> bytes:
        """Raises StoredFileMissing and StoredFileAltered: nobody is given what is not what was stored."""
        try:
            with self._path(sha256).open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise StoredFileMissing(sha256=sha256) from error
        found = hashlib.sha256(content).hexdigest()
        if found != sha256:
            raise StoredFileAltered(sha256=sha256, found=found)
        return content

    def names(self) -> Iterator[str]:
        """The SHA-256 of every content in the folder, in no order."""
        for path in self.folder.glob("??/??/*"):
            if _NAME.fullmatch(path.name):
                yield path.name

    def unused(self, age: timedelta, *, used: set[str]) -> list[str]:
        """The contents nobody names that nobody has wanted for so long, by the clock of the folder's own disk."""
        limit = self._present() - age.total_seconds()
        return sorted(name for name in self.names() if name not in used and self._path(name).stat().st_mtime < limit)

    def remove(self, sha256: str, age: timedelta) -> bool:
        """Remove a content that nobody has wanted for so long; False: somebody has just asked to put it again.

        It is moved aside before its age is looked at. A `put` before the move has made it young, and it is moved back;
        a `put` after the move does not find it, and writes it anew.
        """
        path, aside = self._path(sha256), self._aside()
        limit = self._present() - age.total_seconds()
        path.rename(aside)
        if aside.stat().st_mtime >= limit:
            aside.rename(path)
            return False
        aside.unlink()
        return True

    def drop_unfinished(self, age: timedelta) -> int:
        """Remove what was being written when a process died; how many there were."""
        limit = self._present() - age.total_seconds()
        old = [path for path in (self.folder / _INCOMING).glob("*") if path.stat().st_mtime < limit]
        for path in old:
            path.unlink()
        return len(old)

    def _path(self, sha256: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ValueError("not a SHA-256")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def _wanted_again(self, path: Path) -> bool:
        """Whether it is there. It is young again from now on: see `remove`."""
        try:
            os.utime(path)
        except FileNotFoundError:
            return False
        return True

    def _is_whole(self, sha256: str) -> bool:
        """False: `remove` has just moved it aside. Raises StoredFileAltered."""
        try:
            self.read(sha256)
        except StoredFileMissing:
            return False
        return True

    def _write(self, path: Path, content: bytes) -> None:
        aside = self._aside()
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            _make(path.parent, self.folder)
            aside.rename(path)
        except OSError:
            aside.unlink(missing_ok=True)
            raise
        _flush(path.parent)

    def _aside(self) -> Path:
        _make(self.folder / _INCOMING, self.folder)
        return self.folder / _INCOMING / secrets.token_hex(16)

    def _present(self) -> float:
        """Seconds, by the clock that stamps the files: a disk of another machine has its own."""
        marker = self._aside()
        marker.touch(0o600)
        try:
            return marker.stat().st_mtime
        finally:
            marker.unlink()


def _make(folder: Path, top: Path) -> None:
    """The folder, its parents up to `top`, and their names, durable."""
    if folder.is_dir():
        return
    if folder == top:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    else:
        _make(folder.parent, top)
        folder.mkdir(mode=0o700, exist_ok=True)
    _flush(folder.parent)


def _flush(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
