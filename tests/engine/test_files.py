"""The file store: written once, durable, for its owner only; what is altered or missing is told."""

from __future__ import annotations

import hashlib
import os
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from engine.files import FileStore, FileStoreUnavailable, StoredFileAltered, StoredFileMissing

WEEK = timedelta(days=7)
HELLO = hashlib.sha256(b"hello").hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def place(files: FileStore, name: str = HELLO) -> Path:
    return files.folder / name[:2] / name[2:4] / name


def grow_old(path: Path, days: float) -> None:
    then = path.stat().st_mtime - days * 86_400
    os.utime(path, (then, then))


def test_a_content_lies_under_its_hash_for_its_owner_only(files: FileStore) -> None:
    assert files.put(b"hello") == HELLO == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
    assert place(files).read_bytes() == b"hello" == files.read(HELLO)
    assert stat.S_IMODE(place(files).stat().st_mode) == 0o600
    for folder in (files.folder, *place(files).parents[:2]):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(files.names()) == [HELLO]
    assert list((files.folder / "incoming").iterdir()) == []


def test_the_same_content_again_is_not_written_again(files: FileStore) -> None:
    files.put(b"hello")
    before = place(files).stat().st_ino
    files.put(b"hello")
    assert place(files).stat().st_ino == before


@pytest.mark.rule("R-346")
def test_an_altered_content_is_told_with_both_hashes_and_never_given_out_nor_overwritten(files: FileStore) -> None:
    files.put(b"hello")
    place(files).write_bytes(b"hallo")
    with pytest.raises(StoredFileAltered) as told:
        files.read(HELLO)
    assert told.value.params == {"sha256": HELLO, "found": hashlib.sha256(b"hallo").hexdigest()}
    assert HELLO in told.value.message("zh")
    with pytest.raises(StoredFileAltered):
        files.put(b"hello")
    assert place(files).read_bytes() == b"hallo"


def test_a_missing_content_is_told_and_may_be_put_again(files: FileStore) -> None:
    with pytest.raises(StoredFileMissing):
        files.read(HELLO)
    files.put(b"hello")
    place(files).unlink()
    files.put(b"hello")
    assert files.read(HELLO) == b"hello"


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, HELLO + "/x", HELLO[:-1]])
def test_only_hashes_are_names(files: FileStore, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        files.read(name)


def test_a_store_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    with pytest.raises(FileStoreUnavailable):
        FileStore(tmp_path / "store").put(b"hello")


def test_a_disk_that_fills_up_leaves_no_half_content(files: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    files.put(b"first")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(FileStoreUnavailable):
            files.put(b"hello")
    assert HELLO not in set(files.names())
    assert list((files.folder / "incoming").iterdir()) == []


def test_many_put_the_same_content_at_once_and_there_is_one(files: FileStore) -> None:
    content, together = os.urandom(1_000_000), threading.Barrier(8)
    names: list[str] = []

    def put() -> None:
        together.wait()
        names.append(files.put(content))

    threads = [threading.Thread(target=put) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == [hashlib.sha256(content).hexdigest()] * 8
    assert list(files.names()) == names[:1]
    assert files.read(names[0]) == content


def test_only_old_contents_that_nobody_names_may_go(files: FileStore) -> None:
    young, old, named = (files.put(content) for content in (b"young", b"old", b"named"))
    for name in (old, named):
        grow_old(place(files, name), 8)
    assert files.unused(WEEK, used={named}) == [old]
    assert files.remove(old, WEEK)
    assert set(files.names()) == {young, named}


def test_a_content_that_is_put_again_while_it_goes_stays(files: FileStore) -> None:
    name = files.put(b"hello")
    grow_old(place(files), 8)
    assert files.unused(WEEK, used=set()) == [name]
    files.put(b"hello")  # between the list and the removal
    assert not files.remove(name, WEEK)
    assert files.read(name) == b"hello"


def test_what_a_dead_process_was_writing_goes_after_a_week(files: FileStore) -> None:
    files.put(b"hello")
    left = files.folder / "incoming" / "half"
    left.write_bytes(b"hel")
    assert files.drop_unfinished(WEEK) == 0
    grow_old(left, 8)
    assert files.drop_unfinished(WEEK) == 1
    assert not left.exists()
