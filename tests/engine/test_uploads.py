"""Uploads: kinds decided by content, names cleaned, places judged; only what passes reaches the disk."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from engine.documents import FileIncomplete, FileKindRefused, MacrosRefused
from engine.errors import EngineError, Invalid
from engine.files import FileStore
from engine.photos import PhotoKindRefused
from engine.uploads import FileEmpty, FileTooLarge, clean_name, receive
from tests import pictures

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store")


def test_a_photo_and_its_thumbnail_are_two_contents(files: FileStore) -> None:
    upload = receive(files, "photo", "现场.PNG", pictures.photo())
    assert (upload.name, upload.media_type, upload.width, upload.height) == ("现场.jpg", "image/jpeg", 640, 480)
    assert upload.thumbnail_sha256 is not None
    assert set(files.names()) == {upload.sha256, upload.thumbnail_sha256}
    assert upload.size == len(files.read(upload.sha256))
    assert hashlib.sha256(pictures.photo()).hexdigest() not in set(files.names())  # the original has a place in it


@pytest.mark.parametrize(
    ("content", "name", "media_type", "kept"),
    [
        (pictures.PDF, "报告.pdf", "application/pdf", "报告.pdf"),
        (pictures.PDF, "photo.jpg", "application/pdf", "photo.pdf"),
        (pictures.office("word/document.xml"), "a.docx", WORD, "a.docx"),
        (pictures.office(), "a.xlsx", SHEET, "a.xlsx"),
        ("点位,时间\nP1,10:00\n".encode(), "表.csv", "text/plain", "表.csv"),
        ("点位,时间\r\n".encode("gb18030"), "表.csv", "text/plain", "表.csv"),
        (b"MZ is only text here", "setup.exe", "text/plain", "setup.exe.txt"),
        (b"<script>alert(1)</script>", "x.html", "text/plain", "x.html.txt"),
    ],
)
def test_a_file_is_what_is_inside(files: FileStore, content: bytes, name: str, media_type: str, kept: str) -> None:
    upload = receive(files, "file", name, content)
    assert (upload.media_type, upload.name, upload.size) == (media_type, kept, len(content))
    assert files.read(upload.sha256) == content
    assert (upload.width, upload.thumbnail_sha256) == (None, None)


@pytest.mark.parametrize(
    ("kind", "content", "refusal"),
    [
        ("photo", pictures.PDF, PhotoKindRefused),
        ("file", pictures.photo(), FileKindRefused),
        ("file", pictures.office("evil/nothing.xml"), FileKindRefused),
        ("file", pictures.office("word/document.xml", "word/vbaProject.bin"), MacrosRefused),
        ("file", pictures.office()[:-30], FileIncomplete),
        ("file", pictures.PDF[:-8], FileIncomplete),
        ("file", b"MZ\x90\0\x03\0\0\0", FileKindRefused),
        ("file", b"\0\0\0\x20ftypisom", FileKindRefused),
        ("file", b"text\x1b[2J", FileKindRefused),
        ("file", b"", FileEmpty),
        ("photo", b"", FileEmpty),
        ("file", b"x" * (15 * 1024 * 1024 + 1), FileTooLarge),
        ("photo", b"\xff\xd8\xff" * (6 * 1024 * 1024), FileTooLarge),
        ("signature", b"x" * (512 * 1024 + 1), FileTooLarge),
        ("signature", pictures.photo(), PhotoKindRefused),
    ],
)
def test_what_is_refused_leaves_nothing(
    files: FileStore, kind: str, content: bytes, refusal: type[EngineError]
) -> None:
    with pytest.raises(refusal):
        receive(files, kind, "x.jpg", content)
    assert not files.folder.exists()


def test_an_archive_is_not_unpacked(files: FileStore) -> None:
    bomb = pictures.office_of(b"\0" * 50_000_000)
    assert len(bomb) < 100_000
    tracemalloc.start()
    receive(files, "file", "bomb.xlsx", bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2_000_000


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"latitude": 91.0, "longitude": 121.0}, {"latitude": "out_of_range"}),
        ({"latitude": 31.0, "longitude": -180.1}, {"longitude": "out_of_range"}),
        ({"latitude": float("nan"), "longitude": 1.0}, {"latitude": "out_of_range"}),
        ({"latitude": 31.0}, {"longitude": "required"}),
        ({"longitude": 31.0}, {"latitude": "required"}),
    ],
)
def test_a_place_that_is_none_is_refused_by_its_field(
    files: FileStore, said: dict[str, Any], wrong: dict[str, str]
) -> None:
    with pytest.raises(Invalid) as refused:
        receive(files, "photo", "x.jpg", pictures.photo(), **said)
    assert {field: found[0]["code"] for field, found in refused.value.fields.items()} == wrong
    assert not files.folder.exists()


def test_the_place_in_the_photo_goes_before_that_of_the_device(files: FileStore) -> None:
    said: dict[str, Any] = {"latitude": 10.0, "longitude": 20.0}
    seen = receive(files, "photo", "x.jpg", pictures.photo(), **said)
    assert (seen.latitude, seen.longitude) == pytest.approx(pictures.PLACE, abs=1e-5)
    other = receive(files, "photo", "x.jpg", pictures.photo(place=None), **said)
    assert (other.latitude, other.longitude) == (10.0, 20.0)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\x\\图 1.jpeg", "图 1.jpeg"),
        ("..", "photo.jpg"),
        ("", "photo.jpg"),
        ("\0\n\x1b[31m红.jpg", "[31m红.jpg"),
        ("a\u202egpj.exe", "agpj.exe.jpg"),  # a mark that turns the reading direction
        ('a<b>:"|?*.jpg', "a_b______.jpg"),
        (".jpg", "jpg.jpg"),
        ("cafe\u0301.jpg", "caf\u00e9.jpg"),
        ("\ud800.jpg", "jpg.jpg"),
        ("长" * 5_000 + ".jpg", "长" * 116 + ".jpg"),
        ("x" * 5_000, "x" * 116 + ".jpg"),
        ("x." + "y" * 3_000, "x." + "y" * 114 + ".jpg"),
        ("2026.11.20", "2026.11.20.jpg"),
    ],
)
def test_a_name_is_cleaned(name: str, kept: str) -> None:
    assert clean_name(name, "image/jpeg", "photo") == kept
    assert len(kept) <= 120
